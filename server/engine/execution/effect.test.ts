import fc from 'fast-check';
import type { Command } from '../../../common/flow/command';
import { COMMAND_STATES } from '../../../common/flow/outcome';
import {
  afterSending,
  claimed,
  claimTakenBack,
  ended,
  reasonAdded,
  recordedFor,
  reasonRequested,
  takenOver,
  undoFailed,
  undoStarted,
  type Effect,
} from './effect';
import { gone, seenAgain, verified } from './seen';
import { deadlineOf, reasonOf, type EffectReason } from './reasons';

const AT = Date.parse('2026-11-22T10:00:00.000Z');
const SECONDS = AT / 1_000;
const moment = { at: '2026-11-22T10:00:00.000Z', session: 's1', effectId: 'effect:1' };
const command = (id: string, ttl_ms: number | null = 60_000): Command => ({
  command_id: id,
  case_id: `case-${id}`,
  decision_id: 'd',
  act_id: 'a0',
  action: 'block_ip',
  target: { type: 'ip', value: '203.0.113.7' },
  connector: 'edge',
  reason: 'why',
  ttl_ms,
  rollback: 'unblock_ip',
  policy: { id: 'p', hash: 'h', layer: 'action', mode: 'enforce' },
});
const reason = (id: string, ttl?: number | null): EffectReason => reasonOf(command(id, ttl), AT, false);
const error = { code: 'refused', message: 'no', retryable: false };
const undo = { by: 'reflex', why: 'ttl' as const, text: 'its time is over' };

const applying = claimed(undefined, reason('c1'), moment);
const present = afterSending(
  applying,
  { state: 'present', record: 'succeeded', details: { before: 'b', after: 'a' } },
  moment,
);

describe('the life of an effect', () => {
  it('begins with a claim', () => {
    expect(applying).toMatchObject({ state: 'applying', gen: 1, fence: SECONDS, session: 's1', requested: [] });
    expect(applying.outbox).toMatchObject([
      { state: 'claimed', n: 0, command: { command_id: 'c1' }, effect_id: 'effect:1', session: 's1' },
    ]);
  });
  it.each<[note: string, previous: Effect | undefined]>([
    ['left the state', undefined],
    ['was made empty, so that no late write lands', { ...applying, state: 'absent', gen: 0, fence: 0 }],
  ])('begins under a higher fence than its target saw before it %s', (_note, previous) => {
    const later = '2027-02-20T10:00:00.000Z';
    expect(claimed(previous, reason('c2'), { ...moment, at: later }).fence).toBe(SECONDS + 90 * 86_400);
  });
  it('is present with what was there before and after', () =>
    expect(present).toMatchObject({ state: 'present', before: 'b', after: 'a', since: moment.at }));
  it('leaves nothing of itself when it ends, but its counters', () => {
    const over = ended(undoStarted(present, undo, moment), 'undone', moment, { by: 'reflex' });
    expect(over).toMatchObject({ state: 'absent', reasons: [], requested: [], gen: 1, fence: SECONDS + 1 });
    for (const field of ['before', 'after', 'since', 'undo', 'lift', 'last_error', 'taken_over', 'verified'])
      expect(over).not.toHaveProperty(field);
    const next = claimed(over, reason('c2'), { ...moment, session: 's2' });
    expect(next).toMatchObject({
      state: 'applying',
      gen: 2,
      fence: SECONDS + 2,
      session: 's2',
      reasons: [{ command: { command_id: 'c2' } }],
    });
    expect(next.outbox.length).toBeGreaterThan(over.outbox.length);
  });
  it('has no reasons after a failure', () => {
    expect(afterSending(applying, { state: 'absent', record: 'failed', details: { error } }, moment)).toMatchObject({
      state: 'absent',
      reasons: [],
      last_error: error,
    });
  });
  it('is unknown after a take-over of what was sent or in place, and takes no further reasons', () => {
    expect(takenOver(applying, { ...moment, session: 's2' })).toMatchObject({
      state: 'unknown',
      session: 's2',
      fence: SECONDS + 1,
      taken_over: true,
    });
    expect(takenOver(present, moment).state).toBe('unknown');
    expect(takenOver(undoStarted(present, undo, moment), moment).state).toBe('undoing');
  });
  it('refuses requests when it is undone, so that those who asked claim anew', () => {
    const asked = reasonRequested(present, reason('c2'));
    expect(asked.requested).toHaveLength(1);
    expect(undoStarted(asked, undo, moment)).toMatchObject({
      state: 'undoing',
      requested: [],
      undo,
      fence: SECONDS + 1,
    });
  });
  it('forgets what went wrong before it was undone, which says nothing about undoing', () => {
    const last_error = { code: 'http_status', message: 'answered 500', retryable: true };
    expect(undoStarted({ ...present, last_error }, undo, moment)).not.toHaveProperty('last_error');
  });
  it('confirms a request by making it a reason', () => {
    const both = reasonAdded(reasonRequested(present, reason('c2', 120_000)), reason('c2', 120_000), moment);
    expect(both.requested).toEqual([]);
    expect(both.reasons.map((each) => [each.command.command_id, each.next_n])).toEqual([
      ['c1', 2],
      ['c2', 1],
    ]);
    expect(both.outbox[both.outbox.length - 1]).toMatchObject({
      state: 'reason_added',
      n: 0,
      command: { command_id: 'c2' },
    });
  });
  it('stays what it is when undoing fails', () => {
    const tried = undoFailed(undoStarted(present, undo, moment), 'undo_failed', error, moment);
    expect(tried).toMatchObject({ state: 'undoing', last_error: error, after: 'a' });
  });

  describe('taking a claim back', () => {
    it('ends a lone claim', () =>
      expect(claimTakenBack(applying, 'c1', moment)).toMatchObject({ state: 'absent', reasons: [] }));
    it('leaves an effect that is in place', () =>
      expect(claimTakenBack(present, 'c1', moment)).toMatchObject({
        state: 'present',
        reasons: [{ command: { command_id: 'c1' } }],
      }));
    it('takes a further reason away', () => {
      expect(
        claimTakenBack(reasonAdded(present, reason('c2'), moment), 'c2', moment).reasons.map(
          (each) => each.command.command_id,
        ),
      ).toEqual(['c1']);
    });
    it('puts on record that a further reason left, for it was on record that it came', () => {
      const added = reasonAdded(present, reason('c2'), moment);
      const { outbox } = claimTakenBack(added, 'c2', moment);
      expect(outbox.slice(added.outbox.length)).toMatchObject([
        { command: { command_id: 'c2' }, n: 1, state: 'taken_back' },
      ]);
    });
    it('has its end in its first record alone', () => {
      const { outbox } = verified(present, true, moment, 'seen');
      expect(outbox.map(({ deadline }) => deadline)).toEqual([reason('c1').deadline, undefined, undefined]);
      expect(claimed(undefined, reason('c1', null), moment).outbox[0]).not.toHaveProperty('deadline');
    });
    it('takes a request away', () =>
      expect(claimTakenBack(reasonRequested(present, reason('c2')), 'c2', moment).requested).toEqual([]));
    it('does nothing for a command that it does not know', () =>
      expect(claimTakenBack(applying, 'c9', moment)).toEqual(applying));
  });

  describe('a record of one of its reasons', () => {
    const both = reasonAdded(present, reason('c2'), moment);

    it('counts on for that reason alone: each command has records without a gap', () => {
      const told = recordedFor(both, 'c2', moment, { state: 'sent', text: 'told' });
      const counts = ({ reasons }: Effect) => reasons.map((each) => [each.command.command_id, each.next_n]);
      expect([counts(both), counts(told)]).toEqual([
        [
          ['c1', 2],
          ['c2', 1],
        ],
        [
          ['c1', 2],
          ['c2', 2],
        ],
      ]);
      expect(told.outbox.slice(both.outbox.length)).toMatchObject([
        { command: { command_id: 'c2' }, n: 1, state: 'sent', text: 'told' },
      ]);
    });

    it('is not made for a command that is none of them', () =>
      expect(recordedFor(both, 'c9', moment, { state: 'sent' })).toBe(both));
  });

  it('ends with the last of its deadlines, and never where one has none', () => {
    expect(deadlineOf(present)).toBe(AT + 60_000);
    expect(deadlineOf(reasonAdded(present, reason('c2', 120_000), moment))).toBe(AT + 120_000);
    expect(deadlineOf(reasonAdded(present, reason('c2', null), moment))).toBeNull();
    expect(deadlineOf(ended(present, 'undone', moment))).toBeNull();
  });
});

/** What may follow on what: the states of `protocol.md` section 2 and 5. */
const LEGAL: Readonly<Record<Effect['state'], readonly Effect['state'][]>> = {
  absent: ['absent', 'applying'],
  applying: ['applying', 'present', 'unknown', 'absent', 'undoing'],
  present: ['present', 'unknown', 'undoing', 'absent'],
  unknown: ['unknown', 'present', 'absent', 'undoing'],
  undoing: ['undoing', 'absent'],
};

describe('every life that the runner can lead an effect through', () => {
  // The guards are the callers': claim.ts, execute_command.ts, effect_keeper.ts and undo.ts ask for these states.
  const moves: ReadonlyArray<readonly [string, (effect: Effect) => boolean, (effect: Effect, id: string) => Effect]> = [
    ['claim', ({ state }) => state === 'absent', (effect, id) => claimed(effect, reason(id), moment)],
    [
      'succeed',
      ({ state }) => state === 'applying',
      (effect) => afterSending(effect, { state: 'present', record: 'succeeded' }, moment),
    ],
    [
      'fail',
      ({ state }) => state === 'applying',
      (effect) => afterSending(effect, { state: 'absent', record: 'failed', details: { error } }, moment),
    ],
    [
      'lose sight',
      ({ state }) => state === 'applying',
      (effect) => afterSending(effect, { state: 'unknown', record: 'unknown', details: { error } }, moment),
    ],
    [
      'verify present',
      ({ state }) => state === 'unknown',
      (effect) => afterSending(effect, { state: 'present', record: 'verified_present' }, moment),
    ],
    [
      'verify absent',
      ({ state }) => state === 'unknown' || state === 'undoing',
      (effect) => ended(effect, 'verified_absent', moment),
    ],
    ['take over', ({ state }) => state !== 'absent', (effect) => takenOver(effect, { ...moment, session: 's2' })],
    [
      'add',
      ({ state, taken_over }) => state === 'present' && taken_over !== true,
      (effect, id) => reasonAdded(effect, reason(id), moment),
    ],
    [
      'request',
      ({ state, taken_over }) => state === 'present' && taken_over !== true,
      (effect, id) => reasonRequested(effect, reason(id)),
    ],
    [
      'go missing',
      (effect) => effect.state === 'present' && effect.gone === undefined,
      (effect) => gone(effect, moment, ''),
    ],
    [
      'come back',
      (effect) => effect.state === 'present' && effect.gone !== undefined,
      (effect) => seenAgain(effect, moment, ''),
    ],
    ['undo', ({ state }) => state === 'present' || state === 'unknown', (effect) => undoStarted(effect, undo, moment)],
    ['fail to undo', ({ state }) => state === 'undoing', (effect) => undoFailed(effect, 'undo_failed', error, moment)],
    [
      'take back',
      ({ state }) => state === 'applying',
      (effect) => claimTakenBack(effect, effect.reasons[0]?.command.command_id ?? '', moment),
    ],
  ];

  it('is legal, and leaves records without gaps', () => {
    const made = new Set<string>();
    fc.assert(
      fc.property(fc.array(fc.nat(moves.length - 1), { maxLength: 60 }), (picks) => {
        let effect = ended(applying, 'taken_back', moment);
        picks.forEach((pick, index) => {
          const open = moves.filter(([, may]) => may(effect));
          const [name = '', , move] = open[pick % open.length] ?? [];
          if (!move) return;
          made.add(`${name} from ${effect.state}`);
          const next = move(effect, `c${index + 10}`);
          expect(LEGAL[effect.state]).toContain(next.state);
          expect(next.fence).toBeGreaterThanOrEqual(effect.fence);
          expect(next.gen - effect.gen).toBe(effect.state === 'absent' && next.state === 'applying' ? 1 : 0);
          // INV-2, INV-4: what is not absent has a reason, what is absent has none and asks for nothing.
          expect(next.reasons.length > 0).toBe(next.state !== 'absent');
          if (next.state === 'absent') expect(next.requested).toEqual([]);
          expect(next.outbox.slice(0, effect.outbox.length)).toEqual(effect.outbox);
          effect = next;
        });
        const byCommand = new Map<string, number[]>();
        for (const record of effect.outbox) {
          expect(COMMAND_STATES).toContain(record.state);
          byCommand.set(record.command.command_id, [...(byCommand.get(record.command.command_id) ?? []), record.n]);
        }
        // Ids of records are `command_id#n`: none twice, none left out.
        for (const numbers of byCommand.values()) expect(numbers).toEqual(numbers.map((_, n) => n));
      }),
      { numRuns: 500 },
    );
    // Every move, from every state that it may be made in.
    expect(made.size).toBe(19);
  });
});
