import { iso } from '../../../common/iso';
import { again } from '../keeping/in_background';
import { REVIEWED } from '../keeping/kinds/case';
import { RELEASED } from '../keeping/kinds/session';
import { contentOf, findAll } from '../keeping/state_docs';
import { STATE_SCHEMA, type Basics, type StateStore } from '../ports';
import { leads } from '../session/leads';
import type { Session } from '../session/session';

/*
 * What is open belongs to a session that the gate names, or nobody would ever find it dead and take its work over. A
 * state that was put back, or a late write of a session that had left the gate, breaks that: the gate is older than
 * the document. The one agent that leads enters such owners in the gate again; they have no heartbeat, so everybody
 * finds them dead and takes over what is theirs, in the usual way (INV-3).
 */

interface UnknownOwnersPorts {
  readonly store: Pick<StateStore, 'search'>;
  readonly session: Pick<Session, 'id' | 'gate' | 'livePeers' | 'saysOfItself' | 'changeGate' | 'isLost'>;
  readonly basics: Basics;
}

const FIRST_MS = 5_000;
const EVERY_MS = 30_000;
/** Names of agents are only for people, and nobody knows this one. */
const UNKNOWN_AGENT = 'unknown';

/** Sessions whose open cases, reviews, effects or reservations are there, and that are none of these. */
const ownersBut = async (
  { store }: Pick<UnknownOwnersPorts, 'store'>,
  known: ReadonlySet<string>,
): Promise<ReadonlySet<string>> => {
  const owners = new Set<string>();
  const notOwners = [...known];
  const open = { kinds: ['case', 'effect'], notOwners, notStates: ['decided', 'absent'], bare: true } as const;
  for await (const { owner } of findAll(store, open)) owners.add(owner);
  for (const { owner } of await store.search({ kinds: ['case'], ...REVIEWED, notOwners, bare: true }))
    owners.add(owner);
  for await (const doc of findAll(store, { kinds: ['ledger'], states: ['in_use'] }))
    for (const { session, ended } of contentOf('ledger', doc)?.entries ?? []) if (ended !== true) owners.add(session);
  return new Set([...owners].filter((owner) => owner !== '' && !known.has(owner)));
};

/**
 * Enters owners that the gate does not name.
 *
 * @returns those that were entered
 */
export const enterUnknownOwners = async ({
  store,
  session,
  basics,
}: UnknownOwnersPorts): Promise<readonly string[]> => {
  const known = new Set([RELEASED, session.id, ...Object.keys(session.gate?.sessions ?? {})]);
  const owners = await ownersBut({ store }, known);
  if (owners.size === 0) return [];
  let entered: readonly string[] = [];
  // Who joined since is in the gate as it is now: a session owns nothing before it has joined.
  await session.changeGate((gate) => {
    entered = [...owners].filter((owner) => !(owner in gate.sessions));
    if (entered.length === 0) return gate;
    const entry = { joined_at: iso(basics.clock.utc()), agent: UNKNOWN_AGENT, schema: STATE_SCHEMA };
    return { ...gate, sessions: { ...gate.sessions, ...Object.fromEntries(entered.map((id) => [id, entry])) } };
  });
  if (entered.length > 0)
    basics.log.warn('the gate did not name the owners of what is open; it is taken over now', { sessions: entered });
  return entered;
};

/** Looks now and then until told otherwise; one agent does it for all. */
export const runUnknownOwners = async (ports: UnknownOwnersPorts, until: () => boolean): Promise<void> => {
  const { session, basics } = ports;
  await basics.clock.sleep(FIRST_MS);
  const look = async (): Promise<void> => {
    if (leads(session)) await enterUnknownOwners(ports);
  };
  const failed = 'looking for owners that the gate does not name failed';
  await again(basics, { failed, everyMs: EVERY_MS, until: () => until() || session.isLost }, look);
};
