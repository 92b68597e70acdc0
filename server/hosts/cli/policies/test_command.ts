import { INITIAL_WEIGHTS, modelOf } from '../../../engine/decision/model';
import { runPolicyTest } from '../../../runner/operations/policy_tests';
import { testsOf } from './cases';
import { type PolicyCommand } from './command';
import { asError, exitFor, tellFindings, type Finding } from './findings';
import { optionsIn } from './options';
import { readSet, type ReadSet } from './read_set';

interface Tested {
  readonly policy: string;
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly passed: boolean;
  readonly expected: string;
  readonly got: string;
  readonly why?: string;
}

const MODEL = modelOf(INITIAL_WEIGHTS);

/** Runs every test of a set through the real decision and the real brakes. */
export const testSet = (set: ReadSet): readonly Tested[] =>
  set.policies.flatMap((file) =>
    testsOf(file, set).map(({ test, ...place }) => ({
      policy: file.policy.metadata.id,
      name: test.name,
      ...place,
      ...runPolicyTest(file, test, MODEL),
    })),
  );

const failure = ({ file, line, column, policy, name, expected, got, why }: Tested): Finding =>
  asError({
    file,
    line,
    column,
    code: 'test_failed',
    message: `test \`${name}\` of \`${policy}\`: expected ${expected}, got ${got}${why === undefined ? '' : ` (${why})`}`,
    hint: 'mend the policy or the expectation; `reflex policies coverage` shows which clauses decide',
  });

export const test: PolicyCommand = {
  name: 'test',
  usage: 'test [PATH…]                        run the tests in the policies and in their `.cases.yaml` files',
  run: async (args, io) => {
    const { paths, format } = optionsIn(args);
    const set = await readSet(paths, io);
    const tests = testSet(set);
    const findings = [...set.findings, ...tests.filter(({ passed }) => !passed).map(failure)];
    if (format === 'json') io.out(JSON.stringify({ tests, findings }));
    else
      tellFindings(
        io,
        findings,
        `${tests.filter(({ passed }) => passed).length} of ${tests.length} tests of ${set.policies.length} policies passed`,
      );
    return exitFor(findings, false);
  },
};
