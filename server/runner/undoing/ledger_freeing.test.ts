import { aClaiming, aCommand, aRequest, theAct, theTerms } from '../../../test/builders/executing';
import { chanceOf, clockOf, quietLog, storePort } from '../../../test/builders/store_port';
import { FakeDisk } from '../../../test/fakes/fake_disk';
import { FakeEvidence, fakeEvidenceLog } from '../../../test/fakes/fake_evidence';
import { FakeStore } from '../../../test/fakes/fake_store';
import { Scheduler } from '../../../test/fakes/scheduler';
import { started, takenBack, type Ledger } from '../../engine/brakes/ledger';
import { READ_AGAIN } from '../executing/claiming';
import { LedgerSights } from '../executing/ledger_sights';
import { reserveAll } from '../executing/reserve';
import { CommitQueue } from '../keeping/commit_queue';
import { EvidenceCopier } from '../keeping/evidence_copier';
import { ledgerId, plannedLedger } from '../keeping/kinds/ledger';
import { contentOf } from '../keeping/state_docs';
import type { Session } from '../session/session';
import { LedgerSweep } from './ledger_sweep';

/*
 * A limit that was reached is free again when its window has passed, however many agents there are and however many
 * events it refuses meanwhile. Time is virtual; the agents share one store and nothing else.
 */

const WITHIN_MS = 60_000;
const MOST = 2;

interface Granted {
  readonly id: string;
  readonly at: number;
}

/** So many agents at one store; `ask` is an event on a new target that one of them claims for. */
const fleet = (agents: number, rate: boolean) => {
  const scheduler = new Scheduler();
  const fake = new FakeStore();
  const terms = theTerms({ within_ms: WITHIN_MS, most: MOST, rate });
  const id = ledgerId(terms.limit, terms.scope);
  const granted: Granted[] = [];
  let asked = 0;
  const clock = clockOf(scheduler);
  const made = Array.from({ length: agents }, (_, index) => {
    const name = `s${index}`;
    const { store } = storePort(fake, scheduler);
    const basics = { clock, chance: chanceOf(index + 1), log: quietLog() };
    const { journal } = new FakeDisk().ports(async () => undefined);
    const copier = new EvidenceCopier({ ...basics, evidence: fakeEvidenceLog(new FakeEvidence()) });
    const commits = new CommitQueue({ store, journal, copier, basics, session: name, changed: () => undefined });
    const sights = new LedgerSights();
    const others = Array.from({ length: agents }, (_each, n) => `s${n}`).filter((each) => each !== name);
    const session = { id: name, isLost: false, livePeers: others, deadForMs: () => undefined } as unknown as Session;
    const sweep = new LedgerSweep({
      ...{ store, commits, session, basics, connectors: new Map(), ledgerSights: sights },
      underWay: { has: () => false },
      populationOf: () => undefined,
    });
    void sweep.run(() => false);
    const change = (to: (ledger: Ledger) => Ledger): Promise<void> =>
      commits.settle<void>({
        reads: [id],
        build: (view) => {
          const ledger = contentOf('ledger', view.get(id));
          return { docs: ledger ? [plannedLedger(to(ledger), 'now')] : [], answer: undefined };
        },
      });
    /** @returns whether it was granted; what was is sent at once, and its effect is soon gone */
    const ask = async (sent = true): Promise<boolean> => {
      const command = `c${(asked += 1)}`;
      const answer = await commits.settle<boolean>({
        reads: [id],
        build: (view) => {
          const claiming = { ...aClaiming(aRequest([theAct('a0')]), { session: name }), view };
          const world = { ...claiming.world, known: { ...claiming.world.known, ledgerIn: sights.ledgerIn } };
          const cleared = {
            command: aCommand(command, { target: { type: 'ip', value: `203.0.113.${asked}` } }),
            reserve: [{ terms, onBreach: 'escalate' as const }],
          };
          const so = { ...claiming, world };
          const refused = reserveAll(so, cleared, `effect of ${command}`);
          if (refused === READ_AGAIN) return READ_AGAIN;
          return { docs: [...so.ledgers.values()].map((each) => plannedLedger(each, 'now')), answer: !refused };
        },
      });
      if (answer && sent) granted.push({ id: command, at: scheduler.now });
      if (answer) await change((ledger) => (sent ? started(ledger, command, 0) : takenBack(ledger, command)));
      return answer;
    };
    return { ask };
  });
  const wait = async (ms: number): Promise<void> => {
    const end = scheduler.now + ms;
    while (scheduler.now < end) {
      fake.refresh();
      await scheduler.runUntil(Math.min(end, scheduler.now + 100));
    }
  };
  return { made, granted, wait, scheduler };
};

const KINDS = [
  ['targets', false],
  ['starts', true],
] as const;

describe.each(KINDS)('a limit of %s that was reached', (_kind, rate) => {
  it.each([1, 2, 3, 6].flatMap((agents) => [1, 2, 5].map((seconds) => [agents, seconds] as const)))(
    'frees itself in its window with %d agents and a refused event every %d s',
    async (agents, seconds) => {
      const { made, granted, wait } = fleet(agents, rate);
      for (let tick = 0; tick * seconds < 300; tick += 1) {
        void made[tick % agents]?.ask();
        await wait(seconds * 1_000);
      }
      const starts = granted.map(({ at }) => at);
      // Never more than allowed in any window …
      for (const start of starts)
        expect(starts.filter((at) => at >= start && at < start + WITHIN_MS).length).toBeLessThanOrEqual(MOST);
      // … and free again after the window, 1 % of drift, one sweep, a twentieth for buckets, and the next event.
      const longest = WITHIN_MS * 1.01 + 10_500 + (rate ? WITHIN_MS / 20 : 0) + seconds * 1_000;
      starts.slice(MOST).forEach((at, n) => expect(at - (starts[n] ?? 0)).toBeLessThanOrEqual(longest + 5_000 * MOST));
      expect(starts.length).toBeGreaterThanOrEqual(MOST * Math.floor(300_000 / (longest + seconds * 1_000)));
    },
  );

  it('is not used up by what was claimed and never sent', async () => {
    const { made, granted, wait } = fleet(2, rate);
    for (let tick = 0; tick < 40; tick += 1) {
      void made[tick % 2]?.ask(false);
      await wait(500);
    }
    void made[0]?.ask();
    await wait(1_000);
    expect(granted.length).toBe(1);
  });
});
