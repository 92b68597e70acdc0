import { iso } from '../../../../common/iso';
import type { AlertNotice } from '../../../engine/intake/alert_notice';
import { failingId, type FailingDetection } from '../../keeping/kinds/sources';
import { contentOf, type PlannedDoc } from '../../keeping/state_docs';
import { auditRecord } from '../../record/audit';
import { grantKey } from '../grants';
import { shiftOf, type AlertSource } from './alert_source';
import { LookupFailed } from './monitors';
import { intakeOf } from './references';

/*
 * An alert in error is no alarm: its monitor could not be run or judged. What it was to find, nobody finds, so it is a
 * trouble of its source, with Alerting's words, until the alert is not in error any more.
 */

const MOST_WORDS = 500;
const MOST_ALERTS = 20;
/** One that fails again so soon is not put on record once more, ms. */
const SAME_TROUBLE_MS = 3_600_000;

/** One line of plain text: anybody who can name an index may have written it. */
export const plainWords = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Cf}`]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, MOST_WORDS) || 'Alerting does not say why';

const planned = (content: FailingDetection, at: string): Extract<PlannedDoc, { kind: 'failing_detection' }> => ({
  id: failingId(content.source),
  kind: 'failing_detection',
  facets: { state: content.ended_at === undefined ? 'fails' : 'works', at },
  content,
});

type Change = (before: FailingDetection | undefined) => FailingDetection | undefined;

const change = async (source: AlertSource, notice: AlertNotice, next: Change): Promise<void> => {
  const { parts } = shiftOf(source);
  const intake = intakeOf(notice);
  const id = failingId(intake);
  const now = parts.clock.utc();
  const record = auditRecord(source.agent);
  const written = await parts.commits.settle<FailingDetection | undefined>({
    reads: [id],
    build: (view) => {
      const before = contentOf('failing_detection', view.get(id));
      const after = next(before);
      if (after === undefined) return view.isFresh(id) ? { docs: [], answer: before } : 'read_again';
      const verb = after.ended_at === undefined ? 'detection_fails' : 'detection_works_again';
      const isTold =
        after.ended_at !== undefined ||
        before === undefined ||
        (before.ended_at !== undefined && now - Date.parse(before.ended_at) > SAME_TROUBLE_MS);
      const entry = { verb, by: 'reflex', object: { type: 'source', id: grantKey(intake) }, text: after.words };
      return { docs: [{ ...planned(after, iso(now)), records: isTold ? [record(entry)] : [] }], answer: after };
    },
  });
  if (written !== undefined) source.agent.parts.failing.note(written);
};

const fails = (source: AlertSource, notice: AlertNotice, failure: string): Promise<void> =>
  change(source, notice, (before) => {
    const open = before?.ended_at === undefined ? before : undefined;
    if (open?.alert_ids.includes(notice.alertId) === true) return undefined;
    return {
      source: intakeOf(notice),
      name: notice.monitorName.slice(0, 256),
      since: open?.since ?? iso(notice.startTime || source.agent.parts.clock.utc()),
      words: open?.words ?? plainWords(failure),
      alert_ids: [...(open?.alert_ids ?? []), notice.alertId].slice(-MOST_ALERTS),
    };
  });

const worksAgain = (source: AlertSource, notice: AlertNotice): Promise<void> =>
  change(source, notice, (before) => {
    if (before === undefined || before.ended_at !== undefined) return undefined;
    const alert_ids = before.alert_ids.filter((id) => id !== notice.alertId);
    if (alert_ids.length === before.alert_ids.length) return undefined;
    return alert_ids.length > 0
      ? { ...before, alert_ids }
      : { ...before, alert_ids, ended_at: iso(source.agent.parts.clock.utc()) };
  });

/**
 * Notes which monitors fail and which work again, as their alerts say.
 *
 * @throws StoreUnavailable, SessionLost
 */
export const noteFailing = async (source: AlertSource, notices: readonly AlertNotice[]): Promise<void> => {
  for (const notice of notices) {
    const known = source.agent.parts.failing.of(intakeOf(notice));
    const isKnown = known?.alert_ids.includes(notice.alertId) === true;
    if (notice.failure !== undefined && !isKnown) await fails(source, notice, notice.failure);
    if (notice.failure === undefined && isKnown) await worksAgain(source, notice);
  }
};

/** Looked at together, at most; the others the next time. */
const AT_ONCE = 50;

const isGone = async ({ monitors }: AlertSource, id: string): Promise<boolean> => {
  try {
    const monitor = await monitors.get(id);
    return monitor === 'unknown' || (typeof monitor !== 'string' && !monitor.enabled);
  } catch (cause) {
    if (!(cause instanceof LookupFailed)) throw cause;
    return false;
  }
};

/**
 * What was deleted or disabled fails no more.
 *
 * @throws StoreUnavailable, SessionLost
 */
export const endFailing = async (source: AlertSource): Promise<void> => {
  const { failing, clock } = source.agent.parts;
  const monitors = failing.all.filter(({ source: { type } }) => type === 'alerting').slice(0, AT_ONCE);
  for (const each of monitors) {
    if (!(await isGone(source, each.source.id))) continue;
    const { parts } = shiftOf(source);
    const at = iso(clock.utc());
    const ended: FailingDetection = { ...each, alert_ids: [], ended_at: at };
    await parts.commits.settle<void>({
      reads: [failingId(each.source)],
      build: () => ({ docs: [planned(ended, at)], answer: undefined }),
    });
    failing.note(ended);
  }
};
