import { createHash, createHmac } from 'crypto';
import { BareHost } from '../../test/demo/bare_host';
import { quietLog } from '../../test/builders/store_port';
import { readSettings } from '../hosts/settings';
import type { Agent } from '../runner/agent/agent';
import { SourceHealth } from '../runner/sources/source_health';
import { configuredSources } from './intake_sources';
import { OneLife } from './life';

const queue = {
  hosts: ['127.0.0.1:1'],
  queue: 'detections',
  username: 'reflex',
  password_secret: 'rabbitmq',
  declare: { dead_letter: { exchange: 'dead', queue: 'dead' } },
};
const webhook = (name: string) => ({ name, auth: { signature: { secret: name } } });
const INTAKE = {
  rabbitmq: [queue],
  webhooks: [
    webhook('siem'),
    webhook('edr'),
    { name: 'body', auth: { signature: { secret: 'siem', over: 'body', algorithm: 'sha512', prefix: 'v1=' } } },
    { name: 'header_only', auth: { token: { sha256: createHash('sha256').update('token').digest('hex') } } },
    { name: 'by_path', auth: { token: { sha256: createHash('sha256').update('token').digest('hex'), in_path: true } } },
  ],
  indices: [{ name: 'findings', pattern: 'findings-*' }],
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await pause(5);
};

/** Only the secret of the webhook `siem` is there. The agent never joins; it only counts how often it is asked. */
const sceneOf = (roles: readonly string[] = ['intake', 'decide', 'act']) => {
  const settings = readSettings({ intake: INTAKE, agent: { roles } });
  if (!settings.ok) throw new Error(JSON.stringify(settings.error));
  const transport = { request: () => Promise.reject(new Error('nobody is asked')) };
  const bare = new BareHost({ transport, dataFolder: '', demo: false });
  let asked = 0;
  let asleep = 0;
  const sleep = async (): Promise<void> => {
    asleep += 1;
    await pause(5);
    asleep -= 1;
  };
  const agent = {
    parts: { clock: { sleep }, log: quietLog() },
    get shift() {
      asked += 1;
      return undefined;
    },
  } as unknown as Agent;
  const health = new SourceHealth({ monotonic: () => 0, utc: () => 0 });
  const secrets = {
    for: () => (name: string) => (name === 'siem' ? 'a secret' : undefined),
    shown: (text: string) => text,
  };
  const readings = { of: () => ({ by: 'settings' as const }) };
  const sources = configuredSources({ ...bare.parts, settings: settings.value }, { agent, health, secrets, readings });
  const faults = (): string[] =>
    health.list().flatMap(({ source, error }) => (error === undefined ? [] : [`${source.id}: ${error}`]));
  return { sources, faults, asked: () => asked, asleep: () => asleep, life: new OneLife(quietLog()) };
};
describe('the sources of the settings', () => {
  it('say why one of them cannot be made, and hold up no other', async () => {
    const { sources, faults, life } = sceneOf();
    expect(sources.webhook('siem')?.name).toBe('siem');
    expect([sources.webhook('edr'), sources.webhook('unheard-of')]).toEqual([undefined, undefined]);
    expect(faults()).toEqual(['edr: the secret `edr` is not there']);
    sources.start(life);
    await until(() => faults().includes('detections: the secret `rabbitmq` is not there'));
    life.end();
    await sources.ended();
  });

  it('know their senders by what the settings say', () => {
    const { sources } = sceneOf();
    const body = Buffer.from('a body');
    const passes = (name: string, headers: Record<string, string>, pathToken?: string): boolean | undefined =>
      sources.webhook(name)?.guard.check({
        header: (each) => headers[each],
        body,
        now: 0,
        ...(pathToken === undefined ? {} : { pathToken }),
      }).ok;
    const signature = `v1=${createHmac('sha512', 'a secret').update(body).digest('hex')}`;
    expect(passes('body', { 'x-reflex-signature': signature })).toBe(true);
    expect(passes('siem', { 'x-reflex-signature': signature })).toBe(false);
    expect([passes('by_path', {}, 'token'), passes('header_only', {}, 'token')]).toEqual([true, false]);
  });

  it('are followed from the start of a life to its end', async () => {
    const { sources, life, asked, asleep } = sceneOf();
    await pause(10);
    expect(asked()).toBe(0);
    sources.start(life);
    await pause(10);
    expect(asked()).toBeGreaterThan(0);
    life.end();
    expect(asleep()).toBe(1);
    await sources.ended();
    expect(asleep()).toBe(0);
    const before = asked();
    await pause(10);
    expect(asked()).toBe(before);
  });

  it('are left alone by an agent that takes no events in', async () => {
    const { sources, life, faults, asked } = sceneOf(['decide', 'act']);
    sources.start(life);
    await pause(10);
    expect([sources.webhook('siem'), faults(), asked()]).toEqual([undefined, [], 0]);
    await sources.ended();
  });
});
