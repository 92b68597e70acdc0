import { iso } from '../../../../common/iso';
import { digestOf } from '../../../engine/digest/digest';
import type { ShiftWith } from '../../agent/views';
import { isSettled, type Admission } from '../../door/admission';
import { find } from '../../keeping/state_docs';
import type { AlertDocument } from '../../ports';
import type { AlertSource } from './alert_source';
import { LookupFailed } from './monitors';

/*
 * Alerts that were read and cannot be taken, because Alerting fails to say what their monitor is. They wait in the
 * state, so that the cursor goes on: one alert holds up no other. What fails for too long goes to the quarantine.
 */

/** So often one is tried again, ms. */
export const PARKED_AGAIN_MS = 30_000;
/** What could not be looked up for so long is left to a person, ms. */
export const PARKED_MOST_MS = 5 * 60_000;
/** Tried again at once, at most, the oldest first; the others once these are settled. */
const AT_ONCE = 100;

type ParkShift = ShiftWith<'clock' | 'commits' | 'store'>;

const idOf = ({ index, id }: AlertDocument): string => `parked_alert:${digestOf([index, id])}`;

/** Keeps an alert for later. One that is parked already keeps its first time. */
export const parkAlert = ({ parts }: ParkShift, alert: AlertDocument): Promise<void> => {
  const id = idOf(alert);
  const now = parts.clock.utc();
  return parts.commits.settle<void>({
    reads: [id],
    build: (view) => ({
      docs: view.get(id)
        ? []
        : [
            {
              id,
              kind: 'parked_alert',
              facets: { at: iso(now) },
              content: { alert, since: iso(now) },
            },
          ],
      answer: undefined,
    }),
  });
};

const remove = async ({ parts: { store, commits } }: ParkShift, id: string): Promise<void> => {
  commits.forget(id);
  const doc = await store.get(id);
  if (doc) await store.remove(id, doc.version);
};

/** What takes an alert: its events are admitted. Throws `LookupFailed` while it cannot. */
export type TakeAlert = (alert: AlertDocument) => Promise<readonly Admission[]>;

/**
 * Tries all parked alerts once more.
 *
 * @returns how many still wait, and why the last of them does
 */
export const tryParked = async (
  source: AlertSource,
  shift: ParkShift,
  take: TakeAlert,
): Promise<{ readonly waiting: number; readonly why: string | undefined }> => {
  const now = shift.parts.clock.utc();
  const parked = await find(shift.parts.store, 'parked_alert', { sort: 'at', limit: AT_ONCE });
  let waiting = 0;
  let why: string | undefined;
  for (const { id, content } of parked) {
    const { alert, since } = content;
    const admissions = await take(alert).catch((cause: unknown) => {
      if (!(cause instanceof LookupFailed)) throw cause;
      why = cause.message;
      return now - Date.parse(since) < PARKED_MOST_MS ? undefined : giveUp(source, alert, cause.message);
    });
    if (admissions?.every(isSettled) === true) await remove(shift, id);
    else waiting += 1;
  }
  return { waiting, why };
};

const giveUp = async (
  { agent, health }: AlertSource,
  { source }: AlertDocument,
  why: string,
): Promise<readonly Admission[]> => {
  const intake = { type: 'alerting', id: String(source.monitor_id ?? 'unknown').slice(0, 256) } as const;
  health.note(intake, 'received');
  health.note(intake, 'quarantined');
  return [await agent.door.refuse('lookup_failed', intake, source, [{ path: '', message: why }])];
};
