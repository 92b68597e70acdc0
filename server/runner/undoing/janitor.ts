import { inBackground } from '../keeping/in_background';
import type { Gate } from '../keeping/kinds/gate';
import { sessionId } from '../keeping/kinds/session';
import { contentOf } from '../keeping/state_docs';
import { StoreUnavailable, type Basics, type StateDoc, type StateStore } from '../ports';
import { DEDUP_HORIZON_MS } from '../record/untimely';
import { leads } from '../session/leads';
import type { Session } from '../session/session';

/*
 * Keeps the live state small: closed cases leave after the horizon within which a repeated event counts as a
 * duplicate, absent effects and past episodes likewise, dead sessions once nothing of theirs is left. Evidence is not
 * touched.
 */

export interface JanitorPorts {
  readonly store: StateStore;
  readonly session: Session;
  readonly basics: Basics;
}

const EVERY_MS = 10 * 60_000;
const FIRST_MS = 60_000;
/** A dead session stays in the gate for so long, so that everybody has noticed and taken over. */
const DEAD_SESSION_MS = 30 * 60_000;
const AT_ONCE = 1_000;

const isOlder = ({ facets }: StateDoc, ageMs: number, now: number): boolean =>
  facets.at !== undefined && Date.parse(facets.at) < now - ageMs;

const closed = (store: StateStore): ReadonlyArray<Promise<readonly StateDoc[]>> => {
  const oldest = { sort: 'at', limit: AT_ONCE } as const;
  return [
    store.search({ kinds: ['case'], states: ['decided'], ...oldest }),
    store.search({ kinds: ['effect'], states: ['absent'], ...oldest }),
    store.search({ kinds: ['episode'], ...oldest }),
  ];
};

/** @returns how many documents left */
export const removeOld = async ({ store, basics }: Pick<JanitorPorts, 'store' | 'basics'>): Promise<number> => {
  const now = basics.clock.utc();
  const docs = (await Promise.all(closed(store))).flat();
  let removed = 0;
  for (const doc of docs.filter((each) => isOlder(each, DEDUP_HORIZON_MS, now))) {
    if ((await store.remove(doc.id, doc.version)).kind === 'written') removed += 1;
  }
  return removed;
};

const without = (gate: Gate, id: string): Gate => {
  if (!(id in gate.sessions)) return gate;
  const { [id]: _gone, ...sessions } = gate.sessions;
  return { ...gate, sessions };
};

/** Dead sessions without anything left: out of the gate first, then the document. */
export const removeSessions = async ({ store, session }: Pick<JanitorPorts, 'store' | 'session'>): Promise<void> => {
  for (const id of session.deadSessions.filter((each) => (session.deadForMs(each) ?? 0) > DEAD_SESSION_MS)) {
    const left = await store.count({ kinds: ['case', 'effect'], owners: [id], notStates: ['decided', 'absent'] });
    if (left > 0) continue;
    await session.changeGate((gate) => without(gate, id));
    const doc = await store.get(sessionId(id));
    if (doc && contentOf('session', doc)?.dead === true) await store.remove(doc.id, doc.version);
    session.forgetDead(id);
  }
};

const tidy = async (ports: JanitorPorts): Promise<void> => {
  const removed = await removeOld(ports);
  if (removed > 0) ports.basics.log.info('closed cases and absent effects left the state', { removed });
  await removeSessions(ports);
};

/** Tidies now and then until told otherwise; one agent does it for all. */
export const runJanitor = async (ports: JanitorPorts, until: () => boolean): Promise<void> => {
  const { clock } = ports.basics;
  await clock.sleep(FIRST_MS);
  while (!until()) {
    if (leads(ports.session)) {
      try {
        await tidy(ports);
      } catch (cause) {
        if (!(cause instanceof StoreUnavailable))
          inBackground(ports.basics, 'tidying the state', Promise.reject(cause));
      }
    }
    await clock.sleep(EVERY_MS);
  }
};
