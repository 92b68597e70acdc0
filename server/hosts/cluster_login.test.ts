import { rmSync, writeFileSync } from 'fs';
import { join } from 'path';
import { temporaryFolder } from '../../test/contracts/temporary_folder';
import { ClusterLogin } from './cluster_login';
import { readSettings } from './settings';

const place = temporaryFolder();
afterAll(place.remove);
const file = join(place.folder, 'password');
let now = 0;
const login = (named: ConstructorParameters<typeof ClusterLogin>[0], env: NodeJS.ProcessEnv = {}): ClusterLogin =>
  new ClusterLogin(named, { places: { secrets: [{ name: 'search', file }] }, env }, () => now);
const later = (): void => void (now += 600);

describe('the login to OpenSearch', () => {
  it('is the user and the password of the settings', () => {
    expect(login({ username: 'reflex', password: 'p:ä' }).authorization).toBe(
      `Basic ${Buffer.from('reflex:p:ä').toString('base64')}`,
    );
    expect(login({}).authorization).toBeUndefined();
  });

  it.each([
    ['a secret', { username: 'reflex', passwordSecret: 'search' }],
    ['a file', { username: 'reflex', passwordFile: file }],
  ])('is read from %s anew: a changed one counts, one that is away or half written does not', (_, named) => {
    writeFileSync(file, 'first\n');
    const found = login(named);
    const told: string[] = [];
    found.watch((password) => told.push(password));
    expect(found.password).toBe('first');
    writeFileSync(file, 'second');
    later();
    expect(found.password).toBe('second');
    for (const half of ['', ' \n']) {
      writeFileSync(file, half);
      later();
      expect(found.password).toBe('second');
    }
    rmSync(file);
    later();
    expect(found.authorization).toBe(`Basic ${Buffer.from('reflex:second').toString('base64')}`);
    expect(told).toEqual(['first', 'second']);
  });

  it('does not read the file for every request', () => {
    writeFileSync(file, 'first');
    const found = login({ username: 'reflex', passwordSecret: 'search' });
    writeFileSync(file, 'second');
    expect(found.password).toBe('first');
    now += 499;
    expect(found.password).toBe('first');
    now += 1;
    expect(found.password).toBe('second');
  });
});

describe('the name of the password in the settings', () => {
  it.each([
    [{ password_secret: 'search' }, 'needs `username`'],
    [{ username: 'r', password_secret: 'search', password: 'x' }, 'in place of `password`'],
    [{ username: 'r', password_secret: 'stored:search' }, 'cannot be a stored one'],
  ])('%j is refused', (opensearch, message) =>
    expect(readSettings({ opensearch })).toMatchObject({
      ok: false,
      error: [{ path: 'opensearch.password_secret', message: expect.stringContaining(message) as string }],
    }),
  );

  it('is read', () =>
    expect(readSettings({ opensearch: { username: 'r', password_secret: 'search' } })).toMatchObject({
      ok: true,
      value: { opensearch: { username: 'r', passwordSecret: 'search' } },
    }));
});
