import type { PolicyFile } from '../../../../common/policy/bundle';
import { INITIAL_WEIGHTS, modelOf } from '../../../engine/decision/model';
import { clauseCoverage, type ClauseCoverage } from '../../../runner/doctrine/catalog/policy_coverage';
import { parseYaml } from '../../../../common/policy/text/yaml_source';
import { guardOf } from '../../../engine/policy/guard_set';
import type { TestGuards } from '../../../runner/trust/guard_lookup';
import { withGuards } from './ask_guards';
import { testsOf } from './cases';
import { POLICY_EXIT, UsageError, type PolicyCommand } from './command';
import { exitFor, findingLine, tellFindings, type Finding } from './findings';
import { optionsIn } from './options';
import { readGuards } from './read_guards';
import { readSet, type ReadSet } from './read_set';

const MODEL = modelOf(INITIAL_WEIGHTS);

interface Covered extends ClauseCoverage {
  readonly policy: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

const placed = (file: PolicyFile, clause: ClauseCoverage): Covered => {
  const yaml = parseYaml(file.path, file.source);
  const { spec } = file.policy;
  const condition = clause.of === 'when' ? spec.when : spec.layer === 'action' ? undefined : spec[clause.of];
  const offset = Math.max(0, condition?.indexOf(clause.text) ?? 0);
  return {
    ...clause,
    policy: file.policy.metadata.id,
    file: file.path,
    ...yaml.placeIn(['spec', clause.of], offset),
  };
};

const isMeasured = (file: PolicyFile, asked: TestGuards): boolean => guardOf(file) === undefined || !('why' in asked);

/** Every clause of every condition, with whether a test made it true and whether one made it false. */
const coverageOfSet = (set: ReadSet, asked: TestGuards): readonly Covered[] =>
  set.policies
    .filter((file) => isMeasured(file, asked))
    .flatMap((file) => {
      const tests = testsOf(file, set).map(({ test }) => test);
      return clauseCoverage(file, tests, MODEL, asked).map((clause) => placed(file, clause));
    });

const skip = ({ path, policy }: PolicyFile, asked: TestGuards): string =>
  `${path}:1:1: skipped: \`${policy.metadata.id}\` ${'why' in asked ? asked.why : ''}`;

const gapOf = ({ file, line, column, policy, text, made_true, made_false }: Covered): Finding | undefined => {
  if (made_true && made_false) return undefined;
  const what = !made_true && !made_false ? 'neither true nor false' : made_true ? 'false' : 'true';
  return {
    file,
    line,
    column,
    level: 'warning',
    code: 'not_covered',
    message: `no test of \`${policy}\` makes \`${text}\` ${what === 'neither true nor false' ? 'true or false' : what}`,
    hint: made_true ? 'add an event that fails only here' : 'add an event that passes here',
  };
};

const leastOf = (text: string | undefined): number => {
  if (text === undefined) return 0;
  const least = Number(text);
  if (!(least >= 0 && least <= 100)) throw new UsageError(`\`--min ${text}\` is no percentage from 0 to 100`);
  return least;
};

export const coverage: PolicyCommand = {
  name: 'coverage',
  usage:
    'coverage [PATH…] [--min PERCENT] [--opa FILE] [--allow-skipped]   clauses that no test has made true and false; below --min is a fault',
  run: async (args, io) => {
    const { paths, format, text, flag } = optionsIn(args, { min: 'string', opa: 'string', 'allow-skipped': 'boolean' });
    const least = leastOf(text('min'));
    const set = await readSet(paths, io);
    const { clauses, skipped, guardFaults } = await withGuards(
      readGuards(paths, set, io),
      text('opa'),
      (asked, unasked) => ({
        clauses: coverageOfSet(set, asked),
        skipped: set.policies.filter((file) => !isMeasured(file, asked)).map((file) => skip(file, asked)),
        guardFaults: unasked.findings,
      }),
    );
    const findings = [...set.findings, ...guardFaults];
    const halves = clauses.reduce((sum, { made_true, made_false }) => sum + Number(made_true) + Number(made_false), 0);
    const percent = clauses.length === 0 ? 100 : Math.floor((halves / (2 * clauses.length)) * 1000) / 10;
    const gaps = clauses.flatMap((clause) => gapOf(clause) ?? []);
    if (format === 'json') io.out(JSON.stringify({ percent, clauses, skipped, findings }));
    else {
      for (const line of [...gaps.map(findingLine), ...skipped]) io.out(line);
      if (findings.length > 0) tellFindings(io, findings, 'faults');
      io.out(`${percent} % of ${clauses.length} clauses of ${set.policies.length} policies were made true and false`);
    }
    if (exitFor(findings, false) !== POLICY_EXIT.done) return POLICY_EXIT.findings;
    if (percent >= least) return skipped.length > 0 && !flag('allow-skipped') ? POLICY_EXIT.skipped : POLICY_EXIT.done;
    io.err(`reflex: ${percent} % is less than ${least} %`);
    return POLICY_EXIT.findings;
  },
};
