import { Socket } from 'net';
import { Connections } from './connections';
import type { ToHelper } from './messages';

const scene = () => {
  const sent: ToHelper[] = [];
  return { sent, connections: new Connections((message) => sent.push(message)) };
};

describe('a connection that the helper was asked for', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('goes to whoever asked for it', async () => {
    const { sent, connections } = scene();
    const [first, second] = [connections.ask(9200), connections.ask(9201)];
    expect(sent).toEqual([
      { kind: 'connect', id: 1, port: 9200 },
      { kind: 'connect', id: 2, port: 9201 },
    ]);
    const sockets = [new Socket(), new Socket()];
    connections.arrived(2, sockets[1]);
    connections.arrived(1, sockets[0]);
    expect(await first).toBe(sockets[0]);
    expect(await second).toBe(sockets[1]);
  });

  it.each([
    [
      'is refused',
      (to: Connections) => to.refused(1, 'ECONNREFUSED'),
      'no connection to the OpenSearch node: ECONNREFUSED',
    ],
    ['broke off on the way', (to: Connections) => to.arrived(1, undefined), 'broke off'],
    ['has nobody any more who makes it', (to: Connections) => to.close('exit code 1'), 'exit code 1'],
    ['does not come for 10 s', () => jest.advanceTimersByTime(10_000), 'its helper does not answer'],
  ])('and that %s is an error', async (_, happens, words) => {
    const { connections } = scene();
    const asked = connections.ask(9200);
    happens(connections);
    await expect(asked).rejects.toThrow(words);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('is closed if it comes when nobody waits any more', async () => {
    const { connections } = scene();
    const asked = connections.ask(9200);
    jest.advanceTimersByTime(10_000);
    await expect(asked).rejects.toThrow();
    const socket = new Socket();
    connections.arrived(1, socket);
    expect(socket.destroyed).toBe(true);
  });

  it('is refused at once where the helper has ended', async () => {
    const { sent, connections } = scene();
    connections.close('ended by SIGKILL');
    await expect(connections.ask(9200)).rejects.toThrow('is not running (ended by SIGKILL)');
    expect(sent).toEqual([]);
  });
});
