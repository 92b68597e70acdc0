import { INITIAL_WEIGHTS, modelOf } from '../../../engine/decision/model';
import type { TestGuards } from '../../../runner/trust/guard_lookup';
import { hasFailed, runPolicyTest } from '../../../runner/doctrine/catalog/policy_tests';
import { withGuards } from './ask_guards';
import { testsOf } from './cases';
import { POLICY_EXIT, type PolicyCommand } from './command';
import { asError, exitFor, tellFindings, type Finding } from './findings';
import { optionsIn } from './options';
import { readGuards } from './read_guards';
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
  readonly skipped?: boolean;
}

const MODEL = modelOf(INITIAL_WEIGHTS);

/** Runs every test of a set through the real decision and the real brakes. */
const testSet = (set: ReadSet, asked?: TestGuards): readonly Tested[] =>
  set.policies.flatMap((file) =>
    testsOf(file, set).map(({ test, ...place }) => ({
      policy: file.policy.metadata.id,
      name: test.name,
      ...place,
      ...runPolicyTest(file, test, MODEL, asked),
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

const skip = ({ file, line, column, policy, name, why = '' }: Tested): string =>
  `${file}:${line}:${column}: skipped: test \`${name}\` of \`${policy}\` ${why}`;

export const test: PolicyCommand = {
  name: 'test',
  usage:
    'test [PATH…] [--opa FILE] [--allow-skipped]   run the tests in the policies and in their `.cases.yaml` files; guards are asked for real',
  run: async (args, io) => {
    const { paths, format, text, flag } = optionsIn(args, { opa: 'string', 'allow-skipped': 'boolean' });
    const set = await readSet(paths, io);
    const { tests, guardFaults } = await withGuards(readGuards(paths, set, io), text('opa'), (asked, unasked) => ({
      tests: testSet(set, asked),
      guardFaults: unasked.findings,
    }));
    const findings = [...set.findings, ...guardFaults, ...tests.filter(hasFailed).map(failure)];
    const skipped = tests.filter((each) => each.skipped === true);
    if (format === 'json') io.out(JSON.stringify({ tests, findings }));
    else {
      for (const each of skipped) io.out(skip(each));
      const passed = tests.filter((each) => each.passed).length;
      const not = skipped.length === 0 ? '' : `, ${skipped.length} SKIPPED`;
      tellFindings(io, findings, `${passed} of ${tests.length} tests of ${set.policies.length} policies passed${not}`);
    }
    const exit = exitFor(findings, false);
    return exit === POLICY_EXIT.done && skipped.length > 0 && !flag('allow-skipped') ? POLICY_EXIT.skipped : exit;
  },
};
