import React from 'react';
import { EuiBadge } from '@elastic/eui';
import type { EscalationView } from '../../../common/api/views';
import type { AnsweredAlone } from '../../../common/flow/stakes';
import { say } from '../../i18n';

/** Why an act is answered by itself. */
export const aloneWords = (alone: AnsweredAlone): string => {
  switch (alone) {
    case 'approvers':
      return say('alone.approvers', 'certain or several people');
    case 'critical_asset':
      return say('alone.critical_asset', 'critical asset');
    case 'privileged_account':
      return say('alone.privileged_account', 'privileged account');
  }
};

/** Marks what is in no selection: one look and one answer of its own. */
export const AloneBadge = ({ escalation: { alone } }: { escalation: Pick<EscalationView, 'alone'> }) =>
  alone === undefined ? null : (
    <EuiBadge color="warning">{say('alone.badge', 'answer by itself: {why}', { why: aloneWords(alone) })}</EuiBadge>
  );
