import { iso } from '../../../common/iso';
import {
  enableChannel,
  listSources,
  planSource,
  rotateChannel,
  subscribeSource,
  testChannel,
  type ChannelView,
  type SourcePlan,
} from '../../../common/api/routes';
import { callerWith, EVERYTHING, routeHost, type RouteHost } from '../../../test/builders/route_host';
import type { AlertingCore } from '../../../test/targets/alerting/alerting_core';
import { queryMonitor } from '../../../test/targets/alerting/monitors';
import { ROTATE_AFTER_MS } from './channel_tokens';
import type { ChannelContent } from '../keeping/kinds/sources';

let host: RouteHost;
let core: AlertingCore;
let over = false;

beforeEach(async () => {
  host = await routeHost();
  core = host.alerting.core;
  core.monitors.put('m1', queryMonitor());
  const params = { kind: 'monitor', id: 'm1' };
  const { digest } = (await host.call(planSource, { params, body: { intent: 'subscribe' } }))
    .body as unknown as SourcePlan;
  await host.call(subscribeSource, { params, body: { digest, reason: 'new source' } });
  over = false;
  host.alerting.sources.start(() => over);
});
afterEach(() => {
  over = true;
});

const id = (): string => core.channels.ids[0] ?? '';
const bearer = (): string => core.channels.headersOf(id()).Authorization ?? '';
const change = (config: object) =>
  core.channels.answer({ method: 'PUT', path: '', query: {}, body: { config } }, `/configs/${id()}`);
const channel = async (): Promise<ChannelView | undefined> =>
  ((await host.call(listSources)).body as unknown as { channel?: ChannelView }).channel;
/** As if so much time had passed since the token was renewed. */
const age = (ms: number): void => {
  const stored = host.world.store.documents.get('source:channel');
  if (!stored) throw new Error('no channel');
  const content = stored.body.content as ChannelContent;
  const rotated_at = iso(Date.parse(content.rotated_at) - ms);
  stored.body = { ...stored.body, content: { ...content, rotated_at } };
};
const auditOf = async (verb: string) =>
  (
    await host.drive(host.agent.parts.evidence.find({ family: 'audit', limit: 100, offset: 0, order: 'newest' }))
  ).entries
    .map(({ body }) => body)
    .filter((body) => body.verb === verb);

describe('the keeper of the channel', () => {
  it('leaves a token alone that is young and in force', async () => {
    const before = bearer();
    await host.wait(150_000);
    expect([bearer(), (await auditOf('rotate_channel_token')).length]).toEqual([before, 0]);
  });

  it('renews it in time, on record, and the channel works all the while', async () => {
    const before = bearer();
    age(ROTATE_AFTER_MS);
    await host.wait(70_000);
    expect(bearer()).not.toBe(before);
    const about = { by: 'reflex', text: 'its time is over' };
    expect(await auditOf('rotate_channel_token')).toMatchObject([
      { ...about, outcome: 'done' },
      { ...about, outcome: 'asked' },
    ]);
    expect(await channel()).toMatchObject({ rotating: false, test: { arrived_at: expect.any(String) } });
  });

  it('puts it right where somebody put another token into the channel, or pointed it elsewhere', async () => {
    await change({
      name: 'Reflex',
      config_type: 'webhook',
      is_enabled: true,
      webhook: { url: (await channel())?.url, header_params: { Authorization: 'Bearer mine' } },
    });
    await host.wait(70_000);
    expect(bearer()).toMatch(/^Bearer rfx_/);
    await change({
      name: 'Reflex',
      config_type: 'webhook',
      is_enabled: true,
      webhook: { url: 'http://elsewhere.example/', header_params: {} },
    });
    await host.wait(70_000);
    expect(await host.drive(host.alerting.sources.desk.api.channel(id()))).toMatchObject({
      url: (await channel())?.url,
    });
  });

  it('says that the channel was deleted, and does not make another behind anybody’s back', async () => {
    await core.channels.answer({ method: 'DELETE', path: '', query: {}, body: {} }, `/configs/${id()}`);
    await host.wait(70_000);
    expect(core.channels.ids).toEqual([]);
    expect((await channel())?.problem).toContain('not there any more');
  });

  const setEnabled = async (is_enabled: boolean) =>
    change({
      name: 'Reflex',
      config_type: 'webhook',
      is_enabled,
      webhook: { url: (await channel())?.url, header_params: core.channels.headersOf(id()) },
    });
  const isEnabled = async () => (await host.drive(host.alerting.sources.desk.api.channel(id())))?.enabled;
  const shown = async () => {
    const { disabled, problem = '' } = (await channel()) ?? {};
    return [disabled === true, problem.includes('somebody disabled the channel')];
  };

  it('leaves a channel disabled that somebody disabled, whatever is due, and says so', async () => {
    const before = bearer();
    await setEnabled(false);
    await host.wait(70_000);
    expect([await isEnabled(), await shown()]).toEqual([false, [true, true]]);
    age(ROTATE_AFTER_MS);
    await host.wait(70_000);
    expect([await isEnabled(), bearer(), await auditOf('rotate_channel_token')]).toEqual([false, before, []]);
    await setEnabled(true);
    await host.wait(70_000);
    expect([await shown(), bearer() === before]).toEqual([[false, false], false]);
  });

  it('leaves it disabled where a token is to be renewed, or another monitor subscribed', async () => {
    await setEnabled(false);
    await host.wait(70_000);
    expect(await host.call(rotateChannel, { body: { reason: 'a drill' } })).toMatchObject({ status: 400 });
    core.monitors.put('m2', queryMonitor('another'));
    const params = { kind: 'monitor', id: 'm2' };
    const plan = (await host.call(planSource, { params, body: { intent: 'subscribe' } })).body as unknown as SourcePlan;
    expect([plan.channel.change, plan.notes.join(' ').includes('is disabled in OpenSearch')]).toEqual(['reuse', true]);
    const order = { digest: plan.digest, reason: 'new source' };
    expect(await host.call(subscribeSource, { params, body: order })).toMatchObject({ status: 200 });
    expect(await isEnabled()).toBe(false);
  });

  it('says so to whoever sends a test message', async () => {
    await setEnabled(false);
    await host.wait(70_000);
    expect(await host.call(testChannel)).toMatchObject({
      body: { test: { failed: expect.stringContaining('somebody disabled the channel') } },
    });
  });

  it('enables it for a person who says why, on record, with a token that works', async () => {
    await setEnabled(false);
    await host.wait(70_000);
    const before = bearer();
    const order = { body: { reason: 'the flood is over' } };
    expect(await host.call(enableChannel, { ...order, as: callerWith('eve', 'read', 'approve') })).toMatchObject({
      status: 403,
    });
    expect(await host.call(enableChannel, { ...order, as: EVERYTHING })).toMatchObject({ status: 200 });
    expect([await isEnabled(), await shown(), bearer() === before]).toEqual([true, [false, false], false]);
    await host.wait(2_000);
    expect(await channel()).toMatchObject({ test: { arrived_at: expect.any(String) } });
    expect((await auditOf('enable_channel')).map(({ outcome }) => outcome)).toEqual(['done', 'asked']);
  });

  it('tries ever more rarely what does not work', async () => {
    core.forbidden.add('PUT /_plugins/_notifications');
    age(ROTATE_AFTER_MS);
    await host.wait(10 * 60_000);
    const outcomes = (await auditOf('rotate_channel_token')).map(({ outcome }) => outcome);
    expect(outcomes).toEqual(Array.from({ length: 3 }, () => ['refused: invalid', 'asked']).flat());
    expect((await channel())?.problem).toContain('may not do this');
  });
});
