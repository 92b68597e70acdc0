import { contentOf } from '../keeping/state_docs';
import { sessionId } from '../keeping/kinds/session';
import type { Gate } from '../keeping/kinds/gate';
import { leads } from '../session/leads';
import { StoreUnavailable, type StateDoc } from '../ports';
import type { ShiftParts } from '../executing/shift_parts';
import { inBackground } from '../keeping/in_background';

/*
 * Keeps the live state small: closed cases leave after the horizon within which a repeated event counts as a
 * duplicate, absent effects and past episodes likewise, dead sessions once nothing of theirs is left. Evidence is not touched.
 */

const EVERY_MS = 10 * 60_000;
const FIRST_MS = 60_000;
/** A repeated event is recognised for so long. */
export const DEDUP_HORIZON_MS = 90 * 86_400_000;
/** A dead session stays in the gate for so long, so that everybody has noticed and taken over. */
const DEAD_SESSION_MS = 30 * 60_000;
const AT_ONCE = 1_000;

const olderThan = (doc: StateDoc, ageMs: number, now: number): boolean =>
  doc.facets.at !== undefined && Date.parse(doc.facets.at) < now - ageMs;

const removeOld = async ({ store, clock }: ShiftParts): Promise<number> => {
  const now = clock.utc();
  const cases = await store.search({ kinds: ['case'], states: ['decided'], sort: 'at', limit: AT_ONCE });
  const effects = await store.search({ kinds: ['effect'], states: ['absent'], sort: 'at', limit: AT_ONCE });
  const episodes = await store.search({ kinds: ['episode'], sort: 'at', limit: AT_ONCE });
  let removed = 0;
  for (const doc of [...cases, ...effects, ...episodes].filter((each) => olderThan(each, DEDUP_HORIZON_MS, now))) {
    if ((await store.remove(doc.id, doc.version)).kind === 'written') removed += 1;
  }
  return removed;
};

/** Dead sessions without anything left: out of the gate first, then the document. */
const removeSessions = async ({ store, session }: ShiftParts): Promise<void> => {
  for (const id of session.deadSessions.filter((each) => (session.deadForMs(each) ?? 0) > DEAD_SESSION_MS)) {
    const left = await store.count({ kinds: ['case', 'effect'], owners: [id], notStates: ['decided', 'absent'] });
    if (left > 0) continue;
    await session.changeGate((gate): Gate => {
      if (!(id in gate.sessions)) return gate;
      const { [id]: _gone, ...sessions } = gate.sessions;
      return { ...gate, sessions };
    });
    const doc = await store.get(sessionId(id));
    if (doc && contentOf('session', doc)?.dead === true) await store.remove(doc.id, doc.version);
    session.forgetDead(id);
  }
};

/** Tidies now and then until told otherwise; one agent does it for all. */
export const runJanitor = async (parts: ShiftParts, until: () => boolean): Promise<void> => {
  await parts.clock.sleep(FIRST_MS);
  while (!until()) {
    if (leads(parts)) {
      try {
        const removed = await removeOld(parts);
        if (removed > 0) parts.log.info('closed cases and absent effects left the state', { removed });
        await removeSessions(parts);
      } catch (cause) {
        if (!(cause instanceof StoreUnavailable)) inBackground(parts, 'tidying the state', Promise.reject(cause));
      }
    }
    await parts.clock.sleep(EVERY_MS);
  }
};
