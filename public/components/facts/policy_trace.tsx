import React, { useId, useState } from 'react';
import { EuiButtonIcon } from '@elastic/eui';
import type { PolicyTrace } from '../../../common/flow/decision';
import type { VoiceField } from '../../../common/flow/voice';
import { layerWord } from '../../format/words';
import { say } from '../../i18n';
import { ModeBadge } from './badges';
import { ClauseRow } from './clause_row';
import { PolicyLink } from '../text/links';
import { Sentence } from '../text/sentence';
import { ToneText } from '../text/tone_text';
import type { Tone } from '../../format/act_status';

const toneOf = ({ matched, error, role, outcome }: PolicyTrace): Tone => {
  if (error !== undefined) return 'bad';
  if (!matched) return 'calm';
  if (role === 'proposes') return 'good';
  return outcome?.includes('deny') ? 'bad' : 'warn';
};

const outcomeText = ({ outcome, matched }: PolicyTrace): string =>
  outcome ?? (matched ? say('trace.matched', 'applies') : say('trace.not_matched', 'does not apply'));

interface PolicyTraceViewProps {
  readonly trace: PolicyTrace;
  readonly openAtFirst: boolean;
  /** Fields of the event that only its source vouches for. */
  readonly claimed: readonly VoiceField[];
}

/** What one policy made of the event or of an act, clause by clause. */
export const PolicyTraceView = ({ trace, openAtFirst, claimed }: PolicyTraceViewProps) => {
  const [open, setOpen] = useState(openAtFirst);
  const id = useId();
  const { policy, clauses, error } = trace;
  const decisive = clauses.find((clause) => clause.result === 'false' || clause.result === 'error');
  return (
    <li className="rfx-trace">
      <div className="rfx-trace__head">
        <EuiButtonIcon
          iconType={open ? 'arrowDown' : 'arrowRight'}
          color="text"
          aria-expanded={open}
          aria-controls={id}
          aria-label={say('trace.toggle', 'Clauses of {policy}', { policy: policy.id })}
          onClick={() => setOpen(!open)}
        />
        <PolicyLink id={policy.id} />
        <span className="rfx-subdued">{layerWord(policy.layer)}</span>
        <ModeBadge mode={policy.mode} />
        <ToneText tone={toneOf(trace)}>{outcomeText(trace)}</ToneText>
        {trace.claimed === true && (
          <ToneText tone="warn">{say('trace.claimed', 'by what the source only claims')}</ToneText>
        )}
        {!open && decisive && <code className="rfx-trace__first">✗ {decisive.text}</code>}
      </div>
      <div id={id} hidden={!open}>
        {error && (
          <p className="rfx-tone--bad">
            <Sentence text={error} />
          </p>
        )}
        {clauses.length === 0 ? (
          <p className="rfx-subdued">{say('trace.no_condition', 'without a condition')}</p>
        ) : (
          <ul className="rfx-clauses">
            {clauses.map((clause, index) => (
              <ClauseRow key={index} clause={clause} claimed={trace.claimed === true ? claimed : []} />
            ))}
          </ul>
        )}
      </div>
    </li>
  );
};
