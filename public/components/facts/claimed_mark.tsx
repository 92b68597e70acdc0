import React from 'react';
import type { EventBrief } from '../../../common/api/views';
import { say } from '../../i18n';
import { ToneText } from '../text/tone_text';
import { SeverityMark } from './badges';

/** Stands beside what a source says and nobody vouches for, wherever a person might take it for evidence. */
export const ClaimedMark = ({ claimed }: { claimed: boolean }) =>
  claimed ? (
    <span className="rfx-small">
      <ToneText tone="warn">{say('voice.mark', 'only claimed')}</ToneText>
    </span>
  ) : null;

/** The severity of an event in one line. */
export const BriefSeverity = ({ brief }: { brief: Pick<EventBrief, 'severity' | 'claimed'> }) => (
  <>
    <SeverityMark severity={brief.severity} /> <ClaimedMark claimed={brief.claimed.includes('severity')} />
  </>
);

/** What an event in one line is called: its rule, else its id. */
export const BriefRule = ({ brief }: { brief: Pick<EventBrief, 'event_id' | 'rule' | 'claimed'> }) => (
  <>
    {brief.rule ?? brief.event_id} <ClaimedMark claimed={brief.rule !== undefined && brief.claimed.includes('rule')} />
  </>
);
