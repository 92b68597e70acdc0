import React from 'react';
import { EuiBadge } from '@elastic/eui';
import { useStatusPart } from '../components/data/use_live';
import { say } from '../i18n';

/** Whether acting is for real here; the most important fact about everything else on the page. */
export const ModeMark = () => {
  const mode = useStatusPart('mode');
  switch (mode) {
    case 'demo':
      return <EuiBadge color="accent">{say('mode_mark.demo', 'DEMO')}</EuiBadge>;
    case 'observing':
      return <EuiBadge color="primary">{say('mode_mark.observing', 'OBSERVING')}</EuiBadge>;
    case 'cannot_decide':
      return <EuiBadge color="danger">{say('mode_mark.cannot_decide', 'DECIDES NOTHING')}</EuiBadge>;
    case 'live':
      return <EuiBadge color="success">{say('mode_mark.live', 'LIVE')}</EuiBadge>;
    case undefined:
      return <EuiBadge color="hollow">{say('mode_mark.unknown', 'NOT KNOWN YET')}</EuiBadge>;
  }
};
