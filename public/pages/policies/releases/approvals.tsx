import React from 'react';
import type { CandidateView } from '../../../../common/api/policy_views';
import { MomentText } from '../../../components/text/moment_text';
import { ToneText } from '../../../components/text/tone_text';
import { say } from '../../../i18n';

/** Who approved, why, when; and whether it was a second person. */
export const Approvals = ({ approvals }: Pick<CandidateView, 'approvals'>) =>
  approvals.length === 0 ? (
    <p className="rfx-subdued">{say('approvals.none', 'Nobody has approved it yet.')}</p>
  ) : (
    <ul className="rfx-rows" aria-label={say('approvals.label', 'Approvals')}>
      {approvals.map(({ user, at, reason, four_eyes }) => (
        <li key={`${user} ${at}`}>
          <ToneText tone={four_eyes ? 'good' : 'warn'}>
            {four_eyes
              ? say('approvals.by', 'approved by {user}: “{reason}”', { user, reason })
              : say('approvals.alone', 'approved by {user} alone, without a second person: “{reason}”', {
                  user,
                  reason,
                })}
          </ToneText>{' '}
          <MomentText at={at} />
        </li>
      ))}
    </ul>
  );
