import { undoRoom, type Room } from '../../../test/builders/undo_room';
import { anEntry, EFFECT, utcAt } from '../../../test/builders/undoing';
import type { JournalEntry, UndoOutcome } from '../ports';
import { CLOCK_SKEW_MS } from '../session/session_times';
import { undoOffline } from './undo_offline';

const ERROR = { code: 'busy', message: 'try later', retryable: true };

const undone = async (room: Room, ...entries: readonly JournalEntry[]): Promise<number> => {
  await room.journal.put(entries);
  return room.run(undoOffline({ ...room }));
};
const past = (overrides: Partial<JournalEntry> = {}) => anEntry({ deadline: utcAt(-60_000), ...overrides });

describe('while OpenSearch is away', () => {
  it.each<[note: string, deadline: string | null, orders: number]>([
    ['is undone once the clocks of two machines cannot differ any more', utcAt(-CLOCK_SKEW_MS), 1],
    ['is undone however late', utcAt(-1_000 * CLOCK_SKEW_MS), 1],
    ['is not undone a moment too early', utcAt(1 - CLOCK_SKEW_MS), 0],
    ['is not undone before its time', utcAt(60_000), 0],
    ['is left to a person where it has no end', null, 0],
  ])('an effect %s', async (_note, deadline, orders) => {
    const room = undoRoom();
    expect(await undone(room, anEntry({ deadline }))).toBe(orders);
    expect(room.target.count('undo')).toBe(orders);
  });

  it.each<[note: string, entry: JournalEntry, can: { tagged: boolean }]>([
    ['does not carry our command at its target', past(), { tagged: false }],
    ['is at a target that this agent does not have', past({ connector: 'gone' }), { tagged: true }],
  ])('an effect waits that %s', async (_note, entry, can) => {
    const room = undoRoom(can);
    expect(await undone(room, entry)).toBe(0);
    expect(room.target.calls).toEqual([]);
    expect(room.disk.journalEntries.get('c1')).toEqual(entry);
  });

  it('only what carries our command is removed, under a fence that no claim reaches', async () => {
    const room = undoRoom();
    await undone(room, past());
    expect(room.target.calls).toEqual([`undo c1 fence ${Number.MAX_SAFE_INTEGER}`]);
    expect(room.target.handle).toEqual({
      effect_id: EFFECT,
      action: 'block_ip',
      target: { type: 'ip', value: '203.0.113.7' },
      command_ids: ['c1'],
    });
  });

  it('the journal knows of an undoing before it is ordered, and goes on knowing it', async () => {
    const room = undoRoom();
    const known: Array<boolean | undefined> = [];
    const { undo } = room.target.connector;
    const connector = {
      ...room.target.connector,
      undo: (...order: Parameters<typeof undo>) => {
        known.push(room.disk.journalEntries.get('c1')?.undone_offline);
        return undo(...order);
      },
    };
    await room.journal.put([past()]);
    await room.run(undoOffline({ ...room, connectors: new Map([['edge', connector]]) }));
    expect(known).toEqual([true]);
    expect(room.journal.open()).toEqual([past({ undone_offline: true })]);
  });

  it('an undoing that fails is tried in every round, and the journal is written once', async () => {
    const room = undoRoom();
    room.target.answer = { kind: 'failed', error: ERROR };
    await room.journal.put([past()]);
    const put = jest.spyOn(room.journal, 'put');
    for (let round = 0; round < 3; round += 1) await room.run(undoOffline({ ...room }));
    expect([put.mock.calls.length, room.target.count('undo')]).toEqual([1, 3]);
  });

  it.each<[note: string, answer: UndoOutcome | 'silent' | undefined, count: number]>([
    ['carried out counts', undefined, 1],
    ['refused does not count', { kind: 'refused', error: ERROR }, 0],
    ['failed to carry out does not count', { kind: 'failed', error: ERROR }, 0],
    ['did not answer does not count', 'silent', 0],
  ])('an order that the target %s', async (_note, answer, count) => {
    const room = undoRoom();
    room.target.answer = answer;
    expect(await undone(room, past())).toBe(count);
    expect(room.lines).toHaveLength(1 - count);
  });

  it('a target that does not answer keeps the others waiting for one request time-out only', async () => {
    const room = undoRoom();
    const other = undoRoom();
    room.target.answer = 'silent';
    const connectors = new Map([
      ['edge', room.target.connector],
      ['other', other.target.connector],
    ]);
    await room.journal.put([past(), past({ command_id: 'c2', connector: 'other' })]);
    expect(await room.run(undoOffline({ ...room, connectors }))).toBe(1);
    expect(room.scheduler.now).toBeLessThan(1_500);
  });

  it('an effect that was not due the last time is undone once it is', async () => {
    const room = undoRoom();
    expect(await undone(room, anEntry({ deadline: utcAt(0) }))).toBe(0);
    await room.wait(CLOCK_SKEW_MS);
    expect(await room.run(undoOffline({ ...room }))).toBe(1);
  });
});
