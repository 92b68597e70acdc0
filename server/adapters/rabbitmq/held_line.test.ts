import { realClock } from '../system/real_clock';
import type { BrokerBatch, BrokerRecord, Taken } from '../../runner/ports';
import { HeldLine } from './held_line';

const recordOf = (n: number): BrokerRecord => ({ payload: { kind: 'empty' }, headers: new Map(), position: `q/${n}` });
const all = async ({ records }: BrokerBatch): Promise<Taken> => ({ durable: records.length, retryAfterMs: 0 });

const lineOf = (take: (batch: BrokerBatch) => Promise<Taken>, holdMs = 60_000, most = 3) => {
  const ending = new AbortController();
  const offered: string[][] = [];
  const line = new HeldLine({
    partition: 'q',
    clock: realClock,
    signal: ending.signal,
    holdMs,
    most,
    take: (batch) => {
      offered.push(batch.records.map(({ position }) => position));
      return take(batch);
    },
  });
  return { line, offered, ending };
};

describe('messages that were delivered', () => {
  it('are taken in their order, those of one moment together, at most so many', async () => {
    const { line, offered } = lineOf(all);
    const endings = await Promise.all([0, 1, 2, 3, 4].map((n) => line.offer(recordOf(n))));
    expect(endings).toEqual(Array(5).fill('ack'));
    expect(offered).toEqual([
      ['q/0', 'q/1', 'q/2'],
      ['q/3', 'q/4'],
    ]);
    expect(await line.offer(recordOf(5))).toBe('ack');
  });

  it('are held while they are not durable, and offered again from there', async () => {
    let first = true;
    const { line, offered } = lineOf(async (batch) => {
      if (!first) return all(batch);
      first = false;
      return { durable: 1, retryAfterMs: 1 };
    });
    expect(await Promise.all([0, 1, 2].map((n) => line.offer(recordOf(n))))).toEqual(['ack', 'ack', 'ack']);
    expect(offered).toEqual([
      ['q/0', 'q/1', 'q/2'],
      ['q/1', 'q/2'],
    ]);
  });

  it('leave no listeners behind, however often they are offered', async () => {
    let left = 30;
    const { line, ending } = lineOf(async (batch) => ((left -= 1) > 0 ? { durable: 0, retryAfterMs: 0 } : all(batch)));
    const listens = jest.spyOn(ending.signal, 'addEventListener');
    expect(await line.offer(recordOf(0))).toBe('ack');
    expect([left, listens.mock.calls.length]).toEqual([0, 0]);
  });

  it('are given back when they were held too long', async () => {
    const { line } = lineOf(async () => ({ durable: 0, retryAfterMs: 1 }), 5);
    expect(await line.offer(recordOf(0))).toBe('requeue');
  });

  it('are given back at once when the channel is gone, and the next ones are not kept waiting', async () => {
    let away = true;
    const { line } = lineOf(async (batch) => (away ? { durable: 0, retryAfterMs: 60_000 } : all(batch)));
    const held = line.offer(recordOf(0));
    await realClock.sleep(5);
    away = false;
    line.giveBack();
    expect(await held).toBe('requeue');
    expect(await line.offer(recordOf(1))).toBe('ack');
  });

  it('are given back when it is over', async () => {
    const { line, ending } = lineOf(async () => ({ durable: 0, retryAfterMs: 60_000 }));
    const held = line.offer(recordOf(0));
    await realClock.sleep(5);
    ending.abort();
    expect(await held).toBe('requeue');
  });
});
