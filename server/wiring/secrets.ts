import { existsSync, readdirSync } from 'fs';
import { join } from 'path';
import type { SecretView } from '../../common/api/routes/secrets';
import { iso } from '../../common/iso';
import { present } from '../../common/present';
import { readSecretFile } from '../adapters/system/secret_file';
import { Redactor } from '../connectors/http/redact';
import type { Settings } from '../hosts/settings';

/*
 * The keystore: secrets by name. Each is read anew whenever it is asked for, so that one that was changed counts for
 * the next request. What is listed is where a secret comes from and how it is, never what it is.
 */

type Places = Pick<Settings, 'secrets' | 'secretsFolder' | 'keystore'>;

/** One secret as it is at this moment. */
interface Found {
  readonly from: SecretView['from'];
  /** File, or variable of the environment. */
  readonly place?: string;
  readonly value?: string;
  readonly changedMs?: number;
  /** Why there is no value. */
  readonly why?: string;
  /** Who else may read it. */
  readonly loose?: string;
}

/** `edge-firewall` is `REFLEX_SECRET_EDGE_FIREWALL` in the environment. */
const variableOf = (name: string): string => `REFLEX_SECRET_${name.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;

/** Names of files that can be secrets: nothing hidden, and nothing that leads out of the folder. */
const FILE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

const inFile = (from: 'file' | 'folder', path: string): Found => {
  const file = readSecretFile(path, { strict: from === 'folder' });
  return file.state === 'there'
    ? { from, place: path, value: file.value, changedMs: file.changedMs, ...present({ loose: file.loose }) }
    : { from, place: path, why: file.why };
};

const find = ({ secrets, secretsFolder, keystore = {} }: Places, env: NodeJS.ProcessEnv, name: string): Found => {
  const named = secrets.find((secret) => secret.name === name);
  if (named !== undefined) return inFile('file', named.file);
  if (Object.hasOwn(keystore, name)) return { from: 'keystore', value: keystore[name] };
  if (secretsFolder !== undefined && FILE_NAME.test(name)) {
    const path = join(secretsFolder, name);
    if (existsSync(path)) return inFile('folder', path);
  }
  const place = variableOf(name);
  const value = env[place];
  return value === undefined ? { from: 'nowhere', why: 'nothing names it' } : { from: 'environment', place, value };
};

const namesIn = (folder: string | undefined): readonly string[] => {
  try {
    return folder === undefined ? [] : readdirSync(folder).filter((name) => FILE_NAME.test(name));
  } catch {
    return [];
  }
};

const isThere = ({ value }: Found): boolean => value !== undefined && value.trim() !== '';

/** Secrets as one of their users sees them. */
export type NamedSecrets = (name: string) => string | undefined;

const MOST_LISTED = 1_000;

/** Every secret of this host, and who uses it. */
export class SecretBook {
  private readonly usedBy = new Map<string, Set<string>>();
  /** Those that somebody got since the start. */
  private readonly given = new Set<string>();
  private readonly redactor = new Redactor([]);

  constructor(
    private readonly places: Places,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  /**
   * The secrets for one user, such as `connector edge`. Who asked for which is noted; what it is, is not. A secret that
   * cannot be read, or that nothing names, is undefined.
   */
  for(user: string): NamedSecrets {
    return (name) => {
      const users = this.usedBy.get(name) ?? new Set();
      this.usedBy.set(name, users.add(user));
      const found = find(this.places, this.env, name);
      if (isThere(found)) this.given.add(name);
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
  readonly peek: NamedSecrets = (name) => find(this.places, this.env, name).value;

  /** INVARIANT (INV-12): names, places and times; no value, no length, no digest of one. */
  list(): readonly SecretView[] {
    const { secrets, secretsFolder, keystore = {} } = this.places;
    const names = [
      ...secrets.map(({ name }) => name),
      ...Object.keys(keystore),
      ...namesIn(secretsFolder),
      ...this.usedBy.keys(),
    ];
    return [...new Set(names)]
      .sort()
      .slice(0, MOST_LISTED)
      .map((name) => this.viewOf(name));
  }

  /** Secrets that were there once and are not any more: whoever uses them goes on with the last one. */
  troubles(): ReadonlyArray<{ readonly code: string; readonly text: string }> {
    const gone = [...this.given].filter((name) => !isThere(find(this.places, this.env, name)));
    if (gone.length === 0) return [];
    const named = gone.sort().map((name) => `\`${name}\` (${[...(this.usedBy.get(name) ?? [])].sort().join(', ')})`);
    return [{ code: 'secret_gone', text: `secrets in use cannot be read any more: ${named.slice(0, 8).join(', ')}` }];
  }

  private viewOf(name: string): SecretView {
    const found = find(this.places, this.env, name);
    const { from, place, changedMs, why, loose } = found;
    const state = isThere(found) ? 'there' : found.value === undefined ? 'missing' : 'empty';
    return {
      name,
      from,
      state,
      used_by: [...(this.usedBy.get(name) ?? [])].sort(),
      ...present({ place, why, loose, changed: changedMs === undefined ? undefined : iso(Math.floor(changedMs)) }),
    };
  }
}
