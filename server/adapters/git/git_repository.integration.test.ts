import { execFileSync } from 'child_process';
import { writeFileSync } from 'fs';
import { join } from 'path';
import { describePolicyRepository } from '../../../test/contracts/policy_repository';
import { temporaryFolder } from '../../../test/contracts/temporary_folder';
import { GIT_TOKEN, gitIn, gitServer, type GitServer } from '../../../test/targets/git_server';
import { embeddedRepository, remoteRepository, type RemoteRepositoryOptions } from './git_repository';

/* Against git itself: what it wrote is read, and what is written here is read by it. */

jest.setTimeout(60_000);

describePolicyRepository('embedded', async () => {
  const { folder, remove } = temporaryFolder();
  const repository = await embeddedRepository(join(folder, 'policies.git'));
  return { repository, other: repository, dispose: async () => remove() };
});

const optionsFor = (server: GitServer, more: Partial<RemoteRepositoryOptions> = {}): RemoteRepositoryOptions => ({
  remote: server.url,
  branch: 'main',
  path: 'soc',
  user: 'reflex',
  token: async () => GIT_TOKEN,
  ...more,
});

describePolicyRepository('remote', async () => {
  const { folder, remove } = temporaryFolder();
  const server = await gitServer();
  return {
    repository: remoteRepository(join(folder, 'one.git'), optionsFor(server)),
    other: remoteRepository(join(folder, 'two.git'), optionsFor(server)),
    dispose: async () => {
      await server.dispose();
      remove();
    },
  };
});

describe('a remote repository', () => {
  let server: GitServer;
  let disk: ReturnType<typeof temporaryFolder>;
  beforeEach(async () => {
    server = await gitServer();
    disk = temporaryFolder();
  });
  afterEach(async () => {
    await server.dispose();
    disk.remove();
  });

  const open = (more: Partial<RemoteRepositoryOptions> = {}) =>
    remoteRepository(join(disk.folder, 'clone.git'), optionsFor(server, { path: '', ...more }));
  const POLICY = 'policies/action/one.yaml';
  const seeded = (files: Record<string, string> = { [POLICY]: 'one\n' }) => {
    const clone = server.clone();
    for (const [path, text] of Object.entries(files)) clone.write(path, text);
    const commit = clone.commit('first');
    clone.push();
    return { clone, commit };
  };
  const ANA = { name: 'ana', email: 'ana@example.org' };
  const order = (parent: string | undefined, text: string) => ({
    parent,
    files: new Map([[POLICY, text]]),
    message: 'a change\n',
    author: ANA,
    committer: ANA,
    at: 0,
  });
  const codeOf = async (result: Promise<{ ok: boolean; error?: { code: string } }>): Promise<unknown> => {
    const settled = await result;
    return settled.ok ? 'ok' : settled.error?.code;
  };

  it('is read as git wrote it, and git reads what is written', async () => {
    const { clone, commit } = seeded({
      [POLICY]: 'one\n',
      'README.md': 'read me\n',
      'policies/guards/deny.rego': 'package x\n',
    });
    execFileSync('chmod', ['+x', join(clone.folder, POLICY)]);
    const executable = clone.commit('executable');
    clone.push();
    const repository = open();
    expect(await repository.fetch()).toEqual({ ok: true, value: executable });
    expect(await repository.read(executable)).toMatchObject({
      value: {
        files: new Map([[POLICY, 'one\n']]),
        guards: new Map([['policies/guards/deny.rego', 'package x\n']]),
        refused: [],
      },
    });
    const mine = await repository.commit(order(executable, 'two\n'));
    if (!mine.ok) throw new Error(mine.error.message);
    expect(await repository.publish(mine.value, executable)).toEqual({ ok: true, value: 'published' });
    expect(server.git('fsck', '--full', '--strict')).toBe('');
    expect(server.git('log', '--format=%an <%ae>%n%s', '-1', 'main')).toBe('ana <ana@example.org>\na change');
    expect(server.git('diff', '--raw', '--abbrev=4', commit, 'main').split('\t')).toEqual([
      expect.stringMatching(/^:100644 100755 /),
      POLICY,
    ]);
    expect(server.git('show', 'main:policies/guards/deny.rego')).toBe('package x');
  });

  it('follows what a pull request merged', async () => {
    const { clone, commit } = seeded();
    const repository = open();
    await repository.fetch();
    await repository.follow(commit);
    clone.git('checkout', '-q', '-b', 'change');
    clone.write(POLICY, 'changed\n');
    const change = clone.commit('a change', 'Carl Coder <carl@example.org>');
    clone.git('checkout', '-q', 'main');
    clone.git('merge', '-q', '--no-ff', '-m', 'Merge pull request', 'change');
    clone.push();
    const head = clone.git('rev-parse', 'HEAD');
    expect(await repository.fetch()).toEqual({ ok: true, value: head });
    expect(await repository.descends(head, commit)).toEqual({ ok: true, value: true });
    const log = await repository.log(head, { until: commit, most: 10 });
    expect(log.ok && log.value.map(({ id, author }) => [id, author.email])).toEqual([
      [head, 'petra@example.org'],
      [change, 'carl@example.org'],
    ]);
  });

  it('asks once and fetches nothing while the head is the same', async () => {
    const { commit } = seeded();
    const repository = open();
    await repository.fetch();
    await repository.follow(commit);
    server.requests.length = 0;
    expect(await repository.fetch()).toEqual({ ok: true, value: commit });
    expect(server.requests).toEqual(['GET /policies.git/info/refs?service=git-upload-pack']);
  });

  it('shows that history was rewritten', async () => {
    const { clone, commit } = seeded();
    const repository = open();
    await repository.fetch();
    clone.git('commit', '-q', '--amend', '-m', 'other');
    clone.push('--force');
    const head = clone.git('rev-parse', 'HEAD');
    expect(await repository.fetch()).toEqual({ ok: true, value: head });
    expect(await repository.descends(head, commit)).toEqual({ ok: true, value: false });
  });

  it('is moved, not overwritten, when somebody pushes in the very moment', async () => {
    const { clone, commit } = seeded();
    const repository = open();
    await repository.fetch();
    const mine = await repository.commit(order(commit, 'mine\n'));
    server.beforePush = async () => {
      clone.write(POLICY, 'theirs\n');
      clone.commit('theirs');
      server.git('fetch', '-q', clone.folder, 'main:main');
    };
    expect(mine.ok && (await repository.publish(mine.value, commit))).toEqual({ ok: true, value: 'moved' });
    expect(server.git('show', `main:${POLICY}`)).toBe('theirs');
  });

  it.each([
    ['the token is wrong', { token: async () => 'wrong' }, 'unauthorized'],
    ['there is no token', { token: async () => undefined }, 'unauthorized'],
    ['the branch is missing', { branch: 'release' }, 'branch_missing'],
    ['nothing listens there', { remote: 'http://127.0.0.1:1/policies.git' }, 'unreachable'],
    ['it is larger than allowed', { maxBytes: 64 }, 'too_large'],
  ])('says so when %s', async (_what, more, code) => {
    seeded();
    expect(await codeOf(open(more).fetch())).toBe(code);
  });

  it('names the branches that there are', async () => {
    seeded();
    expect(await open({ branch: 'release' }).fetch()).toMatchObject({
      error: { message: expect.stringContaining('no branch `release`, only `main`') },
    });
  });

  it('says so when there is no such repository', async () => {
    expect(await codeOf(open({ remote: server.url.replace('policies', 'others') }).fetch())).toBe('not_found');
  });

  it.each([
    ['away', 'unreachable'],
    ['moved_away', 'redirected'],
  ] as const)('says so when the server is %s', async (trouble, code) => {
    seeded();
    server.trouble = trouble;
    expect(await codeOf(open().fetch())).toBe(code);
  });

  it('never hands the token to where it is sent on to', async () => {
    seeded();
    server.trouble = 'moved_away';
    expect(await open().fetch()).toMatchObject({ error: { message: expect.not.stringContaining(GIT_TOKEN) } });
  });

  it.each([
    ['read_only', 'forbidden'],
    ['deaf', 'unreachable'],
  ] as const)('says so when it cannot push (%s)', async (trouble, code) => {
    const { commit } = seeded();
    const repository = open();
    await repository.fetch();
    const mine = await repository.commit(order(commit, 'mine\n'));
    server.trouble = trouble;
    expect(mine.ok && (await codeOf(repository.publish(mine.value, commit)))).toBe(code);
  });

  it('hands on why the server refused a commit', async () => {
    const { commit } = seeded();
    writeFileSync(join(server.folder, 'hooks', 'pre-receive'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    const repository = open();
    await repository.fetch();
    const mine = await repository.commit(order(commit, 'mine\n'));
    expect(mine.ok && (await repository.publish(mine.value, commit))).toMatchObject({
      error: { code: 'refused', message: expect.stringContaining('hook declined') },
    });
  });

  it('refuses links, submodules, unsafe names and what is no text, by name, and reads the rest', async () => {
    const { clone } = seeded();
    const blob = clone.git('rev-parse', `HEAD:${POLICY}`);
    clone.git('update-index', '--add', '--cacheinfo', `120000,${blob},policies/action/link.yaml`);
    clone.git(
      'update-index',
      '--add',
      '--cacheinfo',
      `160000,${clone.git('rev-parse', 'HEAD')},policies/action/sub.yaml`,
    );
    clone.git('commit', '-q', '-m', 'odd');
    clone.git('checkout', '-q', '--', '.');
    writeFileSync(join(clone.folder, 'policies/action/latin.yaml'), Buffer.from([0x66, 0xfc]));
    writeFileSync(join(clone.folder, 'policies/action/large.yaml'), 'x'.repeat(262_145));
    clone.git('add', 'policies/action/latin.yaml', 'policies/action/large.yaml');
    clone.git('commit', '-q', '-m', 'more');
    clone.push();
    const repository = open();
    const head = await repository.fetch();
    const tree = head.ok && head.value !== undefined ? await repository.read(head.value) : undefined;
    expect(tree?.ok && [...tree.value.files.keys()]).toEqual([POLICY]);
    expect(tree?.ok && tree.value.refused.map(({ path, code }) => [path, code])).toEqual([
      ['policies/action/large.yaml', 'too_large'],
      ['policies/action/latin.yaml', 'not_text'],
      ['policies/action/link.yaml', 'symbolic_link'],
      ['policies/action/sub.yaml', 'submodule'],
    ]);
  });

  it('refuses a folder with a name that leads out of it', async () => {
    const { clone } = seeded();
    const blob = clone.git('rev-parse', `HEAD:${POLICY}`);
    const treeOf = (entries: string): string =>
      execFileSync('git', ['mktree', '--missing'], { cwd: clone.folder, input: entries, encoding: 'utf8' }).trim();
    const raw = Buffer.concat([Buffer.from('100644 ..\0'), Buffer.from(blob, 'hex')]);
    const evil = execFileSync('git', ['hash-object', '-t', 'tree', '-w', '--literally', '--stdin'], {
      cwd: clone.folder,
      input: raw,
      encoding: 'utf8',
    }).trim();
    const root = treeOf(`040000 tree ${treeOf(`040000 tree ${evil}\taction\n`)}\tpolicies\n`);
    const commit = clone.git('commit-tree', root, '-p', 'HEAD', '-m', 'evil');
    clone.git('push', '-q', 'origin', `${commit}:refs/heads/main`);
    const repository = open();
    expect(await repository.fetch()).toEqual({ ok: true, value: commit });
    expect(await repository.read(commit)).toMatchObject({
      value: { files: new Map(), refused: [{ path: 'policies/action', code: 'unsafe_name' }] },
    });
  });

  it('makes its copy anew when that is damaged', async () => {
    const { commit } = seeded();
    const repository = open();
    await repository.fetch();
    await repository.follow(commit);
    execFileSync('rm', ['-r', join(disk.folder, 'clone.git', 'objects')]);
    expect(await repository.fetch()).toEqual({ ok: true, value: commit });
    expect(await repository.read(commit)).toMatchObject({ value: { files: new Map([[POLICY, 'one\n']]) } });
  });
});

describe('the embedded repository', () => {
  it('keeps its id, can be cloned by git, and follows what git pushes into it', async () => {
    const { folder, remove } = temporaryFolder();
    const gitdir = join(folder, 'policies.git');
    const repository = await embeddedRepository(gitdir);
    const files = new Map([['policies/action/one.yaml', 'one\n']]);
    const person = { name: 'Reflex', email: 'reflex@reflex.invalid' };
    const made = await repository.commit({
      parent: undefined,
      files,
      message: 'first\n',
      author: person,
      committer: person,
      at: 0,
    });
    if (!made.ok) throw new Error(made.error.message);
    await repository.publish(made.value, undefined);
    expect((await embeddedRepository(gitdir)).place).toEqual(repository.place);
    gitIn(folder, 'clone', '-q', gitdir, 'work');
    expect(gitIn(join(folder, 'work'), 'log', '--format=%s', '-1')).toBe('first');
    gitIn(join(folder, 'work'), 'commit', '-q', '--allow-empty', '-m', 'by hand');
    gitIn(join(folder, 'work'), 'push', '-q');
    expect(await repository.fetch()).toEqual({ ok: true, value: gitIn(join(folder, 'work'), 'rev-parse', 'HEAD') });
    remove();
  });
});
