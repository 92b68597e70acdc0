import { createHash } from 'crypto';
import { faultOf, type OpenSearchAnswer } from '../../adapters/opensearch/answer';
import type { OpenSearchTransport } from '../../adapters/opensearch/transport';
import { StoreUnavailable } from '../../runner/ports';
import type { CallerIdentity } from '../host_parts';
import { AUTH_INFO, callerIn } from '../security_plugin';
import type { RightsByRole } from '../settings/rights';
import { LoginLimit } from './login_limit';

/*
 * The users of the cluster, as its security plugin tells of them. Where it does not tell whether there are any, there
 * may be: nobody gets in.
 */

/** What is read counts as known for so long; whatever changes anything is asked anew, ms. */
export const BELIEVED_MS = 2_000;
/** Whether there are users is asked again so often, ms. */
const LOOK_EVERY_MS = 60_000;
const PATIENCE_MS = 5_000;
const MOST_KNOWN = 1_000;

/** `missing`: this cluster has no security plugin, and so no users. */
export type Security = 'there' | 'missing';

/** Where it outlives a restart that the cluster had no users: it may be away at the next start. */
export interface SecurityMemory {
  readonly read: () => Security | undefined;
  readonly write: (security: Security) => void;
}

interface ClusterUsersOptions {
  /** As Reflex' own user, unless a request says otherwise. */
  readonly transport: OpenSearchTransport;
  readonly rights: RightsByRole;
  readonly memory: SecurityMemory;
  /** The technical user: nobody logs in as it. */
  readonly ownName: string | undefined;
  /** Milliseconds of a clock that never jumps. */
  readonly now?: () => number;
}

interface Known {
  readonly caller: CallerIdentity | undefined;
  readonly at: number;
}

const isUnknownRoute = ({ status, body }: OpenSearchAnswer): boolean =>
  status === 404 || status === 405 || (status === 400 && faultOf(body).text.startsWith('no handler found'));

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

const nameIn = (authorization: string): string => {
  const [, encoded = ''] = /^Basic (\S+)$/.exec(authorization) ?? [];
  const [name = ''] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return name;
};

/** Knows whether the cluster has users, and who they are. */
export class ClusterUsers {
  private security: Security | undefined;
  private lookedAt = -Infinity;
  private looking: Promise<void> | undefined;
  private readonly known = new Map<string, Known>();
  private readonly now: () => number;
  private readonly limit: LoginLimit;

  constructor(private readonly options: ClusterUsersOptions) {
    this.now = options.now ?? (() => performance.now());
    this.limit = new LoginLimit(this.now);
    this.security = options.memory.read();
  }

  /** As of the last answer; undefined: nobody said yet. */
  get lastSaid(): Security | undefined {
    return this.security;
  }

  /**
   * Whether there are users.
   *
   * @returns undefined if that cannot be known
   */
  async whether(): Promise<Security | undefined> {
    if (this.security === undefined || this.now() - this.lookedAt >= LOOK_EVERY_MS) {
      this.looking ??= this.look().finally(() => {
        this.looking = undefined;
      });
      await this.looking;
    }
    return this.security;
  }

  /** How long somebody of this name has to wait after too many wrong tries, s; 0: not at all. */
  waitOf(name: string): number {
    return this.limit.waitOf(name);
  }

  /**
   * Who logs in by this, with the rights of this moment.
   *
   * @param fresh asked anew, whatever was said before
   * @returns undefined if it is nobody
   * @throws StoreUnavailable if the cluster cannot be asked
   */
  async identify(authorization: string, { fresh }: { readonly fresh: boolean }): Promise<CallerIdentity | undefined> {
    const key = digestOf(authorization);
    const known = this.known.get(key);
    if (!fresh && known !== undefined && this.now() - known.at < BELIEVED_MS) return known.caller;
    const name = nameIn(authorization);
    // Who was let in a moment ago is not shut out by somebody who guesses.
    if (known?.caller === undefined && this.limit.waitOf(name) > 0) return undefined;
    const at = this.now();
    const caller = await this.ask(authorization);
    if (caller === undefined) this.limit.note(name);
    if (this.known.size >= MOST_KNOWN) this.known.clear();
    this.known.set(key, { caller, at });
    return caller;
  }

  private async ask(authorization: string): Promise<CallerIdentity | undefined> {
    const { transport, rights, ownName } = this.options;
    const headers = { authorization };
    const answer = await transport.request(
      { method: 'GET', path: AUTH_INFO, headers },
      { timeoutMs: PATIENCE_MS, anyAnswer: true },
    );
    if (answer.status === 401 || answer.status === 403) return undefined;
    if (answer.status !== 200)
      throw new StoreUnavailable(`the security plugin does not say who calls: it answers ${answer.status}`);
    const caller = callerIn(answer.body, rights);
    // Where the connection shows a certificate of ours, the plugin may take everybody for us, whatever their password.
    return caller?.name === nameIn(authorization) && caller.name !== ownName ? caller : undefined;
  }

  /** An answer that says neither leaves what was said before; at first that is nothing. */
  private async look(): Promise<void> {
    const { transport, memory } = this.options;
    try {
      const answer = await transport.request(
        { method: 'GET', path: AUTH_INFO },
        { timeoutMs: PATIENCE_MS, anyAnswer: true },
      );
      const said = isUnknownRoute(answer) ? 'missing' : 'there';
      // Whatever answers there but to us is a plugin all the same. What is not up yet says nothing.
      if (said === 'there' && answer.status >= 500) return;
      this.lookedAt = this.now();
      if (this.security === said) return;
      this.security = said;
      memory.write(said);
    } catch (cause) {
      if (!(cause instanceof StoreUnavailable)) throw cause;
    }
  }
}
