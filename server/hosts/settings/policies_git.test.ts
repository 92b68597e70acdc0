import { decode } from '../../../common/codec/decode';
import { readSettings } from '../settings';
import { PolicyGitFile, policyGitSettings } from './policies_git';

const read = (value: unknown) => {
  const decoded = decode(PolicyGitFile, value);
  return decoded.ok ? policyGitSettings(decoded.value) : decoded.error.map(({ path }) => path);
};
const remote = 'https://git.example/soc/policies.git';

describe('the settings of the policy repository', () => {
  it('name no remote unless one is given', () => {
    expect(policyGitSettings()).toEqual({});
  });

  it('have a default for everything but the remote', () => {
    expect(read({ remote })).toEqual({ git: { remote, branch: 'main', path: '', user: 'reflex', pollMs: 30_000 } });
  });

  it('take all that there is', () => {
    const people = [{ email: 'ana@example.org', user: 'ana' }];
    const given = {
      remote: `${remote}/`,
      branch: 'release/soc',
      path: 'teams/soc',
      user: 'oauth2',
      token_secret: 'git',
      poll: '2m',
      ca: '/ca.pem',
      people,
    };
    expect(read(given)).toEqual({
      people,
      git: {
        remote,
        branch: 'release/soc',
        path: 'teams/soc',
        user: 'oauth2',
        tokenSecret: 'git',
        ca: '/ca.pem',
        pollMs: 120_000,
      },
    });
  });

  it.each(['http://127.0.0.1:3000/a.git', 'http://localhost/a.git', 'http://[::1]:3000/a.git'])(
    'take %s, which stays on this machine',
    (address) => {
      expect(read({ remote: address })).toMatchObject({ git: { remote: address } });
    },
  );

  it.each([
    ['plain HTTP over the network', { remote: 'http://git.example/a.git' }, 'remote'],
    ['a name that only begins like this machine', { remote: 'http://localhost.example/a.git' }, 'remote'],
    ['a password in the address', { remote: 'https://me:secret@git.example/a.git' }, 'remote'],
    ['another way than HTTP', { remote: 'ssh://git.example/a.git' }, 'remote'],
    ['a folder that leads out', { remote, path: '../other' }, 'path'],
    ['a folder that begins with a slash', { remote, path: '/etc' }, 'path'],
    ['what no branch may be called', { remote, branch: 'a..b' }, 'branch'],
    ['a branch that looks like an option', { remote, branch: '-f' }, 'branch'],
    ['a person without an address', { remote, people: [{ email: 'ana', user: 'ana' }] }, 'people.0.email'],
    ['a pause without a unit', { remote, poll: '30' }, 'poll'],
  ])('refuse %s and name its place', (_what, value, path) => {
    expect(read(value)).toContain(path);
  });
});

describe('the client certificate towards the policy repository', () => {
  const faults = (git: object) => {
    const read = readSettings({ policies: { git: { remote, ...git } } });
    return read.ok ? read.value.policies.git : read.error.map(({ path }) => path);
  };

  it('is a file and the name of the secret with its key', () =>
    expect(faults({ cert: '/c.pem', key_secret: 'git-key' })).toMatchObject({ cert: '/c.pem', keySecret: 'git-key' }));

  it('needs both, and a remote that it is shown to', () => {
    for (const half of [{ cert: '/c.pem' }, { key_secret: 'git-key' }]) expect(faults(half)).toEqual(['policies.git']);
    const both = { cert: '/c.pem', key_secret: 'git-key', remote: 'http://localhost/a.git' };
    expect(faults(both)).toEqual(['policies.git.cert']);
  });
});
