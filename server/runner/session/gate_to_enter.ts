import type { Gate } from '../keeping/kinds/gate';
import { StateReplaced } from '../ports';
import type { PeerPorts } from './peers';
import { continues, EngineTooOld, floorOf, olderAgentsAlive, OlderAgentsRun, withFloor } from './upgrade';

/** What an agent knows of the state that it wants to work with. */
interface Entering {
  /** The generation that it worked with; undefined at its very first start. */
  readonly generation: string | undefined;
  /** The state schema that it speaks. */
  readonly schema: number;
}

/**
 * The gate as an agent may enter it: made at the very first start of a state, and with a raised floor where no older
 * agent works with it any more.
 *
 * @throws EngineTooOld, OlderAgentsRun; StateReplaced when the state is not the one that this agent knows
 */
export const gateToEnter = async (
  ports: PeerPorts,
  gate: Gate | undefined,
  { generation, schema }: Entering,
): Promise<Gate> => {
  const { store, chance } = ports;
  if (gate === undefined) {
    if (generation !== undefined)
      throw new StateReplaced('the gate of this state is missing: it was deleted or replaced');
    const empty = { epoch: 1, stops: [], bundle_floor: 0, sessions: {} };
    return { generation: chance.uuid(), engine_floor: schema, state_schema: schema, ...empty };
  }
  if (generation !== undefined && !continues(gate, generation))
    throw new StateReplaced('the state index is not the one that this agent worked with');
  if (floorOf(gate) > schema) throw new EngineTooOld(floorOf(gate), schema);
  if (floorOf(gate) === schema) return gate;
  const older = await olderAgentsAlive(ports, gate, schema);
  if (older.length > 0) throw new OlderAgentsRun(older);
  // First the index, at which older agents look when they start, then the gate: who enters in between is met there.
  await store.raiseSchema(schema);
  return withFloor(gate, schema, chance.uuid());
};
