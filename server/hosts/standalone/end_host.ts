import type { Host } from './host';

const farewell = (containments: number): string =>
  containments === 1
    ? '1 containment stays and is undone at the next start'
    : `${containments} containments stay and are undone at the next start`;

/** Said where the start was broken off before anybody knew how many there are. */
const UNCOUNTED = 'Containments of earlier runs, if any, stay and are undone at the next start';

/** Ends what was started, in the order in which it depends on each other. */
export const endHost = async (host: Host): Promise<void> => {
  const { terminal, log } = host;
  const attempt = async (what: string, work: Promise<unknown> | undefined): Promise<void> => {
    try {
      await work;
    } catch (cause) {
      log.error(`${what} did not stop in order`, { why: (cause as Error).message });
    }
  };
  await attempt('the page', host.http?.stop());
  // What was broken off ends by itself, the node that had just been started included.
  if (host.wired === undefined) await host.started?.catch(() => undefined);
  if (host.wired !== undefined)
    await attempt(
      'the engine',
      host.wired.stop().then(({ containments }) => terminal.line(host.ready ? farewell(containments) : UNCOUNTED)),
    );
  await attempt('the client', host.cluster?.close());
  await attempt('the node', host.node?.stop());
  await attempt('the lock', host.lock?.release());
};
