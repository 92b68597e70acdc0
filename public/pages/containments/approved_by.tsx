import React from 'react';
import type { ContainmentView } from '../../../common/api/views';
import { MomentText } from '../../components/text/moment_text';
import { say } from '../../i18n';

type Approved = NonNullable<ContainmentView['reasons'][number]['approved']>;

/** Which person permitted it, for whom if somebody was away, when and why. */
export const ApprovedBy = ({ approved: { by, at, reason, four_eyes, others, stands_for } }: { approved: Approved }) => (
  <div>
    {stands_for === undefined
      ? say('containment.approved', 'approved by {by}', { by })
      : say('approval.approved_for', 'approved by {by} for {name}', { by, name: stands_for.name })}{' '}
    <MomentText at={at} />: “{reason}”
    {others && say('containment.approved_with', ', after {others}', { others: others.join(', ') })}
    {!four_eyes && (
      <span className="rfx-tone--warn"> {say('resolution.two_eyes', '(single-user mode: no second person)')}</span>
    )}
  </div>
);
