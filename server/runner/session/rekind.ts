import type { Gate } from '../keeping/kinds/gate';
import { bodyOf } from '../keeping/state_docs';
import { STATE_SCHEMA, type Chance, type Log, type StateDoc, type StateKind, type StateStore } from '../ports';

/*
 * Up to schema 1 the kinds `draft`, `cursor`, `bundle` and `source` stood for several things each, told apart by their
 * ids. Here they get kinds of their own (`docs/decisions/014-upgrades.md`), before the first agent of a newer schema
 * works. Safe to do again, and by several agents at once: each document is changed by compare-and-set, and nothing of
 * it but its kind.
 */

/** The first beginning that fits counts. */
const KIND_BY_ID: ReadonlyArray<readonly [beginning: string, kind: StateKind]> = [
  ['draft:', 'policy_draft'],
  ['guard_draft:', 'guard_draft'],
  ['candidate:', 'candidate'],
  ['backtest:', 'backtest'],
  ['backtest_run:', 'backtest_run'],
  ['backtest_override:', 'backtest_override'],
  ['rollout:', 'rollout_stop'],
  ['cursor:policy-repository', 'policy_home'],
  ['cursor:', 'cursor'],
  ['bundle:keyring:', 'keyring'],
  ['bundle:freshness', 'freshness'],
  ['bundle:', 'bundle'],
  ['source:channel', 'channel'],
  ['source:subscription:', 'subscription'],
  ['source:mapping:', 'mapping'],
];

/** The kind of a document by its id; undefined if no version wrote such an id. */
export const kindById = (id: string): StateKind | undefined =>
  KIND_BY_ID.find(([beginning]) => id.startsWith(beginning))?.[1];

const MOST_FOUND = 10_000;
const AT_ONCE = 100;
const MOST_ROUNDS = 10;

interface RekindPorts {
  readonly store: StateStore;
  readonly chance: Chance;
  readonly log: Log;
}

const outdated = async ({ store }: RekindPorts): Promise<readonly StateDoc[]> => {
  const found = await store.search({ kinds: ['draft', 'source', 'cursor', 'bundle'], limit: MOST_FOUND, fresh: true });
  return found.filter(({ id, kind }) => kindById(id) !== undefined && kindById(id) !== kind);
};

const rewrite = async ({ store, chance }: RekindPorts, docs: readonly StateDoc[]): Promise<void> => {
  await store.bulk(
    docs.map((doc) => {
      const body = { ...bodyOf(doc), kind: kindById(doc.id) ?? doc.kind, write_id: chance.uuid() };
      return { id: doc.id, expect: doc.version, body };
    }),
  );
};

/**
 * Gives every document of an older schema its own kind, and notes that in the gate.
 *
 * @param changeGate compare-and-set of the gate
 * @throws StoreUnavailable; what was done by then stays, and it goes on from there
 */
export const rekind = async (
  ports: RekindPorts,
  gate: Gate | undefined,
  changeGate: (change: (gate: Gate) => Gate) => Promise<Gate>,
): Promise<void> => {
  if (gate?.state_schema !== undefined && gate.state_schema >= STATE_SCHEMA) return;
  let changed = 0;
  for (let round = 0; ; round += 1) {
    const docs = await outdated(ports);
    if (docs.length === 0) break;
    if (round === MOST_ROUNDS)
      throw new Error(`${docs.length} documents of an older Reflex cannot be brought up to date`);
    for (let at = 0; at < docs.length; at += AT_ONCE) await rewrite(ports, docs.slice(at, at + AT_ONCE));
    changed += docs.length;
  }
  if (changed > 0) ports.log.info('documents of an older Reflex were given kinds of their own', { documents: changed });
  await changeGate((current) => ({ ...current, state_schema: STATE_SCHEMA }));
};
