import type { PolicyFile } from '../../common/policy/bundle';
import { BLOCK_KNOWN_IOC } from '../../test/builders/policies';
import { parsePolicy } from '../engine/policy/parse_policy';
import { INITIAL_WEIGHTS, modelOf } from '../engine/decision/model';
import { HeadChecker } from './head_checker';
import type { AgentParts } from './shift_parts';

const FAILING = `${BLOCK_KNOWN_IOC.replace('block-known-ioc', 'failing').trimEnd()}
  tests:
    - name: nothing is known
      event: { confidence: 0.1 }
      expect: permit
`;

const checkerWith = (inForce: readonly PolicyFile[] = [], slow = 0) => {
  const turns = { slept: 0, now: 0, models: 0 };
  const parts = {
    bundles: { active: { bundle: { policies: inForce } } },
    clock: { monotonic: () => (turns.now += slow), sleep: async () => void (turns.slept += 1) },
    model: () => {
      turns.models += 1;
      return modelOf(INITIAL_WEIGHTS);
    },
  } as unknown as AgentParts;
  return { checker: new HeadChecker(parts), turns };
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
    const { checker, turns } = checkerWith([], 15);
    await checker.check(new Map(Array.from({ length: 10 }, (_, n) => [`${n}.yaml`, `not: ${n}\n`])));
    expect(turns.slept).toBeGreaterThanOrEqual(3);
  });
});
