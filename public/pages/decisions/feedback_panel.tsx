import React, { useState } from 'react';
import type { DecisionDetail } from '../../../common/api/views';
import { LABELS, type Feedback, type Label } from '../../../common/flow/feedback';
import { present } from '../../../common/present';
import { labelDecision } from '../../../common/api/routes';
import { useTell } from '../../components/layout/announcer';
import { KeyMark } from '../../components/text/key_mark';
import { MomentText } from '../../components/text/moment_text';
import { Section } from '../../components/layout/section';
import { useServices } from '../../components/data/services';
import { useAction } from '../../components/data/use_action';
import { useKeys } from '../../components/data/use_keys';
import { useMay } from '../../components/data/use_live';
import { durationText } from '../../format/duration';
import { labelWord } from '../../format/words';
import { say } from '../../i18n';
import { LabelDialog } from './label_dialog';

const outcomeWord = (outcome: Feedback['outcome']): string => {
  switch (outcome) {
    case 'success':
      return say('feedback.success', 'went as decided');
    case 'failure':
      return say('feedback.failure', 'failed');
    case 'overridden':
      return say('feedback.overridden', 'overridden by a person');
  }
};

const wordOf = ({ label, outcome, takes_back }: Feedback): string =>
  takes_back
    ? say('feedback.taken_back', 'taken back: {label}', { label: labelWord(takes_back.label) })
    : label
      ? say('feedback.label', 'label: {label}', { label: labelWord(label) })
      : outcomeWord(outcome);

const Entry = ({ feedback }: { feedback: Feedback }) => (
  <li>
    <strong>{wordOf(feedback)}</strong>{' '}
    <span className="rfx-subdued">
      {say('feedback.by', 'by {by}', { by: feedback.by })} <MomentText at={feedback.at} />
    </span>
    {feedback.execution_latency_ms !== undefined && (
      <span className="rfx-small">
        {' '}
        {say('feedback.latency', 'in effect after {length}', { length: durationText(feedback.execution_latency_ms) })}
      </span>
    )}
    {feedback.via && (
      <span className="rfx-small">
        {' '}
        {feedback.via.said_by === undefined
          ? say('feedback.via', 'by a ticket in {channel}', { channel: feedback.via.channel })
          : say('feedback.via.somebody', 'by a ticket in {channel}, whose user is said to be {said_by}', {
              channel: feedback.via.channel,
              said_by: feedback.via.said_by,
            })}
      </span>
    )}
    {feedback.reason && <div className="rfx-small">“{feedback.reason}”</div>}
  </li>
);

interface FeedbackPanelProps {
  readonly detail: DecisionDetail;
  readonly onLabelled: () => void;
}

/** What the event turned out to be: one key a label, and Enter. Labels add up, the last one of a person counts. */
export const FeedbackPanel = ({ detail, onLabelled }: FeedbackPanelProps) => {
  const { api } = useServices();
  const may = useMay('respond');
  const tell = useTell();
  const { decision_id } = detail.decision;
  const send = useAction(({ label, note }: { label: Label; note: string }) =>
    api.call(labelDecision, { params: { decision_id }, body: { label, ...present({ reason: note || undefined }) } }),
  );
  const [given, setGiven] = useState<Label>();
  // A key that was pressed by mistake records nothing: the second step says what it would.
  const [asked, setAsked] = useState<Label>();
  const choose = (label: Label): void => {
    if (may) setAsked(label);
  };
  const keep = async (label: Label, note: string): Promise<void> => {
    if ((await send.run({ label, note })) === undefined) return;
    setAsked(undefined);
    setGiven(label);
    tell(say('feedback.announce', 'labelled: {label}', { label: labelWord(label) }));
    onLabelled();
  };
  useKeys(Object.fromEntries(LABELS.map((label, index) => [String(index + 1), () => choose(label)])));
  const takenBack = new Set(detail.feedback.map(({ takes_back }) => takes_back?.feedback_id));
  const stands = detail.feedback.filter(({ feedback_id }) => !takenBack.has(feedback_id));
  const latest = given ?? [...stands].reverse().find((feedback) => feedback.label)?.label;
  return (
    <Section
      title={say('feedback.title', 'What it turned out to be')}
      note={may ? undefined : say('feedback.may_not', 'labelling takes the right to respond')}
    >
      <div className="rfx-labels" role="group" aria-label={say('feedback.choices', 'Label')}>
        {LABELS.map((label, index) => (
          <button
            key={label}
            type="button"
            className="rfx-chip"
            aria-pressed={label === latest}
            disabled={!may || send.pending}
            onClick={() => choose(label)}
          >
            <KeyMark name={String(index + 1)} /> {labelWord(label)}
          </button>
        ))}
      </div>
      {asked && (
        <LabelDialog
          label={asked}
          pending={send.pending}
          problem={send.problem}
          onKeep={(note) => void keep(asked, note)}
          onClose={() => setAsked(undefined)}
        />
      )}
      {detail.feedback.length > 0 ? (
        <ul className="rfx-rows">
          {detail.feedback.map((feedback) => (
            <Entry key={feedback.feedback_id} feedback={feedback} />
          ))}
        </ul>
      ) : (
        <p className="rfx-subdued rfx-small">{say('feedback.none', 'Nobody has said anything of it yet.')}</p>
      )}
    </Section>
  );
};
