import { aHandOver } from '../../../test/builders/hand_over';
import { AlertingCore } from '../../../test/targets/alerting/alerting_core';
import type { Call, Called } from '../../../test/targets/alerting/deliver';
import { notificationSender } from './send_notification';

let calls: Call[];
let called: () => Called | Promise<Called>;
let core: AlertingCore;

const sender = (over: Partial<Parameters<typeof notificationSender>[1]> = {}) =>
  notificationSender(core.transport(), {
    ...{ channel: 'soc-chat', format: 'text', escape: (text: string) => text, index: 'reflex-state' },
    ...over,
  });

beforeEach(async () => {
  calls = [];
  called = () => ({ status: 200, text: 'ok' });
  core = new AlertingCore({
    send: async (call) => {
      calls.push(call);
      return called();
    },
    wait: async () => undefined,
  });
  const config = { name: 'soc', config_type: 'webhook', is_enabled: true, webhook: { url: 'https://chat.example/x' } };
  await core.transport().request({
    method: 'POST',
    path: '/_plugins/_notifications/configs',
    body: { config_id: 'soc-chat', config },
  });
});

describe('a channel of OpenSearch Notifications', () => {
  it('gets the text, and no monitor and no alert is left', async () => {
    expect(await sender()(aHandOver())).toEqual({ kind: 'told' });
    expect(calls.map(({ body }) => body)).toEqual([aHandOver().text]);
    const asked = core.requests.filter(({ path }) => path.startsWith('/_plugins/_alerting'));
    expect(asked.map(({ path, query }) => [path, query])).toEqual([
      ['/_plugins/_alerting/monitors/_execute', { dryrun: 'false' }],
    ]);
    expect(core.alerts).toEqual([]);
  });

  it('gets whatever a report says as text: none of it is read as a template', async () => {
    const text = `{{ctx.monitor.name}} {{#toJson}}ctx{{/toJson}} {{{text}}} "quoted" \\ \n`;
    expect(await sender()(aHandOver({ text }))).toEqual({ kind: 'told' });
    expect(calls[0]?.body).toBe(text);
  });

  it('gets the whole message as JSON, or text made harmless, where the settings say so', async () => {
    await sender({ format: 'json' })(aHandOver());
    await sender({ escape: (text) => text.replace('ws-114', 'ws\\-114') })(aHandOver());
    expect(JSON.parse(calls[0]?.body ?? '')).toEqual(aHandOver());
    expect(calls[1]?.body).toContain('ws\\-114');
  });

  it.each([
    ['a receiver that fails', 500, 'failed'],
    ['a receiver that never takes it', 413, 'refused'],
    ['a receiver that its settings deny', 400, 'failed'],
  ] as const)('says of %s that it was not sent', async (_, status, kind) => {
    called = () => ({ status, text: 'the receiver says no' });
    expect(await sender()(aHandOver())).toMatchObject({ kind, why: expect.stringContaining('the receiver says no') });
  });

  it('is failing where there is no such channel, no right, no plugin, and no OpenSearch', async () => {
    expect(await sender({ channel: 'gone' })(aHandOver())).toMatchObject({ kind: 'failed' });
    core.forbidden.add('POST /_plugins/_alerting/monitors/_execute');
    expect(await sender()(aHandOver())).toMatchObject({ kind: 'failed', why: expect.stringContaining('403') });
    core.installed.alerting = false;
    expect(await sender()(aHandOver())).toMatchObject({ kind: 'failed', why: expect.stringContaining('no handler') });
    core.away = true;
    expect(await sender()(aHandOver())).toMatchObject({ kind: 'failed', why: expect.stringContaining('not answer') });
    expect(calls).toEqual([]);
  });

  it('is not taken for told where OpenSearch says no error and sent nothing', async () => {
    const answers = (body: object) =>
      notificationSender({ request: async () => ({ status: 200, body }) }, {
        ...{ channel: 'c', format: 'text', escape: (text: string) => text, index: 'i' },
      } as const)(aHandOver());
    expect(await answers({ trigger_results: {} })).toMatchObject({ kind: 'failed' });
    const throttled = { 'reflex-hand-over-send': { id: 'reflex-hand-over-send', throttled: true, output: {} } };
    const trigger_results = { 'reflex-hand-over': { action_results: throttled } };
    expect(await answers({ trigger_results })).toMatchObject({ kind: 'failed' });
  });
});
