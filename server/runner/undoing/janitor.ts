import { iso } from '../../../common/iso';
import { sayFailed } from '../keeping/in_background';
import { toReview } from '../keeping/kinds/case';
import type { Gate } from '../keeping/kinds/gate';
import { sessionId } from '../keeping/kinds/session';
import { contentOf, find, findAll } from '../keeping/state_docs';
import { isAway } from '../keeping/session_lost';
import type { Basics, StateQuery, StateStore } from '../ports';
import { DEDUP_HORIZON_MS } from '../record/untimely';
import { leads } from '../session/leads';
import { expireRequests } from './expire_requests';
import { shrinkCases, type ShrinkPorts } from './shrink_cases';
import type { Session } from '../session/session';
import { nap } from '../keeping/nap';

/*
 * Keeps the live state small: closed cases leave after the horizon within which a repeated event counts as a
 * duplicate, absent effects, past episodes, second opinions, hand-overs and detections that work again likewise, dead
 * sessions once nothing of theirs is left. Evidence is not touched.
 */

interface JanitorPorts extends ShrinkPorts {
  readonly store: StateStore;
  readonly session: Session;
  readonly basics: Basics;
  /** Whether all that a dead session wrote is in the evidence, as far as this agent knows. */
  readonly isRecovered: (session: string) => boolean;
}

const EVERY_MS = 10 * 60_000;
const FIRST_MS = 60_000;
/** A dead session stays in the gate for so long, so that everybody has noticed and taken over. */
const DEAD_SESSION_MS = 30 * 60_000;
const AT_ONCE = 1_000;
/** So many leave at most in one round: 100 events/s are 60,000 in the time between two. */
const MOST_A_ROUND = 200_000;

/** What is closed, by what may be searched; each leaves after the horizon within which an event is a duplicate. */
const CLOSED: ReadonlyArray<Pick<StateQuery, 'kinds' | 'states'>> = [
  { kinds: ['case'], states: ['decided'] },
  { kinds: ['effect'], states: ['absent'] },
  { kinds: ['episode'] },
  { kinds: ['word'] },
  { kinds: ['opinion'] },
  { kinds: ['hand_over'] },
  { kinds: ['failing_detection'], states: ['works'] },
];

/** @returns how many documents left */
export const removeOld = async ({ store, basics }: Pick<JanitorPorts, 'store' | 'basics'>): Promise<number> => {
  const atBefore = iso(basics.clock.utc() - DEDUP_HORIZON_MS);
  let removed = 0;
  for (const closed of CLOSED) {
    while (removed < MOST_A_ROUND) {
      // A search that is not fresh would find again what has just left.
      const found = await store.search({
        ...closed,
        atBefore,
        sort: 'at',
        limit: AT_ONCE,
        bare: true,
        fresh: removed > 0,
      });
      const outcomes = found.length === 0 ? [] : await store.removeMany(found);
      const left = outcomes.filter(({ kind }) => kind === 'written').length;
      removed += left;
      if (found.length < AT_ONCE || left === 0) break;
    }
  }
  return removed;
};

const without = (gate: Gate, id: string): Gate => {
  if (!(id in gate.sessions)) return gate;
  const { [id]: _gone, ...sessions } = gate.sessions;
  return { ...gate, sessions };
};

/** True while anything names the session that its own absence would leave in nobody's care. */
const isNeeded = async (store: StateStore, id: string): Promise<boolean> => {
  const owners = [id];
  const open = { kinds: ['case', 'effect'], owners, notStates: ['decided', 'absent'] } as const;
  if ((await store.count(open)) > 0) return true;
  if ((await store.count({ kinds: ['case'], ...toReview(owners) })) > 0) return true;
  // What it reserved is given back by whoever knows that it is dead: forgotten, it would count for ever.
  for await (const doc of findAll(store, { kinds: ['ledger'], states: ['in_use'] }))
    if (contentOf('ledger', doc)?.entries.some(({ session, ended }) => session === id && ended !== true)) return true;
  return false;
};

/** Dead sessions without anything left: out of the gate first, then the document. */
export const removeSessions = async ({
  store,
  session,
  isRecovered,
}: Pick<JanitorPorts, 'store' | 'session' | 'isRecovered'>): Promise<void> => {
  for (const id of session.deadSessions.filter((each) => (session.deadForMs(each) ?? 0) > DEAD_SESSION_MS)) {
    // Only a session that is known is looked for records that are not in the evidence yet (INV-3).
    if (!isRecovered(id) || (await isNeeded(store, id))) continue;
    await session.changeGate((gate) => without(gate, id));
    const doc = await store.get(sessionId(id));
    if (doc && contentOf('session', doc)?.dead === true) await store.remove(doc.id, doc.version);
    session.forgetDead(id);
  }
};

/** Sessions that were made and never joined: nobody watches them, and nothing is theirs. */
export const removeStrayed = async ({
  store,
  session,
  basics,
}: Omit<JanitorPorts, 'evidence' | 'isRecovered'>): Promise<void> => {
  const known = session.gate?.sessions;
  if (known === undefined) return;
  const before = basics.clock.utc() - DEAD_SESSION_MS;
  for await (const doc of findAll(store, { kinds: ['session'] })) {
    const content = contentOf('session', doc);
    if (!content || content.id in known || content.id === session.id) continue;
    if (Date.parse(content.started_at) < before) await store.remove(doc.id, doc.version);
  }
};

/** Holders of data folders that nobody started for so long; without one the next start makes it anew. */
export const removeHolders = async ({
  store,
  session,
  basics,
}: Omit<JanitorPorts, 'evidence' | 'isRecovered'>): Promise<void> => {
  const known = session.gate?.sessions;
  if (known === undefined) return;
  const atBefore = iso(basics.clock.utc() - DEDUP_HORIZON_MS);
  for (const { id, version, content } of await find(store, 'holder', { atBefore, sort: 'at', limit: AT_ONCE }))
    if (!(content.session in known)) await store.remove(id, version);
};

const sayHowMuch = async ({ basics }: JanitorPorts, what: string, work: Promise<number>): Promise<void> => {
  const count = await work;
  if (count > 0) basics.log.info(what, { count });
};

const STEPS: ReadonlyArray<(ports: JanitorPorts) => Promise<void>> = [
  (ports) => sayHowMuch(ports, 'closed cases and absent effects left the state', removeOld(ports)),
  async (ports) => {
    // What ran out is decided for good, and shrinks as that does.
    await sayHowMuch(ports, 'requests of askers ran out', expireRequests(ports));
    await sayHowMuch(ports, 'cases that are decided for good shrank', shrinkCases(ports));
  },
  removeSessions,
  removeStrayed,
  removeHolders,
];

/** One step after the other. What a bug stumbles over in one of them keeps nothing of the others in the state. */
const tidy = async (ports: JanitorPorts): Promise<void> => {
  for (const step of STEPS) {
    try {
      await step(ports);
    } catch (cause) {
      if (isAway(cause)) return;
      sayFailed(ports.basics.log, 'tidying the state failed', cause);
    }
  }
};

/** Tidies now and then until told otherwise; one agent does it for all. */
export const runJanitor = async (ports: JanitorPorts, until: () => boolean): Promise<void> => {
  const { clock } = ports.basics;
  await clock.sleep(FIRST_MS);
  while (!until()) {
    if (leads(ports.session)) await tidy(ports);
    await nap(clock, EVERY_MS);
  }
};
