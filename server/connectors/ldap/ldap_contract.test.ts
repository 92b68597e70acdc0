import { describeConnector, type ConnectorRig } from '../../../test/contracts/connector';
import { testAuthority } from '../../../test/targets/certificate';
import { aClearedCommand } from '../../../test/targets/commands';
import { ldapProxy } from '../../../test/targets/ldap_proxy';
import { isLdapOrder, ldapConnectorTo, ldapTroubles } from '../../../test/targets/ldap_rig';
import { metadataAfter, modelDirectory, type ModelDirectory } from '../../../test/targets/model_directory';
import type { Target } from '../../../common/flow/decision';
import { commandOfMark } from './account_mark';
import { commandOfLock } from './lock_time';

const BASE = 'dc=corp,dc=test';
const HAND = `cn=responder,${BASE}`;
const SECRETS = { directory: 'responders-password' };

let users = 0;
const nextUser = (): string => `user${(users += 1)}`;
const nameIn = ({ value }: Target): string => value.split('\\')[1] ?? value;

/** The directory of one flavour, with what a person does there. */
interface Flavoured {
  readonly model: ModelDirectory;
  readonly parameters: object;
  readonly dnOf: (name: string) => string;
  readonly addUser: (name: string) => void;
  readonly effects: (dn: string) => readonly string[];
  readonly enableByHand: (dn: string) => void;
  readonly disableByHand: (dn: string) => void;
}

const rigOf = async ({ model, parameters, ...flavoured }: Flavoured): Promise<ConnectorRig> => {
  const authority = testAuthority();
  const proxy = await ldapProxy(authority.issue('localhost'), model.port);
  const dn = (target: Target): string => flavoured.dnOf(nameIn(target));
  const common = {
    url: proxy.url,
    tls: { ca: authority.ca },
    bind_dn: HAND,
    password: { secret: 'directory' },
    base_dn: BASE,
    realms: ['CORP', 'corp.test'],
  };
  return {
    connector: ldapConnectorTo({ ...common, ...parameters }, SECRETS),
    proxy: { ...proxy, fail: (fault, on) => proxy.fail(fault, on) },
    troubles: ldapTroubles(proxy),
    command: (change) => {
      const name = nextUser();
      flavoured.addUser(name);
      return aClearedCommand({
        action: 'disable_user',
        target: { type: 'user', value: `corp\\${name}` },
        ...change,
      });
    },
    effects: async (target) => flavoured.effects(dn(target)),
    removeByHand: async ({ target }) => flavoured.enableByHand(dn(target)),
    addForeign: async (target) => {
      flavoured.disableByHand(dn(target));
      return 'admin';
    },
    isOrder: isLdapOrder,
    dispose: async () => {
      await proxy.dispose();
      await model.dispose();
    },
  };
};

const replace = (attribute: string, ...values: readonly string[]) => ({
  operation: 'replace' as const,
  attribute: attribute.toLowerCase(),
  values,
});

const ppolicyRig = async (): Promise<ConnectorRig> => {
  const model = await modelDirectory({ passwords: { [HAND]: SECRETS.directory } });
  const dnOf = (name: string): string => `uid=${name},${BASE}`;
  const policy = `cn=default,${BASE}`;
  model.add(BASE, { objectClass: 'domain' });
  model.add(policy, { objectClass: 'pwdPolicy', pwdLockout: 'TRUE' });
  return rigOf({
    model,
    dnOf,
    parameters: { flavour: 'ppolicy', default_policy: policy },
    addUser: (uid) => model.add(dnOf(uid), { objectClass: ['person', 'inetOrgPerson'], uid }),
    effects: (dn) => {
      const lock = model.text(dn, 'pwdAccountLockedTime');
      return lock === undefined ? [] : [commandOfLock(lock) ?? 'admin'];
    },
    enableByHand: (dn) => void model.change(dn, [replace('pwdAccountLockedTime')]),
    disableByHand: (dn) => void model.change(dn, [replace('pwdAccountLockedTime', '000001010000Z')]),
  });
};

const domainRig = async (): Promise<ConnectorRig> => {
  const model = await modelDirectory({ passwords: { [HAND]: SECRETS.directory } });
  const dnOf = (name: string): string => `cn=${name},cn=users,${BASE}`;
  const flags = (dn: string): number => Number(model.text(dn, 'userAccountControl'));
  const addUser = (name: string): void => {
    model.add(dnOf(name), {
      objectClass: ['person', 'user'],
      objectCategory: 'person',
      sAMAccountName: name,
      userAccountControl: '66048',
      allowedAttributesEffective: ['userAccountControl', 'adminDescription'],
    });
    model.entries.get(dnOf(name))?.set('replpropertymetadata', [metadataAfter(undefined, 0, ['useraccountcontrol'])]);
  };
  model.add(BASE, { objectClass: 'domain' });
  addUser('somebody');
  return rigOf({
    model,
    dnOf,
    addUser,
    parameters: { flavour: 'active_directory' },
    effects: (dn) => {
      if ((flags(dn) & 2) === 0) return [];
      return [commandOfMark(model.text(dn, 'adminDescription') ?? '') ?? 'admin'];
    },
    enableByHand: (dn) => void model.change(dn, [replace('userAccountControl', `${flags(dn) & ~2}`)]),
    // Whoever disables an account says so where our mark is, as the guide asks.
    disableByHand: (dn) =>
      void model.change(dn, [
        replace('userAccountControl', `${flags(dn) | 2}`),
        replace('adminDescription', 'left the company'),
      ]),
  });
};

describeConnector('ldap ppolicy (model)', ppolicyRig);
describeConnector('ldap active directory (model)', domainRig);
