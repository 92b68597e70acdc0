import { foldName } from '../../../common/entity/characters';
import { err, ok } from '../../../common/result';
import { commandOfMark, MARK_ATTRIBUTE, MARK_START, markOf } from './account_mark';
import type { MeantAccount } from './account_name';
import { bytesOf, textOf, textsOf, type DirectoryEntry } from './entry';
import { ACTION, type Flavour, type Standing } from './flavour';
import type { Condition } from './query';
import { writtenTogether } from './replication_metadata';
import type { AttributeChange, Session } from './session';

interface DomainParts {
  readonly baseDn: string;
  /** Folded; those with a dot can stand behind an `@`. */
  readonly realms: readonly string[];
  /** Account for self-tests: our rights are looked at there, and else at some accounts. */
  readonly sample: MeantAccount | undefined;
}

const CONTROL = 'userAccountControl';
const METADATA = 'replPropertyMetaData';
const CRITICAL = 'isCriticalSystemObject';
/** ACCOUNTDISABLE. */
const DISABLED = 2;

/** So many accounts are looked at for our rights: some are protected from what was delegated. */
const SAMPLES = 5;

/** Flags of an account. What is no number is refused: Samba stores whatever it is told. */
const controlOf = (entry: DirectoryEntry): number | undefined => {
  const text = textOf(entry, CONTROL);
  return text !== undefined && /^\d{1,10}$/.test(text) && Number(text) <= 0x7fffffff ? Number(text) : undefined;
};

/** Whether one request wrote the flags and the mark last, undefined if nobody can tell. */
const isInOnePiece = (entry: DirectoryEntry): boolean | undefined => {
  const bytes = bytesOf(entry, METADATA);
  return bytes && writtenTogether(bytes);
};

/** Replaced, as every tool does: Samba does not compare what is deleted with what is there. */
const control = (flags: number): AttributeChange => ({
  operation: 'replace',
  attribute: CONTROL,
  values: [`${flags}`],
});

const marked = (operation: AttributeChange['operation'], mark: string): AttributeChange => ({
  operation,
  attribute: MARK_ATTRIBUTE,
  values: [mark],
});

/** Takes off the marks of some commands. What came in between makes the whole request fail. */
const unmark = (entry: DirectoryEntry, commandIds: readonly string[]): readonly AttributeChange[] =>
  textsOf(entry, MARK_ATTRIBUTE)
    .filter((text) => commandIds.includes(commandOfMark(text) ?? ''))
    .map((text) => marked('delete', text));

const refused = (code: string, message: string) => err({ code, message, retryable: false });

/** Domain controllers of Active Directory and of Samba: a flag of the account, and a mark beside it. */
export const activeDirectory = ({ baseDn, realms, sample }: DomainParts): Flavour => {
  const people: Condition = {
    all: [{ is: ['objectCategory', 'person'] }, { is: ['objectClass', 'user'] }],
  };
  const principals = (name: string): readonly string[] =>
    realms.filter((realm) => realm.includes('.')).map((realm) => `${name}@${realm}`);

  const named = (meant: MeantAccount): Condition =>
    meant.by === 'sid'
      ? { is: ['objectSid', meant.sid] }
      : {
          any: [
            { is: ['sAMAccountName', meant.name] },
            ...principals(meant.name).map((each) => ({ is: ['userPrincipalName', each] as const })),
          ],
        };

  const standing = (entry: DirectoryEntry): Standing | string => {
    const flags = controlOf(entry);
    const whole = isInOnePiece(entry);
    if (flags === undefined) return `\`${CONTROL}\` cannot be read`;
    if (whole === undefined) return `\`${METADATA}\` cannot be read, so ours could not be told from a person's`;
    const commandId = commandOfMark(textOf(entry, MARK_ATTRIBUTE) ?? '');
    const seen = { user_account_control: flags, ...(commandId !== undefined && { marked_by: commandId }) };
    if ((flags & DISABLED) === 0) return { kind: 'enabled', seen };
    if (commandId === undefined) return { kind: 'others', seen };
    return { kind: whole ? 'ours' : 'touched', commandId, seen };
  };

  const cannot: Flavour['cannot'] = async (session: Session) => {
    const attributes = ['allowedAttributesEffective', METADATA];
    const found = await session.search({
      base: baseDn,
      condition: sample === undefined ? people : { all: [people, named(sample)] },
      attributes,
      most: SAMPLES,
    });
    if (found.kind !== 'answered' || found.value.length === 0)
      return [{ action: ACTION, why: 'our account sees no accounts below `base_dn`' }];
    const mayWrite = (entry: DirectoryEntry, attribute: string): boolean =>
      textsOf(entry, 'allowedAttributesEffective').some((each) => each.toLowerCase() === attribute.toLowerCase());
    const missing = [CONTROL, MARK_ATTRIBUTE].filter((each) => !found.value.some((entry) => mayWrite(entry, each)));
    const unread = found.value.some((entry) => isInOnePiece(entry) !== undefined) ? [] : [`read \`${METADATA}\``];
    const why = [...missing.map((each) => `write \`${each}\``), ...unread];
    return why.length === 0 ? [] : [{ action: ACTION, why: `our account may not ${why.join(' and ')}` }];
  };

  return {
    attributes: [CONTROL, METADATA, CRITICAL, MARK_ATTRIBUTE, 'sAMAccountName', 'userPrincipalName'],
    people,
    named,
    isNamed: (entry, meant) => {
      if (meant.by === 'sid') return true;
      const written = [...textsOf(entry, 'sAMAccountName'), ...textsOf(entry, 'userPrincipalName')].map(foldName);
      return [meant.name, ...principals(meant.name)].some((each) => written.includes(each));
    },
    nameOf: (entry) => textOf(entry, 'sAMAccountName'),
    marked: (commandId) => ({ is: [MARK_ATTRIBUTE, markOf(commandId)] }),
    allMarked: { starts: [MARK_ATTRIBUTE, MARK_START] },
    standing: (entry) => {
      const found = standing(entry);
      return typeof found === 'string' ? err(found) : ok(found);
    },
    disable: (entry, commandId) => {
      const flags = controlOf(entry);
      if (flags === undefined) return refused('not_readable', 'its flags cannot be read');
      if (textOf(entry, CRITICAL)?.toUpperCase() === 'TRUE')
        return refused('critical_account', 'Active Directory itself needs this account');
      const marks = textsOf(entry, MARK_ATTRIBUTE);
      if (marks.some((each) => !each.startsWith(MARK_START)))
        return refused('mark_taken', `\`${MARK_ATTRIBUTE}\` of the account holds something else`);
      // A mark that came since we looked makes the request fail as a whole.
      return ok([
        ...marks.map((each) => marked('delete', each)),
        marked('add', markOf(commandId)),
        control(flags | DISABLED),
      ]);
    },
    enable: (entry, commandId) => [...unmark(entry, [commandId]), control((controlOf(entry) ?? 0) & ~DISABLED)],
    tidy: (entry, commandIds) => {
      const changes = unmark(entry, commandIds);
      return changes.length === 0 ? undefined : changes;
    },
    notEnforced: async () => undefined,
    cannot,
    needs: [
      `read and write \`${CONTROL}\` and \`${MARK_ATTRIBUTE}\` of the accounts, delegated on their container`,
      `read \`${METADATA}\``,
    ],
  };
};
