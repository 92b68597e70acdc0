import React from 'react';
import type { ContainmentView } from '../../../common/api/views';
import { DecisionLink, PolicyLink } from '../../components/text/links';
import { Sentence } from '../../components/text/sentence';
import { say } from '../../i18n';
import { ApprovedBy } from './approved_by';
import { eventsOf, reasonWords } from './containment_words';

/** The first reason in words, its policy and its decision; how many more there are. */
export const WhyContained = ({ row }: { row: ContainmentView }) => {
  const [first] = row.reasons;
  if (first === undefined)
    return <span className="rfx-subdued">{say('containment.no_reason', 'no reason is left; it is about to end')}</span>;
  const others = eventsOf(row) - (first.times ?? 1);
  return (
    <div>
      {first.approved && <ApprovedBy approved={first.approved} />}
      <div className="rfx-clamp">
        <Sentence text={reasonWords(row, first.reason)} />
      </div>
      <div className="rfx-small">
        <PolicyLink id={first.policy.id} /> <span className="rfx-subdued">·</span>{' '}
        <DecisionLink id={first.decision_id}>{say('containment.decision', 'decision')}</DecisionLink>
        {others > 0 && (
          <span className="rfx-subdued">
            {' '}
            {say('containment.more_reasons', '· and {count, plural, one {# more reason} other {# more reasons}}', {
              count: others,
            })}
          </span>
        )}
      </div>
    </div>
  );
};
