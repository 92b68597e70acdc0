import { mkdirSync, writeFileSync } from 'fs';
import { join } from 'path';
import { temporaryFolder } from '../../../test/contracts/temporary_folder';
import { GIT_TOKEN, gitIn, gitServer } from '../../../test/targets/git_server';
import { embeddedRepository, remoteRepository } from './git_repository';

/* A file that is small as git keeps it, and large once it is inflated: made by git itself. */

jest.setTimeout(60_000);

const MIB = 1024 * 1024;
const BOMB = 'policies/action/bomb.yaml';
const zeros = '\0'.repeat(80 * MIB);
const LOUD = { code: 'too_large', message: expect.stringContaining('more than 64 MiB') as unknown };

describe('a file that inflates beyond all bounds', () => {
  it('is refused before a remote branch is unpacked, and what was followed stays', async () => {
    const server = await gitServer();
    const { folder, remove } = temporaryFolder();
    const clone = server.clone();
    clone.write('policies/action/one.yaml', 'one\n');
    const first = clone.commit('first');
    clone.push();
    const repository = remoteRepository(join(folder, 'copy.git'), {
      remote: server.url,
      branch: 'main',
      path: '',
      user: 'reflex',
      token: async () => GIT_TOKEN,
    });
    expect(await repository.fetch()).toEqual({ ok: true, value: first });
    await repository.follow(first);
    clone.write(BOMB, zeros);
    clone.commit('a bomb');
    clone.push();
    expect(await repository.fetch()).toEqual({ ok: false, error: LOUD });
    expect(await repository.followed()).toEqual({ ok: true, value: first });
    expect(await repository.read(first)).toMatchObject({ ok: true });
    await server.dispose();
    remove();
  });

  it.each([['loose'], ['packed']])('is refused where somebody pushed it into the embedded one, %s', async (kind) => {
    const { folder, remove } = temporaryFolder();
    const bare = join(folder, 'policies.git');
    const repository = await embeddedRepository(bare);
    await repository.fetch();
    mkdirSync(join(folder, 'work', 'policies', 'action'), { recursive: true });
    const work = join(folder, 'work');
    writeFileSync(join(work, BOMB), zeros);
    gitIn(work, 'init', '-q', '-b', 'main');
    gitIn(work, 'add', '.');
    gitIn(work, 'commit', '-q', '-m', 'a bomb');
    gitIn(bare, 'config', 'transfer.unpackLimit', kind === 'packed' ? '1' : '1000');
    gitIn(work, 'push', '-q', bare, 'main');
    const head = await repository.fetch();
    const read = head.ok ? await repository.read(head.value ?? '') : head;
    expect(read).toEqual({ ok: false, error: LOUD });
    remove();
  });

  it('is named where it is only larger than a policy may be, and many names of it cost no more than one', async () => {
    const { folder, remove } = temporaryFolder();
    const repository = await embeddedRepository(join(folder, 'policies.git'));
    const large = 'a'.repeat(9 * MIB);
    const made = await repository.commit({
      parent: undefined,
      files: new Map(Array.from({ length: 20 }, (_, index) => [`policies/action/p${index}.yaml`, large])),
      message: 'large\n',
      author: { name: 'a', email: 'a@example.org' },
      committer: { name: 'a', email: 'a@example.org' },
      at: 0,
    });
    if (!made.ok) throw new Error(made.error.message);
    const read = await repository.read(made.value);
    const refused = read.ok ? read.value.refused : [];
    expect(refused.map(({ code }) => code)).toEqual(Array.from({ length: 20 }, () => 'too_large'));
    expect(refused.filter(({ message }) => message.startsWith('the file is larger'))).toHaveLength(1);
    remove();
  });
});
