/** Not more requests at a time than this: the answers of others must not wait for ours. */
const AT_ONCE = 4;

/** Runs a job for each item, a few at a time, and tells each outcome as it comes. */
export const runBulk = async <Item>(items: readonly Item[], job: (item: Item) => Promise<void>): Promise<void> => {
  const left = [...items];
  const worker = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await job(item);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker));
};
