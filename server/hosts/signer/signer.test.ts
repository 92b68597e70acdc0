import { appendFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'fs';
import { request } from 'http';
import { join } from 'path';
import { aRelease } from '../../../test/builders/bundles';
import { aKeyPair } from '../../../test/builders/policies';
import { temporaryFolder } from '../../../test/contracts/temporary_folder';
import { socketSigner } from './socket_signer';
import { iso } from '../../../common/iso';
import { bundleTarball } from '../../adapters/opa/bundle_tarball';
import { verifyFreshness } from '../../engine/policy/freshness';
import { withSignatures } from '../../engine/policy/sign_bundle';
import { bundleRequest } from '../../engine/policy/signer';
import { statementDigest, verifyBundle } from '../../engine/policy/verify_bundle';
import { runSignerCommand } from './command';
import { Ledger } from './ledger';

/* The signer as it is started, and the host that asks it, over a real socket. */

const [pair, stranger] = [aKeyPair(), aKeyPair()];
let folder: string;
let remove: () => void;
let lines: string[];
let end: () => Promise<number>;

const args = (): string[] => ['--folder', folder, '--key', join(folder, 'key.pem'), '--single-user'];
const run = (words: readonly string[], ended: Promise<unknown> = Promise.resolve()): Promise<number> =>
  runSignerCommand(words, {
    out: (line) => lines.push(line),
    err: (line) => lines.push(line),
    now: () => Date.now(),
    ended,
  });
const socket = (): string => join(folder, 'socket');
const until = async (holds: () => boolean): Promise<void> => {
  for (let waited = 0; !holds(); waited++) {
    if (waited > 500) throw new Error(`waited for too long: ${lines.join('; ')}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};
const start = async (): Promise<void> => {
  let stop: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (stop = resolve));
  const over = run(['serve', ...args()], ended);
  end = () => {
    stop();
    return over;
  };
  await until(() => lines.some((line) => line.includes('answers at')));
};

beforeEach(() => {
  ({ folder, remove } = temporaryFolder());
  lines = [];
  end = () => Promise.resolve(0);
  writeFileSync(join(folder, 'key.pem'), pair.privatePem, { mode: 0o600 });
});
afterEach(async () => {
  await end();
  remove();
});

const unsigned = aRelease(1, [pair]);
const approved = (version: number) => {
  const { digest } = aRelease(version, [pair]).statement;
  const approval = { user: 'ana', at: iso(0), reason: 'read it again', digest, four_eyes: false };
  return aRelease(version, [pair], { approvals: [approval] });
};
const signer = () => socketSigner(socket(), pair.verification);
const rules = { keys: [pair.verification], threshold: 1, now: Date.now() };

it('signs a release that every agent takes, and writes it down before', async () => {
  await start();
  const token = await signer().sign(bundleRequest(unsigned.files));
  if (!token.ok) throw new Error(token.error.message);
  expect(verifyBundle(withSignatures(unsigned.files, [token.value]), rules).ok).toBe(true);
  const [entry] = readFileSync(join(folder, 'signed.jsonl'), 'utf8').trim().split('\n');
  expect(JSON.parse(entry ?? '')).toMatchObject({ kind: 'bundle', version: 1 });
  expect(lines.at(-1)).toMatch(/signed: version 1/);
  expect(await signer().whyAway?.()).toBeUndefined();
});

it('signs that a version is the newest once it signed that version', async () => {
  await start();
  const { statement } = unsigned;
  const said = {
    version: 1,
    statement_digest: statementDigest(statement),
    issued_at: iso(Date.now()),
    not_after: iso(Date.now() + 60_000),
  };
  const before = await signer().sign({ kind: 'freshness', statement: said });
  expect(before).toMatchObject({ ok: false, error: { code: 'signer_refused' } });
  await signer().sign(bundleRequest(unsigned.files));
  const after = await signer().sign({ kind: 'freshness', statement: said });
  expect(after.ok && verifyFreshness(after.value, rules)).toEqual({ ok: true, value: said });
});

it('knows after a restart what it signed, and does not go back behind it', async () => {
  await start();
  expect((await signer().sign(bundleRequest(approved(3).files))).ok).toBe(true);
  await end();
  lines = [];
  await start();
  expect(await signer().sign(bundleRequest(unsigned.files))).toMatchObject({
    ok: false,
    error: { code: 'signer_refused', message: expect.stringContaining('older than version 3') },
  });
  expect(lines.at(-1)).toMatch(/refused: version 1 is older/);
  const before = lines.length;
  await signer().sign(bundleRequest(unsigned.files));
  expect(lines).toHaveLength(before);
});

it('adopts the version in force that was signed elsewhere', async () => {
  const file = join(folder, 'bundle.tar.gz');
  writeFileSync(file, bundleTarball.pack(aRelease(5, [stranger]).files));
  expect(await run(['adopt', file, '--folder', folder])).toBe(0);
  expect((await Ledger.open(join(folder, 'signed.jsonl'))).signed).toMatchObject([{ kind: 'adopted', version: 5 }]);
  lines = [];
  expect(await run(['log', '--folder', folder])).toBe(0);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ kind: 'adopted', version: 5 });
  expect(await run(['adopt', join(folder, 'key.pem'), '--folder', folder])).toBe(2);
});

it('answers nobody but its user and its group, and leaves no socket that others may open', async () => {
  await start();
  expect(statSync(socket()).mode & 0o777).toBe(0o660);
  expect(statSync(join(folder, 'signed.jsonl')).mode & 0o777).toBe(0o600);
});

it('is one process: a second one on its folder does not start', async () => {
  await start();
  expect(await run(['serve', ...args()])).toBe(2);
  expect(await signer().whyAway?.()).toBeUndefined();
});

it('does not use a key that others can read', async () => {
  const open = join(folder, 'open.pem');
  writeFileSync(open, pair.privatePem, { mode: 0o644 });
  expect(await run(['serve', '--folder', folder, '--key', open])).toBe(2);
  expect(lines.join()).toMatch(/others can read/);
  expect(existsSync(socket())).toBe(false);
});

describe('the host that asks', () => {
  it('takes nothing of another key, whoever answers at the socket', async () => {
    await start();
    const other = socketSigner(socket(), stranger.verification);
    expect(await other.sign(bundleRequest(unsigned.files))).toMatchObject({
      ok: false,
      error: { code: 'signer_refused', message: expect.stringContaining('is not this release') },
    });
    expect(await other.whyAway?.()).toMatch(/the settings name/);
  });

  it('says where nobody answers, and may ask again', async () => {
    expect(await signer().sign(bundleRequest(unsigned.files))).toMatchObject({
      ok: false,
      error: { code: 'signer_away', message: expect.stringContaining('there is no socket') },
    });
    expect(await signer().whyAway?.()).toMatch(/there is no socket/);
  });
});

const sent = (method: string, path: string, body = ''): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const asked = request({ socketPath: socket(), method, path }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve(answer.statusCode));
    });
    asked.once('error', reject);
    asked.end(body);
  });

it('answers what it cannot sign with a reason, and signs nothing', async () => {
  await start();
  expect(await sent('POST', '/v1/sign', '{')).toBe(400);
  expect(await sent('POST', '/v1/sign', '{"kind":"keyring"}')).toBe(400);
  expect(await sent('POST', '/v1/sign', '{"kind":"bundle","manifest":"e30=","files":[],"more":1}')).toBe(400);
  expect(await sent('GET', '/v1/sign')).toBe(404);
  expect(await sent('POST', '/v1/sign', 'x'.repeat(8 * 1024 * 1024 + 1))).toBe(413);
  expect(readFileSync(join(folder, 'signed.jsonl'), 'utf8')).toBe('');
});

describe('what was signed, on the disk', () => {
  const path = (): string => join(folder, 'signed.jsonl');
  const entry = { kind: 'bundle', at: iso(0), version: 1, statement_digest: 'a'.repeat(64) } as const;

  it('loses the line that was being written when the power failed, whose signature never left', async () => {
    (await Ledger.open(path())).append(entry);
    appendFileSync(path(), '{"kind":"bundle","at"');
    const again = await Ledger.open(path());
    expect(again.signed).toEqual([entry]);
    again.append({ ...entry, version: 2 });
    expect((await Ledger.open(path())).signed.map(({ version }) => version)).toEqual([1, 2]);
  });

  it.each(['rubbish', '{"kind":"keyring","at":"2026-11-22T10:00:00.000Z"}'])(
    'stops the signer where a whole line is not what was written: %s',
    async (line) => {
      writeFileSync(path(), `${line}\n`);
      await expect(Ledger.open(path())).rejects.toThrow(/signed\.jsonl:1/);
      expect(await run(['serve', ...args()])).toBe(2);
    },
  );
});
