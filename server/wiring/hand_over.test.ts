import { aHandOver } from '../../test/builders/hand_over';
import { bodyOf, httpServer, type LoopbackServer } from '../../test/targets/loopback_server';
import type { HostParts } from '../hosts/host_parts';
import type { WaysToHandOver } from '../hosts/settings/hand_over';
import { readSettings } from '../hosts/settings';
import { deskOf } from './hand_over';
import { hidingHandOver } from './hiding';

interface Heard {
  readonly method: string;
  readonly path: string;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

let server: LoopbackServer;
let heard: Heard[];
let answer: { status: number; body: unknown };

beforeEach(async () => {
  heard = [];
  answer = { status: 201, body: { result: { number: 'INC7', link: 'https://desk.example/INC7' } } };
  server = await httpServer((request, response) => {
    void bodyOf(request).then((body) => {
      heard.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers, body });
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
    });
  });
});
afterEach(() => server.close());

const SECRETS: Readonly<Record<string, string>> = {
  token: 'the token of the desk',
  path: '/services/T000/B000/very-secret?sig=also-secret',
  signature: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
};

const hostOf = (egress?: readonly string[]) => {
  const settings = readSettings(egress === undefined ? {} : { egress: { allow: egress } });
  if (!settings.ok) throw new Error('settings');
  return { settings: settings.value } as unknown as HostParts;
};

const desk = (to: Partial<WaysToHandOver['webhook']>, egress?: readonly string[]) =>
  deskOf(
    { url: `${server.url}/api`, allow_addresses: ['127.0.0.1'], allow_plain_http: true, escape: 'none', ...to },
    hostOf(egress),
    (name) => SECRETS[name] ?? '',
  );

describe('a ticket system', () => {
  it('gets the whole message where the settings shape none, with its key, and says which ticket it is', async () => {
    const told = await desk({ ticket: { id: '/result/number', url: '/result/link' } }).tell(aHandOver());
    expect(told).toEqual({ kind: 'told', ticket: { id: 'INC7', url: 'https://desk.example/INC7' } });
    expect(heard).toMatchObject([
      {
        method: 'POST',
        path: '/api',
        headers: {
          'content-type': 'application/json',
          'idempotency-key': 'hand_over:abc/1/opened',
          'x-reflex-hand-over': 'v1',
        },
      },
    ]);
    expect(JSON.parse(heard[0]?.body ?? '')).toEqual(aHandOver());
  });

  it('gets each kind of message in its own shape and place, with the ticket in its path', async () => {
    const to = desk({
      auth: { secret: 'token' },
      headers: { 'X-Tenant': 'soc' },
      body: { note: '{title}' },
      opened: { path: '/incident', body: { short: '{title}' } },
      closed: { method: 'PATCH', path: '/incident/{ticket.id}', body: { state: 'closed by {ending.by}' } },
    });
    const ticket = { id: 'INC7' };
    const ending = { how: 'denied', at: '2026-11-30T11:00:00.000Z', by: 'ann' } as const;
    for (const document of [
      aHandOver(),
      aHandOver({ event: 'reminded', mark: 'half', ticket }),
      aHandOver({ event: 'closed', ending, ticket }),
    ])
      expect(await to.tell(document)).toEqual({ kind: 'told' });
    expect(heard.map(({ method, path, body }) => [method, path, JSON.parse(body)])).toEqual([
      ['POST', '/api/incident', { short: aHandOver().title }],
      ['POST', '/api', { note: aHandOver().title }],
      ['PATCH', '/api/incident/INC7', { state: 'closed by ann' }],
    ]);
    expect(heard[0]?.headers).toMatchObject({ authorization: `Bearer ${SECRETS.token ?? ''}`, 'x-tenant': 'soc' });
  });

  it('is not asked where a message has no path, and refuses for good or for now', async () => {
    const to = desk({ closed: { path: '/incident/{ticket.id}' } });
    expect(await to.tell(aHandOver({ event: 'closed' }))).toMatchObject({ kind: 'refused' });
    expect(heard).toEqual([]);
    answer = { status: 400, body: { error: 'no such field' } };
    expect(await to.tell(aHandOver())).toMatchObject({ kind: 'refused', why: expect.stringContaining('HTTP 400') });
    answer = { status: 401, body: {} };
    expect(await to.tell(aHandOver())).toMatchObject({ kind: 'failed', why: expect.stringContaining('HTTP 401') });
  });

  it('is signed as Standard Webhooks asks, with the same id each time', async () => {
    const to = desk({ sign: { secret: 'signature', as: 'standard_webhooks' } });
    await to.tell(aHandOver());
    await to.tell(aHandOver());
    expect(heard.map(({ headers }) => headers['webhook-id'])).toEqual(Array(2).fill('hand_over:abc/1/opened'));
    expect(heard[0]?.headers['webhook-signature']).toMatch(/^v1,[A-Za-z0-9+/]{43}=$/);
    expect(() => desk({ sign: { secret: 'token', as: 'standard_webhooks' } })).toThrow(/24 to 64 bytes/);
  });

  it('may be at an address whose path is the secret, which is never told', async () => {
    const to = desk({ url: server.url, path_secret: 'path' });
    expect(await to.tell(aHandOver())).toEqual({ kind: 'told' });
    expect(heard[0]?.path).toBe(SECRETS.path);
    expect(() => desk({ path_secret: 'token' })).toThrow(/`token` is no path/);
  });

  it('is reached only where the installation may connect', async () => {
    const told = await desk({}, ['desk.example']).tell(aHandOver());
    expect(told).toMatchObject({ kind: 'failed' });
    expect(heard).toEqual([]);
  });

  it('never gets a secret that a report repeats, and what it answers is shown without one', async () => {
    answer = { status: 500, body: { said: SECRETS.token } };
    const shown = (text: string): string => text.replaceAll(SECRETS.token ?? '', '[secret]');
    const told = await hidingHandOver(desk({}), shown).tell(aHandOver({ rule: { name: SECRETS.token ?? '' } }));
    expect(heard[0]?.body).not.toContain(SECRETS.token);
    expect(JSON.stringify(told)).not.toContain(SECRETS.token);
  });
});
