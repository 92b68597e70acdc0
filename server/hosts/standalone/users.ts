import { userInfo } from 'os';
import type { HostRequest } from '../../routes/http';
import { isTakenForReflex, OPERATOR } from '../../runner/record/reserved';
import type { CallerIdentity, OfferedUser } from '../host_parts';
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

/** Who is who on this host: two embedded users in the demo, else the one who started it. */
export class Users {
  private readonly sessions: Sessions;
  private readonly isDemo: () => boolean;

  constructor(sessions: Sessions, isDemo: () => boolean) {
    this.sessions = sessions;
    this.isDemo = isDemo;
  }

  offered(): readonly OfferedUser[] {
    return this.isDemo() ? DEMO_USERS.map(({ name, about }) => ({ name, about })) : [];
  }

  /** The user whom a fresh login gets. */
  first(): string {
    return this.isDemo() ? (DEMO_USERS[0]?.name ?? '') : nameOfSystemUser();
  }

  identify(request: Pick<HostRequest, 'headers'>): CallerIdentity | undefined {
    const user = this.sessions.userOf(request);
    if (user === undefined) return undefined;
    if (!this.isDemo())
      return {
        name: nameOfSystemUser(),
        may: ['read', 'respond', 'approve', 'author', 'admin'],
        singleUser: true,
      };
    const known = DEMO_USERS.find(({ name }) => name === user) ?? DEMO_USERS[0];
    return known === undefined ? undefined : { name: known.name, may: known.may, singleUser: false };
  }
}
