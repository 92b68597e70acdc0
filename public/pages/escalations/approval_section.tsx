import React from 'react';
import type { ApprovalState, EscalationView } from '../../../common/api/views';
import { ROLE, type DemandState } from '../../../common/flow/demand';
import { Section } from '../../components/layout/section';
import { useStatusPart } from '../../components/data/use_live';
import { PolicyLink } from '../../components/text/links';
import { MomentText } from '../../components/text/moment_text';
import { ToneText } from '../../components/text/tone_text';
import { say } from '../../i18n';

const whoWords = (approvers: readonly string[]): string =>
  approvers
    .map((each) =>
      each.startsWith(ROLE) ? say('approval.role', 'the role {role}', { role: each.slice(ROLE.length) }) : each,
    )
    .join(', ');

const DemandLine = ({ demand: { policy, by, have, approvers } }: { demand: DemandState }) => (
  <li>
    <ToneText tone={have < by ? 'warn' : 'good'}>
      {say('approval.have', '{have} of {by} approvals', { have, by })}
    </ToneText>{' '}
    <span className="rfx-subdued rfx-small">
      {approvers === undefined
        ? say('approval.anybody', 'by anybody who may approve')
        : say('approval.whom', 'by {who}', { who: whoWords(approvers) })}
      {', '}
      {say('approval.demanded', 'as demanded by')} <PolicyLink id={policy} />
    </span>
  </li>
);

type StandIn = NonNullable<ApprovalState['stand_ins']>[number];

const StandInLine = ({ standIn: { stand_in, name, until, via } }: { standIn: StandIn }) => (
  <p className="rfx-small">
    {via === undefined
      ? say('approval.stand_in', '{stand_in} approves for {name}, who is away until', { stand_in, name })
      : say('approval.stand_in.via', '{stand_in} approves for {name}, who is away as {via} is, until', {
          stand_in,
          name,
          via,
        })}{' '}
    <MomentText at={until} />
  </p>
);

const givenWords = ({ by, stands_for }: ApprovalState['given'][number]): string =>
  stands_for === undefined
    ? say('containment.approved', 'approved by {by}', { by })
    : say('approval.approved_for', 'approved by {by} for {name}', { by, name: stands_for.name });

const lateWords = ({ how }: NonNullable<ApprovalState['late']>): string =>
  how === 'second'
    ? say('approval.late.second', 'Nobody answered in time: it takes one more person now.')
    : say('approval.late.hold', 'Nobody answered in time: it waits on, without an act.');

/** Who has to approve it, and who did. Nothing is shown where one person who may approve is enough. */
export const ApprovalSection = ({ escalation: { approval } }: { escalation: EscalationView }) => {
  const caller = useStatusPart('caller');
  if (approval === undefined) return null;
  const { demands, given, late, stand_ins = [] } = approval;
  const isMine = given.some(({ by }) => by === caller?.name);
  return (
    <Section title={say('approval.title', 'Who has to approve it')}>
      {late && <p className="rfx-tone--warn">{lateWords(late)}</p>}
      <ul className="rfx-rows">
        {demands.map((demand) => (
          <DemandLine key={demand.policy} demand={demand} />
        ))}
      </ul>
      {stand_ins.map((standIn) => (
        <StandInLine key={`${standIn.stand_in} ${standIn.name} ${standIn.via ?? ''}`} standIn={standIn} />
      ))}
      {given.map((each) => (
        <p key={each.by}>
          {givenWords(each)} <MomentText at={each.at} />: “{each.reason}”
        </p>
      ))}
      {given.length > 0 && (
        <p className="rfx-subdued rfx-small">
          {isMine
            ? say('approval.mine', 'You approved it: somebody else has to, within 15 minutes of that.')
            : say(
                'approval.others',
                'An approval waits 15 minutes for the others, and counts only for what is shown here.',
              )}
        </p>
      )}
    </Section>
  );
};
