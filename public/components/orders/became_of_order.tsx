import React from 'react';
import { EuiButton } from '@elastic/eui';
import type { OrderedView } from '../../../common/api/routes';
import { actStatusWords, type Tone } from '../../format/act_status';
import { targetText } from '../../format/targets';
import { actionTitle } from '../../format/words';
import { say } from '../../i18n';
import { Dialog } from '../dialogs/dialog';
import { Reasons } from '../facts/reasons';
import { DecisionLink, PageLink } from '../text/links';
import { Sentence } from '../text/sentence';
import { ToneText } from '../text/tone_text';

const wordsOf = (status: OrderedView['status']): { readonly tone: Tone; readonly word: string } => {
  if (status === 'kept')
    return { tone: 'busy', word: say('ordered.kept', 'kept: an agent that decides does so within seconds') };
  if (status === 'waiting')
    return { tone: 'warn', word: say('ordered.waiting', 'waits: somebody else has to approve it') };
  if (status === 'denied')
    return {
      tone: 'bad',
      word: say('ordered.denied', 'not done: no policy in force allows it, or a brake refused it'),
    };
  const { word, tone } = actStatusWords(status);
  return { tone, word };
};

interface BecameOfOrderProps {
  readonly view: OrderedView;
  readonly onClose: () => void;
}

/** What became of an order, and where the rest of it is told. */
export const BecameOfOrder = ({ view, onClose }: BecameOfOrderProps) => {
  const { action, target, status, reasons, progress, decision_id, effect_id, case_id, act_id } = view;
  const { tone, word } = wordsOf(status);
  const text = progress.find((each) => each.act_id === act_id)?.text;
  return (
    <Dialog
      title={say('ordered.title', 'Ordered: {action} {target}', {
        action: actionTitle(action),
        target: targetText(target),
      })}
      onClose={onClose}
      footer={<EuiButton onClick={onClose}>{say('dialog.close', 'Close')}</EuiButton>}
    >
      <p role="status">
        <ToneText tone={tone}>{word}</ToneText>
      </p>
      {text !== undefined && (
        <p>
          <Sentence text={text} />
        </p>
      )}
      {status !== 'present' && <Reasons reasons={reasons} />}
      <p>
        {decision_id !== undefined && (
          <DecisionLink id={decision_id}>{say('ordered.decision', 'The decision of it')}</DecisionLink>
        )}{' '}
        {status === 'waiting' && act_id !== undefined && (
          <PageLink to={`/escalations/${encodeURIComponent(case_id)}/${encodeURIComponent(act_id)}`}>
            {say('ordered.escalation', 'Where it waits')}
          </PageLink>
        )}{' '}
        {effect_id !== undefined && (
          <PageLink to="/containments">{say('ordered.containment', 'What is contained')}</PageLink>
        )}
      </p>
    </Dialog>
  );
};
