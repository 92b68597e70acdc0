import React from 'react';
import type { Asked } from '../../../common/flow/asked';
import { PageLink } from '../text/links';
import { ToneText } from '../text/tone_text';
import { say } from '../../i18n';

interface AnsweredToProps {
  /** The name of the token. */
  readonly asker: string;
  readonly asked: Asked;
}

/** Who asked before acting, for whom, and what was answered. */
export const AnsweredTo = ({ asker, asked: { subject, decision, reason, approval } }: AnsweredToProps) => (
  <div className="rfx-small">
    <ToneText tone={decision ? 'good' : 'calm'}>
      {decision
        ? approval === undefined
          ? say('asked.permitted', 'permitted to')
          : say('asked.permitted_by_person', 'permitted by a person to')
        : say('asked.denied', 'denied ({reason}) to', { reason })}
    </ToneText>{' '}
    <PageLink to={`/decisions?asker=${encodeURIComponent(asker)}`}>{asker}</PageLink>{' '}
    <span className="rfx-subdued">
      {say('asked.subject', 'for {type} “{id}”, as it says', { type: subject.type, id: subject.id })}
    </span>
  </div>
);
