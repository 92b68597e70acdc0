import React from 'react';
import { EuiBadge } from '@elastic/eui';
import { useLive, useStatusPart } from '../components/data/use_live';
import { say } from '../i18n';
import { useAway } from './away';

/** Troubles with which nothing is decided or done anywhere, whatever this host is set to. */
const STANDSTILL: readonly string[] = ['nobody_decides', 'nobody_acts', 'no_bundle', 'store_unavailable', 'clock_off'];

/** Acting is for real here; green only while it goes on. */
const LiveMark = () => {
  const stops = useStatusPart('stops') ?? [];
  const troubles = useStatusPart('troubles') ?? [];
  const away = useAway();
  const isHeard = useLive(({ connection }) => connection !== 'lost');
  // What was so when the host last answered is no news.
  if (!isHeard) return <EuiBadge color="hollow">{say('mode_mark.lost', 'NOT KNOWN NOW')}</EuiBadge>;
  if (stops.some(({ scope }) => scope === 'all'))
    return <EuiBadge color="danger">{say('mode_mark.stopped', 'STOPPED')}</EuiBadge>;
  if (away !== undefined || troubles.some(({ code }) => STANDSTILL.includes(code)))
    return <EuiBadge color="danger">{say('mode_mark.standstill', 'NOTHING STARTS')}</EuiBadge>;
  return <EuiBadge color="success">{say('mode_mark.live', 'LIVE')}</EuiBadge>;
};

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
      return <LiveMark />;
    case undefined:
      return <EuiBadge color="hollow">{say('mode_mark.unknown', 'NOT KNOWN YET')}</EuiBadge>;
  }
};
