import { contentOf } from '../keeping/state_docs';
import { sessionId, type SessionContent } from '../keeping/kinds/session';
import type { Gate } from '../keeping/kinds/gate';
import { declareDead, type PeerPorts } from './peers';
import type { StateDoc } from '../ports';
import { DEAD_AFTER_MS } from './session_times';

/*
 * Versions of Reflex that meet at one state (`docs/decisions/014-upgrades.md`). The first agent of a newer schema
 * raises the floor, and only when no older agent works with the state any more: it waits for those that live, by
 * name. From then on older agents refuse to join. Nothing is undone early and nothing is written that they misread.
 */

/**
 * A newer Reflex works with this state: this one neither joins nor undoes, for the newer ones look after everything.
 * What they cannot, because OpenSearch is away or because none of them lives, it undoes from its journal
 * (`docs/decisions/045-shut-out-and-alone.md`).
 */
export class EngineTooOld extends Error {
  constructor(floor: number, schema: number) {
    super(
      `a newer Reflex works with this state: it takes state schema ${floor}, and this one speaks ${schema}. Upgrade this host; until then it starts nothing, and undoes only what nobody else does`,
    );
    this.name = 'EngineTooOld';
  }
}

/** Older agents still work with this state. */
export class OlderAgentsRun extends Error {
  constructor(agents: readonly string[]) {
    super(
      `an older Reflex still runs: ${agents.join(', ')}. Stop it; this one takes over as soon as it is gone, and starts nothing before`,
    );
    this.name = 'OlderAgentsRun';
  }
}

/** Missing in gates and sessions of 6795c7f and before. */
const FIRST_SCHEMA = 1;

export const floorOf = ({ engine_floor }: Gate): number => engine_floor ?? FIRST_SCHEMA;

const LOOK_MS = 500;

interface Living {
  readonly doc: StateDoc;
  readonly content: SessionContent;
}

/** By the id of the session; what is gone or dead is not among them. */
const livingOf = async ({ store }: PeerPorts, ids: readonly string[]): Promise<ReadonlyMap<string, Living>> => {
  if (ids.length === 0) return new Map();
  const found = await store.getMany(ids.map(sessionId));
  return new Map(
    ids.flatMap((id) => {
      const doc = found.get(sessionId(id));
      const content = contentOf('session', doc);
      return doc && content?.dead === false ? [[id, { doc, content }] as const] : [];
    }),
  );
};

const namesOf = (living: Iterable<readonly [string, Living]>): readonly string[] =>
  [...new Set([...living].map(([, { content }]) => content.agent))].sort();

/** Declares those dead that stood still; the names of those that moved after all. */
const endAll = async (ports: PeerPorts, living: ReadonlyMap<string, Living>): Promise<readonly string[]> => {
  const moved: Array<readonly [string, Living]> = [];
  for (const each of living) if (!(await declareDead(ports, each[1].doc))) moved.push(each);
  return namesOf(moved);
};

/**
 * Ends the sessions of older agents that are dead, though nobody has said so yet.
 *
 * @returns the agents that live; empty if the floor may be raised
 * @throws StoreUnavailable
 */
export const olderAgentsAlive = async (ports: PeerPorts, gate: Gate, schema: number): Promise<readonly string[]> => {
  const { clock } = ports;
  const older = Object.keys(gate.sessions).filter((id) => (gate.sessions[id]?.schema ?? FIRST_SCHEMA) < schema);
  const began = clock.monotonic();
  const first = await livingOf(ports, older);
  for (;;) {
    const living = await livingOf(ports, [...first.keys()]);
    const moved = [...living].filter(([id, { content }]) => content.n !== first.get(id)?.content.n);
    if (moved.length > 0) return namesOf(moved);
    if (living.size === 0) return [];
    if (clock.monotonic() - began >= DEAD_AFTER_MS) return endAll(ports, living);
    await clock.sleep(LOOK_MS);
  }
};

/** The gate from which on older agents refuse to join; whoever knew the generation before goes on with the new one. */
export const withFloor = (gate: Gate, schema: number, generation: string): Gate => ({
  ...gate,
  engine_floor: schema,
  generation,
  lineage: [...(gate.lineage ?? []), gate.generation],
});

/** Whether an agent that knows a generation may go on with this gate. */
export const continues = ({ generation, lineage }: Gate, known: string): boolean =>
  generation === known || (lineage?.includes(known) ?? false);
