import { spawn, type ChildProcess } from 'child_process';
import { buildSync } from 'esbuild';
import { chmodSync, chownSync, mkdirSync, readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { aRelease } from '../../../test/builders/bundles';
import { aKeyPair } from '../../../test/builders/policies';
import { temporaryFolder } from '../../../test/contracts/temporary_folder';
import { outputOf } from '../../../test/targets/programs';
import { makeSoftHsm, whyNotSoftHsm } from '../../../test/targets/softhsm';
import { suiteUnless } from '../../../test/targets/suite_unless';
import { socketSigner } from './socket_signer';
import { verificationKey } from '../../engine/policy/signature';
import { withSignatures } from '../../engine/policy/sign_bundle';
import { bundleRequest } from '../../engine/policy/signer';
import { verifyBundle } from '../../engine/policy/verify_bundle';

jest.setTimeout(120_000);

/* The signer as a process of its own: under a user of its own, and with a key that a PKCS #11 module keeps. */

const ROOT = join(__dirname, '..', '..', '..');
/** `daemon` and `nobody`, which every Linux has. */
const [SIGNER, HOST] = [1, 65_534];

let folder: string;
let remove: () => void;
let program: string;
let running: ChildProcess | undefined;

beforeEach(() => {
  ({ folder, remove } = temporaryFolder());
  chmodSync(folder, 0o755);
  program = join(folder, 'cli.js');
  buildSync({
    stdin: {
      contents: `import { main } from './server/hosts/cli/main'; void main(process.argv.slice(2)).then((code) => process.exit(code));`,
      resolveDir: ROOT,
      loader: 'ts',
    },
    bundle: true,
    platform: 'node',
    target: 'node20',
    outfile: program,
    logLevel: 'error',
  });
});
afterEach(async () => {
  const over = new Promise((resolve) => running?.once('close', resolve));
  if (running?.kill('SIGTERM') === true) await over;
  running = undefined;
  remove();
});

const own = (name: string, mode: number): string => {
  const path = join(folder, name);
  mkdirSync(path);
  chownSync(path, SIGNER, SIGNER);
  chmodSync(path, mode);
  return path;
};

const serve = async (
  args: readonly string[],
  { env = {}, uid }: { readonly env?: Readonly<Record<string, string>>; readonly uid?: number } = {},
): Promise<() => string> => {
  let said = '';
  const child = spawn(process.execPath, [program, 'signer', 'serve', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  running = child;
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  for (let waited = 0; !said.includes('answers at'); waited++) {
    if (child.exitCode !== null || waited > 300) throw new Error(`the signer does not start: ${said}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return () => said;
};

const { files } = aRelease(1, [aKeyPair()]);

/** Asks for a signature as another user, as the host that decides does. */
const askedAs = (uid: number, socket: string, publicPem: string): unknown => {
  const script = join(folder, `ask-${uid}.js`);
  buildSync({
    stdin: {
      contents: `
        import { socketSigner } from './server/hosts/signer/socket_signer';
        import { verificationKey } from './server/engine/policy/signature';
        void socketSigner(${JSON.stringify(socket)}, verificationKey(${JSON.stringify(publicPem)}))
          .whyAway()
          .then((why) => console.log(JSON.stringify({ why: why ?? null })));`,
      resolveDir: ROOT,
      loader: 'ts',
    },
    bundle: true,
    platform: 'node',
    target: 'node20',
    outfile: script,
    logLevel: 'error',
  });
  const text = outputOf('setpriv', [`--reuid=${uid}`, `--regid=${SIGNER}`, '--clear-groups', process.execPath, script]);
  return JSON.parse(text);
};

const isRoot = process.getuid?.() === 0 && process.platform === 'linux';

suiteUnless(isRoot ? undefined : 'it needs root to start processes as other users')(
  'a signer of a user of its own',
  () => {
    const pair = aKeyPair();

    it('signs for the user of the host, who cannot read the key, and for no third one', async () => {
      const secret = own('secret', 0o700);
      const shared = own('shared', 0o750);
      const keyFile = join(secret, 'key.pem');
      writeFileSync(keyFile, pair.privatePem, { mode: 0o600 });
      chownSync(keyFile, SIGNER, SIGNER);
      const socket = join(shared, 'socket');
      await serve(['--folder', secret, '--socket', socket, '--key', keyFile], { uid: SIGNER });

      const read = (gid: number): string => {
        const asUser = [`--reuid=${HOST}`, `--regid=${gid}`, '--clear-groups', 'cat', keyFile];
        try {
          return outputOf('setpriv', asUser);
        } catch (cause) {
          return String((cause as { stderr?: Buffer }).stderr);
        }
      };
      expect(read(SIGNER)).toMatch(/Permission denied/);
      // A member of the signer's group is answered.
      expect(askedAs(HOST, socket, pair.publicPem)).toEqual({ why: null });
      // Whoever is not does not get as far as the socket.
      chmodSync(shared, 0o700);
      expect(askedAs(HOST, socket, pair.publicPem)).toMatchObject({ why: expect.stringContaining('may not open') });
    });

    it('is there again after it was killed, with what it signed', async () => {
      const secret = own('secret', 0o700);
      const keyFile = join(secret, 'key.pem');
      writeFileSync(keyFile, pair.privatePem, { mode: 0o600 });
      chownSync(keyFile, SIGNER, SIGNER);
      const args = ['--folder', secret, '--key', keyFile];
      await serve(args, { uid: SIGNER });
      const signer = socketSigner(join(secret, 'socket'), pair.verification);
      expect((await signer.sign(bundleRequest(files))).ok).toBe(true);
      const killed = new Promise((resolve) => running?.once('close', resolve));
      running?.kill('SIGKILL');
      await killed;
      expect(await signer.whyAway?.()).toMatch(/nobody listens/);
      await serve(args, { uid: SIGNER });
      expect(await signer.whyAway?.()).toBeUndefined();
      expect(readFileSync(join(secret, 'signed.jsonl'), 'utf8').trim().split('\n')).toHaveLength(1);
    });
  },
);

suiteUnless(whyNotSoftHsm())('a key that a PKCS #11 module keeps', () => {
  const optionsOf = ({ module, token, label, pinFile }: ReturnType<typeof makeSoftHsm>): readonly string[] => [
    ...['--module', module, '--token', token, '--label', label, '--pin-file', pinFile],
    ...['--folder', join(folder, 'state')],
  ];

  it('signs releases that every agent takes, and never leaves the module', async () => {
    const hsm = makeSoftHsm(folder);
    const said = await serve(optionsOf(hsm), { env: hsm.env });
    const shown = outputOf(process.execPath, [program, 'signer', 'key', ...optionsOf(hsm)], { env: hsm.env });
    const key = verificationKey(shown);
    const signer = socketSigner(join(folder, 'state', 'socket'), key);
    const token = await signer.sign(bundleRequest(files));
    if (!token.ok) throw new Error(`${token.error.message}: ${said()}`);
    const rules = { keys: [key], threshold: 1, now: Date.now() };
    expect(verifyBundle(withSignatures(files, [token.value]), rules).ok).toBe(true);
    expect(said()).not.toContain('4711');
  });

  it('signs nothing with a wrong PIN, says why, writes nothing down, and tries that PIN once', async () => {
    const hsm = makeSoftHsm(folder);
    const said = await serve(optionsOf(hsm), { env: hsm.env });
    const key = verificationKey(
      outputOf(process.execPath, [program, 'signer', 'key', ...optionsOf(hsm)], { env: hsm.env }),
    );
    writeFileSync(hsm.pinFile, '9999\n', { mode: 0o600 });
    const signer = socketSigner(join(folder, 'state', 'socket'), key);
    expect(await signer.sign(bundleRequest(files))).toMatchObject({ ok: false, error: { code: 'signer_away' } });
    expect(said()).toMatch(/failed: .*CKR_PIN_INCORRECT/);
    expect(await signer.sign(bundleRequest(files))).toMatchObject({
      error: { message: expect.stringContaining('start the signer again') },
    });
    expect(readFileSync(join(folder, 'state', 'signed.jsonl'), 'utf8')).toBe('');
  });
});
