import { undoRoom, type Room } from '../../../test/builders/undo_room';
import { anEffect, EFFECT } from '../../../test/builders/undoing';
import type { Agent } from '../agent/agent';
import type { InFlightCommand } from '../executing/in_flight';
import { StoreUnavailable, type EvidenceLog } from '../ports';
import { HostStop } from '../session/host_stop';
import { stopAll, stopsOf, stopWhileStarting } from './brakes';

const ORDER = { scope: 'all', who: 'ann', why: 'too much' };
const SENT: InFlightCommand = { effect_id: 'effect:9', action: 'block_ip', target: '203.0.113.9' };

describe('what was on the wire when everything was stopped', () => {
  let room: Room;
  let hostStop: HostStop;
  /** What this host has sent and not written down. */
  let own: InFlightCommand[];
  /** What happens until the others have the order. */
  let meanwhile: () => void;
  const agentOf = (joined = true): Agent => {
    const session = {
      id: 'me',
      livePeers: [],
      gate: undefined,
      publishOrders: async () => {
        await room.basics.clock.sleep(200);
        meanwhile();
        const stops = hostStop.orders;
        hostStop.over(stops);
        return { generation: 'g', epoch: 2, stops, sessions: {}, bundle_floor: 0 };
      },
      changeGate: async () => undefined,
    };
    const evidence = { append: async () => undefined } as unknown as EvidenceLog;
    const shift = joined ? { session, work: { inFlight: { list: own } } } : undefined;
    return { shift, parts: { ...room.basics, store: room.port.store, evidence } } as unknown as Agent;
  };
  const stopped = (joined = true) => room.run(stopAll(agentOf(joined), hostStop, ORDER));
  const wire = async () => (await stopped()).on_the_wire.map(({ effect_id }) => effect_id);
  beforeEach(() => {
    room = undoRoom();
    own = [];
    meanwhile = () => undefined;
    const { localStop } = room.disk.ports(async () => undefined);
    hostStop = new HostStop({ ...room.basics, localStop });
  });

  it.each([
    ['applying', true],
    ['unknown', true],
    ['present', false],
    ['undoing', false],
    ['absent', false],
  ] as const)('an effect that is %s: %s', async (state, listed) => {
    room.putEffect(anEffect({ state }));
    expect(await wire()).toEqual(listed ? [EFFECT] : []);
  });

  it('is asked for fresh, so that what was claimed in the last second is there', async () => {
    const search = jest.spyOn(room.port.store, 'search');
    await stopped();
    expect(search).toHaveBeenCalledWith(expect.objectContaining({ kinds: ['effect'], fresh: true }));
  });

  it('is asked for once the others have the order: what they began until then is there', async () => {
    meanwhile = () => void room.putEffect(anEffect({ state: 'applying' }));
    expect(await wire()).toEqual([EFFECT]);
  });

  it('is what this host has in hand as well, each once', async () => {
    room.putEffect(anEffect({ state: 'applying' }));
    own.push(SENT, { ...SENT, effect_id: EFFECT });
    expect(await wire()).toEqual(['effect:9', EFFECT]);
  });

  it.each([
    [999, true],
    [1_000, false],
  ])('is known whole only where less than is listed was found: %d, %s', async (count, isKnown) => {
    const doc = room.putEffect(anEffect({ state: 'applying' }));
    const found = Array.from({ length: count }, (_, n) => ({ ...doc, id: `effect:${n}` }));
    jest.spyOn(room.port.store, 'search').mockResolvedValue(found);
    expect((await stopped()).wire_known).toBe(isKnown);
  });

  it('is not known of others while OpenSearch does not tell', async () => {
    own.push(SENT);
    Object.assign(room.port.store, { search: () => Promise.reject(new StoreUnavailable('away')) });
    expect(await stopped()).toMatchObject({ on_the_wire: [SENT], wire_known: false });
  });

  it('is told once the order is on the disk of this host, where no session gives it to the others', async () => {
    const flushed: Array<() => void> = [];
    const { localStop } = room.disk.ports(() => new Promise((resolve) => flushed.push(resolve)));
    hostStop = new HostStop({ ...room.basics, localStop });
    const taken = stopWhileStarting(hostStop, ORDER);
    const first = await Promise.race([taken, new Promise((resolve) => setImmediate(() => resolve('not yet')))]);
    expect([first, hostStop.orders.length, room.disk.stops]).toEqual(['not yet', 1, []]);
    for (const done of flushed) done();
    expect(await taken).toMatchObject({ acknowledged: false, epoch: null });
    expect(room.disk.stops).toMatchObject([ORDER]);
  });

  it('may be known though no session is up', async () => {
    room.putEffect(anEffect({ state: 'applying' }));
    const report = await stopped(false);
    expect(report).toMatchObject({ acknowledged: false, epoch: null, wire_known: true });
    expect([report.on_the_wire.length, hostStop.orders.length]).toEqual([1, 1]);
    expect(stopsOf({ shift: undefined }, hostStop)).toMatchObject([{ ...ORDER, state: 'local' }]);
  });

  it('is asked for after this host stands still', async () => {
    const before: number[] = [];
    jest.spyOn(room.port.store, 'search').mockImplementation(async () => {
      before.push(hostStop.orders.length);
      return [];
    });
    const agent = agentOf();
    const order = stopAll(agent, hostStop, ORDER);
    expect(hostStop.orders).toMatchObject([ORDER]);
    await room.run(order);
    expect(before.length).toBe(1);
  });
});
