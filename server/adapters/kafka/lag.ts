import type { Admin } from 'kafkajs';

/** Where a group stands in a topic. */
interface GroupPlace {
  /** Records that the group has not committed yet. */
  readonly lag: number;
  /** `partition:next offset`, by partition. */
  readonly position: string;
  /** False if the group has never committed anything here. */
  readonly known: boolean;
}

/** Reads what the group has committed and where the topic ends; the library's own lag knows only fetched batches. */
export const groupPlace = async (admin: Admin, topic: string, group: string): Promise<GroupPlace> => {
  const [ends, [committed]] = await Promise.all([
    admin.fetchTopicOffsets(topic),
    admin.fetchOffsets({ groupId: group, topics: [topic] }),
  ]);
  const next = new Map((committed?.partitions ?? []).map(({ partition, offset }) => [partition, BigInt(offset)]));
  const places = [...ends]
    .sort((a, b) => a.partition - b.partition)
    .map(({ partition, high, low }) => {
      const at = next.get(partition) ?? -1n;
      const from = at < BigInt(low) ? BigInt(low) : at;
      return { partition, at, lag: BigInt(high) > from ? BigInt(high) - from : 0n };
    });
  return {
    lag: Number(places.reduce((sum, { lag }) => sum + lag, 0n)),
    position: places.map(({ partition, at }) => `${partition}:${at < 0n ? '-' : at}`).join(' '),
    known: places.some(({ at }) => at >= 0n),
  };
};

/** Lets a group that has never read begin at the topic's end as of now. Only before its first member joins. */
export const beginAtTheEnd = async (admin: Admin, topic: string, group: string): Promise<void> => {
  const ends = await admin.fetchTopicOffsets(topic);
  await admin.setOffsets({
    groupId: group,
    topic,
    partitions: ends.map(({ partition, high }) => ({ partition, offset: high })),
  });
};
