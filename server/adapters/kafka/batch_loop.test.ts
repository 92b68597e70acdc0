import type { EachBatchPayload } from 'kafkajs';
import { realClock } from '../system/real_clock';
import type { BrokerBatch, Taken } from '../../runner/ports';
import { takeBatch, type BatchLoop } from './batch_loop';
import { Memberships } from './membership';

/* What a real broker cannot be made to do at the right moment: losing a partition in the middle of its batch. */

const offsetsFrom = (from: number, count: number): string[] =>
  Array.from({ length: count }, (_, n) => String(from + n));

interface Scene {
  readonly loop: BatchLoop;
  readonly memberships: Memberships;
  readonly commits: string[];
  readonly taken: string[];
  readonly ending: AbortController;
  beats: number;
  take: (batch: BrokerBatch) => Promise<Taken>;
}

const all = async ({ records }: BrokerBatch): Promise<Taken> => ({ durable: records.length, retryAfterMs: 0 });

const sceneOf = (): Scene => {
  const memberships = new Memberships();
  memberships.joined([0]);
  const ending = new AbortController();
  const scene: Scene = {
    memberships,
    commits: [],
    taken: [],
    ending,
    beats: 0,
    take: all,
    loop: {
      topic: 't',
      clock: realClock,
      memberships,
      signal: ending.signal,
      most: 3,
      take: async (batch) => {
        const answer = await scene.take(batch);
        scene.taken.push(...batch.records.slice(0, answer.durable).map(({ position }) => position));
        return answer;
      },
    },
  };
  return scene;
};

const batchOf = (scene: Scene, offsets: readonly string[], partition = 0): EachBatchPayload =>
  ({
    batch: {
      topic: 't',
      partition,
      messages: offsets.map((offset) => ({ offset, value: Buffer.from('{}'), headers: {} })),
    },
    isRunning: () => true,
    isStale: () => false,
    resolveOffset: () => undefined,
    heartbeat: async () => {
      scene.beats += 1;
    },
    commitOffsetsIfNecessary: async ({
      topics: [topic],
    }: {
      topics: Array<{ partitions: Array<{ offset: string }> }>;
    }) => {
      scene.commits.push(topic?.partitions[0]?.offset ?? '');
    },
  }) as unknown as EachBatchPayload;

describe('a batch of a partition', () => {
  it('is offered in bounded parts, and committed behind each', async () => {
    const scene = sceneOf();
    await takeBatch(scene.loop, batchOf(scene, offsetsFrom(10, 7)));
    expect([scene.commits, scene.taken.length]).toEqual([['13', '16', '17'], 7]);
    expect(scene.beats).toBeGreaterThanOrEqual(3);
  });

  it('commits nothing more once the partition is lost, and stops', async () => {
    const scene = sceneOf();
    scene.take = async (batch) => {
      if (scene.taken.length === 3) scene.memberships.lost();
      return all(batch);
    };
    await takeBatch(scene.loop, batchOf(scene, offsetsFrom(0, 9)));
    expect([scene.commits, scene.taken.length]).toEqual([['3'], 6]);
  });

  it('commits nothing for a partition that came back in a later membership', async () => {
    const scene = sceneOf();
    scene.take = async (batch) => {
      scene.memberships.lost();
      scene.memberships.joined([0, 1]);
      return all(batch);
    };
    await takeBatch(scene.loop, batchOf(scene, offsetsFrom(0, 3)));
    expect(scene.commits).toEqual([]);
  });

  it('is left alone if the partition is not ours, or nobody has joined', async () => {
    const scene = sceneOf();
    await takeBatch(scene.loop, batchOf(scene, offsetsFrom(0, 3), 5));
    scene.memberships.lost();
    await takeBatch(scene.loop, batchOf(scene, offsetsFrom(0, 3)));
    expect([scene.commits, scene.taken]).toEqual([[], []]);
  });

  it('is not taken twice if it was fetched before and comes again', async () => {
    const scene = sceneOf();
    await takeBatch(scene.loop, batchOf(scene, offsetsFrom(0, 3)));
    await takeBatch(scene.loop, batchOf(scene, offsetsFrom(1, 4)));
    expect([scene.commits, scene.taken]).toEqual([['3', '5'], offsetsFrom(0, 5).map((offset) => `t/0/${offset}`)]);
  });

  it('waits in its order while nothing is durable, and keeps its place in the group', async () => {
    const scene = sceneOf();
    let refusals = 3;
    scene.take = async (batch) => ((refusals -= 1) >= 0 ? { durable: 0, retryAfterMs: 1 } : all(batch));
    await takeBatch(scene.loop, batchOf(scene, offsetsFrom(0, 3)));
    expect([scene.commits, scene.taken.length]).toEqual([['3'], 3]);
    expect(scene.beats).toBeGreaterThanOrEqual(4);
  });

  it('ends when it is told to, also while it waits', async () => {
    const scene = sceneOf();
    scene.take = async () => {
      setTimeout(() => scene.ending.abort(), 5);
      return { durable: 0, retryAfterMs: 60_000 };
    };
    await takeBatch(scene.loop, batchOf(scene, offsetsFrom(0, 3)));
    expect(scene.commits).toEqual([]);
  });
});
