import React from 'react';
import type { DecisionBrief } from '../../../common/api/views';
import { BriefRule, BriefSeverity } from '../../components/facts/claimed_mark';
import { DemoBadge, OutcomeBadge } from '../../components/facts/badges';
import { BriefHeadline } from '../../components/facts/headline_text';
import { DecisionLink, PageLink } from '../../components/text/links';
import { MomentText } from '../../components/text/moment_text';
import { Section } from '../../components/layout/section';
import { say } from '../../i18n';

/** The last decisions, newest first, each in its own sentence. */
export const RecentDecisions = ({ decisions }: { decisions: readonly DecisionBrief[] }) => (
  <Section
    title={say('recent.title', 'Recent decisions')}
    actions={<PageLink to="/decisions">{say('recent.all', 'All decisions')}</PageLink>}
  >
    {decisions.length === 0 ? (
      <p className="rfx-subdued">{say('recent.none', 'none in the last 24 hours')}</p>
    ) : (
      <ul className="rfx-rows rfx-recent">
        {decisions.slice(0, 10).map((decision) => {
          const { decision_id, outcome, decided_at, brief, demo } = decision;
          return (
            <li key={decision_id}>
              <span className="rfx-recent__time rfx-tabular">
                <MomentText at={decided_at} />
              </span>
              <span className="rfx-recent__verdict">
                <OutcomeBadge outcome={outcome} />
              </span>
              <span className="rfx-recent__text">
                <DecisionLink id={decision_id}>
                  <BriefHeadline brief={decision} />
                </DecisionLink>
                <span className="rfx-small rfx-subdued">
                  <BriefSeverity brief={brief} /> <BriefRule brief={brief} /> <DemoBadge demo={demo} />
                </span>
              </span>
            </li>
          );
        })}
      </ul>
    )}
  </Section>
);
