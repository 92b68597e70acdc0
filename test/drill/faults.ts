import { setTimeout as pause } from 'timers/promises';
import type { Dice } from './dice';
import type { Fleet } from './fleet';
import type { DrillHost } from './host';
import { HOSTS, type HostName, type Observer, type Stop } from './observer';
import type { Senders } from './senders';

/*
 * What is done to the fleet, one round after the other. A seed chooses whom it hits; what is done, and in which order,
 * is the same in every round, so that the shortest drill has all of it.
 */

/** How often each fault was tried, and how often it is known to have taken effect. */
export class FaultCounts {
  private readonly counts = new Map<string, { tried: number; effective: number }>();

  note(fault: string, effective: boolean): void {
    const count = this.counts.get(fault) ?? { tried: 0, effective: 0 };
    this.counts.set(fault, { tried: count.tried + 1, effective: count.effective + (effective ? 1 : 0) });
  }

  all(): ReadonlyArray<{ readonly fault: string; readonly tried: number; readonly effective: number }> {
    return [...this.counts].map(([fault, count]) => ({ fault, ...count }));
  }
}

interface Harm {
  readonly fleet: Fleet;
  readonly observer: Observer;
  readonly senders: Pick<Senders, 'offer'>;
  readonly dice: Dice;
  readonly counts: FaultCounts;
  readonly say: (line: string) => void;
}

const FROZEN_MS = 10_000;
/** How long a stop holds after it was answered. */
const STOPPED_MS = 6_000;
/** A stop that was ordered while OpenSearch is away holds for so long after it is back. */
const STOPPED_AFTER_MS = 9_000;

const crash = async ({ counts, say }: Harm, host: DrillHost, forMs: number): Promise<void> => {
  say(`kill -9 ${host.name}`);
  counts.note('kill -9 of a host', await host.kill());
  await pause(forMs);
  await host.restart();
  say(`${host.name} listens again`);
};

const freeze = async ({ counts, say }: Harm, host: DrillHost): Promise<void> => {
  say(`SIGSTOP ${host.name} for ${FROZEN_MS / 1000} s`);
  counts.note('SIGSTOP of a host', await host.freeze(FROZEN_MS));
};

/** Fills the disk of a host, and tries all the time whether it is still full. */
const fillDisk = async ({ fleet, observer, senders, counts, say }: Harm, forMs: number): Promise<void> => {
  const { disk } = fleet;
  if (disk === undefined) return;
  say('the disk of host-3 is full');
  const full = disk.fill();
  const span: { from: number; to?: number } = { from: observer.now() };
  observer.diskFull.push(span);
  const until = span.from + forMs;
  let isFull = full;
  while (observer.now() < until) {
    // A file may still have room in its last block: it takes several events to fill that.
    senders.offer('host-3');
    await pause(500);
    isFull = disk.fill() && isFull;
  }
  disk.free();
  span.to = observer.now();
  counts.note('full disk of a host', isFull);
};

const SCOPE = { scope: 'all', reason: 'the drill orders it' };

const order = async ({ observer, say }: Harm, host: DrillHost, how: Stop['how']): Promise<Stop> => {
  const orderedAt = observer.now();
  const answer = await host.ask('POST', '/brakes/stop', SCOPE).catch(() => undefined);
  const { acknowledged = false, took_ms } = (answer?.body ?? {}) as { acknowledged?: boolean; took_ms?: number };
  const taken = answer?.status === 200;
  const stop: Stop = {
    by: host.name,
    how,
    orderedAt,
    answeredAt: observer.now(),
    taken,
    acknowledged,
    ...(took_ms === undefined ? {} : { tookMs: took_ms }),
  };
  observer.stops.push(stop);
  say(
    `stop ordered at ${host.name}: ${taken ? (acknowledged ? 'acknowledged' : 'taken, not acknowledged') : `answered ${answer?.status ?? 'nothing'}`}`,
  );
  return stop;
};

const RELEASE_TRIES = 60;
/** Events for a host that must not act. */
const OFFERED = 3;

const releaseStop = async ({ observer, say }: Harm, host: DrillHost, stop: Stop): Promise<void> => {
  stop.releasedAt = observer.now();
  for (let tries = 0; tries < RELEASE_TRIES; tries += 1) {
    const answer = await host.ask('POST', '/brakes/resume', SCOPE).catch(() => undefined);
    if (answer !== undefined && answer.status < 500) {
      stop.resumedAt = observer.now();
      return say(`stop released at ${host.name}`);
    }
    await pause(500);
  }
};

const stopAndRelease = async (harm: Harm, host: DrillHost): Promise<void> => {
  const stop = await order(harm, host, 'order');
  harm.counts.note('stop order', stop.taken);
  await pause(STOPPED_MS / 2);
  for (const name of HOSTS) harm.senders.offer(name);
  await pause(STOPPED_MS / 2);
  await releaseStop(harm, host, stop);
};

const stopByFile = async (harm: Harm, host: DrillHost): Promise<void> => {
  const { observer, senders, counts, say } = harm;
  say(`stop file made by hand at ${host.name}`);
  host.touchStopFile();
  const at = observer.now();
  const stop: Stop = { by: host.name, how: 'file', orderedAt: at, answeredAt: at, taken: true, acknowledged: false };
  observer.stops.push(stop);
  counts.note('stop file made by hand', true);
  await pause(STOPPED_MS / 2);
  for (let count = 0; count < OFFERED; count += 1) senders.offer(host.name);
  await pause(STOPPED_MS / 2);
  host.removeStopFile();
  await releaseStop(harm, host, stop);
};

/** OpenSearch is away; a host is restarted in it, and a stop is ordered in it. */
const outage = async (harm: Harm, crashed: DrillHost, ordering: DrillHost): Promise<void> => {
  const { fleet, observer, counts, say } = harm;
  say('kill -9 of the OpenSearch node');
  const span: { from: number; to?: number } = { from: observer.now() };
  observer.storeAway.push(span);
  counts.note('kill -9 of the OpenSearch node', await fleet.node.kill());
  await pause(2_000);
  const restarted = crash(harm, crashed, 1_500);
  await pause(3_000);
  const stop = await order(harm, ordering, 'outage');
  counts.note('stop ordered while OpenSearch is away', !(await fleet.node.answers()));
  const wasListening = restarted.then(() => span.to === undefined);
  await pause(1_000);
  await fleet.node.restart();
  span.to = observer.now();
  say(`OpenSearch is back after ${Math.round((span.to - span.from) / 1000)} s`);
  counts.note('host restarted while OpenSearch is away', await wasListening);
  await pause(STOPPED_AFTER_MS - STOPPED_MS / 2);
  for (const name of HOSTS) harm.senders.offer(name);
  await pause(STOPPED_MS / 2);
  await releaseStop(harm, ordering, stop);
};

/** One round; about 85 s, and as long as the node takes to come back. */
const round = async (harm: Harm): Promise<void> => {
  const { fleet, dice } = harm;
  const host = (name: HostName): DrillHost => fleet.hosts[name];
  const [first, second] = dice.shuffled(['host-1', 'host-2'] as const) as ['host-1', 'host-2'];
  await pause(6_000);
  await crash(harm, host(first), dice.between(2_000, 4_000));
  await pause(2_000);
  await Promise.all([freeze(harm, host(second)), pause(2_000).then(() => fillDisk(harm, dice.between(6_000, 8_000)))]);
  await pause(4_000);
  await stopAndRelease(harm, host(dice.pick(['host-1', 'host-2', 'host-3'] as const)));
  await pause(4_000);
  await stopByFile(harm, host(dice.pick(['host-1', 'host-2', 'host-3'] as const)));
  await pause(4_000);
  const [crashed, ordering] = dice.shuffled(['host-1', 'host-2', 'host-3'] as const) as ['host-1', 'host-2'];
  await outage(harm, host(crashed), host(ordering));
};

/** After each round; in a longer drill so long that a limit is used up, and free again, while nothing else happens. */
const QUIET_MS = { short: 12_000, long: 60_000 } as const;

/** Does harm for at least so long, whole rounds. */
export const doHarm = async (harm: Harm, forMs: number): Promise<number> => {
  const until = harm.observer.now() + forMs;
  let rounds = 0;
  do {
    rounds += 1;
    harm.say(`round ${rounds}`);
    await round(harm);
    await pause(forMs > 0 ? QUIET_MS.long : QUIET_MS.short);
  } while (harm.observer.now() < until);
  return rounds;
};
