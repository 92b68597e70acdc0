import type { LimitRule } from '../../engine/brakes/limit_places';
import { countOf } from '../../engine/brakes/ledger';
import {
  aDecisionOf,
  aLimit,
  anEffect,
  aReason,
  aRequest,
  aStateRoom,
  aWorld,
  EFFECT_ID,
  effectDoc,
  theAct,
} from '../../../test/builders/executing';
import { noHistory } from '../../../test/builders/lookups';
import { ledgerId } from '../keeping/kinds/ledger';
import type { Session } from '../session/session';
import { LedgerSweep } from '../undoing/ledger_sweep';
import { ClaimsUnderWay } from './claims_under_way';
import { AskedBook } from './asked_book';
import { LedgerSights } from './ledger_sights';
import { processEvent, type Processing, type ProcessHooks } from './process_event';

/* What a claim reserved is its own to settle for as long as it is under way. */

const ID = ledgerId('few', 'all');
const FEW: LimitRule = {
  name: 'few',
  withinMs: 60_000,
  limit: { action: 'block_ip', max_count: 2, within: '60s', on_breach: 'escalate' },
};
const hooks: ProcessHooks = {
  executes: () => undefined,
  executed: () => undefined,
  joined: () => undefined,
  open: () => undefined,
  met: () => undefined,
};

/** A session with a limit, by default of starts, which sweeps its ledgers after 1 s. */
const scene = (execute: Processing['execute'], limit = FEW) => {
  const room = aStateRoom();
  const { commits, writing, journal, basics, fake, scheduler } = room;
  const underWay = new ClaimsUnderWay();
  const world = aWorld({ rules: { limits: [limit] } });
  const processing: Processing = {
    decide: ({ case_id }) => aDecisionOf([theAct('a0')], { case_id }),
    undecided: () => '',
    worldNow: () => world,
    execute,
    commits,
    recovering: { writing, journal },
    underWay,
    history: noHistory(),
    endsWithSource: () => false,
    asked: new AskedBook(basics.clock),
    basics,
  };
  const session = { id: 's1', isLost: false, livePeers: ['s2'], deadForMs: () => undefined } as unknown as Session;
  const sweep = new LedgerSweep({
    ...{ store: room.port.store, commits, session, basics, connectors: new Map(), underWay },
    ledgerSights: new LedgerSights(),
    populationOf: () => undefined,
  });
  void sweep.run(() => scheduler.now > 100_000);
  const refresh = (): void => {
    fake.refresh();
    scheduler.after(100, refresh);
  };
  refresh();
  return {
    ...room,
    underWay,
    wait: (ms: number) => room.run(basics.clock.sleep(ms)),
    process: () => room.run(processEvent(processing, aRequest([]).received, hooks)),
    counted: () => {
      const ledger = room.ledger(ID);
      return ledger === undefined ? 0 : countOf(ledger, true);
    },
  };
};

/** Another agent has the effect just before the next bulk lands, and the answer to that is lost. */
const overtaken = ({ port, put }: ReturnType<typeof scene>): void => {
  const { bulk } = port.store;
  Object.assign(port.store, {
    bulk: (writes: Parameters<typeof bulk>[0]) => {
      Object.assign(port.store, { bulk });
      put({ ...effectDoc(anEffect('present', { session: 's2', reasons: [aReason('c2', { case_id: 'case:2' })] })) });
      port.bulkFates.push('lost');
      return bulk(writes);
    },
  });
};

/** The next bulk lands with its ledgers first and all else 1.5 s later: a bulk is not atomic. */
const inPieces = ({ port, basics }: ReturnType<typeof scene>): void => {
  const { bulk } = port.store;
  Object.assign(port.store, {
    bulk: async (writes: Parameters<typeof bulk>[0]) => {
      Object.assign(port.store, { bulk });
      const isLedger = ({ id }: (typeof writes)[number]): boolean => id.startsWith('ledger:');
      const ledgers = [...(await bulk(writes.filter(isLedger)))];
      await basics.clock.sleep(1_500);
      const others = [...(await bulk(writes.filter((write) => !isLedger(write))))];
      return writes.map((write) => (isLedger(write) ? ledgers.shift() : others.shift()));
    },
  });
};

describe('a claim of which nobody knows yet what was written', () => {
  it('has not ended: a sweep that sees it in the ledger and not yet in its effect leaves it reserved', async () => {
    const so = scene(() => new Promise(() => undefined), aLimit('few', 2));
    inPieces(so);
    await so.process();
    await so.wait(3_000);
    const [reason] = so.effect()?.reasons ?? [];
    // INVARIANT (INV-5): noted as ended it would leave the ledger with the window, though it is in effect.
    expect(so.ledger(ledgerId('few', 'net-1'))?.entries).toEqual([
      expect.objectContaining({ command_id: reason?.command.command_id, pending: true }),
    ]);
    expect(so.ledger(ledgerId('few', 'net-1'))?.entries[0]?.ended).toBeUndefined();
  });

  it('has started nothing: a sweep in the meantime counts no start that a limit would have to bear', async () => {
    const so = scene(() => Promise.reject(new Error('nothing may be sent')));
    overtaken(so);
    await so.process();
    await so.wait(3_000);
    expect(so.effect()?.reasons.map(({ command }) => command.command_id)).toEqual(['c2']);
    expect(so.counted()).toBe(0);
  });

  it('is judged again once it is over, whatever it came to', async () => {
    const so = scene(() => new Promise(() => undefined));
    await so.process();
    const [reason] = so.effect()?.reasons ?? [];
    expect([so.underWay.has(reason?.command.command_id ?? ''), so.counted()]).toEqual([true, 1]);
    // Its session would give it back; what nobody gives back any more must not be reserved for ever.
    const failed = scene(() => Promise.reject(new Error('the connector went away')));
    await failed.process();
    await failed.wait(1);
    const [ended] = failed.effect()?.reasons ?? [];
    expect(failed.underWay.has(ended?.command.command_id ?? '')).toBe(false);
    failed.put(effectDoc(anEffect('absent'), EFFECT_ID));
    await failed.wait(2_000);
    expect(failed.ledger(ID)).toMatchObject({ entries: [], buckets: [{ count: 1 }] });
  });
});
