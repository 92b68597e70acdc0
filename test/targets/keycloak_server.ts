import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { testAuthority, type TestIdentity } from './certificate';
import { FIRST_ADMIN, keycloakStart } from './keycloak_packages';
import { freePort, start } from './processes';
import { until } from './until';

/* One Keycloak on the loopback with a database of its own; each test makes a realm of its own there. */

/** What Keycloak answered. */
export interface Reply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface KeycloakServer {
  readonly port: number;
  readonly url: string;
  /** Over TLS; it asks for a certificate of the client. */
  readonly secureUrl: string;
  /** Who signed its certificate, and may sign clients' ones. */
  readonly ca: string;
  readonly issue: (name: string) => TestIdentity;
  /** A request as the first administrator, below `/admin/realms`. */
  readonly admin: (method: string, path: string, body?: unknown) => Promise<Reply>;
  /** A form sent to a realm's endpoint below `/protocol/openid-connect`. */
  readonly form: (realm: string, endpoint: string, fields: Readonly<Record<string, string>>) => Promise<Reply>;
  /** How long it took to start, ms, and how much memory it has, KiB. */
  readonly startedInMs: number;
  readonly pid: number;
  readonly stop: () => Promise<void>;
}

const PATIENCE_MS = 240_000;

const readReply = async (response: Response): Promise<Reply> => {
  const text = await response.text();
  try {
    return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Reply['body'] };
  } catch {
    return { status: response.status, body: { text } };
  }
};

const send = (url: string, options: RequestInit): Promise<Reply> => fetch(url, options).then(readReply);

/** Only after `whyNotKeycloak` found no reason. */
export const startKeycloak = async (): Promise<KeycloakServer> => {
  const began = Date.now();
  const folder = mkdtempSync(join(tmpdir(), 'reflex-keycloak-'));
  const { args, database } = keycloakStart(folder);
  const authority = testAuthority();
  const own = authority.issue('localhost');
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  const [port, secure, management] = [await freePort(), await freePort(), await freePort()];
  const options = {
    'http-enabled': 'true',
    'hostname-strict': 'false',
    'http-host': '127.0.0.1',
    'http-port': `${port}`,
    'https-port': `${secure}`,
    'http-management-port': `${management}`,
    'https-certificate-file': file('own.pem', own.cert),
    'https-certificate-key-file': file('own.key', own.key),
    'https-trust-store-file': file('ca.pem', authority.ca),
    'db-url': `jdbc:h2:file:${database};NON_KEYWORDS=VALUE`,
    cache: 'local',
    'log-level': 'warn',
  };
  const given = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  const process = start('java', [...args, ...given]);
  const url = `http://127.0.0.1:${port}`;
  const answers = async (): Promise<boolean> => {
    if (process.process.exitCode !== null) throw new Error(`Keycloak ended: ${process.output().slice(-2_000)}`);
    return (await send(`${url}/realms/master`, {}).catch(() => ({ status: 0 }))).status === 200;
  };
  const stop = async (): Promise<void> => {
    await process.stop(20_000);
    rmSync(folder, { recursive: true, force: true });
  };
  await until('Keycloak answers', answers, { withinMs: PATIENCE_MS, everyMs: 250 }).catch(async (cause: unknown) => {
    await stop();
    throw cause;
  });

  const form: KeycloakServer['form'] = (realm, endpoint, fields) =>
    send(`${url}/realms/${realm}/protocol/openid-connect/${endpoint}`, {
      method: 'POST',
      body: new URLSearchParams(fields),
    });
  let token = { text: '', until: 0 };
  const admin: KeycloakServer['admin'] = async (method, path, body) => {
    if (token.until < Date.now()) {
      const asked = { grant_type: 'password', client_id: 'admin-cli', ...FIRST_ADMIN };
      const { body: answer } = await form('master', 'token', asked);
      token = { text: String(answer.access_token), until: Date.now() + 30_000 };
    }
    return send(`${url}/admin/realms${path}`, {
      method,
      headers: { authorization: `Bearer ${token.text}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  };
  return {
    port,
    url,
    secureUrl: `https://127.0.0.1:${secure}`,
    ca: authority.ca,
    issue: authority.issue,
    admin,
    form,
    startedInMs: Date.now() - began,
    pid: process.process.pid ?? 0,
    stop,
  };
};
