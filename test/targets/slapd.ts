import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { Attribute, Change, Client } from 'ldapts';
import { testAuthority, type TestIdentity } from './certificate';
import { freePort, mustRun, run, start } from './processes';
import { SLAPD } from './slapd_packages';
import { until } from './until';

export { whyNotSlapd } from './slapd_packages';

export const SUFFIX = 'dc=corp,dc=test';
export const RESPONDER = `cn=responder,${SUFFIX}`;
export const RESPONDER_PASSWORD = 'password-of-the-responder';
export const READER = `cn=reader,${SUFFIX}`;
export const READER_PASSWORD = 'password-of-the-reader';
export const DEFAULT_POLICY = `cn=default,ou=policies,${SUFFIX}`;
export const USER_PASSWORD = 'password-of-everybody';
const ADMIN = `cn=admin,${SUFFIX}`;
const ADMIN_PASSWORD = 'password-of-the-admin';
const USERS = 120;

const LOCK = 'pwdAccountLockedTime';

export const dnOf = (uid: string): string => `uid=${uid},ou=people,${SUFFIX}`;

/** A real slapd with its overlay ppolicy and a hundred accounts, `user1` and so on. */
export interface Slapd {
  /** `ldap://` and `ldaps://` on the loopback; the certificate is for `directory.test` and 127.0.0.1. */
  readonly port: number;
  readonly securePort: number;
  readonly ca: string;
  readonly identity: TestIdentity;
  /** What OpenLDAP's own client says to a login: `ok`, or what it was refused with. */
  readonly login: (uid: string) => Promise<string>;
  /** The lock of an account as its administrator sees it. */
  readonly lockOf: (uid: string) => Promise<string | undefined>;
  /** What an administrator does: a lock, or undefined for none. */
  readonly setLock: (uid: string, lock: string | undefined) => Promise<void>;
  /** Writes an attribute of an entry, as administrator. */
  readonly write: (dn: string, attribute: string, value: string | undefined) => Promise<void>;
  readonly rename: (uid: string, to: string) => Promise<void>;
  readonly add: (dn: string, attributes: Readonly<Record<string, string | string[]>>) => Promise<void>;
  /** Milliseconds until it answered, and its memory, KiB. */
  readonly cost: () => Promise<{ readonly startMs: number; readonly rssKib: number }>;
  readonly dispose: () => Promise<void>;
}

interface SlapdOptions {
  /** Follows this one, as another server of the same directory. */
  readonly replicaOf?: Pick<Slapd, 'port' | 'ca' | 'identity'>;
}

const configOf = (folder: string, provider: number | undefined): string => `include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload ppolicy
moduleload syncprov
pidfile ${folder}/slapd.pid
TLSCACertificateFile ${folder}/ca.pem
TLSCertificateFile ${folder}/server.pem
TLSCertificateKeyFile ${folder}/server.key
database mdb
suffix ${SUFFIX}
rootdn ${ADMIN}
rootpw ${ADMIN_PASSWORD}
directory ${folder}/db
maxsize 16777216
overlay ppolicy
ppolicy_default ${DEFAULT_POLICY}
ppolicy_use_lockout
${
  provider === undefined
    ? 'overlay syncprov'
    : `syncrepl rid=1 provider=ldap://127.0.0.1:${provider} type=refreshAndPersist retry="1 +" searchbase="${SUFFIX}" ` +
      `bindmethod=simple binddn="${ADMIN}" credentials=${ADMIN_PASSWORD} attrs="*,+"`
}
access to attrs=userPassword by self write by anonymous auth by * none
access to dn.subtree="ou=people,${SUFFIX}" attrs=${LOCK} by dn.exact="${RESPONDER}" write by dn.exact="${READER}" read by * none
access to * by * read
`;

const entry = (dn: string, lines: readonly string[]): string => `dn: ${dn}\n${lines.join('\n')}\n\n`;

const service = (dn: string, cn: string, password: string): string =>
  entry(dn, [
    'objectClass: organizationalRole',
    'objectClass: simpleSecurityObject',
    `cn: ${cn}`,
    `userPassword: ${password}`,
  ]);

const policy = (cn: string, lockout: 'TRUE' | 'FALSE'): string =>
  entry(`cn=${cn},ou=policies,${SUFFIX}`, [
    'objectClass: device',
    'objectClass: pwdPolicy',
    `cn: ${cn}`,
    'pwdAttribute: userPassword',
    `pwdLockout: ${lockout}`,
    'pwdLockoutDuration: 2',
    'pwdMaxFailure: 2',
  ]);

const seed = (): string =>
  [
    entry(SUFFIX, ['objectClass: dcObject', 'objectClass: organization', 'dc: corp', 'o: corp']),
    ...['people', 'policies'].map((ou) =>
      entry(`ou=${ou},${SUFFIX}`, ['objectClass: organizationalUnit', `ou: ${ou}`]),
    ),
    policy('default', 'TRUE'),
    policy('toothless', 'FALSE'),
    service(RESPONDER, 'responder', RESPONDER_PASSWORD),
    service(READER, 'reader', READER_PASSWORD),
    ...Array.from({ length: USERS }, (_, index) => `user${index + 1}`).map((uid) =>
      entry(dnOf(uid), [
        'objectClass: inetOrgPerson',
        `uid: ${uid}`,
        `cn: ${uid}`,
        'sn: User',
        `userPassword: ${USER_PASSWORD}`,
      ]),
    ),
  ].join('');

export const startSlapd = async ({ replicaOf }: SlapdOptions = {}): Promise<Slapd> => {
  const folder = mkdtempSync(join(tmpdir(), 'reflex-slapd-'));
  mkdirSync(join(folder, 'db'));
  const authority = testAuthority();
  const identity = replicaOf?.identity ?? authority.issue('directory.test');
  const ca = replicaOf?.ca ?? authority.ca;
  const [port, securePort] = [await freePort(), await freePort()];
  const files = {
    'ca.pem': ca,
    'server.pem': identity.cert,
    'server.key': identity.key,
    'slapd.conf': configOf(folder, replicaOf?.port),
    'seed.ldif': seed(),
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text, { mode: 0o600 });
  const config = join(folder, 'slapd.conf');
  if (replicaOf === undefined) await mustRun('/usr/sbin/slapadd', ['-f', config, '-l', join(folder, 'seed.ldif')]);
  const began = Date.now();
  const url = `ldap://127.0.0.1:${port}`;
  const server = start(SLAPD, ['-f', config, '-h', `${url} ldaps://127.0.0.1:${securePort}`, '-d', '0']);

  const asAdmin = async <Value>(what: (client: Client) => Promise<Value>): Promise<Value> => {
    const client = new Client({ url, timeout: 5_000 });
    try {
      await client.bind(ADMIN, ADMIN_PASSWORD);
      return await what(client);
    } finally {
      await client.unbind().catch(() => undefined);
    }
  };
  const write: Slapd['write'] = (dn, type, value) =>
    asAdmin((client) =>
      client.modify(
        dn,
        new Change({
          operation: 'replace',
          modification: new Attribute({ type, values: value === undefined ? [] : [value] }),
        }),
      ),
    );
  const lockOf: Slapd['lockOf'] = (uid) =>
    asAdmin(async (client) => {
      const { searchEntries } = await client.search(dnOf(uid), { scope: 'base', attributes: [LOCK] });
      const [value] = [searchEntries[0]?.[LOCK] ?? []].flat();
      return value === undefined ? undefined : String(value);
    });
  const slapd: Slapd = {
    port,
    securePort,
    ca,
    identity,
    login: async (uid) => {
      const args = ['-x', '-H', url, '-D', dnOf(uid), '-w', USER_PASSWORD, '-e', 'ppolicy'];
      const { code, stderr } = await run('ldapwhoami', args);
      return code === 0 ? 'ok' : stderr.trim();
    },
    lockOf,
    setLock: (uid, lock) => write(dnOf(uid), LOCK, lock),
    write,
    rename: (uid, to) => asAdmin((client) => client.modifyDN(dnOf(uid), `uid=${to}`)),
    add: (dn, attributes) => asAdmin((client) => client.add(dn, { ...attributes })),
    cost: async () => ({
      startMs: readyMs,
      rssKib: Number((await mustRun('ps', ['-o', 'rss=', '-p', `${server.process.pid}`])).trim()),
    }),
    dispose: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  const answers = (): Promise<boolean> => asAdmin(() => Promise.resolve(true)).catch(() => false);
  await until('slapd to answer', answers, { everyMs: 5, seen: () => server.output() });
  const readyMs = Date.now() - began;
  return slapd;
};
