import type { SecretKeyView, SecretView } from '../../common/api/routes/secrets';
import { iso } from '../../common/iso';
import { present } from '../../common/present';
import { isStoredName, STORED_PREFIX } from '../../common/stored_secret';
import { sealingWith } from '../adapters/system/sealing';
import { Redactor } from '../connectors/http/redact';
import { namesInFolder, placedSecret, type Placed, type Places } from '../hosts/secret_places';
import type { Settings } from '../hosts/settings';
import { faultWords } from '../runner/operations/stored_secrets';
import type { Sealing } from '../runner/ports';
import type { KnownSecret, StoredSecrets } from '../runner/trust/stored_secrets';

/*
 * The keystore: secrets by name. Each is read anew whenever it is asked for, so that one that was changed counts for
 * the next request. What is listed is where a secret comes from and how it is, never what it is.
 */

/** The stored secrets as the book asks for them. */
type Stored = Pick<StoredSecrets, 'value' | 'find' | 'list' | 'all'>;

/** One secret as it is at this moment. */
interface Found extends Omit<Placed, 'from'> {
  readonly from: SecretView['from'];
  /** Of a stored one. */
  readonly known?: KnownSecret;
}

/** INVARIANT: what is meant to be stored is looked for there alone; no file and no variable takes its place. */
const inStore = (stored: Stored | undefined, name: string): Found => {
  const bare = name.slice(STORED_PREFIX.length);
  const known = isStoredName(bare) ? stored?.find(bare) : undefined;
  if (known === undefined || (known.content.removed && known.fault === undefined))
    return { from: 'stored', why: 'it was never written, or taken away' };
  const value = stored?.value(bare);
  const goesOn = value === undefined ? '' : `; version ${known.content.version} goes on`;
  return {
    from: 'stored',
    known,
    ...present({ value, why: known.fault === undefined ? undefined : `${faultWords(known.fault)}${goesOn}` }),
  };
};

const isThere = ({ value }: Found): boolean => value !== undefined && value.trim() !== '';

const stateOf = (found: Found): SecretView['state'] => {
  if (found.known?.fault !== undefined) return 'unreadable';
  return isThere(found) ? 'there' : found.value === undefined ? 'missing' : 'empty';
};

/** Secrets as one of their users sees them. */
export type NamedSecrets = (name: string) => string | undefined;

const MOST_LISTED = 2_000;
/** As the list names who uses the keys. */
const SEALING = 'stored secrets';

/** Every secret of this host, and who uses it. */
export class SecretBook {
  private readonly usedBy = new Map<string, Set<string>>();
  /** Those that somebody got since the start. */
  private readonly given = new Set<string>();
  private readonly lastUsed = new Map<string, number>();
  private readonly redactor = new Redactor([]);
  private stored: StoredSecrets | undefined;
  private readonly places: Places & Pick<Settings, 'secretKeys' | 'storedUses'>;
  /** Seals what is stored, with keys that are secrets of this book themselves. */
  readonly sealing: Sealing;

  constructor(
    places: Places & Partial<Pick<Settings, 'secretKeys' | 'storedUses'>>,
    private readonly env: NodeJS.ProcessEnv,
    private readonly utc: () => number = Date.now,
  ) {
    this.places = { secretKeys: [], storedUses: {}, ...places };
    this.sealing = sealingWith(this.places.secretKeys, this.for(SEALING));
  }

  /** The stored ones of the life at hand; those of the life before, until then. */
  get ofLife(): StoredSecrets | undefined {
    return this.stored;
  }

  /** What is stored is asked for here from now on. */
  bindStored(stored: StoredSecrets): void {
    this.stored = stored;
  }

  /** Names of stored secrets that the settings use and that are not there. */
  lacking(): readonly string[] {
    return Object.keys(this.places.storedUses).filter((name) => this.stored?.value(name) === undefined);
  }

  /** Who of this host uses a stored secret: by the settings, or because they asked for it. */
  usersOf(name: string): readonly string[] {
    const asked = this.usedBy.get(`${STORED_PREFIX}${name}`) ?? [];
    return [...new Set([...asked, ...(this.places.storedUses[name] ?? [])])].sort();
  }

  /**
   * The secrets for one user, such as `connector edge`. Who asked for which is noted; what it is, is not. A secret that
   * cannot be read, or that nothing names, is undefined.
   */
  for(user: string): NamedSecrets {
    return (name) => {
      const users = this.usedBy.get(name) ?? new Set();
      this.usedBy.set(name, users.add(user));
      const found = this.find(name);
      if (isThere(found)) this.given.add(name);
      if (found.value !== undefined) this.lastUsed.set(name, this.utc());
      if (found.value !== undefined) this.hide(found.value);
      return found.value;
    };
  }

  /** Keeps this one, which is none of its own, out of shown texts too. */
  hide(secret: string): void {
    this.redactor.hide(secret);
  }

  /** A text without any secret that somebody got. */
  readonly shown = (text: string): string => this.redactor.redact(text);

  /** Asks without being a user. */
  readonly peek: NamedSecrets = (name) => this.find(name).value;

  /** INVARIANT (INV-12): names, places and times; no value, no length, no digest of one. */
  list(): readonly SecretView[] {
    const { secrets, secretsFolder, keystore = {} } = this.places;
    const names = [
      ...secrets.map(({ name }) => name),
      ...Object.keys(keystore),
      ...namesInFolder(secretsFolder),
      ...(this.stored?.list() ?? []).map(({ content }) => `${STORED_PREFIX}${content.name}`),
      ...Object.keys(this.places.storedUses).map((name) => `${STORED_PREFIX}${name}`),
      ...this.usedBy.keys(),
    ];
    return [...new Set(names)]
      .sort()
      .slice(0, MOST_LISTED)
      .map((name) => this.viewOf(name));
  }

  /** The keys of the settings, and how much is sealed with each. */
  keys(): readonly SecretKeyView[] {
    const sealed = (this.stored?.all() ?? []).map(({ content }) => content.sealed.key);
    return this.sealing.keys().map((key, index) => ({
      ...key,
      seals: index === 0,
      sealed: sealed.filter((id) => id === key.id).length,
    }));
  }

  /** Secrets that were there once and are not any more: whoever uses them goes on with the last one. */
  troubles(): ReadonlyArray<{ readonly code: string; readonly text: string }> {
    return [...this.goneTroubles(), ...this.storedTroubles(), ...this.keyTroubles()];
  }

  private find(name: string): Found {
    return name.startsWith(STORED_PREFIX) ? inStore(this.stored, name) : placedSecret(this.places, this.env, name);
  }

  private goneTroubles(): ReturnType<SecretBook['troubles']> {
    const gone = [...this.given].filter((name) => !isThere(this.find(name)));
    if (gone.length === 0) return [];
    const named = gone.sort().map((name) => `\`${name}\` (${[...(this.usedBy.get(name) ?? [])].sort().join(', ')})`);
    return [{ code: 'secret_gone', text: `secrets in use cannot be read any more: ${named.slice(0, 8).join(', ')}` }];
  }

  /** Somebody else wrote there, or this host lacks a key: told whether or not anybody uses it here. */
  private storedTroubles(): ReturnType<SecretBook['troubles']> {
    const named = (this.stored?.list() ?? []).flatMap(({ content: { name }, fault }) =>
      fault === undefined ? [] : [`\`${STORED_PREFIX}${name}\` (${faultWords(fault)})`],
    );
    if (named.length === 0) return [];
    const text = `${named.length} stored secrets cannot be believed or opened: ${named.slice(0, 4).join(', ')}`;
    return [{ code: 'stored_secret_unreadable', text }];
  }

  private keyTroubles(): ReturnType<SecretBook['troubles']> {
    const bad = this.sealing.keys().filter(({ state }) => state !== 'there');
    return bad.map(({ id, why = '' }) => ({ code: 'secret_key_unusable', text: `\`secret_keys\`: \`${id}\`: ${why}` }));
  }

  private viewOf(name: string): SecretView {
    const found = this.find(name);
    const { from, place, changedMs, why, loose, known } = found;
    const used = this.lastUsed.get(name);
    const asked = [...(this.usedBy.get(name) ?? [])].sort();
    return {
      name,
      from,
      state: stateOf(found),
      used_by: asked.length > 0 || from !== 'stored' ? asked : [...this.usersOf(name.slice(STORED_PREFIX.length))],
      ...present({
        place,
        why,
        loose,
        changed: changedMs === undefined ? undefined : iso(Math.floor(changedMs)),
        last_used: used === undefined ? undefined : iso(used),
        stored: known && this.storedView(known),
      }),
    };
  }

  private storedView({ content, version }: KnownSecret): NonNullable<SecretView['stored']> {
    const { by, at, sealed } = content;
    return { version, by, at, key: sealed.key, newest_key: sealed.key === this.places.secretKeys[0]?.id };
  }
}
