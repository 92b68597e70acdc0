import { readFileSync } from 'fs';
import { BareHost } from '../../test/demo/bare_host';
import { quietLog } from '../../test/builders/store_port';
import { temporaryFolder } from '../../test/contracts/temporary_folder';
import { StoreUnavailable } from '../runner/ports';
import { buildAgent, connectorsOf } from './build_agent';
import { buildSources } from './build_sources';
import { buildTrust } from './build_trust';
import { ChangeHub } from './change_hub';
import { OneLife } from './life';
import { openDisk } from './open_disk';
import { ownMachine } from './own_machine';
import { SecretBook } from './secrets';
import { storesOn } from './stores';
import { HostStop } from '../runner/session/host_stop';
import { realClock } from '../adapters/system/real_clock';

/* The four functions that build the engine, one after the other, without OpenSearch. */

let temporary: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  temporary = temporaryFolder();
});
afterEach(() => temporary.remove());

const built = async () => {
  let asked = 0;
  const away = () => {
    asked += 1;
    return Promise.reject(new StoreUnavailable('away'));
  };
  const { parts: host } = new BareHost({
    transport: { request: away },
    dataFolder: temporary.folder,
    demo: false,
  });
  const opened: string[] = [];
  const whole = new OneLife(quietLog());
  const { log, signal, isOver, goOn } = whole;
  const note = (what: string, close: () => unknown): void => {
    opened.push(what);
    whole.opened(what, close);
  };
  const life = { log, signal, isOver, goOn, opened: note };
  const disk = await openDisk(host, life);
  const stores = storesOn(host);
  const enforcement = connectorsOf(host.settings, [], {
    secrets: new SecretBook(host.settings, {}),
    store: stores.store,
  });
  const trust = await buildTrust(host, disk, stores, life);
  const localStop = { read: () => [], write: async () => undefined };
  const hostStop = new HostStop({ clock: realClock, log, localStop });
  const ways = { hub: new ChangeHub(), prepare: undefined };
  const acting = buildAgent(host, { disk, stores, enforcement, trust, hostStop, own: ownMachine(host, []) }, ways);
  const sources = await buildSources(
    host,
    { agent: acting.agent, disk, stores, trust, secrets: enforcement.secrets },
    life,
  );
  const close = (): Promise<void> => {
    whole.end();
    return whole.close();
  };
  return { opened, close, trust, ...acting, ...sources, asked: () => asked };
};

describe('building the engine', () => {
  it('asks OpenSearch nothing', async () => {
    const { asked, close } = await built();
    expect(asked()).toBe(0);
    await close();
  });

  it('notes everything that has to be closed', async () => {
    const { opened, close } = await built();
    expect(opened).toEqual([
      'the journal',
      'the spool',
      'the guards on trial',
      'the guards',
      'the configured sources',
      'telling outcomes',
      'handing over',
      'the backtests',
    ]);
    await close();
  });

  it('closes what it noted', async () => {
    const { close, trust, configured, telling, backtests } = await built();
    const closings = [
      jest.spyOn(trust.guards as unknown as { close: () => Promise<void> }, 'close'),
      jest.spyOn(trust.guardTrials as unknown as { close: () => Promise<void> }, 'close'),
      jest.spyOn(configured, 'ended'),
      jest.spyOn(telling, 'ended'),
      jest.spyOn(backtests, 'stop'),
    ];
    await close();
    for (const closing of closings) expect(closing).toHaveBeenCalledTimes(1);
  });

  it('ties the freshness of bundles to the gate that the agent sees', async () => {
    const { agent, trust, close } = await built();
    expect(trust.gateFloor.ask()).toBe(0);
    jest.spyOn(agent, 'shift', 'get').mockReturnValue({ session: { gate: { bundle_floor: 7 } } } as typeof agent.shift);
    expect(trust.gateFloor.ask()).toBe(7);
    await close();
  });

  it('knows the token that a standalone host made for itself', async () => {
    const { tokenOwner, intakeHint, close } = await built();
    const token = readFileSync(intakeHint ?? '', 'utf8').trim();
    expect(await tokenOwner(token, undefined)).toMatchObject({
      name: 'local',
      may: ['intake', 'ask', 'act', 'metrics'],
    });
    expect(await tokenOwner(`${token}x`, undefined)).toBeUndefined();
    await close();
  });
});
