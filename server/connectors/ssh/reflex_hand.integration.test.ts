import { spawn } from 'child_process';
import fc from 'fast-check';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'fs';
import { join } from 'path';
import { temporaryFolder } from '../../../test/contracts/temporary_folder';
import { start } from '../../../test/targets/processes';
import { whyNotSsh } from '../../../test/targets/ssh_packages';
import { suiteUnless } from '../../../test/targets/suite_unless';
import { until } from '../../../test/targets/until';
import { requestLine } from './line';

/* The script at the host by itself: what it refuses, doing nothing then. Its acts: ssh.integration.test.ts. */

const why = whyNotSsh();
if (why !== undefined) process.stdout.write(`SKIPPED: reflex_hand.integration: ${why}\n`);
const suite = suiteUnless(why);

const SCRIPT = join(__dirname, 'reflex-hand.sh');
const ID = '11111111-2222-4333-8444-555555555555';
const WAY = '198.18.1.1 5000 198.18.1.2 22';

/**
 * A script that has a fault runs as root here: it gets a network and processes of its own, and can write to nothing but
 * the folder of the test.
 */
const CAGE = 'mount --bind "$0" "$0" && mount -o remount,ro,bind / && exec "$@"';

suite('the script at the host', () => {
  let folder: string;
  let remove: () => void;
  beforeEach(() => {
    ({ folder, remove } = temporaryFolder());
  });
  afterEach(() => remove());

  interface Given {
    readonly words?: readonly string[];
    readonly way?: string | undefined;
    readonly script?: string;
    readonly shell?: string;
  }
  const ask = (
    line: string | Buffer,
    { words, way = WAY, script = SCRIPT, shell = 'sh' }: Given = {},
  ): Promise<unknown> =>
    new Promise((resolve) => {
      const given = words ?? ['--state', join(folder, 'state'), 'block', 'isolate', 'kill', 'quarantine'];
      const env = { PATH: process.env.PATH, ...(way !== '' && { SSH_CONNECTION: way }) };
      const child = spawn('unshare', ['-nmpf', '--mount-proc', 'sh', '-c', CAGE, folder, shell, script, ...given], {
        stdio: ['pipe', 'pipe', 'pipe'],
        env,
      });
      let said = '';
      child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
      child.on('close', () => {
        try {
          resolve(JSON.parse(said));
        } catch {
          resolve({ odd: said });
        }
      });
      child.stdin.on('error', () => undefined);
      child.stdin.end(line);
    });
  const refused = (code: string) => ({ v: 1, ok: false, code, done: 'no', text: expect.any(String) });

  it('does what it is asked in its own words, and nothing more', async () => {
    expect(await ask('reflex1 hello .\n')).toEqual({
      v: 1,
      ok: true,
      can: ['block', 'isolate', 'kill', 'quarantine'],
      missing: '',
      nft: 'ok',
    });
    expect(await ask(requestLine('block', ID, '4', '10.0.0.0', '24', '60', '10.0.0.1'))).toMatchObject({ ok: true });
  });

  it.each([
    ['nothing', ''],
    ['half a line', 'reflex1 hello'],
    ['a line without its last word', 'reflex1 hello \n'],
    ['two lines', 'reflex1 hello .\nreflex1 hello .\n'],
    ['another version', 'reflex2 hello .\n'],
    ['an unknown verb', 'reflex1 reboot .\n'],
    ['a verb with too few words', `reflex1 block ${ID} .\n`],
    ['a verb with too many words', `reflex1 hello ${ID} .\n`],
    ['a command substitution', `reflex1 hello $(touch pwned) .\n`],
    ['a second command', 'reflex1 hello ; touch pwned .\n'],
    ['a wildcard', 'reflex1 file * * .\n'],
    ['a tab', 'reflex1\thello .\n'],
    ['two spaces', 'reflex1  hello .\n'],
    ['an option', `reflex1 file --help L3RtcA== .\n`],
    ['a zero byte', Buffer.from('reflex1 he\u0000llo ; .\n')],
    ['a byte of no character', Buffer.from([0x72, 0xff, 0x0a])],
    ['a line that is too long', `reflex1 hello ${'a'.repeat(9_000)} .\n`],
    ['a command that is no UUID', 'reflex1 isolate 1-2 60 - .\n'],
    ['a time that is no number', `reflex1 isolate ${ID} 1e3 - .\n`],
    ['a time with a sign', `reflex1 isolate ${ID} -1 - .\n`],
    ['an octal number', `reflex1 isolate ${ID} 060 - .\n`],
    ['a name to keep', `reflex1 isolate ${ID} 60 evil.example .\n`],
    ['an address that is none', `reflex1 block ${ID} 4 10.0.0.256 32 60 - .\n`],
    ['a name for an address', `reflex1 block ${ID} 4 a.b.c.d 32 60 - .\n`],
    ['a network of other bits', `reflex1 block ${ID} 4 10.0.0.1 24 60 - .\n`],
    ['everything', `reflex1 block ${ID} 4 0.0.0.0 0 60 - .\n`],
    ['a short IPv6 address', `reflex1 block ${ID} 6 2001:db8::1 128 60 - .\n`],
    ['a path that is no base64', `reflex1 file ${ID} =L3Rt .\n`],
    ['a relative path', `reflex1 quarantine ${ID} ${Buffer.from('nobodys/file').toString('base64')} .\n`],
    ['a path upwards', `reflex1 quarantine ${ID} ${Buffer.from('/nobodys/../nobodys/file').toString('base64')} .\n`],
    ['a path with a line break', `reflex1 quarantine ${ID} ${Buffer.from('/tmp/a\nb').toString('base64')} .\n`],
    ['a path with a break at its end', `reflex1 quarantine ${ID} ${Buffer.from('/tmp/a\n').toString('base64')} .\n`],
    ['a path with a zero byte', `reflex1 quarantine ${ID} ${Buffer.from('/tmp/a\u0000').toString('base64')} .\n`],
    ['an undo that is neither', `reflex1 restore ${ID} L3RtcC9h maybe .\n`],
    ['more processes than there may be', `reflex1 kill ${ID} L3RtcC9h 65 .\n`],
  ])('refuses %s, and nothing has changed', async (_, line) => {
    expect(await ask(line)).toEqual(refused('bad_request'));
    expect(readdirSync(folder)).toEqual([]);
    expect(existsSync('pwned')).toBe(false);
  });

  it('refuses whatever comes, in JSON that can be read', async () => {
    const word = fc.oneof(
      fc.constantFrom('block', 'isolate', 'quarantine', 'restore', 'kill', 'file', 'seen', ID, '4', '6', '-', '.'),
      fc.string({ maxLength: 12 }),
      fc.nat().map(String),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 7 }), async (words) => {
        const said = await ask(`reflex1 ${words.join(' ')}\n`, { words: ['--state', join(folder, 'state')] });
        expect([refused('bad_request'), refused('not_allowed')]).toContainEqual(said);
        expect(existsSync(join(folder, 'state'))).toBe(false);
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  it('allows a key what its line in authorized_keys says, and refuses arguments that it does not know', async () => {
    const order = requestLine('isolate', ID, '60', '-');
    expect(await ask(order, { words: ['--state', join(folder, 's'), 'block'] })).toEqual(refused('not_allowed'));
    expect(await ask(order, { words: [] })).toEqual(refused('not_allowed'));
    for (const words of [['everything'], ['--origin', 'a b'], ['--origin'], ['--state', 'here'], ['--origin', 'a".b']])
      expect(await ask('reflex1 hello .\n', { words })).toEqual(refused('bad_setup'));
  });

  it('names its tables after the origin', async () => {
    const words = ['--state', join(folder, 'state'), '--origin', 'second', 'isolate'];
    expect(await ask(requestLine('isolate', ID, '60', '-'), { words })).toMatchObject({ ok: true, before: 'none' });
  });

  it.each(['', '198.18.1.1', 'evil 1 2 3', '198.18.1.1 5000 198.18.1.2 22;x', '10.0.0.1} 1 2 22'])(
    'isolates and blocks nothing where it does not see its way back: %j',
    async (way) => {
      expect(await ask(requestLine('isolate', ID, '60', '-'), { way })).toEqual(refused('no_way_back'));
      const block = requestLine('block', ID, '4', '10.0.0.1', '32', '60', '-');
      expect(await ask(block, { way })).toEqual(refused('no_way_back'));
    },
  );

  it('keeps the way of an IPv6 client too', async () => {
    const way = 'fe80::1%eth0 5000 2001:db8::2 22';
    expect(await ask(requestLine('isolate', ID, '60', '-'), { way })).toMatchObject({ ok: true });
  });

  it('does one order after the other, and says when it is busy', async () => {
    const state = join(folder, 'state');
    mkdirSync(state, { mode: 0o700 });
    // One process, so that nothing is left of it.
    const holder = start('sh', ['-c', `exec 9>"${state}/lock"; flock 9; echo held; exec sleep 60`]);
    await until('the lock to be held', () => holder.output().includes('held'));
    expect(await ask(requestLine('isolate', ID, '60', '-'))).toEqual(refused('busy'));
    // Looking needs no lock.
    expect(await ask('reflex1 held .\n')).toMatchObject({ ok: true });
    await holder.stop();
  }, 30_000);

  it('keeps its files nowhere where others could reach them', async () => {
    const order = requestLine('isolate', ID, '60', '-');
    mkdirSync(join(folder, 'open'), { mode: 0o755 });
    symlinkSync(join(folder, 'elsewhere'), join(folder, 'link'));
    mkdirSync(join(folder, 'elsewhere'), { mode: 0o700 });
    writeFileSync(join(folder, 'file'), '');
    for (const name of ['open', 'link', 'file'])
      expect([name, await ask(order, { words: ['--state', join(folder, name), 'isolate'] })]).toEqual([
        name,
        refused('no_state'),
      ]);
  });

  /** The script with something that somebody else does right before a step of it. */
  const scriptWith = (step: string, before: string): string => {
    const text = readFileSync(SCRIPT, 'utf8');
    expect(text.split(step)).toHaveLength(2);
    const path = join(folder, 'hooked.sh');
    writeFileSync(
      path,
      text.replace(step, () => `${before}\n${step}`),
    );
    return path;
  };
  const STEP = '  take\n  carry\n  sha=';

  it('puts a file back that somebody exchanged between the look and the move', async () => {
    const [file, other] = [join(folder, 'evil'), join(folder, 'precious')];
    writeFileSync(file, 'evil');
    writeFileSync(other, 'precious');
    const order = requestLine('quarantine', ID, Buffer.from(file).toString('base64'));
    const exchanged = scriptWith(STEP, `mv '${other}' '${file}'`);
    expect(await ask(order, { script: exchanged })).toEqual(refused('changed'));
    expect(readFileSync(file, 'utf8')).toBe('precious');
    expect(readdirSync(join(folder, 'state', 'quarantine'))).toEqual([]);
    const target = join(folder, 'target');
    writeFileSync(target, 'target');
    const linked = scriptWith(STEP, `ln -sf '${target}' '${file}'`);
    expect(await ask(order, { script: linked })).toEqual(refused('changed'));
    expect([readlinkSync(file), readFileSync(target, 'utf8')]).toEqual([target, 'target']);
    const gone = scriptWith(STEP, `rm '${file}'`);
    writeFileSync(join(folder, 'again'), 'evil');
    renameSync(join(folder, 'again'), file);
    expect(await ask(order, { script: gone })).toEqual(refused('not_moved'));
  });

  it('notices a folder of the path that somebody exchanges for a link while it goes there', async () => {
    mkdirSync(join(folder, 'way'));
    writeFileSync(join(folder, 'way', 'evil'), 'evil');
    mkdirSync(join(folder, 'precious'));
    writeFileSync(join(folder, 'precious', 'evil'), 'precious');
    const step = '    step=$(stat -c %d:%i "./$part") && cd -P "./$part" || return 1';
    const hook = `    [ "$part" = way ] && [ -d ./way ] && [ ! -L ./way ] && HOOKED=1`;
    const between = scriptWith(step, hook);
    const text = readFileSync(between, 'utf8').replace(
      '&& cd -P "./$part" || return 1',
      () => '&& { [ "${HOOKED:-}" = 1 ] && mv ./way ./moved && ln -s precious ./way; cd -P "./$part"; } || return 1',
    );
    writeFileSync(between, text);
    const order = requestLine('quarantine', ID, Buffer.from(join(folder, 'way', 'evil')).toString('base64'));
    expect(await ask(order, { script: between })).toEqual(refused('changed'));
    expect(readFileSync(join(folder, 'precious', 'evil'), 'utf8')).toBe('precious');
    expect(readFileSync(join(folder, 'moved', 'evil'), 'utf8')).toBe('evil');
  });

  it('ends and moves nothing that it needs itself', async () => {
    const [shell, script] = [join(folder, 'own-shell'), join(folder, 'own-script')];
    copyFileSync('/bin/sh', shell);
    chmodSync(shell, 0o755);
    copyFileSync(SCRIPT, script);
    const word = (path: string): string => Buffer.from(path).toString('base64');
    for (const order of [
      requestLine('kill', ID, word(shell), '64'),
      requestLine('quarantine', ID, word(shell)),
      requestLine('quarantine', ID, word(script)),
      requestLine('quarantine', ID, word(join(folder, 'state', 'lock'))),
    ])
      expect([order, await ask(order, { shell, script })]).toEqual([order, refused('own_path')]);
    expect([existsSync(shell), existsSync(script)]).toEqual([true, true]);
  });

  it('leaves files of the system alone, unless its line in authorized_keys says otherwise', async () => {
    const order = requestLine('quarantine', ID, Buffer.from('/etc/hosts').toString('base64'));
    expect(await ask(order)).toEqual(refused('own_path'));
    const words = ['--state', join(folder, 'state'), '--system-files', 'quarantine'];
    // The cage of the test does not let it be moved; the script would.
    expect(await ask(order, { words })).toEqual(refused('not_moved'));
    expect(readdirSync(join(folder, 'state', 'quarantine'))).toEqual([]);
    expect(existsSync('/etc/hosts')).toBe(true);
  });

  it('says that nft is missing, and does files and processes without it', async () => {
    const programs = join(folder, 'programs');
    mkdirSync(programs);
    for (const place of ['/usr/bin', '/bin', '/usr/sbin', '/sbin'])
      for (const name of readdirSync(place))
        if (name !== 'nft' && !existsSync(join(programs, name)))
          try {
            symlinkSync(join(place, name), join(programs, name));
          } catch {
            // A link that leads nowhere is there already.
          }
    const script = join(folder, 'without-nft.sh');
    writeFileSync(script, readFileSync(SCRIPT, 'utf8').replace(/^PATH=.*$/m, `PATH=${programs}`));
    expect(await ask('reflex1 hello .\n', { script })).toMatchObject({ ok: true, nft: 'missing', missing: '' });
    expect(await ask(requestLine('isolate', ID, '60', '-'), { script })).toEqual(refused('nft_missing'));
    expect(await ask('reflex1 wall .\n', { script })).toEqual(refused('nft_missing'));
    expect(await ask('reflex1 held .\n', { script })).toEqual({ v: 1, ok: true, blocks: null, wall: null, files: [] });
    const file = join(folder, 'evil');
    writeFileSync(file, 'evil');
    const path = Buffer.from(file).toString('base64');
    expect(await ask(requestLine('quarantine', ID, path), { script })).toMatchObject({ ok: true, size: '4' });
    expect(existsSync(file)).toBe(false);
  });
});
