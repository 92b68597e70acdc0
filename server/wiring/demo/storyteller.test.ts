import { quietLog } from '../../../test/builders/store_port';
import { Storyteller, type StoryParts } from './storyteller';

/** How long the agent takes to make a case of what it was told, ms; undefined: it never does. */
const tell = async (takesMs: number | undefined, untilMs: number) => {
  let now = 0;
  let accepted = 0;
  /** When each report's alert was written. */
  const told: number[] = [];
  const heard: number[] = [];
  const memory = new Map<string, string>();
  const parts = {
    agent: {
      parts: {
        clock: {
          monotonic: () => now,
          utc: () => now,
          sleep: (ms: number) => {
            now += ms;
            while (heard[0] !== undefined && heard[0] <= now) {
              heard.shift();
              accepted += 1;
            }
            if (now >= untilMs) storyteller.stop();
            return Promise.resolve();
          },
        },
        store: { get: () => Promise.resolve({}), search: () => Promise.resolve([]) },
        memory: undefined,
        log: quietLog(),
      },
      door: {
        get counters() {
          return { accepted };
        },
      },
    },
    alerts: { receive: () => Promise.resolve() },
    transport: {
      request: ({ path }: { readonly path: string }) => {
        if (path.startsWith('/.opendistro-alerting-alerts/_create')) {
          told.push(now);
          if (takesMs !== undefined) heard.push(now + takesMs);
        }
        return Promise.resolve({ status: 200, body: {} });
      },
    },
    inventoryStore: { load: () => Promise.resolve({ items: [{ origin: 'demo' }] }) },
    memory: { read: (key: string) => memory.get(key), write: (key: string, text: string) => memory.set(key, text) },
    watched: () => false,
  } as unknown as StoryParts;
  const storyteller = new Storyteller(parts, { pauseAfter: () => 0, withinScene: 0 });
  await storyteller.tell();
  return told;
};

describe('the storyteller', () => {
  it('tells the next report only when the last one is a case, within a scene and between two', async () => {
    const told = await tell(1_000, 60_000);
    expect(told.length).toBeGreaterThan(40);
    expect(Math.min(...told.slice(1).map((at, index) => at - (told[index] ?? 0)))).toBe(1_000);
  });

  it('goes on after 30 s where nobody takes in what it tells', async () => {
    const told = await tell(undefined, 200_000);
    expect(told.slice(0, 4)).toEqual([0, 30_000, 60_000, 90_000]);
  });
});
