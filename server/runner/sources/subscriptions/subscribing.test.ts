import {
  listSources,
  planSource,
  postEvents,
  rotateChannel,
  subscribeSource,
  testChannel,
  undoSource,
  type ChannelView,
  type SourcePlan,
  type SourceView,
} from '../../../../common/api/routes';
import type { HostResponse } from '../../../routes/http';
import { callerWith, EVERYTHING, routeHost, type RouteHost } from '../../../../test/builders/route_host';
import type { AlertingCore } from '../../../../test/targets/alerting/alerting_core';
import { queryContext, type Firing } from '../../../../test/targets/alerting/contexts';
import type { Json } from '../../../../test/targets/alerting/documents';
import { detector, otherAction, queryMonitor, workflow } from '../../../../test/targets/alerting/monitors';

let host: RouteHost;
let core: AlertingCore;

beforeEach(async () => {
  host = await routeHost();
  core = host.alerting.core;
  core.monitors.put('m1', queryMonitor());
});

const bodyOf = <Body>({ body }: HostResponse): Body => body as unknown as Body;
const source = (kind = 'monitor', id = 'm1') => ({ kind, id });
const plan = async (intent: 'subscribe' | 'undo', params = source(), more: object = {}): Promise<SourcePlan> =>
  bodyOf<SourcePlan>(await host.call(planSource, { params, body: { intent, ...more } }));
const reason = 'the SOC wants it';

const subscribe = async (params = source(), more: object = {}): Promise<HostResponse> => {
  const { digest } = await plan('subscribe', params, more);
  return host.call(subscribeSource, { params, body: { digest, reason, ...more } });
};
const undo = async (params = source()): Promise<HostResponse> => {
  const { digest } = await plan('undo', params);
  return host.call(undoSource, { params, body: { digest, reason: 'no longer wanted' } });
};
const listed = async (id = 'm1'): Promise<SourceView | undefined> =>
  bodyOf<{ sources: SourceView[] }>(await host.call(listSources)).sources.find((each) => each.id === id);
const channel = async (): Promise<ChannelView | undefined> =>
  bodyOf<{ channel?: ChannelView }>(await host.call(listSources)).channel;

const firing = (): Firing => ({
  monitorId: 'm1',
  body: core.monitors.read('m1')?.body ?? {},
  trigger: { id: 'trig-q1', name: 'any error "quoted"', severity: '1' },
  at: host.agent.parts.clock.utc(),
});
/** The monitor fires; what Reflex' action came to. */
const fire = async () => {
  const results = await host.drive(core.run('m1', 'trig-q1', queryContext(firing())));
  return results.find(({ actionId }) => actionId.startsWith('reflex-'));
};
const bearer = (): string => core.channels.headersOf(core.channels.ids[0] ?? '').Authorization ?? '';
/** Without what the API itself changes with every write. */
const plain = ({ last_update_time: _at, ...body }: Json): Json => body;

describe('subscribing to a monitor', () => {
  it('tells the whole story: list, plan, apply, run, rotate, old token refused, undo, as it was', async () => {
    host.alerting.sources.start(() => false);
    const original = core.monitors.read('m1')?.body ?? {};
    expect(await listed()).toMatchObject({
      state: 'not_subscribed',
      triggers: [{ id: 'trig-q1', ours: false, other_actions: 1 }],
      intakes: [{ type: 'alerting', id: 'm1' }],
    });
    const shown = await plan('subscribe');
    expect(shown).toMatchObject({
      intent: 'subscribe',
      channel: { change: 'create', url: 'http://127.0.0.1:5601/api/reflex/webhooks/alerting' },
    });
    expect(shown.changes.map(({ path }) => path)).toEqual(['triggers.0.query_level_trigger.actions.1']);
    expect(core.monitors.read('m1')?.body).toEqual(original);

    expect(
      await host.call(subscribeSource, { params: source(), body: { digest: shown.digest, reason } }),
    ).toMatchObject({ status: 200, body: { source: { state: 'subscribed' } } });
    expect(JSON.stringify(core.monitors.read('m1')?.body.triggers)).toBe(
      JSON.stringify((JSON.parse(shown.after) as Json).triggers),
    );
    expect(await fire()).toMatchObject({ delivery: { status: 202, ok: true, tries: 1 } });

    const oldToken = bearer();
    expect(await host.call(rotateChannel, { body: { reason: 'exercise' } })).toMatchObject({ status: 200 });
    expect(bearer()).not.toBe(oldToken);
    expect(await fire()).toMatchObject({ delivery: { ok: true } });
    const withOld = () => host.call(postEvents, { headers: { authorization: oldToken }, body: Buffer.from('[]') });
    // Known still, though not allowed to send events of the wire form.
    expect((await withOld()).status).toBe(403);
    await host.wait(6 * 60_000);
    expect((await withOld()).status).toBe(401);
    expect(await fire()).toMatchObject({ delivery: { ok: true } });

    const last = bearer();
    expect(await undo()).toMatchObject({ status: 200, body: { source: { state: 'not_subscribed' } } });
    expect(plain(core.monitors.read('m1')?.body ?? {})).toEqual(plain(original));
    expect(core.channels.ids).toEqual([]);
    await host.wait(2_000);
    expect((await host.call(postEvents, { headers: { authorization: last }, body: Buffer.from('[]') })).status).toBe(
      401,
    );
    expect(host.errors).toEqual([]);
  });

  it('keeps what the visual editor of Alerting knows of a monitor, and shows it in the plan', async () => {
    const ui_metadata = { search: { searchType: 'graph', timeField: '@timestamp' }, triggers: {} };
    core.monitors.put('m1', { ...queryMonitor(), ui_metadata });
    const { before, after, changes } = await plan('subscribe');
    expect([before, after].map((text) => (JSON.parse(text) as Json).ui_metadata)).toEqual([ui_metadata, ui_metadata]);
    expect(changes.map(({ path }) => path)).toEqual(['triggers.0.query_level_trigger.actions.1']);
    await subscribe();
    expect(core.monitors.read('m1')?.body).toMatchObject({ ui_metadata });
    await undo();
    expect(plain(core.monitors.read('m1')?.body ?? {})).toEqual(plain({ ...queryMonitor(), ui_metadata }));
  });

  it('files who wants what in the audit before anything is done', async () => {
    core.forbidden.add('PUT /_plugins/_alerting');
    const { digest } = await plan('subscribe');
    expect(await subscribe()).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('may not do this') },
    });
    const { entries } = await host.drive(
      host.agent.parts.evidence.find({ family: 'audit', limit: 10, offset: 0, order: 'newest' }),
    );
    const mine = entries.map(({ body }) => body).filter(({ verb }) => verb === 'subscribe_source');
    expect(mine.map(({ outcome }) => String(outcome).slice(0, 8)).sort()).toEqual(['not done', 'ordered']);
    expect(mine[0]).toMatchObject({ by: EVERYTHING.name, text: reason, digest, object: { id: 'monitor:m1' } });
  });

  it('leaves nothing behind where OpenSearch refuses', async () => {
    core.forbidden.add('PUT /_plugins/_alerting');
    await subscribe();
    expect(core.channels.ids).toEqual([]);
    expect(await listed()).toMatchObject({ state: 'not_subscribed' });
    expect(await channel()).toBeUndefined();
  });

  it('does nothing when it is not as it was shown, and shows how it is now', async () => {
    const { digest } = await plan('subscribe');
    core.monitors.put('m1', queryMonitor('renamed meanwhile'));
    const answer = await host.call(subscribeSource, { params: source(), body: { digest, reason } });
    expect(answer).toMatchObject({
      status: 409,
      body: { code: 'changed', current: { source: { name: 'renamed meanwhile' } } },
    });
    expect(core.channels.ids).toEqual([]);
  });

  it('overwrites nobody who is faster between looking and writing', async () => {
    const { digest } = await plan('subscribe');
    const update = core.monitors.update.bind(core.monitors);
    core.monitors.update = (name, id, change) => {
      core.monitors.put('m1', queryMonitor('theirs'));
      return update(name, id, change);
    };
    expect(await host.call(subscribeSource, { params: source(), body: { digest, reason } })).toMatchObject({
      status: 409,
    });
    expect(core.monitors.read('m1')?.body.name).toBe('theirs');
  });

  it('subscribes to some triggers only, and to no trigger that is not there', async () => {
    core.monitors.put('w1', workflow());
    expect(
      await host.call(planSource, {
        params: source('workflow', 'w1'),
        body: { intent: 'subscribe', triggers: ['nope'] },
      }),
    ).toMatchObject({ status: 400, body: { fields: [{ path: 'triggers' }] } });
    expect(await subscribe(source('workflow', 'w1'), { triggers: ['trig-c1'] })).toMatchObject({ status: 200 });
  });

  it('writes into a detector through its own API', async () => {
    core.detectors.put('d1', detector());
    expect(await subscribe(source('detector', 'd1'))).toMatchObject({
      status: 200,
      body: { source: { state: 'subscribed', level: 'document' } },
    });
    const before = core.detectors.read('d1')?.version;
    expect(await undo(source('detector', 'd1'))).toMatchObject({ status: 200 });
    expect(core.detectors.read('d1')?.version).toBe((before ?? 0) + 1);
    expect(JSON.stringify(core.detectors.read('d1')?.body)).not.toContain('reflex');
  });

  it.each(['read', 'author', 'approve'] as const)(
    'lets nobody with the right to `%s` change anything',
    async (right) => {
      const body = { digest: 'x', reason };
      for (const route of [subscribeSource, undoSource, rotateChannel, testChannel])
        expect((await host.call(route, { params: source(), body, as: callerWith('eve', right) })).status).toBe(403);
      expect(core.requests.filter(({ method }) => method !== 'GET' && method !== 'POST')).toEqual([]);
    },
  );
});

describe('undoing', () => {
  it('removes what Reflex wrote and leaves what others wrote meanwhile', async () => {
    await subscribe();
    const body = core.monitors.read('m1')?.body ?? {};
    const [trigger] = body.triggers as readonly Json[];
    const inside = trigger?.query_level_trigger as { actions: Json[] };
    core.monitors.put('m1', {
      ...body,
      name: 'renamed',
      triggers: [{ query_level_trigger: { ...inside, actions: [...inside.actions, otherAction('act-2')] } }],
    });
    await undo();
    expect(plain(core.monitors.read('m1')?.body ?? {})).toEqual(
      plain(queryMonitor('renamed', [otherAction('act-1'), otherAction('act-2')])),
    );
  });

  it('keeps the channel while another source uses it, whoever wrote that', async () => {
    core.monitors.put('m2', queryMonitor('second'));
    await subscribe();
    await subscribe(source('monitor', 'm2'));
    expect((await plan('undo')).channel.change).toBe('keep');
    await undo();
    expect(core.channels.ids).toHaveLength(1);
    core.monitors.put('m3', queryMonitor('third', [{ ...otherAction('x'), destination_id: core.channels.ids[0] }]));
    const last = await plan('undo', source('monitor', 'm2'));
    expect(last).toMatchObject({
      channel: { change: 'keep' },
      notes: [expect.anything(), expect.stringContaining('`third`')],
    });
    await undo(source('monitor', 'm2'));
    expect(core.channels.ids).toHaveLength(1);
  });

  it('closes the record of a monitor that was deleted', async () => {
    await subscribe();
    core.monitors.remove('m1');
    expect(await listed()).toMatchObject({ state: 'gone' });
    expect(await undo()).toMatchObject({ status: 200 });
    expect(await listed()).toBeUndefined();
  });

  // What cannot be seen is not gone: undoing then would leave what Reflex wrote behind, with a channel that is deleted.
  it('neither closes the record nor deletes the channel of what it may not see', async () => {
    await subscribe();
    core.forbidden.add('POST /_plugins/_alerting').add('GET /_plugins/_alerting');
    expect(await listed()).toMatchObject({ state: 'unseen' });
    expect(await host.call(planSource, { params: source(), body: { intent: 'undo' } })).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('cannot be seen') },
    });
    core.forbidden.delete('GET /_plugins/_alerting');
    expect(await plan('undo')).toMatchObject({
      channel: { change: 'keep' },
      notes: [expect.anything(), expect.stringContaining('cannot see everything')],
    });
    core.forbidden.clear();
    expect(await listed()).toMatchObject({ state: 'subscribed' });
    expect((await plan('undo')).channel.change).toBe('delete');
  });

  it('says so where there is nothing to undo', async () =>
    expect(await host.call(planSource, { params: source(), body: { intent: 'undo' } })).toMatchObject({ status: 404 }));
});

describe('the channel', () => {
  it('is used again where it is there, and made anew where somebody deleted it', async () => {
    await subscribe();
    core.monitors.put('m2', queryMonitor('second'));
    expect((await plan('subscribe', source('monitor', 'm2'))).channel.change).toBe('reuse');
    const before = bearer();
    await subscribe(source('monitor', 'm2'));
    expect([core.channels.ids.length, bearer()]).toEqual([1, before]);
    await core.channels.answer({ method: 'DELETE', path: '', query: {}, body: {} }, `/configs/${core.channels.ids[0]}`);
    core.monitors.put('m3', queryMonitor('third'));
    expect((await plan('subscribe', source('monitor', 'm3'))).channel.change).toBe('create');
    expect(await subscribe(source('monitor', 'm3'))).toMatchObject({ status: 200 });
    expect(await fire()).toMatchObject({ delivery: { status: 202 } });
  });

  it('never shows its token', async () => {
    await subscribe();
    const token = bearer().replace('Bearer ', '');
    const answers = [
      await host.call(listSources),
      await host.call(testChannel),
      await host.call(rotateChannel, { body: { reason } }),
    ];
    expect(JSON.stringify(answers)).not.toContain(token);
    expect(JSON.stringify([...host.world.store.documents.values()])).not.toContain(token);
    expect(token).toMatch(/^rfx_[0-9a-f]{64}$/);
  });

  it('shows that the test message arrived', async () => {
    await subscribe();
    await host.call(testChannel);
    await host.wait(1_000);
    expect((await channel())?.test).toMatchObject({ sent_at: expect.any(String), arrived_at: expect.any(String) });
  });

  it('says what to do where OpenSearch denies the host', async () => {
    await subscribe();
    core.channels.denied.add('127.0.0.1');
    const told = bodyOf<ChannelView>(await host.call(testChannel));
    expect(told.problem).toContain('host_deny_list');
    expect(told.problem).toContain('intake.public_url');
    expect(told.test).toMatchObject({ failed: told.problem });
    core.channels.denied.clear();
    expect(bodyOf<ChannelView>(await host.call(testChannel)).problem).toBeUndefined();
  });

  it('keeps both tokens while the new one was not seen', async () => {
    await subscribe();
    const old = bearer();
    core.channels.denied.add('127.0.0.1');
    expect(bodyOf<ChannelView>(await host.call(rotateChannel, { body: { reason } }))).toMatchObject({
      rotating: true,
      valid_tokens: 2,
    });
    await host.wait(10 * 60_000);
    expect((await host.call(postEvents, { headers: { authorization: old }, body: Buffer.from('[]') })).status).toBe(
      403,
    );
    expect(
      (await host.call(postEvents, { headers: { authorization: bearer() }, body: Buffer.from('[]') })).status,
    ).toBe(403);
  });

  it('keeps the old token where the channel could not be changed', async () => {
    await subscribe();
    const old = bearer();
    core.forbidden.add('PUT /_plugins/_notifications');
    expect(await host.call(rotateChannel, { body: { reason } })).toMatchObject({ status: 400 });
    expect([bearer(), (await channel())?.valid_tokens]).toEqual([old, 1]);
    expect(await fire()).toMatchObject({ delivery: { status: 202 } });
  });
});
