import { folded, lineDiff } from '../../../../common/policy/line_diff';
import { diffPolicies, type PolicyDifference } from '../../../engine/policy/diff_policies';
import { POLICY_EXIT, UsageError, type PolicyCommand, type PolicyIo } from './command';
import { exitFor, tellFindings } from './findings';
import { optionsIn } from './options';
import { readSet } from './read_set';

const MARKS = { same: ' ', removed: '-', added: '+' } as const;

const textLines = ({ before, after }: PolicyDifference): readonly string[] =>
  folded(lineDiff(before?.source ?? '', after?.source ?? '')).map((line) =>
    line.kind === 'skipped' ? `  … ${line.count} lines alike` : `${MARKS[line.kind]} ${line.text}`,
  );

const valueOf = (value: string | undefined): string => value ?? 'not there';

const tell = (io: PolicyIo, difference: PolicyDifference, withText: boolean): void => {
  const { policy, change, fields, before, after } = difference;
  const mode =
    change === 'added' ? after?.policy.spec.mode : change === 'removed' ? before?.policy.spec.mode : undefined;
  io.out(`${policy}: ${change}${mode === undefined ? '' : ` (${mode})`}`);
  for (const each of fields) io.out(`  ${each.field}: ${valueOf(each.before)} → ${valueOf(each.after)}`);
  if (change === 'changed' && fields.length === 0) io.out('  comments and spacing only');
  if (withText) for (const line of textLines(difference)) io.out(`    ${line}`);
};

export const diff: PolicyCommand = {
  name: 'diff',
  usage: 'diff BEFORE AFTER [--fields]        what differs: first what it means, then the text; --fields: no text',
  run: async (args, io) => {
    const { paths, format, flag } = optionsIn(args, { fields: 'boolean' });
    const [before, after, ...more] = paths;
    if (before === undefined || after === undefined || more.length > 0)
      throw new UsageError('`reflex policies diff` takes two files or folders: before and after');
    const [old, now] = [await readSet([before], io), await readSet([after], io)];
    const findings = [...old.findings, ...now.findings];
    if (findings.length > 0) {
      tellFindings(io, findings, 'policies with faults are not compared');
      return exitFor(findings, true);
    }
    const differences = diffPolicies(old.policies, now.policies);
    if (format === 'json') {
      io.out(JSON.stringify({ differences: differences.map(({ before: _was, after: _is, ...each }) => each) }));
      return POLICY_EXIT.done;
    }
    for (const difference of differences) tell(io, difference, !flag('fields'));
    io.out(differences.length === 0 ? 'no differences' : `${differences.length} policies differ`);
    return POLICY_EXIT.done;
  },
};
