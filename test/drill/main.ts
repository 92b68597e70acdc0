import { mkdirSync, writeFileSync } from 'fs';
import { join } from 'path';
import { setTimeout as pause } from 'timers/promises';
import { Dice } from './dice';
import { doHarm, FaultCounts } from './faults';
import { keepLogs, startFleet, type Fleet } from './fleet';
import { effectsOf } from './judge/effects';
import type { ListedDecision } from './judge/events';
import { judge } from './judge/judge';
import { faultsIn, judgeFaults } from './judge/took_effect';
import { HOSTS, Observer, type RunLog } from './observer';
import { tableOf, verdictOf, type DrillReport } from './report';
import { Senders } from './senders';
import { startTarget, type Target } from './target';

/*
 * `npm run drill`: three whole hosts, a real OpenSearch, a target with bad days, and harm by a plan from a seed. One
 * process is target, sender, harm and clock, so that all times are on one monotonic clock. See `docs/faults.md`.
 */

interface Task {
  readonly root: string;
  readonly folder: string;
  readonly seed: number;
  readonly minutes: number;
  readonly mounts: boolean;
  /** Why no disk can be filled, where none can. */
  readonly why?: string;
  readonly json?: string;
  readonly logs?: string;
}

/** Longest wait for what is due to be undone, and for events to be settled, ms. */
const DRAIN_MS = 75_000;
const DECIDED_MS = 20_000;
const PAGE = 1_000;
const MOST_PAGES = 10;

const decisionsOn = async ({ hosts }: Fleet): Promise<readonly ListedDecision[]> => {
  const found: ListedDecision[] = [];
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const path = `/decisions?limit=${PAGE}&offset=${page * PAGE}`;
    const { status, body } = await hosts['host-1'].ask('GET', path);
    if (status !== 200) throw new Error(`the decisions were answered ${status}`);
    const { decisions } = body as {
      decisions: ReadonlyArray<Omit<ListedDecision, 'event_id'> & { readonly brief: { readonly event_id: string } }>;
    };
    found.push(
      ...decisions.map(({ case_id, decision_id, predecessor, brief }) => ({
        event_id: brief.event_id,
        case_id,
        decision_id,
        predecessor,
      })),
    );
    if (decisions.length < PAGE) break;
  }
  return found;
};

const until = async (withinMs: number, isDone: () => boolean | Promise<boolean>): Promise<void> => {
  const end = performance.now() + withinMs;
  while (performance.now() < end && !(await isDone())) await pause(500);
};

/** Records follow their decisions; asks until all are there, or for some time. */
const decisionsOf = async (fleet: Fleet, log: RunLog): Promise<readonly ListedDecision[]> => {
  let decisions: readonly ListedDecision[] = [];
  const acknowledged = log.sightings.filter(({ acknowledgedAt }) => acknowledgedAt !== undefined);
  await until(DECIDED_MS, async () => {
    decisions = await decisionsOn(fleet).catch(() => decisions);
    const known = new Set(decisions.map(({ event_id }) => event_id));
    return acknowledged.every(({ id }) => known.has(id));
  });
  return decisions;
};

interface Stage {
  readonly observer: Observer;
  readonly target: Target;
  readonly fleet: Fleet;
  readonly dice: Dice;
  readonly say: (line: string) => void;
}

const runOn = async ({ observer, target, fleet, dice, say }: Stage, minutes: number) => {
  const counts = new FaultCounts();
  const senders = new Senders(fleet.hosts, observer, new Dice(dice.between(1, 1e9)));
  observer.start();
  const load = senders.load();
  const rounds = await doHarm(
    { fleet, observer, senders, dice: new Dice(dice.between(1, 1e9)), counts, say },
    minutes * 60_000,
  );
  senders.endLoad();
  await load;
  say('no new events; waiting for everything to be undone');
  await until(DRAIN_MS, () => target.inPlace().length === 0 && senders.unsettled().length === 0);
  await senders.end();
  const hosts = await Promise.all(HOSTS.map(async (name) => ((await fleet.hosts[name].isReady()) ? [name] : [])));
  const log = observer.end(hosts.flat());
  say('asking for the decisions');
  return { log, decisions: await decisionsOf(fleet, log), done: counts.all(), rounds };
};

const reportOf = (
  { seed, why }: Task,
  { log, decisions, done, rounds }: Awaited<ReturnType<typeof runOn>>,
  observer: Observer,
): DrillReport => {
  const effects = effectsOf(log);
  const faults = [...done, ...faultsIn(log, effects)];
  const machine = observer.machine();
  const findings = [judgeFaults(faults), ...judge(log, decisions)].map((finding) => ({
    ...finding,
    verdict: verdictOf(finding, machine),
  }));
  return {
    seed,
    rounds,
    duration_s: Math.round(log.endedAt / 1000),
    machine,
    counts: {
      events: log.sightings.length,
      requests_of_senders: log.sightings.reduce((sum, { sent }) => sum + sent, 0),
      commands: effects.length,
      applied: effects.filter(({ appliedAt }) => appliedAt.length > 0).length,
      undo_requests: effects.reduce((sum, { undoneBy }) => sum + undoneBy.length, 0),
      decisions: decisions.length,
    },
    faults,
    findings,
    skipped: why === undefined ? [] : [why],
  };
};

const main = async (): Promise<number> => {
  const task = JSON.parse(process.argv[2] ?? '{}') as Task;
  const { root, folder, seed, minutes, mounts, json, logs } = task;
  const observer = new Observer();
  const say = (line: string): void =>
    void process.stderr.write(`${(observer.now() / 1000).toFixed(1).padStart(7)} s  ${line}\n`);
  const dice = new Dice(seed);
  const target = await startTarget(observer, new Dice(dice.between(1, 1e9)));
  say('starting OpenSearch and three hosts');
  let fleet: Fleet | undefined;
  try {
    fleet = await startFleet({ root, folder, observer, target, mounts });
    const ran = await runOn({ observer, target, fleet, dice, say }, minutes);
    const report = reportOf(task, ran, observer);
    if (json !== undefined) writeFileSync(json, `${JSON.stringify(report, undefined, 2)}\n`);
    if (logs !== undefined) {
      mkdirSync(logs, { recursive: true });
      writeFileSync(join(logs, 'observer.json'), JSON.stringify({ ...ran.log, decisions: ran.decisions }));
    }
    process.stdout.write(`${tableOf(report)}\n`);
    return report.findings.some(({ verdict }) => verdict === 'BROKEN') ? 1 : 0;
  } finally {
    if (logs !== undefined) keepLogs(folder, logs);
    await fleet?.end();
    await target.close();
  }
};

main().then(
  (code) => process.exit(code),
  (cause: unknown) => {
    process.stderr.write(`${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}\n`);
    process.exit(2);
  },
);
