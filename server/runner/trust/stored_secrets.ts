import { err, type Result } from '../../../common/result';
import { again } from '../keeping/in_background';
import { storedSecretId, type StoredSecret } from '../keeping/kinds/secret';
import { find, readMany } from '../keeping/state_docs';
import type { Clock, LocalMemory, Log, Sealing, StateStore, Unsealable } from '../ports';

/*
 * Secrets that are stored, sealed, in the state. Each agent follows them, and its disk remembers them as sealed as they
 * are there: what has to be undone while OpenSearch is away needs them too. INVARIANT (INV-12): what one is, is in
 * memory only.
 */

const FOLLOW_MS = 2_000;
const FIRST_MS = 250;
/** A fleet has some tens; more of them would make every look slow. */
export const MOST_STORED = 500;
const MEMORY_KEY = 'stored_secrets';
/** A larger one was never counted up to by anybody. */
const LARGEST_VERSION = 1e12;

/**
 * What is wrong with a stored secret. `older`: what is stored is older than what was stored already; `gone`: its
 * document is not there any more, though nobody removed it.
 */
export type StoredFault = Unsealable | 'older' | 'gone';

/** One stored secret, as this agent knows it. */
export interface KnownSecret {
  readonly content: StoredSecret;
  /** This agent could open it once: nothing older takes its place any more. */
  readonly believed: boolean;
  /** Missing where it cannot be opened, and never could be since the start. */
  readonly value?: string;
  /** What is wrong with what is stored now; the value is then the last good one, if there is one. */
  readonly fault?: StoredFault;
  /** Whoever writes it next counts on from here. */
  readonly version: number;
}

/** What a secret is sealed with: its name, each version, who wrote it and when, and whether it was taken away. */
export const aboutSecret = ({ name, version, by, at, removed }: Omit<StoredSecret, 'sealed'>): readonly string[] => [
  'secret',
  name,
  String(version),
  by,
  at,
  removed ? 'removed' : 'kept',
];

interface StoredPorts {
  readonly store: Pick<StateStore, 'search' | 'getMany'>;
  readonly memory: LocalMemory;
  readonly clock: Clock;
  readonly log: Log;
  readonly sealing: Sealing;
  /** Names that the settings use: they are read by their name, before any search finds them. */
  readonly named: readonly string[];
}

type Known = ReadonlyMap<string, KnownSecret>;

const isCounted = (version: number): boolean =>
  Number.isSafeInteger(version) && version >= 1 && version < LARGEST_VERSION;

/** Follows the stored secrets; answers at once, as of a few seconds ago. */
export class StoredSecrets {
  private known: Known;
  private heard = false;

  /** @param before those of an earlier life of this process: what they knew counts on */
  constructor(
    private readonly ports: StoredPorts,
    before?: StoredSecrets,
  ) {
    this.known = new Map([...this.remembered(), ...(before?.known ?? [])]);
  }

  /** True once the state was read. */
  get isHeard(): boolean {
    return this.heard;
  }

  /** What a secret is; undefined for one that there is not, that was taken away, or that could not be opened yet. */
  value(name: string): string | undefined {
    const found = this.known.get(name);
    return found?.content.removed === true ? undefined : found?.value;
  }

  /** What is known of a name, also of one that was taken away. */
  find(name: string): KnownSecret | undefined {
    return this.known.get(name);
  }

  /** All but those that were taken away, by name. */
  list(): readonly KnownSecret[] {
    const all = [...this.known.values()].sort((one, other) => (one.content.name < other.content.name ? -1 : 1));
    return all.filter(({ content, fault }) => !content.removed || fault !== undefined);
  }

  /** All of them, with those that were taken away. */
  all(): readonly KnownSecret[] {
    return [...this.known.values()];
  }

  /**
   * Reads them once. Search only proposes candidates, so those that are known, and those that the settings name, are
   * read by their ids as well.
   *
   * @throws StoreUnavailable
   */
  async load(): Promise<void> {
    const { store, named } = this.ports;
    const found = await find(store, 'secret', { limit: 10_000, bare: true });
    const ids = new Set([...found.map(({ id }) => id), ...[...named, ...this.known.keys()].map(storedSecretId)]);
    const stored = ids.size === 0 ? new Map<string, StoredSecret>() : await readMany(store, 'secret', [...ids]);
    const names = [...ids].map((id) => id.slice(storedSecretId('').length));
    const next = names.flatMap((name): Array<[string, KnownSecret]> => {
      const judged = this.judge(name, stored.get(storedSecretId(name)));
      return judged === undefined ? [] : [[name, judged]];
    });
    this.heard = true;
    await this.keep(new Map(next));
  }

  /** Holds from now on at this agent, before it is read anew. */
  note(content: StoredSecret): Promise<void> {
    const judged = this.judge(content.name, content);
    return judged === undefined ? Promise.resolve() : this.keep(new Map([...this.known, [content.name, judged]]));
  }

  /**
   * Follows what is stored, by whichever agent.
   *
   * @param isAlone nobody but this agent stores anything
   */
  follow(until: () => boolean, isAlone: () => boolean = () => false): Promise<void> {
    const everyMs = (): number => (this.heard ? FOLLOW_MS : FIRST_MS);
    const how = {
      failed: 'the stored secrets could not be read',
      everyMs,
      until,
      isUnhurried: () => this.heard && isAlone(),
    };
    return again(this.ports, how, () => this.load());
  }

  /** What is to be believed of a name, given what is stored of it: never less than what was believed already. */
  judge(name: string, stored: StoredSecret | undefined): KnownSecret | undefined {
    const before = this.reopened(name);
    if (stored === undefined) return before?.believed === true ? this.whenGone(before) : undefined;
    const now = this.opened(name, stored);
    if (before?.believed !== true) return now;
    const version = Math.max(before.version, now.version);
    if (stored.version < before.content.version) return { ...before, version, fault: 'older' };
    const isSame = stored.sealed.data === before.content.sealed.data;
    if (stored.version === before.content.version && !isSame) return { ...before, version, fault: 'changed' };
    return now.fault === undefined ? now : { ...before, version, fault: now.fault };
  }

  private opened(name: string, content: StoredSecret): KnownSecret {
    const version = isCounted(content.version) ? content.version : 0;
    // INVARIANT (INV-12): name and count are a part of what it is sealed with, and must be those that it stands under.
    const text: Result<string, Unsealable> =
      content.name === name && version > 0
        ? this.ports.sealing.open(aboutSecret(content), content.sealed)
        : err('changed');
    if (text.ok) return { content, believed: true, value: text.value, version };
    // What somebody without the key wrote counts for nothing.
    return { content, believed: false, fault: text.error, version: text.error === 'changed' ? 0 : version };
  }

  /** With the mark of what was taken away nothing is lost that anybody uses. */
  private whenGone(before: KnownSecret): KnownSecret {
    return before.content.removed ? before : { ...before, fault: 'gone' };
  }

  /** One that could not be opened may be by now: its key was brought to this host. */
  private reopened(name: string): KnownSecret | undefined {
    const before = this.known.get(name);
    if (before === undefined || before.value !== undefined) return before;
    const now = this.opened(name, before.content);
    return now.value === undefined ? before : { ...now, version: Math.max(now.version, before.version) };
  }

  private remembered(): Known {
    const text = this.ports.memory.read(MEMORY_KEY);
    const secrets = text === undefined ? [] : (JSON.parse(text) as readonly StoredSecret[]);
    const known = secrets.map((content): [string, KnownSecret] => {
      const { version } = content;
      return [content.name, { ...this.opened(content.name, content), believed: true, version }];
    });
    return new Map(known);
  }

  /** Only what could be opened is remembered: what somebody else put there must not count as what was believed. */
  private async keep(next: Known): Promise<void> {
    const believed = (known: Known): string =>
      JSON.stringify(
        [...known.values()]
          .filter(({ believed: isBelieved }) => isBelieved)
          .map(({ content }) => content)
          .sort((one, other) => (one.name < other.name ? -1 : 1)),
      );
    // Counts at once, also where the disk is full.
    this.known = next;
    const text = believed(next);
    if (text !== (this.ports.memory.read(MEMORY_KEY) ?? '[]')) await this.ports.memory.write(MEMORY_KEY, text);
  }
}
