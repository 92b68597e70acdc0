import React, { useState } from 'react';
import { EuiButtonEmpty } from '@elastic/eui';
import type { Decision, PolicyTrace } from '../../../common/flow/decision';
import { nearestMisses } from '../../../common/flow/nearest_miss';
import { claimedFields } from '../../../common/flow/claims';
import type { ReceivedEvent } from '../../../common/flow/event';
import { VOICE_FIELDS, type VoiceField } from '../../../common/flow/voice';
import { targetText } from '../../format/targets';
import { actionTitle } from '../../format/words';
import { say } from '../../i18n';
import { LeftOut } from './as_said';
import { PolicyTraceView } from './policy_trace';

interface Traces {
  readonly traces: readonly PolicyTrace[];
  readonly claimed: readonly VoiceField[];
}

const TraceList = ({ traces, claimed, open }: Traces & { readonly open: boolean }) => (
  <ul className="rfx-traces">
    {traces.map((trace, index) => (
      <PolicyTraceView key={`${trace.policy.id} ${index}`} trace={trace} openAtFirst={open} claimed={claimed} />
    ))}
  </ul>
);

/** Those that said nothing: one line that tells how many, opened on demand. */
const Silent = ({
  traces,
  claimed,
  text,
  openAtFirst = false,
}: Traces & { readonly text: (count: number) => string; readonly openAtFirst?: boolean }) => {
  const [open, setOpen] = useState(openAtFirst);
  if (traces.length === 0) return null;
  return (
    <>
      <EuiButtonEmpty size="xs" flush="left" aria-expanded={open} onClick={() => setOpen(!open)}>
        {text(traces.length)}
      </EuiButtonEmpty>
      {open && <TraceList traces={traces} claimed={claimed} open={openAtFirst} />}
    </>
  );
};

const Judges = ({ decision, claimed }: { decision: Decision } & Pick<Traces, 'claimed'>) => (
  <>
    {[...decision.acts, ...(decision.held ?? [])].map((act) => {
      const traces = decision.trace.filter((trace) => trace.role !== 'proposes' && trace.act_id === act.act_id);
      const speaking = traces.filter((trace) => trace.matched || trace.error !== undefined);
      return (
        <div key={act.act_id} className="rfx-why__part">
          <h3>
            {say('why.judges', 'Judges of: {action}, {target}', {
              action: actionTitle(act.action),
              target: targetText(act.target),
            })}
          </h3>
          {traces.length === 0 && (
            <p className="rfx-subdued">{say('why.no_judges', 'no other policy speaks of this action')}</p>
          )}
          <TraceList traces={speaking} claimed={claimed} open />
          <Silent
            claimed={claimed}
            traces={traces.filter((trace) => !speaking.includes(trace))}
            text={(count) =>
              say('why.no_objection', '{count, plural, one {# judge} other {# judges}} without objection', { count })
            }
          />
        </div>
      );
    })}
  </>
);

interface WhyProps {
  readonly decision: Decision;
  /** Without it every field that may be claimed is marked where the source was believed. */
  readonly event?: ReceivedEvent;
}

/** Why it was decided so: each policy that was asked, each of its clauses, and the values that it saw. */
export const Why = ({ decision, event }: WhyProps) => {
  const claimed = event === undefined ? VOICE_FIELDS : claimedFields(event);
  const proposers = decision.trace.filter((trace) => trace.role === 'proposes');
  // Nearest first: where nothing was proposed, why not is the question.
  const misses = nearestMisses(decision);
  const place = ({ policy }: PolicyTrace): number => misses.findIndex((miss) => miss.policy.id === policy.id);
  const proposing = proposers.filter((trace) => trace.matched || trace.error !== undefined);
  return (
    <div className="rfx-why">
      {event !== undefined && <LeftOut event={event} />}
      <div className="rfx-why__part">
        <h3>{say('why.proposers', 'Policies that propose acts')}</h3>
        {proposers.length === 0 && (
          <p className="rfx-subdued">{say('why.no_proposers', 'no policy in force looks at such an event')}</p>
        )}
        <TraceList traces={proposing} claimed={claimed} open />
        <Silent
          claimed={claimed}
          openAtFirst={misses.length > 0}
          traces={proposers
            .filter((trace) => !proposing.includes(trace))
            .sort((one, other) => place(one) - place(other))}
          text={(count) =>
            say('why.not_applying', '{count, plural, one {# policy} other {# policies}} looked and did not apply', {
              count,
            })
          }
        />
      </div>
      <Judges decision={decision} claimed={claimed} />
    </div>
  );
};
