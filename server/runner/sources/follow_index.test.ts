import { iso } from '../../../common/iso';
import { anEvent } from '../../../test/builders/events';
import { routeHost, type RouteHost } from '../../../test/builders/route_host';
import { putSwitch } from '../operations/source_switch';
import { followIndex } from './follow_index';
import { StoreUnavailable, type IndexDocument, type IndexReader } from '../ports';
import { SourceHealth } from './source_health';

let host: RouteHost;
let documents: IndexDocument[];
let fails: boolean;
let over: boolean;
let health: SourceHealth;

const detectionOf = (n: number, more: object = {}): IndexDocument => ({
  index: 'detections-1',
  id: `d${n}`,
  source: {
    ...anEvent({ event_id: `e${n}`, timestamp: iso(host.agent.parts.clock.utc()) }),
    ...more,
  },
});

const reader: IndexReader = {
  end: async () => ({ 'i/0': documents.length - 1 }),
  since: async (position, most) => {
    if (fails) throw new StoreUnavailable('away');
    const from = (position['i/0'] ?? -1) + 1;
    const read = documents.slice(from, from + most);
    return { documents: read, position: { 'i/0': from + read.length - 1 }, lag: documents.length - from - read.length };
  },
};

const begin = (start: 'now' | 'all', rules: Parameters<typeof followIndex>[0]['rules'] = {}): void => {
  void followIndex({ agent: host.agent, name: 'siem', reader, start, rules, health }, () => over);
};
const cursor = (): unknown => (host.world.store.get('cursor:index:siem')?.content as { position?: unknown })?.position;
const events = (): string[] =>
  host.world.store
    .search({ kinds: ['case'], limit: 1_000 })
    .map(({ content }) => (content as { received: { event: { event_id: string } } }).received.event.event_id)
    .sort();

beforeEach(async () => {
  host = await routeHost();
  documents = [];
  fails = false;
  over = false;
  health = new SourceHealth(host.agent.parts.clock);
});
afterEach(() => {
  over = true;
});

describe('an index as a source', () => {
  it('begins at its end or at its start, and its cursor goes on with what is durable', async () => {
    documents.push(detectionOf(0), detectionOf(1));
    begin('now');
    await host.wait(3_000);
    documents.push(detectionOf(2));
    await host.wait(5_000);
    expect([events(), cursor()]).toEqual([['e2'], { 'i/0': 2 }]);
    expect(health.list()).toMatchObject([
      { source: { type: 'index', id: 'siem' }, received: 1, lag: 0, connected: true },
    ]);
  });

  it('reads what was there before, if it is told to', async () => {
    documents.push(detectionOf(0), detectionOf(1));
    begin('all');
    await host.wait(5_000);
    expect(events()).toEqual(['e0', 'e1']);
  });

  it('takes a document that was changed for the same one', async () => {
    documents.push(detectionOf(0));
    begin('all');
    await host.wait(5_000);
    documents.push(detectionOf(0, { confidence: 0.1 }));
    await host.wait(5_000);
    expect(host.agent.door.counters).toMatchObject({ received: 2, duplicates: 1, quarantined: 0 });
  });

  it('stays where it is while nothing can be kept, and while nothing can be read', async () => {
    begin('all');
    await host.wait(3_000);
    const { firm } = host.agent.door;
    const { admit } = firm;
    Object.assign(firm, { admit: async () => ({ kind: 'overloaded', retry_after_s: 2 }) });
    documents.push(detectionOf(0));
    await host.wait(6_000);
    expect([events(), cursor()]).toEqual([[], { 'i/0': -1 }]);
    fails = true;
    Object.assign(firm, { admit });
    await host.wait(6_000);
    expect(health.list()[0]).toMatchObject({ connected: false, error: expect.stringContaining('away') });
    fails = false;
    await host.wait(6_000);
    expect([events(), cursor()]).toEqual([['e0'], { 'i/0': 0 }]);
    expect(health.list()[0]).toMatchObject({ connected: true, received: 1 });
  });

  it('stays where it is while one of several documents cannot be kept', async () => {
    begin('now');
    await host.wait(3_000);
    documents.push(detectionOf(0), detectionOf(1));
    const { firm } = host.agent.door;
    const { admit } = firm;
    Object.assign(firm, {
      admit: (received: Parameters<typeof admit>[0]) =>
        received.event.event_id === 'e1' ? Promise.resolve({ kind: 'overloaded', retry_after_s: 2 }) : admit(received),
    });
    await host.wait(6_000);
    expect([events(), cursor()]).toEqual([['e0'], { 'i/0': -1 }]);
    Object.assign(firm, { admit });
    await host.wait(6_000);
    expect([events(), cursor()]).toEqual([['e0', 'e1'], { 'i/0': 1 }]);
  });

  it('stays where it is while the source is off, tells how much waits, and takes it once it is on', async () => {
    begin('all');
    await host.wait(3_000);
    const order = { by: 'ann', reason: 'it cries wolf' };
    const source = { type: 'index', id: 'siem' } as const;
    await host.drive(putSwitch(host.agent, source, { ...order, version: 0, off: true }));
    documents.push(detectionOf(0), detectionOf(1));
    await host.wait(6_000);
    expect([events(), cursor()]).toEqual([[], { 'i/0': -1 }]);
    expect(health.list()[0]).toMatchObject({ lag: 2, received: 0 });
    await host.drive(putSwitch(host.agent, source, { ...order, version: 1, off: false }));
    await host.wait(6_000);
    expect([events(), cursor()]).toEqual([['e0', 'e1'], { 'i/0': 1 }]);
  });

  it('names a document by its index and id where the map finds no identity', async () => {
    const map = { severity: { value: 'high' }, timestamp: 'timestamp', 'source.ip': 'source.ip' } as const;
    documents.push(detectionOf(0));
    begin('all', { map });
    await host.wait(5_000);
    expect(events()).toEqual(['detections-1/d0']);
  });
});
