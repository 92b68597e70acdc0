import type { Result } from '../../../common/result';
import type { ConnectorHealth, TargetError } from '../connector';
import type { MeantAccount } from './account_name';
import type { DirectoryEntry } from './entry';
import type { Condition } from './query';
import type { AttributeChange, Session } from './session';

/** How an account stands. `seen` is for the record. */
export type Standing = { readonly seen: Readonly<Record<string, unknown>> } & (
  | { readonly kind: 'enabled' }
  /** Disabled by this command of ours. */
  | { readonly kind: 'ours'; readonly commandId: string }
  /** Disabled by this command, and somebody wrote the same attribute since: it may be theirs by now. */
  | { readonly kind: 'touched'; readonly commandId: string }
  /** Disabled by somebody else. */
  | { readonly kind: 'others' }
);

/** How one kind of directory disables accounts. Nothing here talks to it but `notEnforced` and `cannot`. */
export interface Flavour {
  /** Attributes that say how an account stands and what it is called. */
  readonly attributes: readonly string[];
  /** Entries that are accounts of people. */
  readonly people: Condition;
  /** Finds the account that is meant; undefined if this kind of directory has no such names. */
  readonly named: (meant: MeantAccount) => Condition | undefined;
  /** True if the entry is written as it was meant: directories compare names without accents. */
  readonly isNamed: (entry: DirectoryEntry, meant: MeantAccount) => boolean;
  /** What Reflex calls the account of an entry, without a realm. */
  readonly nameOf: (entry: DirectoryEntry) => string | undefined;
  /** Finds what a command of ours disabled. */
  readonly marked: (commandId: string) => Condition;
  /** Finds everything that commands of ours disabled. */
  readonly allMarked: Condition;
  /** How an account stands, or why that cannot be told. */
  readonly standing: (entry: DirectoryEntry) => Result<Standing, string>;
  readonly disable: (entry: DirectoryEntry, commandId: string) => Result<readonly AttributeChange[], TargetError>;
  /** @param before what was there before, as the outcome of the order had it */
  readonly enable: (entry: DirectoryEntry, commandId: string, before: unknown) => readonly AttributeChange[];
  /** Takes a mark of ours off an account that a person enabled, so that a later disabling does not seem ours. */
  readonly tidy: (entry: DirectoryEntry, commandIds: readonly string[]) => readonly AttributeChange[] | undefined;
  /** Why a disabling of this account would be taken and not enforced; undefined if it is enforced. */
  readonly notEnforced: (session: Session, entry: DirectoryEntry) => Promise<string | undefined>;
  /** What our account may not do here, by looking alone. */
  readonly cannot: (session: Session) => Promise<NonNullable<ConnectorHealth['cannot']>>;
  /** What our account needs. */
  readonly needs: readonly string[];
}

export const ACTION = 'disable_user';
