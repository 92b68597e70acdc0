import type * as t from 'io-ts';
import type { DisruptionView, LimitFilled } from '../../../common/api/many_as_one';
import { listEscalations } from '../../../common/api/routes';
import type { DemandState } from '../../../common/flow/demand';
import type { EscalationView } from '../../../common/api/views';
import { actionNamed } from '../../../common/policy/actions';
import type { Address } from './address';
import { ask } from './ask';
import { EXIT, type Outcome } from './outcome';

const limitLine = ({ limit, scope, used, most, adds = 1 }: LimitFilled): string => {
  const after = used + adds > most ? `${used + adds}: more than it allows` : `${used + adds}`;
  return `    limit ${limit}${scope === 'all' ? '' : ` in ${scope}`}: ${used} of ${most}, if approved ${after}`;
};

const percent = (share: number): string => `${Math.round(share * 100)} %`;

const disruptionLine = ({ share, tag, unlisted, milder }: DisruptionView): string => {
  const of = unlisted === true ? `up to ${percent(share)}, as nobody listed it` : percent(share);
  const less = milder.map((each) => `${each.action} ${percent(each.share)}`).join(', ');
  return `    takes away ${of} of its work${tag === undefined ? '' : ` (${tag})`}${less === '' ? '' : `; milder: ${less}`}`;
};

const demandLine = ({ policy, by, have, approvers }: DemandState): string =>
  `    ${have} of ${by} approvals, ${approvers === undefined ? 'by anybody who may approve' : `by ${approvers.join(', ')}`}: ${policy}`;

const approvalLines = ({ approval }: EscalationView): readonly string[] => [
  ...(approval?.demands ?? []).map(demandLine),
  ...(approval?.given ?? []).map(
    ({ by, at, stands_for }) =>
      `    approved by ${by}${stands_for === undefined ? '' : ` for ${stands_for.name}`} at ${at}; it waits for others`,
  ),
  ...(approval?.stand_ins ?? []).map(
    ({ stand_in, name, until, via }) =>
      `    ${stand_in} may approve for ${name}, who is away until ${until}${via === undefined ? '' : ` as ${via} is`}`,
  ),
];

/** Where a careless answer would cost most first; what costs the same stays in its order. */
const byLoss = ({ loss: one = 0 }: EscalationView, { loss: other = 0 }: EscalationView): number => other - one;

const linesOf = (view: EscalationView): readonly string[] => {
  const { act, brief, waiting_since, expires_at, reminded, limits = [], breach, alone, case_id, act_id } = view;
  const { order, disruption, stop_reason, text } = view;
  const others = breach === undefined || breach.count < 2 ? '' : `, and ${breach.count - 1} more because of one limit`;
  return [
    `${brief.severity}  ${actionNamed(act.action)?.title ?? act.action}: ${act.target.value}${others}${alone === undefined ? '' : `  [answer by itself: ${alone.replace('_', ' ')}]`}`,
    `    waiting since ${waiting_since}${expires_at === undefined ? '' : `, expires ${expires_at}`}; ${case_id} ${act_id}`,
    ...(reminded === undefined ? [] : [`    people were told again at ${reminded.at}`]),
    ...(order === undefined
      ? []
      : [
          `    ordered by ${brief.intake.id}${order.extends === undefined ? '' : `, to last until ${order.extends.until}`}: ${order.reason}`,
        ]),
    ...(stop_reason === 'breaker' && text !== undefined ? [`    ${text}`] : []),
    ...(disruption === undefined ? [] : [disruptionLine(disruption)]),
    ...approvalLines(view),
    ...limits.map(limitLine),
  ];
};

/** What the command prints of what waits. */
export const escalationLines = ({ as_of, total, escalations }: t.TypeOf<typeof listEscalations.answer>) => [
  `${total} waiting for a person, as of ${as_of}${total > escalations.length ? `; the first ${escalations.length}:` : ''}`,
  ...[...escalations].sort(byLoss).flatMap(linesOf),
];

/** Acts that wait for a person, each with who has to approve it and the limits that approving it would fill. */
export const escalations = async (address: Address): Promise<Outcome> => {
  const answer = await ask(address, listEscalations);
  return answer.ok
    ? { exit: EXIT.done, lines: escalationLines(answer.value) }
    : { exit: EXIT.error, lines: [answer.error] };
};
