import { X509Certificate } from 'crypto';
import { readFileSync, statSync, writeFileSync } from 'fs';
import { request as askPlain } from 'http';
import { request as ask, type RequestOptions } from 'https';
import { join } from 'path';
import type { PeerCertificate, TLSSocket } from 'tls';
import { testAuthority } from '../../../../test/targets/certificate';
import { temporaryFolder } from '../../../../test/contracts/temporary_folder';
import { freePort } from '../../../../test/targets/processes';
import { until } from '../../../../test/targets/until';
import { readSettings } from '../../settings';
import { hostTls, urlOf } from './host_tls';
import { openHttpHost, type HttpHost, type HttpHostTls } from './http_host';
import { ownCertificate, ownCertificateFiles } from './own_certificate';
import { TlsFiles } from './tls_files';

/* The standalone host with TLS, on real sockets. */

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const DAY_MS = 86_400_000;

let place: ReturnType<typeof temporaryFolder>;
let host: HttpHost | undefined;
let port: number;
beforeEach(async () => {
  place = temporaryFolder();
  port = await freePort();
});
afterEach(async () => {
  await host?.stop();
  host = undefined;
  place.remove();
});

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: unknown;
  readonly certificate: PeerCertificate;
}

const send = (options: RequestOptions = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const sent = ask({ host: '127.0.0.1', port, path: '/api/reflex/who', agent: false, ...options }, (answer) => {
      const certificate = (answer.socket as TLSSocket).getPeerCertificate();
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      answer.on('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          body: text === '' ? '' : (JSON.parse(text) as unknown),
          certificate,
        }),
      );
    });
    sent.on('error', reject);
    sent.end();
  });

const open = async (tls: HttpHostTls, names: readonly string[] = []): Promise<void> => {
  host = await openHttpHost({
    port,
    names,
    tls,
    log: silent,
    isLoggedIn: () => true,
    open: new Set(),
    whileLoading: () => undefined,
    notFound: () => ({ status: 404 }),
  });
  host.router.add({
    method: 'get',
    path: '/api/reflex/who',
    raw: false,
    maxBytes: 0,
    ownAuthentication: true,
    handle: ({ certificate }) => Promise.resolve({ status: 200, body: { certificate: certificate ?? 'none' } }),
  });
};

const authority = testAuthority();
const LATER = Date.now() + 90 * DAY_MS;
const identity = authority.issue('reflex.example', { until: LATER });
const given = (change: Partial<HttpHostTls> = {}): HttpHostTls => ({
  material: identity,
  changed: () => undefined,
  asksCallers: false,
  onlyTls: true,
  ...change,
});

describe('the certificate that a host makes for itself', () => {
  const NAMES = ['localhost', '127.0.0.1', 'reflex.example', '10.1.2.3', '2001:db8::7'];

  it('is good for its names and addresses, and for a caller who trusts that file', async () => {
    const files = ownCertificate(place.folder, NAMES, Date.now());
    const made = new X509Certificate(readFileSync(files.cert));
    expect([made.checkHost('reflex.example'), made.checkHost('other.example')]).toEqual(['reflex.example', undefined]);
    expect(['127.0.0.1', '10.1.2.3', '2001:db8::7', '10.1.2.4'].map((each) => made.checkIP(each))).toEqual([
      '127.0.0.1',
      '10.1.2.3',
      '2001:db8::7',
      undefined,
    ]);
    await open(given({ material: new TlsFiles(files, Date.now).material }), ['reflex.example']);
    const ca = readFileSync(files.cert);
    expect((await send({ ca })).status).toBe(200);
    expect((await send({ ca, servername: 'reflex.example', headers: { host: `reflex.example:${port}` } })).status).toBe(
      200,
    );
    await expect(send()).rejects.toThrow(/self.signed/);
    await expect(send({ ca, servername: 'other.example' })).rejects.toThrow(/altnames/);
  });

  it('is kept over starts, with a key that is for its owner alone', () => {
    const first = ownCertificate(place.folder, NAMES, Date.now());
    const cert = readFileSync(first.cert, 'utf8');
    expect([first.isNew, statSync(first.key).mode & 0o777]).toEqual([true, 0o600]);
    expect(ownCertificate(place.folder, NAMES.slice(0, 2), Date.now()).isNew).toBe(false);
    expect(readFileSync(ownCertificateFiles(place.folder).cert, 'utf8')).toBe(cert);
  });

  it.each<[string, (at: number) => { isNew: boolean }]>([
    ['a name is new', (at) => ownCertificate(place.folder, [...NAMES, 'new.example'], at)],
    ['an address is new', (at) => ownCertificate(place.folder, [...NAMES, '10.9.9.9'], at)],
    ['it ends within a month', (at) => ownCertificate(place.folder, NAMES, at + (3_650 - 30) * DAY_MS + 2_000)],
    [
      'its key is another one',
      (at) => {
        writeFileSync(ownCertificateFiles(place.folder).key, identity.key);
        return ownCertificate(place.folder, NAMES, at);
      },
    ],
  ])('is made anew where %s', (_, again) => {
    const now = Date.now();
    ownCertificate(place.folder, NAMES, now);
    expect(ownCertificate(place.folder, NAMES, now + (3_650 - 30) * DAY_MS - 2_000).isNew).toBe(false);
    expect(again(now).isNew).toBe(true);
  });
});

describe('a host with TLS', () => {
  const ca = authority.ca;

  it('speaks no plain HTTP, and no TLS before 1.2', async () => {
    await open(given());
    const plain = new Promise((resolve, reject) => {
      askPlain({ host: '127.0.0.1', port, path: '/api/reflex/who' }, resolve).on('error', reject).end();
    });
    await expect(plain).rejects.toThrow();
    const old = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    await expect(send({ ca, ...old })).rejects.toThrow();
    expect((await send({ ca, maxVersion: 'TLSv1.2' })).status).toBe(200);
  });

  it('answers under its names alone', async () => {
    await open(given(), ['reflex.example']);
    const statusFor = async (name: string): Promise<number> =>
      (await send({ ca, servername: 'reflex.example', headers: { host: name } })).status;
    expect(await statusFor(`reflex.example:${port}`)).toBe(200);
    expect(await statusFor(`REFLEX.example:${port}`)).toBe(200);
    for (const wrong of ['reflex.example', `reflex.example:${port + 1}`, `evil.example:${port}`])
      expect([wrong, await statusFor(wrong)]).toEqual([wrong, 403]);
  });

  it.each([
    ['reflex.example', true, 'max-age=31536000'],
    ['localhost', true, undefined],
    ['127.0.0.1', true, undefined],
    ['reflex.example', false, undefined],
  ])(
    'tells a browser at %s to come with TLS only, its certificate being a given one (%s): %s',
    async (name, onlyTls, said) => {
      await open(given({ onlyTls }), ['reflex.example']);
      for (const path of ['/api/reflex/who', '/api/reflex/nothing']) {
        const { headers } = await send({
          ca,
          path,
          servername: 'reflex.example',
          headers: { host: `${name}:${port}` },
        });
        expect([path, headers['strict-transport-security']]).toEqual([path, said]);
      }
    },
  );

  it('shows another certificate to new connections once its files have one, and the old one until they fit', async () => {
    const [cert, key] = [join(place.folder, 'cert'), join(place.folder, 'key')];
    writeFileSync(cert, identity.cert);
    writeFileSync(key, identity.key);
    const files = new TlsFiles({ cert, key }, Date.now);
    let looks = 0;
    const changed = () => {
      looks += 1;
      return files.changed();
    };
    await open(given({ material: files.material, changed, everyMs: 20 }));
    const shown = async (): Promise<string> => String((await send({ ca })).certificate.subject.CN);
    const lookedAgain = (): Promise<void> => {
      const before = looks;
      return until('another look at the files', () => looks > before + 1);
    };
    const next = authority.issue('next.example', { until: LATER });
    writeFileSync(cert, next.cert);
    await lookedAgain();
    expect([await shown(), files.problems().map(({ code }) => code)]).toEqual(['reflex.example', ['tls_files']]);
    expect(JSON.stringify(files.problems())).not.toContain('PRIVATE');
    writeFileSync(key, next.key);
    await lookedAgain();
    expect([await shown(), files.problems()]).toEqual(['next.example', []]);
  });

  it.each([
    [14 * DAY_MS - 60_000, ['tls_ends']],
    [14 * DAY_MS + 60_000, []],
  ])('says so when its certificate ends within 14 days: in %i ms', (inMs, codes) => {
    const now = Date.now();
    const soon = authority.issue('soon.example', { until: now + inMs });
    const [cert, key] = [join(place.folder, 'cert'), join(place.folder, 'key')];
    writeFileSync(cert, soon.cert);
    writeFileSync(key, soon.key);
    expect(new TlsFiles({ cert, key }, () => now).problems().map(({ code }) => code)).toEqual(codes);
  });
});

describe('the certificate of a caller', () => {
  const ca = authority.ca;
  const clients = testAuthority();
  const nameOf = async (caller: object): Promise<unknown> => {
    const { body } = await send({ ca, ...caller });
    const { certificate } = body as { certificate: 'none' | { name: string; trusted: boolean; sha256: string } };
    return certificate === 'none' ? 'none' : [certificate.name, certificate.trusted];
  };

  it('is known to routes: who signed it, and that nobody showed one', async () => {
    await open(given({ material: { ...identity, ca: clients.ca }, asksCallers: true }));
    expect(await nameOf({})).toBe('none');
    expect(await nameOf(clients.issue('siem'))).toEqual(['siem', true]);
    expect(await nameOf(testAuthority().issue('siem'))).toEqual(['siem', false]);
    expect(await nameOf(clients.issue('siem', { expired: true }))).toEqual(['siem', false]);
    const caller = clients.issue('siem');
    const { body } = await send({ ca, ...caller });
    const sha256 = new X509Certificate(caller.cert).fingerprint256.replace(/:/g, '').toLowerCase();
    expect(body).toMatchObject({ certificate: { sha256 } });
  });

  it('is not asked for where nothing is bound to one', async () => {
    await open(given());
    expect(await nameOf(clients.issue('siem'))).toBe('none');
  });
});

const listening = (value: object) => {
  const settings = readSettings(value);
  if (!settings.ok) throw new Error(JSON.stringify(settings.error));
  return settings.value;
};
const TOKEN = { name: 'siem', sha256: 'a'.repeat(64) };

describe('what the settings say of TLS', () => {
  const made = (value: object) => hostTls(listening(value), { dataFolder: place.folder, utc: Date.now });

  it.each([
    [{}, 'http://127.0.0.1:1'],
    [{ listen: { tls: {} } }, 'https://127.0.0.1:1'],
    [{ listen: { tls: {}, names: ['reflex.example', 'other'] } }, 'https://reflex.example:1'],
    [{ listen: { tls: {}, address: '10.1.2.3' } }, 'https://10.1.2.3:1'],
    [{ listen: { tls: {}, address: '::', names: ['2001:db8::7'] } }, 'https://[2001:db8::7]:1'],
  ])('%j is called at %s', (value, url) => expect(urlOf(1, listening(value).listen)).toBe(url));

  it('is nothing by default, and a certificate of its own without files', () => {
    expect(made({})).toBeUndefined();
    const own = made({ listen: { tls: {}, names: ['reflex.example'] } });
    expect([own?.listening.onlyTls, own?.listening.asksCallers]).toEqual([false, false]);
    expect(new X509Certificate(own?.listening.material.cert ?? '').checkHost('reflex.example')).toBeDefined();
    expect(own?.about).toContain(join('tls', 'own.crt'));
  });

  it('asks callers for a certificate only where something is bound to one, or an authority is named', () => {
    const ca = join(place.folder, 'ca');
    writeFileSync(ca, authority.ca);
    const asks = (listen: object, certificate?: object) =>
      made({ listen, intake: { tokens: [{ ...TOKEN, ...(certificate && { certificate }) }] } })?.listening.asksCallers;
    expect(asks({ tls: {} })).toBe(false);
    expect(asks({ tls: {} }, { sha256: 'b'.repeat(64) })).toBe(true);
    expect(asks({ tls: { client_ca: ca } })).toBe(true);
  });

  it.each<[string, object, RegExp]>([
    [
      'a token bound to a certificate without TLS',
      { intake: { tokens: [{ ...TOKEN, certificate: { name: 'x' } }] } },
      /`siem`.*listen\.tls/,
    ],
    [
      'a name in a certificate that no authority signs',
      { listen: { tls: {} }, intake: { tokens: [{ ...TOKEN, certificate: { name: 'x' } }] } },
      /client_ca/,
    ],
    [
      'a webhook bound to a certificate without TLS',
      {
        intake: {
          webhooks: [
            { name: 'edr', auth: { token: { sha256: 'c'.repeat(64) }, certificate: { sha256: 'b'.repeat(64) } } },
          ],
        },
      },
      /`edr`/,
    ],
    [
      'files that are not there',
      { listen: { tls: { cert: '/nowhere/a', key: '/nowhere/b' } } },
      /`\/nowhere\/a`.*ENOENT/,
    ],
  ])('keeps the host from starting for %s', (_, value, why) => expect(() => made(value)).toThrow(why));

  it.each<[object, string]>([
    [{ address: '0.0.0.0', names: ['a.example'] }, 'listen.tls'],
    [{ names: ['a.example'] }, 'listen.tls'],
    [{ address: '0.0.0.0', tls: {} }, 'listen.names'],
    [{ address: 'reflex.example', tls: {} }, 'listen.address'],
    [{ tls: { cert: '/a' } }, 'listen.tls'],
    [{ tls: {}, names: ['A.example'] }, 'listen.names.0'],
    [{ tls: {}, names: ['https://a.example'] }, 'listen.names.0'],
  ])('refuses %j with its place', (listen, path) => {
    const read = readSettings({ listen });
    expect(read.ok ? [] : read.error.map((each) => each.path)).toEqual([path]);
  });
});
