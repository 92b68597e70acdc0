import { userInfo } from 'os';
import type { Access } from '../../../common/api/contract';
import type { HostRequest } from '../../routes/http';
import { StoreUnavailable } from '../../runner/ports';
import { isTakenForReflex, OPERATOR } from '../../runner/record/reserved';
import type { CallerIdentity, OfferedUser } from '../host_parts';
import { PEOPLE_RIGHTS } from '../settings/rights';
import type { ClusterUsers } from './cluster_users';
import type { Sessions } from './http/session';

/** The demo's embedded users, so that one person can try out four eyes. */
const DEMO_USERS: ReadonlyArray<OfferedUser & Pick<CallerIdentity, 'may'>> = [
  {
    name: 'author',
    about: 'writes policies and releases them; does not approve',
    may: ['read', 'respond', 'author', 'admin'],
  },
  {
    name: 'approver',
    about: 'approves what waits; does not write policies',
    may: ['read', 'respond', 'approve', 'admin'],
  },
];

const nameOfSystemUser = (): string => {
  try {
    const { username } = userInfo();
    // A service may run as `reflex`; on record that would be Reflex itself.
    return isTakenForReflex(username) ? OPERATOR : username;
  } catch {
    // A container's user need not have a name.
    return OPERATOR;
  }
};

/** For who has the key of a host with users: the machine is theirs, and nobody else's rights are. */
const ON_THIS_MACHINE: readonly Access[] = ['read'];

type Request = Pick<HostRequest, 'headers'>;

/** How somebody logs in here; `unknown`: nobody can, until the cluster says whether it has users. */
export type Asks = 'key' | 'password' | 'unknown';

const basicIn = ({ headers: { authorization } }: Request): string | undefined =>
  typeof authorization === 'string' && authorization.startsWith('Basic ') ? authorization : undefined;

/** Who is who on this host: the cluster's users; where it has none, the one who started it; in the demo, two. */
export class Users {
  /** @param cluster undefined as long as there is none yet */
  constructor(
    private readonly sessions: Sessions,
    private readonly isDemo: () => boolean,
    private readonly cluster: () => Pick<ClusterUsers, 'whether' | 'identify'> | undefined,
  ) {}

  offered(): readonly OfferedUser[] {
    return this.isDemo() ? DEMO_USERS.map(({ name, about }) => ({ name, about })) : [];
  }

  /** The user whom a fresh login with the key gets. */
  first(): string {
    return this.isDemo() ? (DEMO_USERS[0]?.name ?? '') : nameOfSystemUser();
  }

  async asks(): Promise<Asks> {
    if (this.isDemo()) return 'key';
    const security = await this.cluster()?.whether();
    if (security === undefined) return 'unknown';
    return security === 'missing' ? 'key' : 'password';
  }

  /** Whether it is worth asking who this is: a cheap look, before a body is read. */
  mayBeSomebody(request: Request): boolean {
    return this.sessions.userOf(request) !== undefined || basicIn(request) !== undefined;
  }

  /**
   * Who sends a request, and what they may do at this moment.
   *
   * @param access what for: what was known a moment ago is enough for looking
   * @throws StoreUnavailable if the cluster has users and does not answer
   */
  async identify(request: Request, access: Access = 'admin'): Promise<CallerIdentity | undefined> {
    const user = this.sessions.userOf(request);
    if (this.isDemo()) return this.inDemo(user);
    const asks = await this.asks();
    if (asks === 'unknown') return undefined;
    if (asks === 'password') return this.inCluster(request, access);
    return user === undefined ? undefined : { name: nameOfSystemUser(), may: PEOPLE_RIGHTS, singleUser: true };
  }

  private inDemo(user: string | undefined): CallerIdentity | undefined {
    if (user === undefined) return undefined;
    const known = DEMO_USERS.find(({ name }) => name === user) ?? DEMO_USERS[0];
    return known === undefined ? undefined : { name: known.name, may: known.may, singleUser: false };
  }

  private async inCluster(request: Request, access: Access): Promise<CallerIdentity | undefined> {
    const authorization = this.sessions.credentialOf(request) ?? basicIn(request);
    if (authorization === undefined)
      return this.sessions.userOf(request) === ''
        ? { name: nameOfSystemUser(), may: ON_THIS_MACHINE, singleUser: false }
        : undefined;
    try {
      return await this.cluster()?.identify(authorization, { fresh: access !== 'read' && access !== 'open' });
    } catch (cause) {
      // What anybody may ask takes nobody's name.
      if (access === 'open' && cause instanceof StoreUnavailable) return undefined;
      throw cause;
    }
  }
}
