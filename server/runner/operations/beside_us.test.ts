import { listBeside, type BesideView } from '../../../common/api/routes';
import { decode } from '../../../common/codec/decode';
import { err, ok } from '../../../common/result';
import { routeHost, type RouteHost } from '../../../test/builders/route_host';
import { blocking } from '../../../test/simulation/scenario';
import { bareIdentities } from '../../engine/entity/identity';
import type { Connector, ListedEffect } from '../ports';
import { BesideUs } from './beside_us';

const OTHER: ListedEffect = { action: 'block_ip', target: { type: 'ip', value: '198.51.100.9' } };

describe('what others contain', () => {
  let host: RouteHost;
  beforeEach(async () => {
    host = await routeHost();
  });

  const rows = async (): Promise<BesideView['connectors']> => {
    const answer = await host.call(listBeside);
    const read = decode(listBeside.answer, JSON.parse(JSON.stringify(answer.body)));
    if (!read.ok) throw new Error(JSON.stringify(read.error));
    return read.value.connectors;
  };
  const effectsOf = async (): Promise<readonly unknown[]> => (await rows()).flatMap(({ effects }) => effects);

  it('is told apart from what Reflex does, which is no row of it', async () => {
    void host.agent.admit(blocking('203.0.113.7', 'e1', host.world.now));
    await host.wait(5_000);
    expect([...host.world.target.entries.keys()]).toHaveLength(1);
    expect(await effectsOf()).toEqual([]);
  });
});

/** A connector that lists this, and how often it was asked. */
const desk = (listed: () => ReturnType<Connector['list']>, tagged = true) => {
  let now = 0;
  let asked = 0;
  const connector = {
    name: 'edge',
    kind: 'rest',
    capabilities: { tagged },
    list: () => ((asked += 1), listed()),
  } as unknown as Connector;
  const beside = new BesideUs();
  const docs: unknown[] = [];
  const agent = {
    parts: {
      clock: { monotonic: () => now },
      connectors: new Map([['edge', connector]]),
      inventory: bareIdentities,
      store: { search: () => Promise.resolve(docs) },
    },
  } as never;
  return {
    look: async () => (await beside.look(agent))[0],
    pass: (ms: number) => void (now += ms),
    asked: () => asked,
    /** A containment that is in force. */
    holds: (value: string, command_id: string) =>
      void docs.push({
        id: `effect:${value}`,
        kind: 'effect',
        ordinal: 1,
        facets: {},
        content: {
          connector: 'edge',
          action: 'block_ip',
          target: { type: 'ip', value },
          reasons: [{ command: { command_id } }],
        },
      }),
  };
};

describe('a list of a target', () => {
  it('has what carries no mark of ours, and what carries one that no containment has', async () => {
    const ours = { ...OTHER, target: { type: 'ip', value: '203.0.113.7' }, command_id: 'c1' } as const;
    const lost = { ...OTHER, command_id: 'c9', since: '2026-11-22T10:00:00Z' };
    const { look, holds } = desk(() => Promise.resolve(ok([ours, OTHER, lost])));
    holds('203.0.113.7', 'c1');
    expect(await look()).toEqual({
      connector: 'edge',
      kind: 'rest',
      effects: [
        { ...OTHER, whose: 'others' },
        { ...lost, whose: 'unknown_mark' },
      ],
    });
  });

  it('is compared by the thing where its target keeps no mark, by whichever spelling', async () => {
    const listed = () =>
      Promise.resolve(
        ok([
          { ...OTHER, target: { type: 'ip' as const, value: '198.51.100.9/32' } },
          { ...OTHER, action: 'isolate' },
        ]),
      );
    const untagged = desk(listed, false);
    untagged.holds('198.51.100.9', 'c1');
    expect((await untagged.look())?.effects.map(({ action }) => action)).toEqual(['isolate']);
    const tagged = desk(listed);
    tagged.holds('198.51.100.9', 'c1');
    expect((await tagged.look())?.effects).toHaveLength(2);
  });

  it('is asked for once in half a minute, however many look', async () => {
    const { look, pass, asked } = desk(() => Promise.resolve(ok([])));
    await Promise.all([look(), look()]);
    pass(29_999);
    await look();
    expect(asked()).toBe(1);
    pass(1);
    await look();
    expect(asked()).toBe(2);
  });

  it('that does not come says why, and nothing is taken for nothing there', async () => {
    const error = { code: 'no_answer', message: 'it did not answer', retryable: true };
    const { look } = desk(() => Promise.resolve(err(error)));
    expect(await look()).toEqual({ connector: 'edge', kind: 'rest', why: 'it did not answer', effects: [] });
  });

  it('says how many it leaves out', async () => {
    const { look } = desk(() => Promise.resolve(ok(Array.from({ length: 1_234 }, () => OTHER))));
    expect(await look()).toMatchObject({ more: 234 });
  });
});
