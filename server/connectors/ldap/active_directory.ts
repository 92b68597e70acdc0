import { foldName } from '../../../common/entity/characters';
import { err, ok } from '../../../common/result';
import { MARK_START, markText, readMark, type AccountMark } from './account_mark';
import type { MeantAccount } from './account_name';
import { bytesOf, textOf, textsOf, type DirectoryEntry } from './entry';
import { ACTION, type Flavour, type Standing } from './flavour';
import type { Condition } from './query';
import { writesOfAccountControl } from './replication_metadata';
import type { AttributeChange, Session } from './session';

interface DomainParts {
  readonly baseDn: string;
  /** Attribute that nobody else writes, which holds the command. */
  readonly markAttribute: string;
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

const writesOf = (entry: DirectoryEntry): number | undefined => {
  const bytes = bytesOf(entry, METADATA);
  return bytes && writesOfAccountControl(bytes);
};

/** Compared and written together: a server that checks it refuses what was changed since we looked. */
const control = (from: number, to: number): readonly AttributeChange[] => [
  { operation: 'delete', attribute: CONTROL, values: [`${from}`] },
  { operation: 'add', attribute: CONTROL, values: [`${to}`] },
];

const refused = (code: string, message: string) => err({ code, message, retryable: false });

/** Domain controllers of Active Directory and of Samba: a flag of the account, and a mark beside it. */
export const activeDirectory = ({ baseDn, markAttribute, realms, sample }: DomainParts): Flavour => {
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
    const writes = writesOf(entry);
    if (flags === undefined) return `\`${CONTROL}\` cannot be read`;
    if (writes === undefined) return `\`${METADATA}\` cannot be read, so ours could not be told from a person's`;
    const mark = readMark(textOf(entry, markAttribute) ?? '');
    const seen = { user_account_control: flags, writes, ...(mark && { marked_by: mark.commandId }) };
    if ((flags & DISABLED) === 0) return { kind: 'enabled', seen };
    if (mark === undefined) return { kind: 'others', seen };
    return { kind: mark.writes === writes ? 'ours' : 'touched', commandId: mark.commandId, seen };
  };

  const unmark = (entry: DirectoryEntry, ours: (mark: AccountMark) => boolean): readonly AttributeChange[] =>
    textsOf(entry, markAttribute).flatMap((text) => {
      const mark = readMark(text);
      if (mark === undefined || !ours(mark)) return [];
      return [{ operation: 'delete' as const, attribute: markAttribute, values: [text] }];
    });

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
    const missing = [CONTROL, markAttribute].filter((each) => !found.value.some((entry) => mayWrite(entry, each)));
    const unread = found.value.some((entry) => writesOf(entry) !== undefined) ? [] : [`read \`${METADATA}\``];
    const why = [...missing.map((each) => `write \`${each}\``), ...unread];
    return why.length === 0 ? [] : [{ action: ACTION, why: `our account may not ${why.join(' and ')}` }];
  };

  return {
    attributes: [CONTROL, METADATA, CRITICAL, markAttribute, 'sAMAccountName', 'userPrincipalName'],
    people,
    named,
    isNamed: (entry, meant) => {
      if (meant.by === 'sid') return true;
      const written = [...textsOf(entry, 'sAMAccountName'), ...textsOf(entry, 'userPrincipalName')].map(foldName);
      return [meant.name, ...principals(meant.name)].some((each) => written.includes(each));
    },
    nameOf: (entry) => textOf(entry, 'sAMAccountName'),
    marked: (commandId) => ({ starts: [markAttribute, `${MARK_START}${commandId}/`] }),
    allMarked: { starts: [markAttribute, MARK_START] },
    standing: (entry) => {
      const found = standing(entry);
      return typeof found === 'string' ? err(found) : ok(found);
    },
    disable: (entry, commandId) => {
      const flags = controlOf(entry);
      const writes = writesOf(entry);
      if (flags === undefined || writes === undefined) return refused('not_readable', 'its flags cannot be read');
      if (textOf(entry, CRITICAL)?.toUpperCase() === 'TRUE')
        return refused('critical_account', 'Active Directory itself needs this account');
      if (textsOf(entry, markAttribute).some((each) => !each.startsWith(MARK_START)))
        return refused('mark_taken', `\`${markAttribute}\` of the account holds something else`);
      const mark = markText({ commandId, writes: writes + 1 });
      return ok([
        ...control(flags, flags | DISABLED),
        { operation: 'replace', attribute: markAttribute, values: [mark] },
      ]);
    },
    enable: (entry, commandId) => {
      const flags = controlOf(entry) ?? 0;
      return [...control(flags, flags & ~DISABLED), ...unmark(entry, (mark) => mark.commandId === commandId)];
    },
    tidy: (entry, commandIds) => {
      const changes = unmark(entry, (mark) => commandIds.includes(mark.commandId));
      return changes.length === 0 ? undefined : changes;
    },
    notEnforced: async () => undefined,
    cannot,
    needs: [
      `read and write \`${CONTROL}\` and the mark attribute of the accounts, delegated on their container`,
      `read \`${METADATA}\``,
    ],
  };
};
