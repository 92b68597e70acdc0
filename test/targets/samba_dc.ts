import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'fs';
import { connect as connectTcp, type Socket } from 'net';
import { tmpdir } from 'os';
import { join } from 'path';
import { connect as connectTls } from 'tls';
import { Attribute, Change, Client } from 'ldapts';
import { testAuthority } from './certificate';
import { freePort, mustRun, run, start, type Started } from './processes';
import { until } from './until';

export { whyNotSamba } from './samba_packages';

export const REALM = 'corp.test';
export const SUFFIX = 'DC=corp,DC=test';
export const PEOPLE = `CN=Users,${SUFFIX}`;
export const MARK = 'adminDescription';
export const RESPONDER = `svc-resp@${REALM}`;
export const RESPONDER_PASSWORD = 'Responder-Passw0rd';
export const READER = `svc-read@${REALM}`;
export const READER_PASSWORD = 'Reader-Passw0rd';
export const USER_PASSWORD = 'Everybodys-Passw0rd';
const ADMIN_PASSWORD = 'Adm1n!Passw0rd';
const ADDRESS = '198.18.3.2';
const CONTROL = 'userAccountControl';
const USERS = 80;
/** Provisioning takes 4 s on an idle machine. */
const PATIENCE_MS = 180_000;

/** Rights on an attribute of the accounts below a container ([MS-ADTS] schemaIDGUID), as dsacls would give them. */
const GUIDS = {
  userAccountControl: 'bf967a68-0de6-11d0-a285-00aa003049e2',
  adminDescription: 'bf967919-0de6-11d0-a285-00aa003049e2',
  user: 'bf967aba-0de6-11d0-a285-00aa003049e2',
} as const;

export const dnOf = (name: string): string => `CN=${name},${PEOPLE}`;

/** A real domain controller in a network namespace of its own, with accounts `user1` and so on. */
export interface SambaDc {
  /** Of LDAP with StartTLS and of LDAPS, on the loopback; the certificate is for `dc1.corp.test` and 127.0.0.1. */
  readonly port: number;
  readonly securePort: number;
  readonly ca: string;
  /** A connection to its LDAPS, for a proxy. */
  readonly open: () => Promise<Socket>;
  /** What OpenLDAP's client says to a login: `ok`, or what it was refused with. */
  readonly login: (name: string) => Promise<string>;
  /** What Kerberos says to a login, with a ticket cache of its own. */
  readonly kinit: (name: string) => Promise<string>;
  /** Whether the ticket of `kinit` still buys another one. */
  readonly ticketFor: (name: string, service: string) => Promise<string>;
  readonly flagsOf: (name: string) => Promise<number>;
  readonly textOf: (name: string, attribute: string) => Promise<string | undefined>;
  /** What an administrator writes. */
  readonly write: (name: string, attributes: Readonly<Record<string, string | undefined>>) => Promise<void>;
  readonly setFlags: (name: string, flags: number, more?: Readonly<Record<string, string>>) => Promise<void>;
  readonly cost: () => Promise<{ readonly provisionMs: number; readonly startMs: number; readonly pssKib: number }>;
  readonly dispose: () => Promise<void>;
}

const unicodePassword = (password: string): Buffer => Buffer.from(`"${password}"`, 'utf16le');

export const startSambaDc = async (): Promise<SambaDc> => {
  const folder = mkdtempSync(join(tmpdir(), 'reflex-samba-'));
  const namespace = `rx${process.pid}ad`;
  const within = async (program: string, args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await run('ip', ['netns', 'exec', namespace, program, ...args], PATIENCE_MS);
    if (code !== 0) throw new Error(`\`${program} ${args[0]}\` ended with ${code}: ${stderr || stdout}`);
    return stdout;
  };
  const started: Started[] = [];
  const dispose = async (): Promise<void> => {
    for (const each of [...started].reverse()) await each.stop();
    await run('ip', ['netns', 'del', namespace]);
    rmSync(folder, { recursive: true, force: true });
  };

  try {
    await mustRun('ip', ['netns', 'add', namespace]);
    const ip = (...args: readonly string[]): Promise<string> => mustRun('ip', ['-n', namespace, ...args]);
    await ip('link', 'set', 'lo', 'up');
    await ip('link', 'add', 'ad0', 'type', 'veth', 'peer', 'name', 'ad1');
    await ip('addr', 'add', `${ADDRESS}/24`, 'dev', 'ad0');
    for (const link of ['ad0', 'ad1']) await ip('link', 'set', link, 'up');

    const provisioned = Date.now();
    await within('samba-tool', [
      ...['domain', 'provision', `--targetdir=${folder}/dc`, `--realm=${REALM.toUpperCase()}`, '--domain=CORP'],
      ...[`--adminpass=${ADMIN_PASSWORD}`, '--server-role=dc', '--dns-backend=SAMBA_INTERNAL', '--host-name=dc1'],
      ...[`--host-ip=${ADDRESS}`, '--option=interfaces=lo ad0', '--option=bind interfaces only=yes'],
    ]);
    const provisionMs = Date.now() - provisioned;
    const authority = testAuthority();
    const { cert, key } = authority.issue('dc1.corp.test');
    for (const [name, text] of Object.entries({ ca: authority.ca, cert, key }))
      writeFileSync(join(folder, `${name}.pem`), text, { mode: 0o600 });
    const config = `${folder}/dc/etc/smb.conf`;
    const tls = `\n[global]\ntls cafile = ${folder}/ca.pem\ntls certfile = ${folder}/cert.pem\ntls keyfile = ${folder}/key.pem\n`;
    appendFileSync(config, tls);
    writeFileSync(
      `${folder}/krb5.conf`,
      `[libdefaults]\ndefault_realm = CORP.TEST\ndns_lookup_kdc = false\n[realms]\nCORP.TEST = {\n  kdc = ${ADDRESS}\n}\n`,
    );

    const began = Date.now();
    const samba = start('ip', [
      ...['netns', 'exec', namespace, '/usr/sbin/samba', '-F', '--no-process-group', '-s', config],
      ...['--debug-stdout', '-d', '1'],
    ]);
    started.push(samba);
    const ports: number[] = [];
    for (const service of [389, 636]) {
      const socket = `${folder}/${service}.sock`;
      const port = await freePort();
      started.push(
        start('ip', [
          ...['netns', 'exec', namespace, 'socat'],
          ...[`UNIX-LISTEN:${socket},fork`, `TCP:${ADDRESS}:${service},nodelay`],
        ]),
        start('socat', [`TCP-LISTEN:${port},bind=127.0.0.1,fork,reuseaddr,nodelay`, `UNIX-CONNECT:${socket}`]),
      );
      ports.push(port);
    }
    const [port = 0, securePort = 0] = ports;
    const url = `ldaps://127.0.0.1:${securePort}`;

    const asAdmin = async <Value>(what: (client: Client) => Promise<Value>): Promise<Value> => {
      const client = new Client({ url, timeout: 10_000, tlsOptions: { ca: authority.ca } });
      try {
        await client.bind(`Administrator@${REALM}`, ADMIN_PASSWORD);
        return await what(client);
      } finally {
        await client.unbind().catch(() => undefined);
      }
    };
    const answers = (): Promise<boolean> => asAdmin(() => Promise.resolve(true)).catch(() => false);
    await until('the domain controller to answer', answers, {
      withinMs: 60_000,
      everyMs: 100,
      seen: () => samba.output(),
    });
    const startMs = Date.now() - began;

    const addUser = (client: Client, name: string, password: string): Promise<void> =>
      client.add(dnOf(name), [
        new Attribute({ type: 'objectClass', values: ['user'] }),
        new Attribute({ type: 'sAMAccountName', values: [name] }),
        new Attribute({ type: 'userPrincipalName', values: [`${name}@${REALM}`] }),
        new Attribute({ type: CONTROL, values: ['66048'] }),
        new Attribute({ type: 'unicodePwd', values: [unicodePassword(password)] }),
      ]);
    await asAdmin(async (client) => {
      await addUser(client, 'svc-resp', RESPONDER_PASSWORD);
      await addUser(client, 'svc-read', READER_PASSWORD);
      for (let index = 1; index <= USERS; index += 1) await addUser(client, `user${index}`, USER_PASSWORD);
    });
    const [sid = ''] = (await within('wbinfo', ['-n', 'svc-resp'])).split(' ');
    const rights = [GUIDS.userAccountControl, GUIDS.adminDescription].map(
      (attribute) => `(OA;CI;RPWP;${attribute};${GUIDS.user};${sid})`,
    );
    await within('samba-tool', ['dsacl', 'set', `--objectdn=${PEOPLE}`, `--sddl=${rights.join('')}`, '-s', config]);

    const write: SambaDc['write'] = (name, attributes) =>
      asAdmin((client) =>
        client.modify(
          dnOf(name),
          Object.entries(attributes).map(
            ([type, value]) =>
              new Change({
                operation: 'replace',
                modification: new Attribute({ type, values: value === undefined ? [] : [value] }),
              }),
          ),
        ),
      );
    const textOf: SambaDc['textOf'] = (name, attribute) =>
      asAdmin(async (client) => {
        const { searchEntries } = await client.search(dnOf(name), { scope: 'base', attributes: [attribute] });
        const [value] = [searchEntries[0]?.[attribute] ?? []].flat();
        return value === undefined ? undefined : String(value);
      });
    const kerberos = async (
      name: string,
      program: string,
      args: readonly string[],
      input?: string,
    ): Promise<string> => {
      const environment = [`KRB5_CONFIG=${folder}/krb5.conf`, `KRB5CCNAME=${folder}/ticket-${name}`];
      const command = [program, ...args].join(' ');
      const typed = input === undefined ? command : `echo '${input}' | ${command}`;
      const { code, stderr } = await run('ip', [
        ...['netns', 'exec', namespace, 'env', ...environment, 'sh', '-c', typed],
      ]);
      return code === 0 ? 'ok' : stderr.trim();
    };
    return {
      port,
      securePort,
      ca: authority.ca,
      open: () =>
        new Promise((resolve, reject) => {
          const raw = connectTcp({ host: '127.0.0.1', port: securePort });
          const socket = connectTls({ socket: raw, ca: authority.ca, servername: 'dc1.corp.test' });
          raw.on('error', reject);
          socket.once('error', reject).once('secureConnect', () => resolve(socket));
        }),
      login: async (name) => {
        const args = ['-x', '-H', url, '-D', `${name}@${REALM}`, '-w', USER_PASSWORD, '-b', dnOf(name), '-s', 'base'];
        const { code, stderr, stdout } = await run('env', [`LDAPTLS_CACERT=${folder}/ca.pem`, 'ldapsearch', ...args]);
        return code === 0 ? 'ok' : (stderr || stdout).trim();
      },
      kinit: (name) => kerberos(name, 'kinit', [`${name}@${REALM.toUpperCase()}`], USER_PASSWORD),
      ticketFor: (name, service) => kerberos(name, 'kvno', [service]),
      flagsOf: async (name) => Number(await textOf(name, CONTROL)),
      textOf,
      write,
      setFlags: (name, flags, more = {}) => write(name, { [CONTROL]: `${flags}`, ...more }),
      cost: async () => {
        const pids = (await mustRun('ip', ['netns', 'pids', namespace])).trim().split('\n');
        const sums = await run('sh', ['-c', pids.map((pid) => `grep ^Pss: /proc/${pid}/smaps_rollup`).join(';')]);
        const pssKib = [...sums.stdout.matchAll(/Pss:\s+(\d+)/g)].reduce((sum, [, kib]) => sum + Number(kib), 0);
        return { provisionMs, startMs, pssKib };
      },
      dispose,
    };
  } catch (cause) {
    await dispose();
    throw cause;
  }
};
