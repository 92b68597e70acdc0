import { Sessions } from './http/session';
import { Users } from './users';

const KEY = 'a-key-that-is-long-enough-for-a-test';
const sessions = new Sessions({
  key: KEY,
  port: 5680,
  utc: () => 0,
  store: { read: () => [], write: () => undefined },
});
const WITHOUT_USERS = () => ({ whether: async () => 'missing' as const, identify: async () => undefined });
const as = (user: string): { headers: { cookie: string } } => ({
  headers: { cookie: sessions.login(user).split(';')[0] ?? '' },
});

describe('in the demo', () => {
  const users = new Users(sessions, () => true, WITHOUT_USERS);

  it('nobody may both write a policy and approve it', async () => {
    const rights = await Promise.all(
      users.offered().map(async ({ name }) => (await users.identify(as(name)))?.may ?? []),
    );
    expect(rights).toHaveLength(2);
    for (const may of rights) expect(may.includes('author') && may.includes('approve')).toBe(false);
    for (const right of ['author', 'approve'] as const)
      expect(rights.filter((may) => may.includes(right))).toHaveLength(1);
  });

  it('each is one of several, so that what one approves is approved by another than its author', async () => {
    expect(users.first()).toBe('author');
    for (const name of ['author', 'approver'])
      expect(await users.identify(as(name))).toMatchObject({ name, singleUser: false });
  });

  it('a name that is none of its users gets the rights of no approver', async () => {
    expect((await users.identify(as('root')))?.name).toBe('author');
  });
});

describe('outside the demo', () => {
  const users = new Users(sessions, () => false, WITHOUT_USERS);

  it('there is one user, and approving is recorded as single-user', async () => {
    expect(users.offered()).toEqual([]);
    const { name, may, singleUser } = (await users.identify(as('approver'))) ?? {};
    expect([name, singleUser]).toEqual([users.first(), true]);
    expect([...(may ?? [])].sort()).toEqual(['admin', 'approve', 'author', 'read', 'respond']);
  });

  it('who shows nothing is nobody', async () => {
    expect(await users.identify({ headers: {} })).toBeUndefined();
  });
});
