import { existsSync, writeFileSync } from 'fs';
import { join } from 'path';
import { BareHost } from '../../../test/demo/bare_host';
import { quietLog } from '../../../test/builders/store_port';
import { temporaryFolder } from '../../../test/contracts/temporary_folder';
import { StoreUnavailable } from '../../runner/ports';
import { LifeOver, OneLife } from '../life';
import { USUAL_DEMO, type Demo } from './demo';
import { HostDemo } from './host_demo';
import type { StoryParts } from './storyteller';

let temporary: ReturnType<typeof temporaryFolder>;
let life: OneLife;
beforeEach(() => {
  temporary = temporaryFolder();
  life = new OneLife(quietLog());
});
afterEach(async () => {
  life.end();
  await life.close();
  temporary.remove();
});

const sceneOf = ({ demo = true }: { readonly demo?: boolean } = {}) => {
  let asked = 0;
  const away = (): Promise<never> => {
    asked += 1;
    return Promise.reject(new StoreUnavailable('away'));
  };
  const host = new BareHost({ transport: { request: away }, dataFolder: temporary.folder, demo });
  return { host, demo: new HostDemo(host.parts, USUAL_DEMO), asked: () => asked };
};

const answers = async (demo: Demo | undefined): Promise<boolean> => {
  const { base_url: url } = (demo?.connectors[0]?.parameters ?? {}) as { base_url?: string };
  return fetch(`${new URL(url ?? '').origin}/state`).then(
    ({ ok }) => ok,
    () => false,
  );
};
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('the demo of a host', () => {
  it('opens its target for a life and closes it with the life', async () => {
    const { demo } = sceneOf();
    const opened = await demo.open(life);
    expect(await answers(opened)).toBe(true);
    life.end();
    await life.close();
    expect(await answers(opened)).toBe(false);
    expect(demo.runs).toBe(true);
  });

  it('opens nothing where there is none', async () => {
    const { demo } = sceneOf({ demo: false });
    expect(demo.runs).toBe(false);
    expect(await demo.open(life)).toBeUndefined();
  });

  it('clears nothing where there is none', async () => {
    const { demo, asked } = sceneOf({ demo: false });
    await expect(demo.clear(life)).rejects.toThrow('no demo runs here');
    expect(asked()).toBe(0);
    expect(existsSync(join(temporary.folder, 'demo-ending'))).toBe(false);
  });

  it('stops its story with the life', async () => {
    const { demo, asked } = sceneOf();
    const opened = await demo.open(life);
    const clock = { utc: () => 0, monotonic: () => 0, sleep: () => pause(1) };
    const agent = { parts: { clock } };
    const inventoryStore = { load: () => Promise.reject(new StoreUnavailable('away')) };
    opened?.begin({ agent, inventoryStore } as unknown as StoryParts, life);
    await pause(20);
    life.end();
    await life.close();
    await pause(20);
    const before = asked();
    expect(before).toBeGreaterThan(0);
    await pause(20);
    expect(asked()).toBe(before);
  });

  it('still runs, and is finished at the next start, if the host stops before it was cleared', async () => {
    const { host, demo } = sceneOf();
    const cleared = expect(demo.clear(life)).rejects.toBeInstanceOf(LifeOver);
    await pause(20);
    life.end();
    await cleared;
    expect(demo.runs).toBe(true);
    expect(host.leftDemo).toBe(0);
    expect(existsSync(join(temporary.folder, 'demo-ending'))).toBe(true);
  });

  it('is gone for good once it was cleared', async () => {
    const { host } = sceneOf();
    const nothing = async () => ({ status: 200, body: { indices: [] } });
    const demo = new HostDemo({ ...host.parts, transport: { request: nothing } }, USUAL_DEMO);
    await demo.open(life);
    const unsubscribe = jest.fn();
    expect(demo.watch(unsubscribe)).not.toBe(unsubscribe);
    const next = new OneLife(quietLog());
    expect(await demo.clear(next)).toBe(0);
    expect([demo.runs, host.leftDemo]).toEqual([false, 1]);
    expect(demo.watch(unsubscribe)).toBe(unsubscribe);
    expect(await demo.open(next)).toBeUndefined();
  });

  it('is not opened while an ending that broke off is not finished', async () => {
    const { demo } = sceneOf();
    writeFileSync(join(temporary.folder, 'demo-ending'), '');
    const opened = expect(demo.open(life)).rejects.toBeInstanceOf(LifeOver);
    await pause(20);
    life.end();
    await opened;
    expect(existsSync(join(temporary.folder, 'demo-target.json'))).toBe(false);
  });

  it('counts who has a page open only while it runs', async () => {
    const { demo } = sceneOf();
    const unsubscribe = jest.fn();
    expect(demo.watch(unsubscribe)).toBe(unsubscribe);
    await demo.open(life);
    demo.watch(unsubscribe)();
    expect(unsubscribe).toHaveBeenCalledTimes(1);
  });
});
