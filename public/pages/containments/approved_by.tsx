import React from 'react';
import type { ContainmentView } from '../../../common/api/views';
import { MomentText } from '../../components/text/moment_text';
import { say } from '../../i18n';

type Approved = NonNullable<ContainmentView['reasons'][number]['approved']>;

/** Which person permitted it, when and why. */
export const ApprovedBy = ({ approved: { by, at, reason, four_eyes, others } }: { approved: Approved }) => (
  <div>
    {say('containment.approved', 'approved by {by}', { by })} <MomentText at={at} />: “{reason}”
    {others && say('containment.approved_with', ', after {others}', { others: others.join(', ') })}
    {!four_eyes && (
      <span className="rfx-tone--warn"> {say('resolution.two_eyes', '(single-user mode: no second person)')}</span>
    )}
  </div>
);
