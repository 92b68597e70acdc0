import { createHash } from 'crypto';
import {
  getSwitch,
  listIntakeHealth,
  postEvaluate,
  postEvents,
  postWebhook,
  putSwitch,
} from '../../../common/api/routes';
import { iso } from '../../../common/iso';
import { anEvent } from '../../../test/builders/events';
import { callerWith, EVERYTHING, routeHost, type RouteHost } from '../../../test/builders/route_host';
import { isolation } from '../../../test/simulation/scenario';
import { protobufCodec } from '../../adapters/protobuf/protobuf_codec';
import { tokenGuard } from '../../adapters/webhooks/guards';
import type { CaseContent } from '../keeping/kinds/case';

const SIEM = { type: 'webhook', id: 'siem' } as const;
const admin = callerWith('ann', 'read', 'admin');
const BEARER = { authorization: 'Bearer good token' };

let host: RouteHost;
let count = 0;

beforeEach(async () => {
  host = await routeHost();
  host.webhooks.set('siem', {
    name: 'siem',
    guard: tokenGuard(createHash('sha256').update('good token').digest('hex')),
    messages: { codec: protobufCodec(), format: 'json', schemas: new Map() },
    rules: { health: host.sourceHealth },
  });
});

const put = (off: boolean, version: number, source: { type: string; id: string } = SIEM, as = admin) =>
  host.call(putSwitch, { params: source, body: { version, off, reason: 'it cries wolf' }, as });
const get = (source: { type: string; id: string } = SIEM) => host.call(getSwitch, { params: source, as: admin });
const event = (more: object = {}) =>
  anEvent({ event_id: `e${(count += 1)}`, timestamp: iso(host.agent.parts.clock.utc()), ...more });
const post = (...events: readonly object[]) =>
  host.call(postWebhook, { params: { name: 'siem' }, body: Buffer.from(JSON.stringify(events)), headers: BEARER });
const cases = async (): Promise<readonly CaseContent[]> => {
  await host.wait(1_500);
  return host.world.store.search({ kinds: ['case'], limit: 1_000 }).map(({ content }) => content as CaseContent);
};
const audits = () => host.world.evidence.find({ family: 'audit' }).map(({ body }) => [body.verb, body.by, body.object]);
const siemIn = (body: unknown) =>
  (body as { sources: ReadonlyArray<{ id: string }> }).sources.find(({ id }) => id === 'siem');

describe('a source that is switched off', () => {
  it('is kept with a version, a reason and an entry in the audit, and is on before and after', async () => {
    expect(await get()).toMatchObject({ status: 200, body: { version: 0, off: false, seen_here: false } });
    expect(await put(true, 0)).toMatchObject({ status: 200, body: { version: 1, off: true, by: 'ann' } });
    expect(await get()).toMatchObject({ body: { version: 1, off: true, reason: 'it cries wolf' } });
    expect(await put(false, 1)).toMatchObject({ body: { version: 2, off: false } });
    await host.wait(1_000);
    expect(audits()).toEqual(
      expect.arrayContaining([
        ['switch_source_off', 'ann', { type: 'source', id: 'webhook:siem' }],
        ['switch_source_on', 'ann', { type: 'source', id: 'webhook:siem' }],
      ]),
    );
  });

  it('is not switched by somebody who saw an older version, nor without the right', async () => {
    await put(true, 0);
    expect(await put(false, 0)).toMatchObject({ status: 409, body: { code: 'changed', current: { version: 1 } } });
    for (const right of ['read', 'respond', 'approve', 'author'] as const)
      expect(await put(false, 1, SIEM, callerWith('eve', right))).toMatchObject({ status: 403 });
    expect(await get()).toMatchObject({ body: { version: 1, off: true } });
  });

  it('is written once where it is off already', async () => {
    await put(true, 0);
    expect(await put(true, 1)).toMatchObject({ status: 200, body: { version: 1 } });
    await host.wait(1_000);
    expect(audits().filter(([verb]) => verb === 'switch_source_off')).toHaveLength(1);
  });

  it.each([
    { type: 'analyst', id: 'ann' },
    { type: 'demo', id: 'story' },
    { type: 'alerting', id: 'cursor' },
  ])('is no $type:$id', async (source) => expect(await put(true, 0, source)).toMatchObject({ status: 400 }));

  it('gets 409, makes no case and no entry in quarantine, and is counted', async () => {
    expect((await post(event())).status).toBe(202);
    const { quarantined } = host.agent.door.counters;
    await put(true, 0);
    expect(await post(event(), event())).toMatchObject({ status: 409, body: { code: 'source_off' } });
    expect(await post({ nonsense: true })).toMatchObject({ status: 409 });
    expect(await cases()).toHaveLength(1);
    expect([host.agent.door.counters.quarantined, host.agent.door.unaccounted]).toEqual([quarantined, 0]);
    const health = await host.call(listIntakeHealth, { as: admin });
    expect(siemIn(health.body)).toMatchObject({ received: 1, switched_off: 3, off: { by: 'ann' } });
    await put(false, 1);
    expect((await post(event())).status).toBe(202);
    expect(await cases()).toHaveLength(2);
  });

  it('is refused at the other door too, and its token is of no use for asking', async () => {
    await put(true, 0, { type: 'webhook', id: 'bot' });
    const bot = { ...EVERYTHING, name: 'bot' };
    const body = Buffer.from(JSON.stringify(event()));
    const headers = { authorization: 'Bearer good' };
    expect(await host.call(postEvents, { body, headers, as: bot })).toMatchObject({ body: { code: 'source_off' } });
    for (const act of [true, false])
      expect(await host.call(postEvaluate, { body: { event: event(), act }, headers, as: bot })).toMatchObject({
        status: 409,
        body: { code: 'source_off' },
      });
    expect(await cases()).toEqual([]);
  });

  it('is told of beside what comes in, also where nothing ever came from it', async () => {
    await put(true, 0, { type: 'kafka', id: 'quiet' });
    const { body } = await host.call(listIntakeHealth, { as: admin });
    expect(body).toMatchObject({ sources: [{ type: 'kafka', id: 'quiet', received: 0, off: { by: 'ann' } }] });
  });

  it('is off at an agent that starts anew, before it takes anything', async () => {
    await put(true, 0);
    const [machine] = host.world.agents;
    if (!machine) throw new Error('a world without agents');
    host.world.crash(machine);
    await host.wait(1_000);
    const again = host.world.boot(machine);
    expect(again.parts.switches.off(SIEM)).toMatchObject({ by: 'ann' });
  });
});

describe('what happened before its source was switched on', () => {
  const asked = async (received: ReturnType<typeof isolation>) => {
    await host.drive(host.agent.admit(received));
    const found = (await cases()).find(({ received: { case_id } }) => case_id === received.case_id);
    return [found?.decision?.verdict, found?.decision?.acts[0]?.reasons.map(({ code }) => code).includes('source_off')];
  };
  const isolationAt = (at: number, id: string) => isolation('h1', id, at);

  it('starts nothing by itself, and what happens later does', async () => {
    const early = host.world.now;
    expect(await asked(isolationAt(early, 'before'))).toEqual(['permit', false]);
    await put(true, 0);
    await host.wait(5_000);
    await put(false, 1);
    expect(await asked({ ...isolationAt(early, 'late'), received_at: iso(host.agent.parts.clock.utc()) })).toEqual([
      'escalate',
      true,
    ]);
    await host.wait(1_000);
    expect(await asked(isolation('h2', 'after', host.world.now))).toEqual(['permit', false]);
  });

  it('is decided again as it was decided then', async () => {
    await put(true, 0);
    await put(false, 1);
    await host.wait(1_000);
    const received = isolationAt(0, 'replayed');
    await asked(received);
    const decision = (await cases()).find(({ received: { case_id } }) => case_id === received.case_id)?.decision;
    expect(decision?.inputs.history.source_off).toBe('before');
  });
});
