import type { ShiftWith } from '../../agent/views';
import type { SourceCursor } from '../../keeping/kinds/sources';
import { read } from '../../keeping/state_docs';
import { iso } from '../../../../common/iso';
import { noticeFromIndex, type AlertNotice } from '../../../engine/intake/alert_notice';
import { isFinding, monitorOfFinding, noticesOfFinding } from '../../../engine/intake/finding_notice';
import { needsEpisode } from '../../../engine/intake/map_alert';
import { leads } from '../../session/leads';
import type { AlertDocument, AlertPosition, StateStore } from '../../ports';
import type { AlertSource } from './alert_source';
import { LookupFailed } from './monitors';
import { PARKED_AGAIN_MS, parkAlert, tryParked } from './parked_alerts';
import { endFailing } from './note_failing';
import { receiveAlerts } from './receive_alerts';
import { isSettled } from '../../door/admission';
import { sayFailed, UNHURRIED_MS } from '../../keeping/in_background';
import { whyNotRead } from '../why_not_read';
import { nap } from '../../keeping/nap';

/*
 * The lossless way from Alerting: a cursor over its alert, history and findings indices. It closes every gap that a
 * lost webhook, a restart or an outage leaves; what came by webhook already is a duplicate of the same case.
 */

const CURSOR_ID = 'cursor:alerting';
/** Under this name the page shows how far reading is. */
const CURSOR = { type: 'alerting', id: 'cursor' } as const;
const POLL_MS = 2_000;
/** While OpenSearch has no index of alerts or findings at all, ms. The first one is read from its start. */
const NOTHING_THERE_MS = 5_000;
const PAGE = 500;
/** Monitors with indices of their own are looked for now and then. */
const PATTERNS_EVERY_MS = 60_000;

type Cursor = Required<SourceCursor>;

const saveCursor = (shift: ShiftWith<'clock' | 'commits'>, cursor: Cursor): Promise<void> =>
  shift.parts.commits.settle<void>({
    reads: [CURSOR_ID],
    build: () => ({
      docs: [{ id: CURSOR_ID, kind: 'cursor', facets: { at: iso(shift.parts.clock.utc()) }, content: cursor }],
      answer: undefined,
    }),
  });

/** The same source, for what is read here and can be read again: only what is in OpenSearch counts as taken. */
const firmSource = (source: AlertSource): AlertSource => {
  const { agent } = source;
  const { firm } = agent.door;
  return {
    ...source,
    agent: {
      parts: agent.parts,
      get shift() {
        return agent.shift;
      },
      admit: firm.admit,
      door: {
        firm,
        refuse: firm.refuse,
        keepMessage: (text) => agent.door.keepMessage(text),
        onMessages: (take) => agent.door.onMessages(take),
      },
    },
  };
};

/** @throws LookupFailed where the alert cannot be taken without its monitor, and Alerting cannot say what that is */
const noticesOf = async ({ monitors }: AlertSource, { id, source }: AlertDocument): Promise<readonly AlertNotice[]> => {
  if (!isFinding(source)) {
    const notice = noticeFromIndex(id, source);
    if (needsEpisode(notice)) await monitors.get(notice.monitorId);
    return [notice];
  }
  const monitor = await monitors.get(monitorOfFinding(source));
  return typeof monitor === 'string' ? [] : noticesOfFinding(source, monitor);
};

/** Whether the indices are followed: what is written from now on is read. */
export const areAlertsFollowed = async (store: Pick<StateStore, 'get'>): Promise<boolean> =>
  (await store.get(CURSOR_ID)) !== undefined;

type ReadShift = ShiftWith<'clock' | 'commits' | 'store'>;

interface LastSaved {
  /** Monotonic ms. */
  readonly readAt: number;
  readonly cursor: Partial<Cursor> | undefined;
}
const NOTHING_READ: LastSaved = { readAt: -Infinity, cursor: undefined };

class AlertCursor {
  private patterns: readonly string[] = [];
  private nextPatterns = 0;
  private nextParked = 0;
  /** The last look found no index to read. */
  private isNothingThere = false;
  /** Why alerts that were read wait, if any do. */
  private parked: string | undefined;
  private lastSaved: LastSaved = NOTHING_READ;
  private readonly firm: AlertSource;

  constructor(private readonly source: AlertSource) {
    this.firm = firmSource(source);
  }

  /** Until the next look, where there is no more to read at once, ms. */
  get pauseMs(): number {
    return this.isNothingThere ? NOTHING_THERE_MS : POLL_MS;
  }

  /** @returns true if there may be more to read at once */
  async readOnce(shift: ReadShift): Promise<boolean> {
    await this.tryParked(shift);
    const known = await this.followed(shift);
    const asOf = iso(shift.parts.clock.utc());
    const { alerts, position } = await this.source.reader.since(known.patterns, known.position, PAGE);
    this.isNothingThere = Object.keys(position).length === 0;
    if (alerts.length === 0) {
      if (JSON.stringify(position) !== JSON.stringify(known.position)) await this.save(shift, { ...known, position });
      await this.tell(known.patterns, position, asOf);
      return false;
    }
    const notices = await Promise.all(alerts.map((each) => this.noticesOrParked(shift, each)));
    const admissions = await receiveAlerts(this.firm, notices.flat());
    // Durable answers let the cursor go on; anything else means: read the same again later.
    if (!admissions.every(isSettled)) return false;
    await this.save(shift, { ...known, position });
    if (alerts.length >= PAGE) await this.tell(known.patterns, position);
    return true;
  }

  /** An alert that cannot be looked up is kept for later, so that it holds up no other. */
  private async noticesOrParked(shift: ReadShift, alert: AlertDocument): Promise<readonly AlertNotice[]> {
    try {
      return await noticesOf(this.firm, alert);
    } catch (cause) {
      if (!(cause instanceof LookupFailed)) throw cause;
      await parkAlert(shift, alert);
      this.parked ??= cause.message;
      return [];
    }
  }

  private async tryParked(shift: ReadShift): Promise<void> {
    const now = shift.parts.clock.monotonic();
    if (now < this.nextParked) return;
    this.nextParked = now + PARKED_AGAIN_MS;
    if (this.source.agent.parts.failing.all.length > 0) await endFailing(this.firm);
    const { waiting, why } = await tryParked(this.firm, shift, async (alert) =>
      receiveAlerts(this.firm, await noticesOf(this.firm, alert)),
    );
    this.parked = waiting === 0 ? undefined : `${waiting} alert${waiting === 1 ? ' waits' : 's wait'}: ${why ?? ''}`;
  }

  /** How far it is, for the page and the metrics. `asOf`: everything written until then was read. */
  private async tell(patterns: readonly string[], position: AlertPosition, asOf?: string): Promise<void> {
    const { reader, health } = this.source;
    const gauges = { connected: true, error: this.parked };
    if (asOf !== undefined) {
      health.gauge(CURSOR, { ...gauges, lag: 0, position: `everything until ${asOf}` });
      return;
    }
    const newest = Object.entries(await reader.now(patterns));
    const lag = newest.reduce((sum, [shard, last]) => sum + Math.max(0, last - (position[shard] ?? -1)), 0);
    health.gauge(CURSOR, { ...gauges, lag });
  }

  /** What is saved. While this agent is alone, only it moves the cursor, and it need not be read each time. */
  private async saved(shift: ReadShift): Promise<Partial<Cursor> | undefined> {
    const { clock, store } = shift.parts;
    const isOld = clock.monotonic() - this.lastSaved.readAt >= UNHURRIED_MS;
    if (isOld || this.source.agent.parts.quiet?.isAlone !== true)
      this.lastSaved = { readAt: clock.monotonic(), cursor: await read(store, 'cursor', CURSOR_ID) };
    return this.lastSaved.cursor;
  }

  private async save(shift: ReadShift, cursor: Cursor): Promise<void> {
    // Whether it was written is not known until it is answered.
    this.lastSaved = NOTHING_READ;
    await saveCursor(shift, cursor);
  }

  /** The cursor as it is saved, with patterns that are new since then. */
  private async followed(shift: ReadShift): Promise<Cursor> {
    const { reader } = this.source;
    const { clock } = shift.parts;
    const saved = await this.saved(shift);
    if (clock.monotonic() >= this.nextPatterns) {
      this.patterns = await reader.patterns();
      this.nextPatterns = clock.monotonic() + PATTERNS_EVERY_MS;
    }
    const known = { position: saved?.position ?? {}, patterns: saved?.patterns ?? [] };
    const added = this.patterns.filter((pattern) => !known.patterns.includes(pattern));
    if (added.length === 0) return known;
    const cursor = {
      patterns: [...known.patterns, ...added],
      position: { ...(await reader.now(added)), ...known.position },
    };
    await this.save(shift, cursor);
    return cursor;
  }
}

/** Follows the alert indices until told otherwise. The position is saved only after all cases are durable. */
export const followAlerts = async (source: AlertSource, until: () => boolean): Promise<void> => {
  const { agent, health } = source;
  const { clock, log } = agent.parts;
  const cursor = new AlertCursor(source);
  while (!until()) {
    const { shift } = agent;
    let more = false;
    try {
      if (shift && leads(shift.parts.session, 'alerts')) more = await cursor.readOnce(shift);
    } catch (cause) {
      // Nobody knows how much waits: 0 would say that nothing does.
      health.gauge(CURSOR, { connected: false, error: whyNotRead(cause), lag: undefined });
      sayFailed(log, 'alerts could not be read', cause);
    }
    if (!more) await nap(clock, cursor.pauseMs);
  }
};
