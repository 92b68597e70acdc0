import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { dirname, join } from 'path';
import { aKeyPair, BLOCK_KNOWN_IOC } from '../../../../test/builders/policies';
import { readKeyring, verifyKeyring } from '../../../engine/policy/keyring';
import { verifyFreshness } from '../../../engine/policy/freshness';
import { runPolicyCommand } from './main';

const [one, two] = [aKeyPair(), aKeyPair()];
const NOW = Date.parse('2026-11-22T10:00:00Z');
const IOC = 'policies/action/block-known-ioc.yaml';
const ABOUT = ['--author', 'ana', '--changelog', 'first'];
const APPROVED = ['--approved-by', 'ben', '--reason', 'pull request 7'];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reflex-bundles-'));
  put(IOC, BLOCK_KNOWN_IOC);
  put('one.key', one.privatePem);
  put('one.pem', one.publicPem);
  put('two.key', two.privatePem);
  put('two.pem', two.publicPem);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const put = (path: string, content: string | Buffer): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
};
const run = async (...args: string[]) => {
  const out: string[] = [];
  const errors: string[] = [];
  const io = {
    out: (line: string) => void out.push(line),
    err: (line: string) => void errors.push(line),
    cwd: folder,
    now: NOW,
  };
  const exit = await runPolicyCommand(args, io);
  return {
    exit,
    text: [...out, ...errors].join('\n'),
    json: () => JSON.parse(out.join('')) as Record<string, unknown>,
  };
};
const codeOf = async (...args: string[]): Promise<unknown> =>
  (await run('verify', ...args, '--format', 'json')).json().code;

describe('a bundle from the command line', () => {
  it('is built, signed by two, verified and inspected', async () => {
    expect(await run('build', ...ABOUT, ...APPROVED)).toMatchObject({ exit: 0 });
    expect(await codeOf('bundle.tar.gz', '--key', 'one.pem')).toBe('unsigned');
    expect((await run('sign', 'bundle.tar.gz', '--key', 'one.key')).exit).toBe(0);
    expect(await codeOf('bundle.tar.gz', '--key', 'one.pem,two.pem', '--threshold', '2')).toBe('threshold_not_met');
    expect((await run('sign', 'bundle.tar.gz', '--key', 'two.key')).text).toContain(
      `${one.signing.keyId}, ${two.signing.keyId}`,
    );
    const verified = await run('verify', 'bundle.tar.gz', '--key', 'one.pem,two.pem', '--threshold', '2');
    expect(verified).toMatchObject({ exit: 0, text: expect.stringContaining('good: version 1 of 1 policies') });
    const { exit, json } = await run('inspect', 'bundle.tar.gz', '--format', 'json');
    expect([exit, json()]).toMatchObject([
      0,
      {
        version: 1,
        author: 'ana',
        changelog: 'first',
        approvals: [{ user: 'ben', reason: 'pull request 7', four_eyes: true }],
        key_ids: [one.signing.keyId, two.signing.keyId],
        policies: [{ id: 'block-known-ioc', layer: 'action', mode: 'enforce' }],
      },
    ]);
    expect((await run('inspect', 'bundle.tar.gz')).text).toContain('approved   by ben');
  });

  it('follows the one before', async () => {
    await run('build', ...ABOUT, '--key', 'one.key', '--out', 'v1.tar.gz');
    await run('build', ...ABOUT, '--key', 'one.key', '--out', 'v2.tar.gz', '--after', 'v1.tar.gz');
    await run('build', ...ABOUT, '--key', 'one.key', '--out', 'v3.tar.gz', '--after', 'v2.tar.gz');
    expect((await run('verify', 'v2.tar.gz', '--key', 'one.pem', '--after', 'v1.tar.gz')).exit).toBe(0);
    expect(await codeOf('v3.tar.gz', '--key', 'one.pem', '--after', 'v1.tar.gz')).toBe('version_gap');
    expect(await codeOf('v1.tar.gz', '--key', 'one.pem', '--after', 'v2.tar.gz')).toBe('version_rollback');
  });

  it('is the same each time: the same policies give the same bytes', async () => {
    await run('build', ...ABOUT, '--out', 'a.tar.gz');
    await run('build', ...ABOUT, '--out', 'b.tar.gz');
    expect(readFileSync(join(folder, 'a.tar.gz')).equals(readFileSync(join(folder, 'b.tar.gz')))).toBe(true);
  });

  it('is not built of policies with faults, which are told with their places', async () => {
    put(IOC, BLOCK_KNOWN_IOC.replace('event.confidence', 'event.confidense'));
    const built = await run('build', ...ABOUT);
    expect([built.exit, built.text]).toEqual([1, expect.stringContaining(`${IOC}:`)]);
    expect((await run('inspect', 'bundle.tar.gz')).exit).toBe(2);
  });

  it('is refused with the reason of every agent', async () => {
    await run('build', ...ABOUT, '--key', 'one.key', '--expires', '2026-11-21');
    expect(await codeOf('bundle.tar.gz', '--key', 'one.pem')).toBe('expired');
    expect(await codeOf('bundle.tar.gz', '--key', 'two.pem')).toBe('unknown_key');
    expect(await codeOf('bundle.tar.gz', '--key', 'two.pem', '--revoked', 'one.pem')).toBe('revoked_key');
    put('bundle.tar.gz', 'hello');
    expect(await codeOf('bundle.tar.gz', '--key', 'one.pem')).toBe('archive_malformed');
    expect((await run('verify', 'bundle.tar.gz', '--key', 'one.pem')).exit).toBe(1);
    expect((await run('inspect', 'bundle.tar.gz')).exit).toBe(1);
  });

  it.each([
    [['build', '--changelog', 'x'], '--author'],
    [['build', '--author', 'ana'], '--changelog'],
    [['build', ...ABOUT, '--version', '2'], '--after'],
    [['build', ...ABOUT, '--version', 'two'], 'no whole number'],
    [['build', ...ABOUT, '--approved-by', 'ben'], '--reason'],
    [['build', ...ABOUT, '--expires', 'soon'], 'no date'],
    [['build', ...ABOUT, '--key', 'one.pem'], 'no key that can be used'],
    [['build', ...ABOUT, '--after', IOC], 'no gzip'],
    [['sign'], 'takes one bundle'],
    [['sign', 'none.tar.gz', '--key', 'one.key'], 'cannot be read'],
    [['sign', IOC, '--key', 'one.key'], 'neither a bundle nor a keyring'],
    [['sign', 'one.pem'], 'REFLEX_SIGNING_KEY'],
    [['verify', 'one.pem'], '--key'],
    [['inspect'], 'takes one bundle'],
    [['keyring', '--keys', 'one.pem'], '--number'],
    [['keyring', '--number', '1', '--keys', 'one.pem,one.pem'], 'names a key twice'],
  ])('says what is wrong with %j', async (args, words) => {
    const { exit, text } = await run(...args);
    expect([exit, text]).toEqual([2, expect.stringContaining(words)]);
  });

  it('is signed with a key of the environment too, which nobody can read afterwards', async () => {
    await run('build', ...ABOUT);
    process.env.REFLEX_SIGNING_KEY = one.privatePem.replace(/\n/g, '\\n');
    const signed = await run('sign', 'bundle.tar.gz');
    delete process.env.REFLEX_SIGNING_KEY;
    expect(signed.exit).toBe(0);
    expect(signed.text).not.toContain('PRIVATE');
    expect((await run('verify', 'bundle.tar.gz', '--key', 'one.pem')).exit).toBe(0);
  });
});

describe('what belongs to a bundle', () => {
  it('is a statement that it is the newest', async () => {
    await run('build', ...ABOUT, '--key', 'one.key');
    const made = await run('fresh', 'bundle.tar.gz', '--key', 'one.key', '--hours', '2', '--format', 'json');
    const rules = { keys: [one.verification], threshold: 1, now: NOW };
    expect(verifyFreshness(String(made.json().statement), rules)).toMatchObject({
      ok: true,
      value: { version: 1, not_after: '2026-11-22T12:00:00.000Z' },
    });
  });

  it('is a keyring that old and new keys sign', async () => {
    await run('keyring', '--number', '1', '--keys', 'two.pem', '--revoke', 'one.pem', '--out', 'k.json');
    await run('sign', 'k.json', '--key', 'one.key');
    expect((await run('sign', 'k.json', '--key', 'two.key')).text).toContain('keyring 1');
    const read = readKeyring(JSON.parse(readFileSync(join(folder, 'k.json'), 'utf8')));
    const rules = { keys: [one.verification], threshold: 1, now: NOW };
    expect(read.ok && verifyKeyring(read.value, 0, rules)).toMatchObject({ ok: true, value: { version: 1 } });
  });
});
