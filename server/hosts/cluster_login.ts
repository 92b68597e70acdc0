import { readSecretFile } from '../adapters/system/secret_file';
import { placedSecret, type Places } from './secret_places';
import type { ClusterSettings } from './settings';

/*
 * The login to OpenSearch, as it is at each request: a password that was changed counts for the next one, without a
 * restart. OpenSearch stores no secret that is needed to reach it.
 */

/** A file is looked at this often at the most, ms: a busy agent sends hundreds of requests a second. */
const LOOK_EVERY_MS = 500;

type Named = Pick<ClusterSettings, 'username' | 'password' | 'passwordFile' | 'passwordSecret'>;

/** Where the password is read: by name, in a file, or as the settings say it. */
const reading =
  ({ password, passwordFile, passwordSecret }: Named, places: Places, env: NodeJS.ProcessEnv) =>
  (): string | undefined => {
    if (passwordSecret !== undefined) return placedSecret(places, env, passwordSecret).value;
    if (passwordFile === undefined) return password;
    const file = readSecretFile(passwordFile, { strict: false });
    return file.state === 'there' ? file.value : undefined;
  };

/** Who Reflex is to OpenSearch. */
export class ClusterLogin {
  private last: string | undefined;
  private lookedAt = -Infinity;
  private readonly tellers: Array<(password: string) => void> = [];
  private readonly read: () => string | undefined;

  /** @param now ms of a clock that never jumps */
  constructor(
    private readonly named: Named,
    where: { readonly places: Places; readonly env: NodeJS.ProcessEnv },
    private readonly now: () => number = () => performance.now(),
  ) {
    this.read = reading(named, where.places, where.env);
    this.look();
  }

  /** What cannot be read just now, as while its file is replaced, does not take the place of what could. */
  get password(): string | undefined {
    this.look();
    return this.last;
  }

  /** The value of the `authorization` header; undefined where there is no user. */
  get authorization(): string | undefined {
    const { username } = this.named;
    if (username === undefined) return undefined;
    return `Basic ${Buffer.from(`${username}:${this.password ?? ''}`, 'utf8').toString('base64')}`;
  }

  /** Tells of the password as it is, and of each one that comes, so that none is shown. */
  watch(told: (password: string) => void): void {
    this.tellers.push(told);
    if (this.last !== undefined) told(this.last);
  }

  private look(): void {
    if (this.now() - this.lookedAt < LOOK_EVERY_MS) return;
    this.lookedAt = this.now();
    const found = this.read();
    if (found === undefined || found.trim() === '' || found === this.last) return;
    this.last = found;
    for (const tell of this.tellers) tell(found);
  }
}
