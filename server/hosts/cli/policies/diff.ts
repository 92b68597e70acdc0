import type { GuardChangeView } from '../../../../common/api/policy_views';
import { folded, lineDiff } from '../../../../common/policy/line_diff';
import { diffPolicies, type PolicyDifference } from '../../../engine/policy/diff_policies';
import { guardChangesBetween } from '../../../runner/doctrine/catalog/policy_set';
import { POLICY_EXIT, UsageError, type PolicyCommand, type PolicyIo } from './command';
import { exitFor, tellFindings } from './findings';
import { optionsIn } from './options';
import { readGuards } from './read_guards';
import { readSet } from './read_set';

const MARKS = { same: ' ', removed: '-', added: '+' } as const;

const linesBetween = (before: string, after: string): readonly string[] =>
  folded(lineDiff(before, after)).map((line) =>
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
  if (withText) for (const line of linesBetween(before?.source ?? '', after?.source ?? '')) io.out(`    ${line}`);
};

const tellGuard = (
  io: PolicyIo,
  { guard, change, before = '', after = '' }: GuardChangeView,
  withText: boolean,
): void => {
  io.out(`guard ${guard}: ${change}`);
  if (withText) for (const line of linesBetween(before, after)) io.out(`    ${line}`);
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
    const guards = guardChangesBetween(readGuards([before], old, io).texts, readGuards([after], now, io).texts);
    if (format === 'json') {
      const changed = differences.map(({ before: _was, after: _is, ...each }) => each);
      io.out(JSON.stringify({ differences: changed, guards: guards.map(({ guard, change }) => ({ guard, change })) }));
      return POLICY_EXIT.done;
    }
    for (const difference of differences) tell(io, difference, !flag('fields'));
    for (const change of guards) tellGuard(io, change, !flag('fields'));
    const counts = [
      ...(differences.length > 0 ? [`${differences.length} policies`] : []),
      ...(guards.length > 0 ? [`${guards.length} guards`] : []),
    ];
    io.out(counts.length === 0 ? 'no differences' : `${counts.join(' and ')} differ`);
    return POLICY_EXIT.done;
  },
};
