import { X509Certificate } from 'crypto';
import { request as ask } from 'https';
import { openHttpHost, type HttpHost } from '../../server/hosts/standalone/http/http_host';
import { metricsRoute } from '../../server/routes/metrics';
import { certificateGuard, tokenGuard } from '../../server/adapters/webhooks/guards';
import { sha256 } from '../../server/engine/digest/digest';
import { isPinned, type ClientCertificate } from '../../server/runner/ports/client_certificate';
import { IntakeTokens } from '../../server/runner/sources/intake_tokens';
import { RevokedList } from '../../server/runner/sources/revoked_tokens';
import { tokenOwners } from '../../server/wiring/tokens';
import { aMemory } from '../builders/trust_desk';
import { quietLog } from '../builders/store_port';
import { testAuthority, type TestIdentity } from '../targets/certificate';
import { freePort } from '../targets/processes';

/*
 * A stolen token that is bound to a client certificate: everything with which somebody may try it who has not got the
 * key of that certificate. On real TLS sockets, with the host's own functions.
 */

const silent = quietLog();
const authority = testAuthority();
const clients = testAuthority();
const right = clients.issue('siem');
const digestOf = ({ cert }: TestIdentity): string =>
  new X509Certificate(cert).fingerprint256.replace(/:/g, '').toLowerCase();

const KNOWN = [
  { name: 'free', sha256: sha256('free'), may: ['metrics'] as const },
  {
    name: 'by_digest',
    sha256: sha256('by_digest'),
    may: ['metrics'] as const,
    certificate: { sha256: digestOf(right) },
  },
  { name: 'by_name', sha256: sha256('by_name'), may: ['metrics'] as const, certificate: { name: 'siem' } },
  { name: 'by_nothing', sha256: sha256('by_nothing'), may: ['metrics'] as const, certificate: {} },
];

let host: HttpHost;
let port: number;
beforeAll(async () => {
  port = await freePort();
  const material = { ...authority.issue('reflex.example'), ca: clients.ca };
  host = await openHttpHost({
    port,
    tls: { material, changed: () => undefined, asksCallers: true, onlyTls: false },
    log: silent,
    isLoggedIn: () => false,
    open: new Set(),
    whileLoading: () => undefined,
    notFound: () => ({ status: 404 }),
  });
  const clock = { utc: Date.now };
  const store = { search: () => Promise.reject(new Error('nobody asks')) } as never;
  const revoked = new RevokedList({ store, memory: aMemory(), clock: clock as never, log: silent });
  await revoked.note([]);
  const tokens = new IntakeTokens({ known: KNOWN, revoked, clock });
  metricsRoute({
    router: host.router,
    log: silent,
    identify: async () => undefined,
    tokenOwner: tokenOwners(tokens, async () => undefined),
    loading: () => undefined,
    servesPeople: true,
    metrics: async () => ({ contentType: 'text/plain', text: 'up 1' }),
  });
});
afterAll(() => host.stop());

const answerTo = (token: string, caller: Partial<TestIdentity>): Promise<readonly [number, string | undefined]> =>
  new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` };
    const options = { host: '127.0.0.1', port, path: '/api/reflex/metrics', agent: false, ca: authority.ca, headers };
    ask({ ...options, ...caller }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      answer.on('end', () => {
        const code = text.startsWith('{') ? (JSON.parse(text) as { code: string }).code : undefined;
        resolve([answer.statusCode ?? 0, code]);
      });
    })
      .on('error', reject)
      .end();
  });

const renewed = clients.issue('siem');
const CALLERS: Readonly<Record<string, Partial<TestIdentity>>> = {
  nobody: {},
  right,
  'another of the same name': renewed,
  'another name of that authority': clients.issue('edr'),
  'the name by an authority of the thief': testAuthority().issue('siem'),
  'the name, over': clients.issue('siem', { expired: true }),
  'the name with something behind it': clients.issue('siem.evil.example'),
  'the name in other letters': clients.issue('SIEM'),
};

describe('a token that is bound to a client certificate', () => {
  it.each<[string, readonly string[]]>([
    ['free', Object.keys(CALLERS)],
    ['by_digest', ['right']],
    ['by_name', ['right', 'another of the same name']],
    ['by_nothing', []],
  ])('`%s` is taken from %j alone', async (token, taken) => {
    for (const [who, caller] of Object.entries(CALLERS)) {
      const expected = taken.includes(who) ? [200, undefined] : [401, 'certificate_missing'];
      expect([who, await answerTo(token, caller)]).toEqual([who, expected]);
    }
  });

  it('tells nobody without the token that a certificate is missing', async () => {
    expect(await answerTo('by_digest-nearly', {})).toEqual([401, 'unauthenticated']);
  });
});

const shown = (change: Partial<ClientCertificate> = {}): ClientCertificate => ({
  sha256: 'a'.repeat(64),
  name: 'siem',
  trusted: true,
  validFrom: 1_000,
  validTo: 2_000,
  ...change,
});

describe('a certificate that is bound', () => {
  it.each<[string, Partial<ClientCertificate>, number, boolean]>([
    ['in its time', {}, 1_500, true],
    ['at its first moment', {}, 1_000, true],
    ['before it', {}, 999, false],
    ['at its last moment', {}, 2_000, true],
    ['after it', {}, 2_001, false],
    ['with a time that cannot be read', { validTo: NaN }, 1_500, false],
    ['with a first time that cannot be read', { validFrom: NaN }, 1_500, false],
  ])('%s counts: %s', (_, change, now, counts) => {
    expect(isPinned({ sha256: 'a'.repeat(64) }, shown(change), now)).toBe(counts);
    expect(isPinned({ name: 'siem' }, shown(change), now)).toBe(counts);
  });

  it('counts by its name only as signed by an authority, and without a name for no name', () => {
    expect(isPinned({ name: 'siem' }, shown({ trusted: false }), 1_500)).toBe(false);
    expect(isPinned({ sha256: 'a'.repeat(64) }, shown({ trusted: false }), 1_500)).toBe(true);
    expect(isPinned({ name: '' }, shown({ name: undefined }), 1_500)).toBe(false);
    expect(isPinned({ sha256: 'a'.repeat(64) }, undefined, 1_500)).toBe(false);
  });
});

describe('a webhook that is bound to a client certificate', () => {
  const body = Buffer.from('{}');
  const request = (authorization: string, certificate?: ClientCertificate) => ({
    header: (name: string) => (name === 'authorization' ? authorization : undefined),
    body,
    now: 1_500,
    ...(certificate && { certificate }),
  });
  const pin = { sha256: 'a'.repeat(64) };
  const guard = certificateGuard(pin, tokenGuard(sha256('right')));

  it('takes a request with both, and tells only whoever has the token what is missing', () => {
    expect(guard.check(request('Bearer right', shown())).ok).toBe(true);
    expect(guard.check(request('Bearer right'))).toEqual({ ok: false, error: 'certificate' });
    expect(guard.check(request('Bearer right', shown({ sha256: 'b'.repeat(64) })))).toEqual({
      ok: false,
      error: 'certificate',
    });
    expect(guard.check(request('Bearer wrong', shown()))).toEqual({ ok: false, error: 'wrong' });
    expect(guard.check(request('Bearer wrong'))).toEqual({ ok: false, error: 'wrong' });
  });

  it('lets go of a signed request that lacked it', () => {
    let letGo = 0;
    const signed = { check: () => ({ ok: true as const, value: { letGo: () => void (letGo += 1) } }) };
    certificateGuard(pin, signed).check(request(''));
    expect(letGo).toBe(1);
    certificateGuard(pin, signed).check(request('', shown()));
    expect(letGo).toBe(1);
  });
});
