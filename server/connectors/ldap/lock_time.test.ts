import * as fc from 'fast-check';
import { commandOfLock, isForGood, isTime, lockOf, OUR_LOCKS } from './lock_time';

describe('a lock that carries its command', () => {
  it('leads back to the command, whatever it is, and lies between our bounds', () => {
    fc.assert(
      fc.property(fc.uuid(), (commandId) => {
        const lock = lockOf(commandId);
        expect([commandOfLock(lock), isForGood(lock), isTime(lock)]).toEqual([commandId, true, true]);
        const time = (text: string): string => text.replace(/Z$/, '');
        expect(time(lock) > time(OUR_LOCKS.least) && time(lock) < time(OUR_LOCKS.most)).toBe(true);
      }),
    );
    for (const id of ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'])
      expect(commandOfLock(lockOf(id))).toBe(id);
  });

  it.each([
    '000001010000Z',
    '00000101000000Z',
    '00000101000000.5Z',
    '20261130141513Z',
    `00000101000000.1${'9'.repeat(39)}1Z`,
    `00000101000000.1${'0'.repeat(39)}2Z`,
    '',
  ])('is not %j', (lock) => {
    expect(commandOfLock(lock)).toBeUndefined();
  });

  it.each([
    ['000001010000Z', true],
    ['00000101000000.0Z', true],
    ['20261130141513Z', false],
    ['00000101000001Z', false],
  ])('%s holds for good: %s', (lock, forGood) => {
    expect(isForGood(lock)).toBe(forGood);
  });
});
