import { foldName } from '../../../common/entity/characters';
import { err, ok, type Result } from '../../../common/result';
import {
  defineKind,
  isAllowEntry,
  liveTls,
  readSecret,
  renewed,
  requestTimeoutMs,
  tlsMaterial,
  type ConnectorKind,
  type ParameterFault,
  type SecretRef,
  type Secrets,
} from '../connector';
import { meantAccount, type Realms } from './account_name';
import { activeDirectory } from './active_directory';
import { directory, type Door } from './directory';
import { parseDirectoryUrl, type DirectoryUrl } from './directory_url';
import type { Flavour } from './flavour';
import { ldapConnector } from './ldap_connector';
import { LDAP_PARAMETERS_SCHEMA, type LdapParameters } from './ldap_parameters';
import { ppolicy } from './ppolicy';

const DEFAULT_SETTLE_MS = 15_000;
const DEFAULT_CONNECT_MS = 3_000;
const DEFAULT_TOTAL_MS = 10_000;
const DEFAULT_NAME = 'uid';
const DEFAULT_CLASS = 'person';

type Fault = (path: string, message: string) => void;

/** Parameters that only ppolicy has. */
const OF_PPOLICY = ['default_policy', 'name_attribute', 'user_class'] as const;

const readRealms = ({ realms: said, bare_names: bare }: LdapParameters, fault: Fault): Realms => {
  const realms = said.map(foldName);
  realms.forEach((realm, index) => {
    const read = meantAccount({ type: 'user', value: `${realm}\\a` }, { realms: [realm], bareNames: false });
    if (!read.ok || read.value.by !== 'name' || realm === '.')
      fault(`realms.${index}`, 'is no name of a realm, such as `CORP` or `corp.example`');
  });
  return { realms, bareNames: bare === true };
};

const readFlavour = (parameters: LdapParameters, realms: Realms, fault: Fault): Flavour | undefined => {
  const { test_user: testUser } = parameters;
  const test = testUser === undefined ? undefined : meantAccount({ type: 'user', value: testUser }, realms);
  if (test?.ok === false) fault('test_user', test.error.message);
  const { flavour, default_policy: defaultPolicy, base_dn: baseDn } = parameters;
  if (flavour === 'active_directory') {
    for (const name of OF_PPOLICY)
      if (parameters[name] !== undefined) fault(name, 'has no use with the flavour `active_directory`');
    return activeDirectory({ baseDn, realms: realms.realms, sample: test?.ok === true ? test.value : undefined });
  }
  if (defaultPolicy === undefined) return void fault('default_policy', 'is missing');
  const { name_attribute: nameAttribute = DEFAULT_NAME, user_class: userClass = DEFAULT_CLASS } = parameters;
  return ppolicy({ defaultPolicy, nameAttribute, userClass });
};

/** A server and an account there, each as it is now. */
const doorOf = (to: DirectoryUrl, dn: string, password: () => string): Door => ({
  to,
  account: () => ({ dn, password: password() }),
});

/** Names by which the directory may know one of our accounts. */
const namesOf = (bindDn: string): readonly string[] => {
  const folded = foldName(bindDn);
  const [, behind] = folded.split('\\');
  const [before = ''] = folded.split('@');
  return [folded, ...(behind === undefined ? [] : [behind]), ...(folded.includes('@') ? [before] : [])];
};

const live = (ref: SecretRef, secrets: Secrets): Result<() => string, string> => {
  const first = readSecret(ref, secrets);
  return first.ok ? ok(renewed(first.value, () => readSecret(ref, secrets))) : first;
};

/** Directories over LDAP, that refuse logins of an account. */
export const ldapKind: ConnectorKind = defineKind<LdapParameters>({
  kind: 'ldap',
  title: 'LDAP and Active Directory',
  parameters: LDAP_PARAMETERS_SCHEMA,
  build: ({ name, parameters }, secrets, world) => {
    const faults: ParameterFault[] = [];
    const fault: Fault = (path, message) => void faults.push({ path, message });
    const { observer = {}, timeouts = {}, allow_addresses: allowAddresses = [], test_user: testUser } = parameters;
    const rules = { startTls: parameters.start_tls === true, plain: parameters.allow_plain_ldap === true };

    const to = parseDirectoryUrl(parameters.url, rules);
    if (!to.ok) fault('url', to.error);
    const seenAt = observer.url === undefined ? to : parseDirectoryUrl(observer.url, rules);
    if (!seenAt.ok && observer.url !== undefined) fault('observer.url', seenAt.error);
    const password = live(parameters.password, secrets);
    if (!password.ok) fault('password', password.error);
    const observers = observer.password === undefined ? password : live(observer.password, secrets);
    if (!observers.ok && observer.password !== undefined) fault('observer.password', observers.error);
    allowAddresses.forEach((entry, index) => {
      if (!isAllowEntry(entry)) fault(`allow_addresses.${index}`, `\`${entry}\` is not an address or network`);
    });
    const firstTls = tlsMaterial(parameters, secrets, fault);
    const realms = readRealms(parameters, fault);
    const flavour = readFlavour(parameters, realms, fault);
    if (!to.ok || !seenAt.ok || !password.ok || !observers.ok || flavour === undefined || faults.length > 0)
      return err(faults);

    const observerDn = observer.bind_dn ?? parameters.bind_dn;
    const isOther = to.value.host !== seenAt.value.host || to.value.port !== seenAt.value.port;
    return ok(
      ldapConnector({
        name,
        flavour,
        baseDn: parameters.base_dn,
        realms,
        ownNames: [parameters.bind_dn, observerDn].flatMap(namesOf),
        ownObserver: parameters.observer !== undefined,
        otherServer: isOther ? `${seenAt.value.host}:${seenAt.value.port}` : undefined,
        testUser,
        settleMs: parameters.settle_time_ms ?? DEFAULT_SETTLE_MS,
        timeoutMs: requestTimeoutMs(parameters),
        directory: directory({
          hand: doorOf(to.value, parameters.bind_dn, password.value),
          observer: doorOf(seenAt.value, observerDn, observers.value),
          allowAddresses,
          tls: liveTls(parameters, secrets, firstTls),
          connectMs: timeouts.connect_ms ?? DEFAULT_CONNECT_MS,
          totalMs: timeouts.total_ms ?? DEFAULT_TOTAL_MS,
          world,
        }),
      }),
    );
  },
});
