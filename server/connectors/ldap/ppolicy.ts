import { foldName } from '../../../common/entity/characters';
import { err, ok } from '../../../common/result';
import { textOf, textsOf, type DirectoryEntry } from './entry';
import { ACTION, type Flavour, type Standing } from './flavour';
import { commandOfLock, isForGood, isTime, lockOf, OUR_LOCKS } from './lock_time';
import type { AttributeChange, Session } from './session';

interface PolicyParts {
  /** Policy of accounts that name none. */
  readonly defaultPolicy: string;
  readonly nameAttribute: string;
  /** Object class of people's accounts. */
  readonly userClass: string;
}

const LOCKED = 'pwdAccountLockedTime';
const POLICY = 'pwdPolicySubentry';

const locked = (operation: AttributeChange['operation'], value: string): AttributeChange => ({
  operation,
  attribute: LOCKED,
  values: [value],
});

/** Whether a policy enforces locks, or why not. */
const whyNotEnforcedBy = async (session: Session, policy: string): Promise<string | undefined> => {
  const found = await session.search({ base: policy, scope: 'base', attributes: ['pwdLockout'], most: 1 });
  const [entry] = found.kind === 'answered' ? found.value : [];
  if (entry === undefined) return `the policy \`${policy}\` cannot be read, so nobody knows whether it enforces locks`;
  return textOf(entry, 'pwdLockout')?.toUpperCase() === 'TRUE'
    ? undefined
    : `\`pwdLockout\` of the policy \`${policy}\` is not TRUE: a lock is stored and not enforced`;
};

/** OpenLDAP with its overlay ppolicy: a lock that is its own mark. */
export const ppolicy = ({ defaultPolicy, nameAttribute, userClass }: PolicyParts): Flavour => {
  const standing = (entry: DirectoryEntry): Standing => {
    const lock = textOf(entry, LOCKED);
    const seen = { locked_time: lock ?? null };
    if (lock === undefined) return { kind: 'enabled', seen };
    const commandId = commandOfLock(lock);
    if (commandId !== undefined) return { kind: 'ours', commandId, seen };
    // The policy's own lock ends by itself, so an account with one is not disabled.
    return isForGood(lock) ? { kind: 'others', seen } : { kind: 'enabled', seen };
  };
  return {
    attributes: [LOCKED, POLICY, nameAttribute],
    people: { is: ['objectClass', userClass] },
    named: (meant) => (meant.by === 'name' ? { is: [nameAttribute, meant.name] } : undefined),
    isNamed: (entry, meant) => meant.by === 'name' && textsOf(entry, nameAttribute).map(foldName).includes(meant.name),
    nameOf: (entry) => textsOf(entry, nameAttribute)[0],
    marked: (commandId) => ({ is: [LOCKED, lockOf(commandId)] }),
    allMarked: { all: [{ atLeast: [LOCKED, OUR_LOCKS.least] }, { atMost: [LOCKED, OUR_LOCKS.most] }] },
    standing: (entry) =>
      textsOf(entry, LOCKED).length > 1 ? err(`\`${LOCKED}\` has several values`) : ok(standing(entry)),
    disable: (entry, commandId) => {
      const old = textOf(entry, LOCKED);
      // Delete and add in one request: whatever was written since we looked makes it fail as a whole.
      return ok([...(old === undefined ? [] : [locked('delete', old)]), locked('add', lockOf(commandId))]);
    },
    enable: (entry, commandId, before) => {
      const old = ((before ?? {}) as { readonly locked_time?: unknown }).locked_time;
      const restored = typeof old === 'string' && isTime(old) ? [locked('add', old)] : [];
      return [locked('delete', lockOf(commandId)), ...restored];
    },
    tidy: () => undefined,
    notEnforced: (session, entry) => whyNotEnforcedBy(session, textOf(entry, POLICY) ?? defaultPolicy),
    cannot: async (session) => {
      const why = await whyNotEnforcedBy(session, defaultPolicy);
      return why === undefined ? [] : [{ action: ACTION, why }];
    },
    needs: [`write \`${LOCKED}\` of the accounts`, `read \`${LOCKED}\`, \`${POLICY}\` and the policies`],
  };
};
