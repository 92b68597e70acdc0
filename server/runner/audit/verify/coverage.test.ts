import { Coverage } from './coverage';

const MANY = 300_000;

describe('what checkpoints cover of a chain', () => {
  it('ends behind the last place, and has a hole where one is missing', () => {
    const coverage = new Coverage();
    coverage.add({ chain: 'c', from: 0, to: 4 }, 'log');
    coverage.add({ chain: 'c', from: 7, to: 9 }, 'log');
    expect([coverage.end('c'), coverage.end('another')]).toEqual([10, 0]);
    expect(coverage.holes('c')).toEqual([{ from: 5, to: 6 }]);
  });

  it('is one stretch however many checkpoints follow each other, and bears as many holes', () => {
    const coverage = new Coverage();
    for (let at = 0; at < MANY; at++) coverage.add({ chain: 'whole', from: at, to: at }, 'log');
    for (let at = 0; at < MANY; at++) coverage.add({ chain: 'torn', from: 2 * at, to: 2 * at }, 'log');
    expect(coverage.stretches(3)[0]).toMatchObject({ chain: 'whole', from_seq: 0, to_seq: MANY - 1, records: MANY });
    expect(coverage.end('torn')).toBe(2 * MANY - 1);
    expect(coverage.holes('torn')).toHaveLength(MANY - 1);
  });
});
