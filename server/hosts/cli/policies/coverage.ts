import type { PolicyFile } from '../../../../common/policy/bundle';
import { INITIAL_WEIGHTS, modelOf } from '../../../engine/decision/model';
import { clauseCoverage, type ClauseCoverage } from '../../../runner/operations/policy_coverage';
import { parseYaml } from '../../../../common/policy/text/yaml_source';
import { testsOf } from './cases';
import { POLICY_EXIT, UsageError, type PolicyCommand } from './command';
import { exitFor, findingLine, tellFindings, type Finding } from './findings';
import { optionsIn } from './options';
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
  const condition = clause.of === 'when' ? spec.when : spec.layer === 'action' ? undefined : spec.require;
  const offset = Math.max(0, condition?.indexOf(clause.text) ?? 0);
  return {
    ...clause,
    policy: file.policy.metadata.id,
    file: file.path,
    ...yaml.placeIn(['spec', clause.of], offset),
  };
};

/** Every clause of every condition, with whether a test made it true and whether one made it false. */
export const coverageOfSet = (set: ReadSet): readonly Covered[] =>
  set.policies.flatMap((file) =>
    clauseCoverage(
      file,
      testsOf(file, set).map(({ test }) => test),
      MODEL,
    ).map((clause) => placed(file, clause)),
  );

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
  usage: 'coverage [PATH…] [--min PERCENT]    clauses that no test has made true and false; below --min is a fault',
  run: async (args, io) => {
    const { paths, format, text } = optionsIn(args, { min: 'string' });
    const least = leastOf(text('min'));
    const set = await readSet(paths, io);
    const clauses = coverageOfSet(set);
    const halves = clauses.reduce((sum, { made_true, made_false }) => sum + Number(made_true) + Number(made_false), 0);
    const percent = clauses.length === 0 ? 100 : Math.floor((halves / (2 * clauses.length)) * 1000) / 10;
    const gaps = clauses.flatMap((clause) => gapOf(clause) ?? []);
    if (format === 'json') io.out(JSON.stringify({ percent, clauses, findings: set.findings }));
    else {
      for (const gap of gaps) io.out(findingLine(gap));
      if (set.findings.length > 0) tellFindings(io, set.findings, 'faults');
      io.out(`${percent} % of ${clauses.length} clauses of ${set.policies.length} policies were made true and false`);
    }
    if (exitFor(set.findings, false) !== POLICY_EXIT.done) return POLICY_EXIT.findings;
    if (percent >= least) return POLICY_EXIT.done;
    io.err(`reflex: ${percent} % is less than ${least} %`);
    return POLICY_EXIT.findings;
  },
};
