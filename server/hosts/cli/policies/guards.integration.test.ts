import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { dirname, join } from 'path';
import { A_GUARDED_POLICY, CHANGE_FREEZE } from '../../../../test/builders/guards';
import { aKeyPair, BLOCK_KNOWN_IOC } from '../../../../test/builders/policies';
import { releaseHosts } from '../../../../test/builders/release_hosts';
import { opa, opaProgram, whyNotOpa } from '../../../../test/targets/opa';
import { WasmGuardHost } from '../../../adapters/opa/guard_host';
import { uploadBundle } from '../../../runner/doctrine/releases/bundle_files';
import { releaseBundle } from '../../../runner/doctrine/releases/release';
import { readBytes } from './bundle_io';
import { runPolicyCommand } from './main';
import { suiteUnless } from '../../../../test/targets/suite_unless';

/* From a Rego text in a folder to the word of a guard in the bundle in force. */

const suite = suiteUnless(whyNotOpa());

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reflex-guards-'));
  put('policies/action/block-known-ioc.yaml', BLOCK_KNOWN_IOC);
  put('policies/domain/guarded-by-rego.yaml', A_GUARDED_POLICY);
  put('policies/guards/change_freeze.rego', CHANGE_FREEZE);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const put = (path: string, content: string): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
};
const lines: string[] = [];
const io = () => ({
  out: (line: string) => void lines.push(line),
  err: (line: string) => void lines.push(line),
  cwd: folder,
  now: Date.parse('2026-11-22T10:00:00Z'),
});
const run = (...args: string[]) => runPolicyCommand(args, io());
const BUILD = ['build', '--author', 'ana', '--changelog', 'with guards', '--approved-by', 'ben', '--reason', 'read it'];

suite('a bundle with guards', () => {
  it('is built, signed, verified by Reflex and by Open Policy Agent, released, and carried along', async () => {
    const keys = aKeyPair();
    put('key.pem', keys.privatePem);
    put('key.pub', keys.publicPem);
    expect(await run(...BUILD, '--key', 'key.pem', '--opa', opaProgram())).toBe(0);
    expect(await run('verify', 'bundle.tar.gz', '--key', 'key.pub')).toBe(0);
    const verified = opa(
      [
        'build',
        '--bundle',
        '--signing-alg',
        'ES256',
        '--verification-key',
        'key.pub',
        '-o',
        'out.tar.gz',
        'bundle.tar.gz',
      ],
      folder,
    );
    expect(verified).toMatchObject({ exit: 0 });

    const hosts = await releaseHosts([[keys]], { keys: [keys.verification], threshold: 1 });
    const [desk] = hosts.hosts;
    if (!desk) throw new Error('no host');
    const { bundles } = desk.agent.parts;
    const uploaded = await hosts.drive(
      uploadBundle(desk, readBytes('bundle.tar.gz', io()), { name: 'ben', singleUser: false }),
    );
    expect(uploaded).toMatchObject({ ok: true, value: { version: 1, guards: { names: ['change_freeze'] } } });
    const guards = bundles.active?.bundle.guards;
    if (!guards) throw new Error('the bundle in force has no guards');
    const host = new WasmGuardHost({ monotonic: () => performance.now(), mostMs: 10_000 });
    await host.prepare(guards);
    expect(
      host.ask(guards, 'change_freeze', { act: { action: 'block_ip' }, target: { asset: { tags: ['change:7'] } } }),
    ).toEqual({ allowed: false });
    await host.close();

    const policies = bundles.active?.bundle.policies.slice(0, 1) ?? [];
    const next = await hosts.drive(
      releaseBundle(desk, { policies, author: 'ana', releasedBy: 'ana', changelog: 'less', approvals: [] }),
    );
    expect(next).toMatchObject({ ok: true, value: { version: 2, guards: { wasm_digest: guards.digest } } });
  }, 60_000);

  it('is not built of a guard with faults, which are told with file and line', async () => {
    lines.length = 0;
    put('policies/guards/change_freeze.rego', CHANGE_FREEZE.replace('not frozen', 'time.now_ns() > 0'));
    expect(await run(...BUILD, '--opa', opaProgram())).toBe(1);
    expect(lines.join('\n')).toMatch(/change_freeze\.rego:7.*time\.now_ns/);
  });
});

/** One test that the guard allows, and one that it does not: the target's owner has announced a change. */
const TESTED = (frozen = 'deny'): string => `${A_GUARDED_POLICY}  tests:
    - name: nothing is announced
      event: { confidence: 0.95 }
      act: { action: block_ip, target: 203.0.113.7 }
      expect: permit
    - name: a change is announced
      event: { confidence: 0.95 }
      context: { assets: { 203.0.113.7: { tags: ['change:7'] } } }
      act: { action: block_ip, target: 203.0.113.7 }
      expect: ${frozen}
`;

suite('tests of a policy with a guard', () => {
  beforeEach(() => {
    lines.length = 0;
    put('policies/domain/guarded-by-rego.yaml', TESTED());
  });

  it('ask it for real', async () => {
    for (const where of [[], ['.'], ['policies/domain/guarded-by-rego.yaml']])
      expect(await run('test', ...where, '--opa', opaProgram())).toBe(0);
    expect(lines.join('\n')).toContain('2 of 2 tests of 2 policies passed');
    put('policies/domain/guarded-by-rego.yaml', TESTED('permit'));
    expect(await run('test', '--opa', opaProgram())).toBe(1);
    expect(lines.join('\n')).toContain('test `a change is announced` of `guarded-by-rego`: expected permit, got deny');
  });

  it('count for coverage, the word of the guard as a clause', async () => {
    rmSync(join(folder, 'policies/action'), { recursive: true });
    expect(await run('coverage', '--min', '100', '--opa', opaProgram())).toBe(0);
    put('policies/domain/guarded-by-rego.yaml', TESTED().split('    - name: a change')[0] ?? '');
    expect(await run('coverage', '--min', '100', '--opa', opaProgram())).toBe(1);
    expect(lines.join('\n')).toMatch(
      /guarded-by-rego\.yaml:8:10: warning: no test of `guarded-by-rego` makes `guard `change_freeze` allows it` false/,
    );
  });

  it('fail with the place in the guard that does not compile', async () => {
    put('policies/guards/change_freeze.rego', CHANGE_FREEZE.replace('not frozen', 'time.now_ns() > 0'));
    expect(await run('test', '--opa', opaProgram())).toBe(1);
    expect(lines.join('\n')).toMatch(/policies\/guards\/change_freeze\.rego:7:\d+: undefined function time\.now_ns/);
  });
});

describe('tests of a policy with a guard, where `opa` is not', () => {
  it('are said to be skipped, and that is no success unless it is allowed', async () => {
    lines.length = 0;
    put('policies/domain/guarded-by-rego.yaml', TESTED());
    const nowhere = ['--opa', join(folder, 'nothing')];
    expect(await run('test', ...nowhere)).toBe(3);
    expect(lines.join('\n')).toMatch(
      /guarded-by-rego\.yaml:10:7: skipped: test `nothing is announced` of `guarded-by-rego` needs opa: /,
    );
    expect(lines.join('\n')).toContain('0 of 2 tests of 2 policies passed, 2 SKIPPED');
    expect(await run('test', ...nowhere, '--allow-skipped')).toBe(0);
    expect(await run('coverage', ...nowhere)).toBe(3);
    put('policies/domain/guarded-by-rego.yaml', A_GUARDED_POLICY);
    rmSync(join(folder, 'policies/guards'), { recursive: true });
    expect(await run('test', ...nowhere)).toBe(0);
  });
});

describe('a bundle with guards, where `opa` is not', () => {
  it('is not built, and says what is missing; without guards everything works', async () => {
    lines.length = 0;
    expect(await run(...BUILD, '--opa', join(folder, 'nothing'))).toBe(2);
    expect(lines.join('\n')).toContain('install Open Policy Agent');
    rmSync(join(folder, 'policies/guards'), { recursive: true });
    rmSync(join(folder, 'policies/domain'), { recursive: true });
    expect(await run(...BUILD, '--opa', join(folder, 'nothing'))).toBe(0);
  });
});
