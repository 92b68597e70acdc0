import fc from 'fast-check';
import { aClearedCommand } from '../../../test/targets/commands';
import { claimTakenBack, commandsOf, reasonAdded, reasonRequested, type Effect } from './effect';
import { deadlineOf, isOf, isWantedByOthers, reasonOf, timesOf, withReason, type EffectReason } from './reasons';
import { furtherSent } from './told_longer';

const AT = Date.parse('2026-11-22T10:00:00.000Z');
const utc = (ms: number): string => new Date(AT + ms).toISOString();
const momentAt = (ms: number) => ({ at: utc(ms), session: 's1', effectId: 'effect:1' });

interface Joining {
  readonly policy?: string;
  readonly hash?: string;
  readonly ttl?: number | null;
  readonly demo?: boolean;
}

const aReasonOf = (id: string, atMs: number, { policy = 'p', hash = 'h', ttl = 60_000, demo = false }: Joining = {}) =>
  reasonOf(
    aClearedCommand({
      command_id: id,
      case_id: `case:${id}`,
      ttl_ms: ttl,
      policy: { id: policy, hash, layer: 'action', mode: 'enforce' },
    }),
    AT + atMs,
    demo,
  );

const first: Effect = {
  state: 'present',
  gen: 1,
  fence: 1,
  session: 's1',
  connector: 'edge',
  action: 'block_ip',
  target: { type: 'ip', value: '203.0.113.7' },
  reasons: [aReasonOf('c0', 0)],
  requested: [],
  ordered_until: utc(60_000),
  outbox: [],
};
const after = (...reasons: ReadonlyArray<readonly [id: string, atMs: number, joining?: Joining]>): Effect =>
  reasons.reduce((effect, [id, at, how]) => reasonAdded(effect, aReasonOf(id, at, how), momentAt(at)), first);
const shown = ({ reasons }: Pick<Effect, 'reasons'>) =>
  reasons.map((reason) => [reason.command.command_id, timesOf(reason)] as const);

describe('reasons of one policy', () => {
  it('are counted with the last that joined; the claim itself stays, for its command is the mark at the target', () => {
    const effect = after(['c1', 1_000], ['c2', 2_000], ['c3', 3_000]);
    expect(shown(effect)).toEqual([
      ['c0', 1],
      ['c3', 3],
    ]);
    expect(effect.reasons[1]).toMatchObject({ deadline: utc(63_000), joined_at: utc(3_000) });
  });

  it('are on record, each with what became of it', () => {
    const { outbox } = after(['c1', 1_000], ['c2', 2_000]);
    expect(outbox.map(({ command, n, state, text }) => [command.command_id, n, state, text])).toEqual([
      ['c1', 0, 'reason_added', undefined],
      ['c2', 0, 'reason_added', undefined],
      ['c1', 1, 'reason_folded', 'counted with command c2 of the same policy'],
    ]);
  });

  it('end with the latest of them, though a clock went back meanwhile', () => {
    expect(after(['c1', 30_000], ['c2', 1_000]).reasons[1]?.deadline).toBe(utc(90_000));
    expect(after(['c1', 1_000, { ttl: null }], ['c2', 2_000, { ttl: null }]).reasons[1]?.deadline).toBeNull();
  });

  it.each<[note: string, other: Joining]>([
    ['another policy', { policy: 'q' }],
    ['another version of the policy', { hash: 'h2' }],
    ['another length', { ttl: 90_000 }],
    ['no end', { ttl: null }],
    ['a demonstration', { demo: true }],
  ])('stand apart from one of %s', (_note, other) => {
    expect(shown(after(['c1', 1_000], ['c2', 2_000, other]))).toEqual([
      ['c0', 1],
      ['c1', 1],
      ['c2', 1],
    ]);
  });

  it('that an earlier version wrote stay as they are', () => {
    const old = { ...first, reasons: [aReasonOf('c0', 0), aReasonOf('c1', 1_000), aReasonOf('c2', 2_000)] };
    const next = [3_000, 4_000].reduce<Effect>(
      (effect, at) => reasonAdded(effect, aReasonOf(`n${at}`, at), momentAt(at)),
      old,
    );
    expect(shown(next)).toEqual([
      ['c0', 1],
      ['c1', 1],
      ['c2', 1],
      ['n4000', 2],
    ]);
  });

  it('never make a document grow, and none is dropped', () => {
    const joining = fc.record({
      policy: fc.constantFrom('p', 'q'),
      ttl: fc.constantFrom(60_000, 90_000),
      at: fc.nat(100_000),
    });
    fc.assert(
      fc.property(fc.array(joining, { minLength: 1, maxLength: 60 }), (all) => {
        const effect = after(...all.map(({ at, ...how }, n) => [`c${n + 1}`, at, how] as const));
        expect(effect.reasons.length).toBeLessThanOrEqual(1 + 4);
        expect(effect.reasons.reduce((sum, each) => sum + timesOf(each), 0)).toBe(all.length + 1);
        expect(deadlineOf(effect)).toBe(Math.max(60_000, ...all.map(({ at, ttl }) => at + ttl)) + AT);
      }),
    );
  });
});

describe('a reason that its target may know by its command', () => {
  it('stays apart for good: it is removed by that', () => {
    const sent = furtherSent(after(['c1', 1_000]), 'c1');
    expect(shown(reasonAdded(sent, aReasonOf('c2', 2_000), momentAt(2_000)))).toEqual([
      ['c0', 1],
      ['c1', 1],
      ['c2', 1],
    ]);
  });

  it('stands for those before it none the less', () => {
    const sent = furtherSent(after(['c1', 1_000]), 'c2');
    const next = [2, 3].reduce<Effect>(
      (effect, n) => reasonAdded(effect, aReasonOf(`c${n}`, n * 1_000), momentAt(n * 1_000)),
      sent,
    );
    expect(shown(next)).toEqual([
      ['c0', 1],
      ['c2', 2],
      ['c3', 1],
    ]);
    expect(commandsOf(next)).toEqual(['c0', 'c2', 'c3']);
  });
});

describe('a command that is taken back', () => {
  it('leaves the others for which it stands their end', () => {
    const effect = claimTakenBack(after(['c1', 1_000], ['c2', 2_000]), 'c2', momentAt(3_000));
    expect(shown(effect)).toEqual([
      ['c0', 1],
      ['c2', 1],
    ]);
    expect(effect.reasons[1]).toMatchObject({ deadline: utc(62_000) });
  });

  it('leaves with nothing behind where it stood for itself alone', () =>
    expect(shown(claimTakenBack(after(['c1', 1_000]), 'c1', momentAt(3_000)))).toEqual([['c0', 1]]));
});

describe('requests', () => {
  const asking = (effect: Effect, id: string, at: number): Effect => reasonRequested(effect, aReasonOf(id, at));

  it('that were confirmed and folded since are found by their command, the last 64', () => {
    const confirmed = Array.from({ length: 80 }, (_, n) => n).reduce<Effect>((effect, n) => {
      const request = asking(effect, `c${n}`, n * 1_000).requested[0] as EffectReason;
      return reasonAdded(effect, request, momentAt(n * 1_000));
    }, first);
    const [, last] = confirmed.reasons as [EffectReason, EffectReason];
    expect([timesOf(last), last.covers?.length]).toEqual([80, 64]);
    expect([isOf(last, 'c79'), isOf(last, 'c40'), isOf(last, 'c3'), isOf(last, undefined)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

it('says which reasons it folded', () => {
  const { reasons } = after(['c1', 1_000], ['c2', 2_000]);
  const { folded } = withReason({ reasons }, { ...aReasonOf('c3', 3_000), joined_at: utc(3_000) });
  expect(folded.map(({ command }) => command.command_id)).toEqual(['c2']);
});

describe('an effect that one case has', () => {
  const alone = [aReasonOf('c1', 0)];

  it('is wanted by nobody else while its only reason is of that case, and stands for itself alone', () => {
    expect([isWantedByOthers(alone, 'case:c1'), isWantedByOthers(alone, 'case:c2')]).toEqual([false, true]);
    expect(isWantedByOthers([], 'case:c1')).toBe(false);
  });

  it('is wanted by others where a reason of that case stands for another one too', () => {
    expect(isWantedByOthers([{ ...aReasonOf('c1', 0), times: 2 }], 'case:c1')).toBe(true);
  });
});
