import type { PolicyFile } from '../../../common/policy/bundle';
import { A_GUARDED_POLICY, someGuards } from '../../../test/builders/guards';
import { BLOCK_KNOWN_IOC } from '../../../test/builders/policies';
import { err, ok } from '../../../common/result';
import { parsePolicy } from '../../engine/policy/parse_policy';
import { INITIAL_WEIGHTS, modelOf } from '../../engine/decision/model';
import { GuardBook } from '../trust/guard_book';
import { HeadChecker } from './head_checker';
import type { GuardCompiler, GuardHost } from '../ports';
import type { AgentParts } from '../agent/parts';

const FAILING = `${BLOCK_KNOWN_IOC.replace('block-known-ioc', 'failing').trimEnd()}
  tests:
    - name: nothing is known
      event: { confidence: 0.1 }
      expect: permit
`;

/** Allows everything: what a guard says is the compiler's matter here, who only makes a module. */
const GUARDS: GuardHost = { ask: () => ({ allowed: true }), prepare: async () => undefined };
const GUARDED = `${A_GUARDED_POLICY}  tests:
    - name: the calendar allows it
      event: { confidence: 0.95 }
      act: { action: block_ip, target: 203.0.113.7 }
      expect: permit
`;
const REGO = { 'policies/guards/change_freeze.rego': 'package reflex.guards.change_freeze\n' };
const compiles: GuardCompiler = { compile: async (sources) => ok(someGuards(...sources.keys())) };

interface World {
  readonly slow?: number;
  /** Without one guards are compiled nowhere. */
  readonly compiler?: GuardCompiler;
}

const checkerWith = (inForce: readonly PolicyFile[] = [], { slow = 0, compiler }: World = {}) => {
  const turns = { slept: 0, now: 0, models: 0 };
  const bundles = { active: { bundle: { policies: inForce } } } as unknown as AgentParts['bundles'];
  const parts = {
    bundles,
    guardBook: new GuardBook({ bundles, guardTrials: GUARDS, ...(compiler ? { guardCompiler: compiler } : {}) }),
    clock: { monotonic: () => (turns.now += slow), sleep: async () => void (turns.slept += 1) },
    model: () => {
      turns.models += 1;
      return modelOf(INITIAL_WEIGHTS);
    },
  } as unknown as AgentParts;
  const checker = new HeadChecker(parts);
  const check = (files: ReadonlyMap<string, string>, guards: Readonly<Record<string, string>> = {}) =>
    checker.check({ files, guards: new Map(Object.entries(guards)) });
  return { checker: { check }, turns };
};
const fileOf = (source: string): PolicyFile => {
  const parsed = parsePolicy('policy.yaml', source);
  if (!parsed.ok) throw new Error('not valid');
  return parsed.value;
};

describe('the policies of a head', () => {
  it('are read, in order of their ids', async () => {
    const { checker } = checkerWith();
    const other = BLOCK_KNOWN_IOC.replace('block-known-ioc', 'a-first');
    const { policies, faults } = await checker.check(
      new Map([
        ['z.yaml', BLOCK_KNOWN_IOC],
        ['y.yaml', other],
      ]),
    );
    expect([policies.map(({ path }) => path), faults]).toEqual([['y.yaml', 'z.yaml'], []]);
  });

  it('are refused with all their faults, each at its place', async () => {
    const { checker } = checkerWith();
    const files = new Map([
      ['a.yaml', BLOCK_KNOWN_IOC],
      ['b.yaml', BLOCK_KNOWN_IOC],
      ['c.yaml', FAILING],
      ['d.yaml', 'kind: Policy\n'],
    ]);
    const { faults } = await checker.check(files);
    const line = FAILING.split('\n').findIndex((each) => each.includes('nothing is known')) + 1;
    expect(faults).toContainEqual(expect.objectContaining({ file: 'b.yaml', code: 'id_used_twice' }));
    expect(faults).toContainEqual(expect.objectContaining({ file: 'c.yaml', line, column: 13, code: 'test_failed' }));
    expect(faults.some(({ file }) => file === 'd.yaml')).toBe(true);
  });

  it('are checked once for each text, also when the file got another name', async () => {
    const { checker, turns } = checkerWith();
    await checker.check(new Map([['c.yaml', FAILING]]));
    const { faults } = await checker.check(new Map([['renamed.yaml', FAILING]]));
    expect([turns.models, faults.map(({ file }) => file)]).toEqual([1, ['renamed.yaml']]);
  });

  it('are not checked again while they are in force', async () => {
    const { checker, turns } = checkerWith([fileOf(FAILING)]);
    expect((await checker.check(new Map([['c.yaml', FAILING]]))).faults).toEqual([]);
    expect(turns.models).toBe(0);
  });

  it('let everything else of the process have its turn', async () => {
    const { checker, turns } = checkerWith([], { slow: 15 });
    await checker.check(new Map(Array.from({ length: 10 }, (_, n) => [`${n}.yaml`, `not: ${n}\n`])));
    expect(turns.slept).toBeGreaterThanOrEqual(3);
  });
});

describe('the guards of a head', () => {
  const guarded = new Map([['policies/domain/guarded.yaml', GUARDED]]);

  it('are missed where a policy asks one that is not there, at its line', async () => {
    const { faults } = await checkerWith([], { compiler: compiles }).checker.check(guarded);
    const line = GUARDED.split('\n').findIndex((each) => each.includes('guard: change_freeze')) + 1;
    expect(faults).toMatchObject([{ file: 'policies/domain/guarded.yaml', line, column: 10, code: 'no_guard' }]);
  });

  it('are asked by the tests of policies, and their texts are told by name', async () => {
    const { checker } = checkerWith([], { compiler: compiles });
    const { faults, guards, guardsUnchecked } = await checker.check(guarded, REGO);
    expect([faults, [...guards.keys()], guardsUnchecked]).toEqual([[], ['change_freeze'], undefined]);
    const failing = new Map([['guarded.yaml', GUARDED.replace('expect: permit', 'expect: deny')]]);
    expect((await checker.check(failing, REGO)).faults).toMatchObject([{ code: 'test_failed' }]);
  });

  it('are told with file, line and column where they do not compile', async () => {
    const fault = {
      file: 'change_freeze.rego',
      line: 7,
      column: 3,
      code: 'guard_invalid',
      message: 'no such function',
    };
    const compiler = { compile: async () => err({ code: 'guard_invalid' as const, message: '', faults: [fault] }) };
    const { faults } = await checkerWith([], { compiler }).checker.check(guarded, REGO);
    expect(faults).toEqual([{ ...fault, file: 'policies/guards/change_freeze.rego' }]);
  });

  it('are no fault where nobody compiles them, which is told', async () => {
    const { faults, guardsUnchecked } = await checkerWith().checker.check(guarded, REGO);
    expect(faults).toEqual([]);
    expect(guardsUnchecked).toContain('not compiled on this host');
  });
});
