import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { dirname, join } from 'path';
import { parse } from 'yaml';
import { BLOCK_KNOWN_IOC } from '../../../../test/builders/policies';
import { POLICY_COMMANDS, runPolicyCommand } from './main';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reflex-policies-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const put = (path: string, content: string | Buffer): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
};

const run = async (...args: string[]) => {
  const out: string[] = [];
  const errors: string[] = [];
  const exit = await runPolicyCommand(args, {
    out: (line) => out.push(line),
    err: (line) => errors.push(line),
    cwd: folder,
    now: Date.parse('2026-11-22T10:00:00Z'),
  });
  return { exit, out, errors, json: (): Record<string, never> => JSON.parse(out.join('\n')) as Record<string, never> };
};

const IOC = 'policies/action/block-known-ioc.yaml';
const withReview = `${BLOCK_KNOWN_IOC}  review: { every: 90d }\n`;
const good = `${withReview}  tests:
    - { name: a known one, event: { confidence: 0.95, severity: high, rule: { origin: known_ioc }, source: { ip: 203.0.113.7 } }, expect: permit }
`;
const cases = (expect: string): string => `apiVersion: reflex/v1
kind: PolicyCases
policy: block-known-ioc
cases:
  - name: another origin
    event: { confidence: 0.95, severity: high, rule: { origin: other } }
    expect: ${expect}
`;

describe('reflex policies lint', () => {
  it('finds nothing wrong with a right set', async () => {
    put(IOC, good);
    expect(await run('lint')).toMatchObject({ exit: 0, out: ['1 policies: 0 errors, 0 warnings'] });
  });

  it('says where, what and how to mend, all faults of all files', async () => {
    put(IOC, good.replace('event.confidence', 'event.confidense').replace('ttl: 4h', 'ttl: 4x'));
    put('policies/action/other.yaml', good.replace('rollback', 'rollbak'));
    const { exit, out } = await run('lint', 'policies');
    expect(exit).toBe(1);
    expect(out).toEqual(
      expect.arrayContaining([expect.stringMatching(/^policies\/action\/block-known-ioc\.yaml:\d+:\d+: /)]),
    );
    expect(
      out.some((line) =>
        /^policies\/action\/other\.yaml:\d+:\d+: `spec\.rollbak` is not a known field; did you mean `rollback`$/.test(
          line,
        ),
      ),
    ).toBe(true);
  });

  it('finds an id that is used twice, the wrong folder and a guard that is not there', async () => {
    put(IOC, good);
    put('policies/global/copy.yaml', good);
    put(
      'policies/domain/guarded.yaml',
      'apiVersion: reflex/v1\nkind: Policy\nmetadata: { id: guarded, title: Guarded, owner: soc }\nspec: { layer: domain, mode: enforce, on: { actions: [block_ip] }, guard: nowhere, review: { every: 30d } }\n',
    );
    const { exit, json } = await run('lint', '--format', 'json');
    expect(exit).toBe(1);
    const { findings } = json() as unknown as { findings: ReadonlyArray<{ code: string }> };
    expect(findings.map(({ code }) => code).sort()).toEqual([
      'id_used_twice',
      'no_guard',
      'no_tests',
      'other_name',
      'wrong_folder',
    ]);
    put('policies/guards/nowhere.rego', 'package reflex');
    expect((await run('lint')).out.join('\n')).not.toContain('there is no guard');
  });

  it('warns of what is probably not meant, and takes it for a fault with --strict', async () => {
    put(IOC, `${BLOCK_KNOWN_IOC}  expires: 2026-01-01\n`);
    const { exit, out } = await run('lint');
    expect([exit, (await run('lint', '--strict')).exit]).toEqual([0, 1]);
    expect(out.filter((line) => line.includes('warning: '))).toHaveLength(3);
    expect(out.join('\n')).toContain('it expired on 2026-01-01 and decides nothing any more');
  });

  it('takes what is no text or too large for a fault, not for a failure', async () => {
    put(IOC, Buffer.from([0x66, 0xfc]));
    put('policies/action/large.yaml', 'x'.repeat(1_100_000));
    expect(await run('lint')).toMatchObject({
      exit: 1,
      out: [`${IOC}:1:1: is not UTF-8 text`, expect.stringContaining('is larger than'), expect.anything()],
    });
  });
});

describe('reflex policies test', () => {
  it('runs the tests in the policy and those beside it', async () => {
    put(IOC, good);
    put('policies/action/block-known-ioc.cases.yaml', cases('learn'));
    expect(await run('test')).toMatchObject({
      exit: 0,
      out: ['2 of 2 tests of 1 policies passed: 0 errors, 0 warnings'],
    });
    expect((await run('test', IOC)).out).toEqual(['2 of 2 tests of 1 policies passed: 0 errors, 0 warnings']);
  });

  it('says which test failed, where, and what came instead', async () => {
    put(IOC, good);
    put('policies/action/block-known-ioc.cases.yaml', cases('permit'));
    const { exit, out } = await run('test');
    expect(exit).toBe(1);
    expect(out[0]).toMatch(
      /^policies\/action\/block-known-ioc\.cases\.yaml:5:5: test `another origin` of `block-known-ioc`: expected permit, got learn; /,
    );
  });

  it.each([
    [
      'cases of a policy that is not there',
      cases('learn').replace('block-known-ioc', 'gone'),
      'its cases are of policy `gone`',
    ],
    ['a misspelt field', cases('learn').replace('expect:', 'expects:'), 'did you mean `expect`'],
    ['an unknown verdict', cases('allow'), '`cases.0.expect` is not one of'],
  ])('refuses %s', async (_, source, message) => {
    put(IOC, good);
    put('policies/action/block-known-ioc.cases.yaml', source);
    const { exit, out } = await run('test');
    expect(exit).toBe(1);
    expect(out.join('\n')).toContain(message);
  });
});

describe('reflex policies coverage', () => {
  it('names the clauses that no test has made true and false', async () => {
    put(IOC, good);
    const one = await run('coverage');
    expect(one.exit).toBe(0);
    expect(one.out).toHaveLength(4);
    expect(one.out[0]).toMatch(
      /^policies\/action\/block-known-ioc\.yaml:\d+:\d+: warning: no test of `block-known-ioc` makes `event\.rule\.origin == "known_ioc"` false; add an event that fails only here$/,
    );
    expect(one.out[3]).toBe('50 % of 3 clauses of 1 policies were made true and false');
    put('policies/action/block-known-ioc.cases.yaml', cases('learn'));
    expect((await run('coverage')).out.at(-1)).toBe('66.6 % of 3 clauses of 1 policies were made true and false');
  });

  it('is a fault below a least share', async () => {
    put(IOC, good);
    expect(await run('coverage', '--min', '90')).toMatchObject({ exit: 1, errors: ['reflex: 50 % is less than 90 %'] });
    expect(await run('coverage', '--min', 'all')).toMatchObject({ exit: 2 });
  });
});

describe('reflex policies diff', () => {
  it('says what it means first, then the text', async () => {
    put('old/block-known-ioc.yaml', good);
    put('new/block-known-ioc.yaml', good.replace('ttl: 4h', 'ttl: 8h').replace('mode: enforce', 'mode: escalate'));
    put('new/more.yaml', good.replace('block-known-ioc', 'more'));
    const { exit, out } = await run('diff', 'old', 'new');
    expect(exit).toBe(0);
    expect(out.slice(0, 3)).toEqual([
      'block-known-ioc: changed',
      '  spec.mode: "enforce" → "escalate"',
      '  spec.then.ttl: "4h" → "8h"',
    ]);
    expect(out).toEqual(
      expect.arrayContaining([
        '    -   mode: enforce',
        '    +   mode: escalate',
        'more: added (enforce)',
        '2 policies differ',
      ]),
    );
  });

  it('says what became of guards, and takes no other folder of that name for theirs', async () => {
    for (const folder of ['old', 'new']) put(`${folder}/action/block-known-ioc.yaml`, good);
    put('guards/nobody.rego', 'package elsewhere\n');
    put('old/guards/calm.rego', 'package reflex.guards.calm\n');
    put('new/guards/calm.rego', 'package reflex.guards.calm\n\ndefault allow := true\n');
    put('new/guards/calm_test.rego', 'package reflex.guards.calm_test\n');
    const { out } = await run('diff', 'old', 'new');
    expect([out[0], out.at(-1)]).toEqual(['guard calm: changed', '1 guards differ']);
    expect(out).toContain('    + default allow := true');
    expect((await run('diff', 'old', 'old')).out).toEqual(['no differences']);
  });

  it('tells comments from meaning', async () => {
    put('old/block-known-ioc.yaml', good);
    put('new/block-known-ioc.yaml', `# seen by ana\n${good}`);
    expect((await run('diff', 'old', 'new', '--fields')).out).toEqual([
      'block-known-ioc: changed',
      '  comments and spacing only',
      '1 policies differ',
    ]);
  });
});

describe('the command line', () => {
  it.each([
    [['lint', 'nowhere'], 'there is no file or folder `nowhere`'],
    [['lint', '--format', 'xml'], '`--format xml` is not known; say text or json'],
    [['diff', 'one'], '`reflex policies diff` takes two files or folders: before and after'],
    [['lnt'], 'there is no command `policies lnt`'],
    [['lint', '--fast'], "Unknown option '--fast'"],
  ])('refuses %j in a sentence', async (args, message) => {
    const { exit, errors } = await run(...args);
    expect(exit).toBe(2);
    expect(errors.join('\n')).toContain(message);
  });

  it('helps with every command', async () => {
    const { exit, out } = await run('help');
    expect(exit).toBe(0);
    for (const { usage } of POLICY_COMMANDS) expect(out.join('\n')).toContain(usage);
  });
});

describe('the pre-commit configuration', () => {
  const text = readFileSync(join(__dirname, '../../../../policies/.pre-commit-config.yaml'), 'utf8');
  const { repos } = parse(text) as { repos: ReadonlyArray<{ hooks: readonly Hook[] }> };
  interface Hook {
    readonly id: string;
    readonly entry: string;
    readonly language: string;
    readonly files: string;
    readonly pass_filenames: boolean;
    readonly stages?: readonly string[];
  }
  const hooks = repos.flatMap((repo) => repo.hooks);

  /** Exit codes of the hooks that run by themselves before a commit, by id, in a repository that has the file. */
  const commit = async (): Promise<Record<string, number>> => {
    put('.pre-commit-config.yaml', text);
    const exits: Record<string, number> = {};
    for (const { id, entry, stages } of hooks) {
      const [program, topic, ...words] = entry.split(' ');
      expect([program, topic]).toEqual(['reflex', 'policies']);
      const { exit } = await run(...words);
      // 2: it is no command, or not with these words.
      expect(exit).not.toBe(2);
      if (stages === undefined) exits[id] = exit;
    }
    return exits;
  };

  it('lets a right set pass, whatever else is in the repository', async () => {
    put(IOC, good);
    put('policies/action/block-known-ioc.cases.yaml', cases('learn'));
    expect(await commit()).toEqual({ 'reflex-policies-lint': 0, 'reflex-policies-test': 0 });
  });

  it('stops a commit of what is no policy, and of a policy that fails its tests', async () => {
    put(IOC, good.replace('rollback', 'rollbak'));
    expect((await commit())['reflex-policies-lint']).toBe(1);
    put(IOC, good.replace('expect: permit', 'expect: deny'));
    expect(await commit()).toEqual({ 'reflex-policies-lint': 0, 'reflex-policies-test': 1 });
    put(IOC, good);
    put('policies/action/block-known-ioc.cases.yaml', cases('permit'));
    expect(await commit()).toEqual({ 'reflex-policies-lint': 0, 'reflex-policies-test': 1 });
  });

  it('looks at the whole set whenever a policy, its cases or a guard are in the commit', () => {
    for (const { language, files, pass_filenames, stages } of hooks) {
      const pattern = new RegExp(files);
      const named = [IOC, 'a.cases.yaml', 'a.yml', ...(stages === undefined ? ['guards/a.rego'] : [])];
      expect([language, pass_filenames, named.filter((name) => !pattern.test(name))]).toEqual(['system', false, []]);
      expect(pattern.test('README.md')).toBe(false);
    }
  });
});
