import type { Doorbell } from '../../keeping/kinds/sources';
import { find } from '../../keeping/state_docs';
import { iso } from '../../../../common/iso';
import { readAlertingWebhook } from '../../../engine/intake/alerting_webhook';
import type { AlertNotice } from '../../../engine/intake/alert_notice';
import { digestOf } from '../../../engine/digest/digest';
import { isAway, TryLater } from '../../keeping/session_lost';
import { isInHand, type Admission } from '../../door/admission';
import { poisonedMessage } from '../../door/filed';
import { leads } from '../../session/leads';
import { inBackground, sayFailed } from '../../keeping/in_background';
import { shiftOf, type AlertSource } from './alert_source';
import { receiveAlerts } from './receive_alerts';
import { intakeOf } from './references';
import { resolveMessage, type Resolved } from './resolve_message';
import { nap } from '../../keeping/nap';

/*
 * The fast path from Alerting: messages of its channels. Answered as soon as what they tell of is durable: as cases, as
 * a doorbell in the state while the alert is not there yet, or in the local spool while OpenSearch is away.
 */

/** What a channel's message came to. */
type MessageOutcome =
  | { readonly kind: 'test_message' }
  | { readonly kind: 'unreadable'; readonly admission: Admission }
  /** `ringing`: durable; its alert is looked for a while longer. */
  | { readonly kind: 'admitted'; readonly admissions: readonly Admission[]; readonly ringing: boolean };

/** Alerting writes the alert 50 ms to 1 s after its first message. */
const PAUSES_MS = [50, 100, 200, 400, 800, 1_000, 1_000, 1_500, 2_000, 3_000];
/** A doorbell that its agent left behind is answered by another one after this, ms. */
const LEFT_BEHIND_MS = 20_000;
const SWEEP_MS = 5_000;

export class AlertIntake {
  private readonly source: AlertSource;

  constructor(source: AlertSource) {
    this.source = source;
    source.agent.door.onMessages((text) => this.fromSpool(text));
  }

  /** Takes what a channel sent. Never throws for what the world does. */
  async receive(text: string): Promise<MessageOutcome> {
    const message = readAlertingWebhook(text);
    if (!message.ok) return { kind: 'unreadable', admission: await this.refuseText(text, message.error) };
    if (message.value.kind === 'test_message') return message.value;
    const { alerts } = message.value;
    try {
      const { admissions, missing } = await this.tryOnce(alerts);
      if (missing.length === 0) return { kind: 'admitted', admissions, ringing: false };
      const id = await this.ring(text);
      inBackground(this.source.agent.parts, 'answering a doorbell', this.answer(id, alerts));
      return { kind: 'admitted', admissions, ringing: true };
    } catch (cause) {
      if (!isAway(cause)) throw cause;
      return { kind: 'admitted', admissions: [await this.source.agent.door.keepMessage(text)], ringing: false };
    }
  }

  /** Answers doorbells whose agent died with them, until told otherwise; one agent does it for all. */
  async run(until: () => boolean): Promise<void> {
    const { agent } = this.source;
    const { clock, log } = agent.parts;
    while (!until()) {
      const { shift } = agent;
      try {
        if (shift && leads(shift.parts.session, 'alerts')) await this.sweep();
      } catch (cause) {
        sayFailed(log, 'a doorbell could not be answered', cause);
      }
      await nap(clock, SWEEP_MS);
    }
  }

  /** Resolves what can be, refuses what must be; what is not there yet is left. */
  private async tryOnce(
    alerts: readonly AlertNotice[],
    { last = false }: { readonly last?: boolean } = {},
  ): Promise<{ readonly admissions: readonly Admission[]; readonly missing: readonly AlertNotice[] }> {
    const resolved = await resolveMessage(this.source, alerts);
    const notices = resolved.flatMap((each) =>
      each.kind === 'found' ? each.notices : last && each.kind === 'missing' ? (each.made ?? []) : [],
    );
    const admissions = await receiveAlerts(this.source, unique(notices));
    const refused = await Promise.all(resolved.flatMap((each) => this.refusalOf(each, last)));
    return {
      admissions: [...admissions, ...refused],
      missing: resolved.flatMap((each) =>
        (each.kind === 'missing' || each.kind === 'failed') && !last ? [each.notice] : [],
      ),
    };
  }

  private refusalOf(resolved: Resolved, last: boolean): ReadonlyArray<Promise<Admission>> {
    const refuse = (
      notice: AlertNotice,
      why: string,
      code: 'unverified' | 'lookup_failed' = 'unverified',
    ): Promise<Admission> =>
      this.source.agent.door.refuse(code, intakeOf(notice), notice, [{ path: '', message: why }]);
    if (resolved.kind === 'refused') return [refuse(resolved.notice, resolved.why)];
    if (resolved.kind === 'failed' && last) return [refuse(resolved.notice, resolved.why, 'lookup_failed')];
    return resolved.kind === 'missing' && last && resolved.made === undefined
      ? [refuse(resolved.notice, 'tells of documents that no finding and no alert of its monitor names')]
      : [];
  }

  private async refuseText(text: string, why: string): Promise<Admission> {
    const intake = { type: 'alerting', id: 'webhook' } as const;
    this.source.health.note(intake, 'received');
    this.source.health.note(intake, 'parse_failure');
    return this.source.agent.door.refuse('unreadable', intake, text, [{ path: '', message: why }]);
  }

  private async ring(text: string): Promise<string> {
    const { parts } = shiftOf(this.source);
    const id = `doorbell:${digestOf(text)}`;
    const at = iso(parts.clock.utc());
    const due = iso(parts.clock.utc() + LEFT_BEHIND_MS);
    const content: Doorbell = { text, received_at: at };
    await parts.commits.settle<void>({
      reads: [id],
      build: (view) => ({
        docs: view.get(id) ? [] : [{ id, kind: 'doorbell', facets: { at, due }, content }],
        answer: undefined,
      }),
    });
    return id;
  }

  private async answer(id: string, alerts: readonly AlertNotice[]): Promise<void> {
    const { clock } = this.source.agent.parts;
    let missing = alerts;
    let isTaken = true;
    const tryAgain = async (last: boolean): Promise<void> => {
      const tried = await this.tryOnce(missing, { last });
      missing = tried.missing;
      isTaken &&= tried.admissions.every(isInHand);
    };
    for (const pause of PAUSES_MS) {
      await clock.sleep(pause);
      await tryAgain(false);
      if (missing.length === 0) break;
    }
    if (missing.length > 0) await tryAgain(true);
    // INVARIANT (INV-3): its sender was told that it is durable. What there is no room for now is left to the sweep.
    if (isTaken) await this.silence(id);
  }

  private async silence(id: string): Promise<void> {
    const { parts } = shiftOf(this.source);
    parts.commits.forget(id);
    const doc = await parts.store.get(id);
    if (doc) await parts.store.remove(id, doc.version);
  }

  private async sweep(): Promise<void> {
    const { parts } = shiftOf(this.source);
    const left = await find(parts.store, 'doorbell', { dueBefore: iso(parts.clock.utc()), limit: 100 });
    for (const doc of left) if (await this.isAnswered(doc.content.text)) await this.silence(doc.id);
  }

  /** Answers a doorbell that is old enough. One that a bug stumbles over holds up no other: it is filed. */
  private async isAnswered(text: string): Promise<boolean> {
    const { door, parts } = this.source.agent;
    try {
      return (await this.lastTry(text)).every(isInHand);
    } catch (cause) {
      if (isAway(cause)) throw cause;
      sayFailed(parts.log, 'a doorbell could not be answered', cause);
      const { reason, source, original, fields } = poisonedMessage(text);
      return isInHand(await door.refuse(reason, source, original, fields));
    }
  }

  /** A message that is old enough that its alert is there, if it ever will be. */
  private async lastTry(text: string): Promise<readonly Admission[]> {
    const message = readAlertingWebhook(text);
    if (!message.ok || message.value.kind !== 'alerts') return [];
    return (await this.tryOnce(message.value.alerts, { last: true })).admissions;
  }

  private async fromSpool(text: string): Promise<readonly Admission[]> {
    const admissions = await this.lastTry(text);
    if (!admissions.every(isInHand)) throw new TryLater('there is no room for what a message tells of');
    return admissions;
  }
}

/** Several alerts of a message may resolve to the same one. */
const unique = (notices: readonly AlertNotice[]): readonly AlertNotice[] => [
  ...new Map(
    notices.map((notice) => [
      [notice.monitorId, notice.triggerId, notice.alertId, notice.bucketKeys, notice.relatedDocuments].join('|'),
      notice,
    ]),
  ).values(),
];
