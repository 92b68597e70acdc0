import {
  aClaiming,
  aCommand,
  aLedger,
  anEffect,
  aRequest,
  aView,
  effectDoc,
  ledgerDoc,
  theAct,
  theTerms,
  type Circumstances,
} from '../../../test/builders/executing';
import { keyFor } from '../../../common/entity/entity';
import type { Limit } from '../../../common/policy/policy';
import type { Ledger, LedgerTerms } from '../../engine/brakes/ledger';
import { READ_AGAIN, type Claiming } from './claiming';
import { reserveAll } from './reserve';

const HOUR = 3_600_000;

interface Around extends Circumstances {
  readonly ledgers?: readonly Ledger[];
  readonly isFresh?: boolean;
  /** Since when the ledgers are known as they are. */
  readonly forMs?: number;
}

const claimingWith = ({ ledgers = [], isFresh = true, forMs = 0, ...so }: Around = {}): Claiming => ({
  ...aClaiming(aRequest([theAct('a0')]), so),
  view: aView(ledgers.map(ledgerDoc), { isFresh, forMs }),
});

const reserve = (
  claiming: Claiming,
  terms: readonly LedgerTerms[],
  onBreach: Limit['on_breach'] = 'escalate',
  command = aCommand('n1'),
) => reserveAll(claiming, { command, reserve: terms.map((each) => ({ terms: each, onBreach })) }, 'effect:1');

const commandsIn = (claiming: Claiming, id: string) =>
  claiming.ledgers.get(id)?.entries.map(({ command_id }) => command_id);
const FEW = 'ledger:few:net-1';

describe('a role that is kept', () => {
  const terms = theTerms({ limit: 'keep', scope: 'dc', within_ms: 0, population: 3, most: 2, keeps: 1 });
  const KEPT = 'ledger:keep:dc';
  const ledgerOf = (...members: string[]): Ledger => ({
    ...aLedger([], { limit: 'keep', scope: 'dc', within_ms: 0, population: 3 }),
    entries: members.map((target) => ({ target, command_id: `c ${target}`, session: 's1', effect_id: 'e', age_ms: 0 })),
  });
  const reserveFor = (claiming: Claiming, ...names: readonly string[]) =>
    reserveAll(
      claiming,
      {
        command: aCommand('n1'),
        reserve: names.map((name) => ({ terms, onBreach: 'deny' as const, member: keyFor('host', name) })),
      },
      'effect:1',
    );
  const targetsIn = (claiming: Claiming) => claiming.ledgers.get(KEPT)?.entries.map(({ target }) => target);

  it('counts each member that the act takes away, by the member and not by the target', () => {
    const claiming = claimingWith({ ledgers: [ledgerOf()] });
    expect(reserveFor(claiming, 'dc01', 'dc02')).toBeUndefined();
    expect(targetsIn(claiming)).toEqual(['host:dc01', 'host:dc02']);
  });

  it('gives no place once so many are away, be it one by one or all at once', () => {
    const refused = { reason: 'role_kept', then: 'deny', limit: 'keep' };
    expect(reserveFor(claimingWith({ ledgers: [ledgerOf('host:dc01', 'host:dc02')] }), 'dc03')).toMatchObject(refused);
    const network = claimingWith({ ledgers: [ledgerOf('host:dc01')] });
    expect(reserveFor(network, 'dc02', 'dc03')).toMatchObject(refused);
    expect(targetsIn(network)).toBeUndefined();
    expect(reserveFor(claimingWith({ ledgers: [ledgerOf('host:dc01', 'host:dc02')] }), 'dc01')).toBeUndefined();
  });

  it('gives no place before it was counted what is contained already', () => {
    expect(reserveFor(claimingWith(), 'dc01')).toMatchObject({ reason: 'role_kept', then: 'hold' });
    expect(reserveFor(claimingWith({ isFresh: false }), 'dc01')).toBe(READ_AGAIN);
  });

  it('gives no place while a state that was put back may not know what is contained', () => {
    const adopted = (ms: number) => claimingWith({ ledgers: [ledgerOf()], forgottenAboveMs: ms });
    expect(reserveFor(adopted(119_999), 'dc01')).toMatchObject({ reason: 'role_kept', then: 'escalate' });
    expect(reserveFor(adopted(120_000), 'dc01')).toBeUndefined();
  });

  it('counts fewer once there are fewer', () => {
    const fewer = { ...terms, population: 2 };
    const claiming = claimingWith({ ledgers: [ledgerOf('host:dc01')] });
    const reserve = [{ terms: fewer, onBreach: 'deny' as const, member: keyFor('host', 'dc02') }];
    expect(reserveAll(claiming, { command: aCommand('n1'), reserve }, 'effect:1')).toMatchObject({
      reason: 'role_kept',
    });
  });
});

describe('a limit', () => {
  it.each([
    ['the first place', [], 2, true],
    ['the last free place', ['c1'], 2, true],
    ['no place beyond that', ['c1', 'c2'], 2, false],
    ['no place at all where none is allowed', [], 0, false],
  ] as const)('gives %s', (_what, taken, most, free) => {
    const claiming = claimingWith({ ledgers: [aLedger(taken)] });
    const refused = reserve(claiming, [theTerms({ most })]);
    expect(refused).toEqual(
      free
        ? undefined
        : {
            kind: 'stopped',
            reason: 'blast_radius',
            then: 'escalate',
            text: `limit \`few\` allows ${most} of 40 in net-1`,
            limit: 'few',
          },
    );
    expect(commandsIn(claiming, FEW)).toEqual(free ? [...taken, 'n1'] : undefined);
  });

  it('counts a target by its command, its session and its effect', () => {
    const claiming = claimingWith();
    reserve(claiming, [theTerms()]);
    expect(claiming.ledgers.get(FEW)).toEqual({
      ...aLedger([]),
      entries: [
        { target: '203.0.113.7', command_id: 'n1', session: 's1', effect_id: 'effect:1', age_ms: 0, pending: true },
      ],
    });
  });

  it('counts what this claim reserved in it before', () => {
    const claiming = claimingWith({ ledgers: [aLedger(['c1'])] });
    const next = aCommand('n2', { target: { type: 'ip', value: '203.0.113.8' } });
    expect(reserve(claiming, [theTerms()])).toBeUndefined();
    expect(reserve(claiming, [theTerms()], 'escalate', next)).toMatchObject({ reason: 'blast_radius' });
    expect(commandsIn(claiming, FEW)).toEqual(['c1', 'n1']);
  });

  it.each([
    ['escalate', 'escalate'],
    ['deny', 'deny'],
  ] as const)('stops with what its policy says: %s', (onBreach, then) => {
    expect(reserve(claimingWith(), [theTerms({ most: 0 })], onBreach)).toMatchObject({ then, limit: 'few' });
  });

  // An ended entry of age 59:58 leaves once its ledger has been known for so long that it must be an hour old by now.
  it.each([
    [1_000, false],
    [2_000, false],
    [2_100, true],
  ])('frees the place of an ended effect when its window has passed, known for %d ms: %s', (forMs, free) => {
    const [entry] = aLedger(['c1']).entries;
    if (!entry) throw new Error('a ledger with one entry');
    const ledger = aLedger([], { entries: [{ ...entry, ended: true, age_ms: HOUR - 2_000 }] });
    const claiming = claimingWith({ ledgers: [ledger], forMs });
    expect(reserve(claiming, [theTerms({ most: 1 })]) === undefined).toBe(free);
  });

  describe('in percent', () => {
    const share = { most: 25, percent: 5, population: 500, population_for_ms: 0 };
    const twice = { ...theTerms(share) };

    it('is of the population that counts, not of one that has just risen', () => {
      const claiming = claimingWith({ ledgers: [aLedger(['c1', 'c2'])] });
      expect(reserve(claiming, [twice])).toMatchObject({ text: 'limit `few` allows 2 of 40 in net-1' });
    });

    it('notes a rise although it refuses, so that no restart begins its delay anew', () => {
      const claiming = claimingWith({ ledgers: [aLedger(['c1', 'c2'])] });
      reserve(claiming, [twice]);
      expect(claiming.ledgers.get(FEW)).toMatchObject({ population: 40, rise: { population: 500, age_ms: 0 } });
      expect(commandsIn(claiming, FEW)).toEqual(['c1', 'c2']);
    });

    it('writes nothing where the rise is known', () => {
      const rise = { population: 500, age_ms: 5_000, noted_at: 'x' };
      const claiming = claimingWith({ ledgers: [aLedger(['c1', 'c2'], { rise })] });
      reserve(claiming, [twice]);
      expect(claiming.ledgers.size).toBe(0);
    });

    it('is of the higher figure once its delay is over', () => {
      const rise = { population: 500, age_ms: 600_000, noted_at: 'x' };
      const claiming = claimingWith({ ledgers: [aLedger(['c1', 'c2'], { rise })] });
      expect(reserve(claiming, [twice])).toBeUndefined();
      expect(claiming.ledgers.get(FEW)?.population).toBe(500);
    });
  });

  it('holds agents that are behind under an older bundle', () => {
    const claiming = claimingWith({ ledgers: [aLedger([], { bundle_version: 4 })] });
    expect(reserve(claiming, [theTerms()])).toMatchObject({ reason: 'policy_not_active', then: 'hold' });
  });
});

describe('several limits', () => {
  const two = [theTerms(), theTerms({ limit: 'rate', scope: 'all', rate: true, most: 5 })];

  it('are reserved together', () => {
    const claiming = claimingWith();
    expect(reserve(claiming, two)).toBeUndefined();
    expect([...claiming.ledgers.keys()]).toEqual([FEW, 'ledger:rate:all']);
    expect(claiming.ledgers.get('ledger:rate:all')?.entries).toMatchObject([{ command_id: 'n1', rate: true }]);
  });

  it('are reserved in none if the last one refuses', () => {
    const claiming = claimingWith();
    expect(reserve(claiming, [theTerms(), theTerms({ scope: 'net-2', most: 0 })])).toMatchObject({
      text: 'limit `few` allows 0 of 40 in net-2',
    });
    expect(claiming.ledgers.size).toBe(0);
  });

  it('count each start where two of them are the same one', () => {
    const claiming = claimingWith();
    const rate = theTerms({ limit: 'rate', scope: 'all', rate: true, most: 1 });
    expect(reserve(claiming, [rate, rate])).toMatchObject({ reason: 'rate_limit' });
  });
});

describe('a ledger that is remembered and not read', () => {
  it('may be full no more, so that it is read before anything is refused', () => {
    const full = { ledgers: [aLedger(['c1', 'c2'])] };
    expect(reserve(claimingWith({ ...full, isFresh: false }), [theTerms()])).toBe('read_again');
    expect(reserve(claimingWith({ ...full, isFresh: true }), [theTerms()])).toMatchObject({ reason: 'blast_radius' });
  });
  it('is good enough to reserve in, for only the newest one can be written', () => {
    const claiming = claimingWith({ ledgers: [aLedger(['c1'])], isFresh: false });
    expect(reserve(claiming, [theTerms()])).toBeUndefined();
  });
  it('is refused at once where there is none', () => {
    expect(reserve(claimingWith({ isFresh: false }), [theTerms({ most: 0 })])).toMatchObject({ kind: 'stopped' });
  });
});

describe('what a ledger says since a state was adopted', () => {
  const adopted = { forgottenAboveMs: HOUR - 1 };

  it('gives no place without a person until its window has passed', () => {
    expect(reserve(claimingWith(adopted), [theTerms()], 'deny')).toMatchObject({
      reason: 'blast_radius',
      then: 'escalate',
      limit: 'few',
      text: expect.stringContaining('forgot what it had counted'),
    });
  });
  it('counts again once its window has passed', () => {
    expect(reserve(claimingWith({ forgottenAboveMs: HOUR }), [theTerms()])).toBeUndefined();
  });
  it('is not believed either where it came back with a snapshot: what was started since is not in it', () => {
    expect(reserve(claimingWith({ ...adopted, ledgers: [aLedger([])] }), [theTerms()])).toMatchObject({
      then: 'escalate',
      text: expect.stringContaining('forgot what it had counted'),
    });
  });
});

it('takes a document of another kind for a mistake', () => {
  const misfiled = { ...effectDoc(anEffect('present')), id: FEW };
  const claiming = { ...claimingWith(), view: aView([misfiled]) };
  expect(() => reserve(claiming, [theTerms()])).toThrow('was read as `ledger`');
});
