import { stopAll } from '../../server/runner/operations/brakes';
import { GATE_ID, type Gate } from '../../server/runner/keeping/kinds/gate';
import { received } from '../builders/events';
import { aBundle, aKeyPair, type KeyPair } from '../builders/policies';
import { iso } from '../../common/iso';
import { Dice } from '../fakes/scheduler';
import { simInventory } from './scenario';
import { EPOCH, World, type SimAgent } from './world';

/*
 * The kill switch in the middle of a storm: a thousand reports, each of which asks to block another address, at two
 * agents; somebody throws the switch while orders are on the wire and hundreds wait.
 */

const REPORTS = 1_000;
const REPORTS_FROM_MS = 4_000;
/** On the wire at one moment, at the least, so that the stop meets some. */
export const FEWEST_ON_WIRE = 20;
const QUIET_MS = 60_000;
const AWAY_MS = 20_000;
/** After so long every permit that was given before is over, ms. */
const LAPSED_MS = 1_260;

const POLICIES = [
  `apiVersion: reflex/v1
kind: Policy
metadata: { id: block-ioc, title: Block what is known to be bad, owner: sim }
spec:
  layer: action
  mode: enforce
  when: 'event.rule.origin == "known_ioc"'
  then: { action: block_ip, target: { ip: event.source.ip }, ttl: 30m }
  rollback: { action: unblock_ip }
`,
  `apiVersion: reflex/v1
kind: Policy
metadata: { id: one-source-may-start-many, title: One source may start as many acts as there are, owner: sim }
spec:
  layer: global
  mode: enforce
  starts_of_one_intake: { max_count: 100000, within: 60s }
`,
];

let keys: KeyPair | undefined;

interface StopRace {
  readonly acknowledged: boolean;
  /** From the order to the acknowledgement, ms of true time. */
  readonly tookMs: number;
  /** Orders whose first byte was written before the order to stop, and that had no answer yet. */
  readonly onWire: number;
  /** Of these, how many the host had sent that took the order. */
  readonly ofThisHost: number;
  /** And of those, how many its answer lists. */
  readonly listed: number;
  /** Reports whose act had not been started when the order was given. */
  readonly waiting: number;
  /** First bytes of the host that took the order, from then on. */
  readonly startedHere: number;
  /** From when the store is back until the order is in the gate, ms; NaN if it was never away, or never got there. */
  readonly publishedAfterMs: number;
  /** First bytes of anybody after the acknowledgement; with the store away after the gate has it and permits lapsed. */
  readonly startedLater: number;
  readonly errors: readonly string[];
}

/** @param isAway OpenSearch does not answer from right before the order until long after it */
export const stopRace = async (seed: number, isAway: boolean): Promise<StopRace> => {
  keys ??= aKeyPair();
  const plan = new Dice(seed ^ 0xabcd);
  const approvals = [
    { user: 'bo', at: '2026-11-22T09:00:00.000Z', reason: 'it is right', digest: 'sim', four_eyes: true },
  ] as const;
  const { files, trusted } = aBundle(POLICIES, { keys, approvals });
  const world = new World({
    ...{ seed, agents: 2, inventory: simInventory, actions: ['block_ip'], idempotency: 'set' },
    bundle: { files, keys, statement: trusted.statement },
  });
  for (const machine of world.agents) world.boot(machine);
  await world.scheduler.runUntil(REPORTS_FROM_MS);
  for (let n = 0; n < REPORTS; n += 1) {
    const moment = REPORTS_FROM_MS + plan.between(0, 500);
    const event = received({
      ...{ event_id: `report ${n}`, timestamp: iso(EPOCH + moment), rule: { id: 'r1', origin: 'known_ioc' } },
      source: { ip: `198.18.${Math.floor(n / 250)}.${(n % 250) + 1}` },
    });
    world.scheduler.after(moment - world.now, () => void plan.pick(world.agents).agent?.admit(event));
  }
  while (world.onWire.size < FEWEST_ON_WIRE && world.now < REPORTS_FROM_MS + 30_000)
    await world.scheduler.runUntil(world.now + 1);

  const [machine] = world.agents as [SimAgent];
  const { agent } = machine;
  if (!agent) throw new Error('the agent does not run');
  const orderedAt = world.now;
  const ofThisHost = new Set(
    world.sendings.filter(({ agent: by }) => by === machine.name).map(({ command }) => command.command_id),
  );
  const own = [...world.onWire]
    .filter(({ command_id }) => ofThisHost.has(command_id))
    .map(({ target }) => target.value);
  const onWire = world.onWire.size;
  const waiting = REPORTS - world.sendings.length;
  let publishedAt = NaN;
  world.store.watch((id, { content }) => {
    if (id === GATE_ID && (content as Gate).stops.length > 0 && Number.isNaN(publishedAt)) publishedAt = world.now;
  });
  if (isAway) world.storeIsDown = true;
  let answer: Awaited<ReturnType<typeof stopAll>> | undefined;
  let answeredAt = Infinity;
  void stopAll(agent, agent.hostStop, { scope: 'all', who: 'ann', why: 'too much' }).then((given) => {
    answer = given;
    answeredAt = world.now;
  });
  if (isAway) {
    await world.scheduler.runUntil(orderedAt + AWAY_MS);
    world.storeIsDown = false;
  }
  await world.scheduler.runUntil(orderedAt + QUIET_MS);
  const listed = new Set(answer?.on_the_wire.map(({ target }) => target));
  const quietFrom = isAway ? publishedAt + LAPSED_MS : orderedAt + (answer?.took_ms ?? 0) * 1.01;
  const later = (from: number, name?: string): number =>
    world.sendings.filter(({ at, agent: by }) => at > from && (name === undefined || by === name)).length;
  return {
    acknowledged: answer?.acknowledged === true,
    tookMs: answeredAt === Infinity ? Infinity : (answer?.took_ms ?? Infinity),
    onWire,
    ofThisHost: own.length,
    listed: own.filter((target) => listed.has(target)).length,
    waiting,
    publishedAfterMs: isAway ? publishedAt - orderedAt - AWAY_MS : NaN,
    startedHere: later(orderedAt, machine.name),
    startedLater: later(quietFrom),
    errors: world.errors,
  };
};
