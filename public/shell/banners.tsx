import React from 'react';
import { EuiCallOut } from '@elastic/eui';
import { useLive, useStatusPart } from '../components/data/use_live';
import { Sentence } from '../components/text/sentence';
import { clockTime } from '../format/time';
import { say } from '../i18n';
import { AwayNotice, useAway } from './away';
import { DemoBanner } from './demo_banner';
import { StopBanner } from './stop_banner';

const LostNotice = () => {
  const connection = useLive((state) => state.connection);
  const heardAt = useLive((state) => (state.connection === 'lost' ? state.heardAt : undefined));
  const problem = useLive((state) => state.problem);
  if (connection !== 'lost') return null;
  return (
    <EuiCallOut
      size="s"
      color="warning"
      iconType="offline"
      title={
        heardAt === undefined
          ? say('lost.never', 'The host does not answer; trying again')
          : say('lost.title', 'Connection lost, figures as of {time}; trying again', { time: clockTime(heardAt) })
      }
    >
      {problem && <Sentence text={problem.message} />}
    </EuiCallOut>
  );
};

/** Troubles that the notice of OpenSearch being away tells better. */
const TOLD_BY_AWAY: readonly string[] = ['store_unavailable', 'known_here_only'];

/** What everybody has to know, whatever page they are on: worst first. */
export const Banners = () => {
  const stops = useStatusPart('stops') ?? [];
  const troubles = useStatusPart('troubles') ?? [];
  const away = useAway();
  const demo = useStatusPart('mode') === 'demo';
  // The banner of its order tells more of a breaker.
  const isTold = (code: string): boolean =>
    (away !== undefined && TOLD_BY_AWAY.includes(code)) ||
    (code === 'breaker_open' && stops.some(({ breaker }) => breaker !== undefined));
  const shown = troubles.filter(({ code }) => !isTold(code));
  return (
    <div className="rfx-banners">
      {stops.map((stop) => (
        <StopBanner key={stop.scope} stop={stop} />
      ))}
      <LostNotice />
      <AwayNotice />
      {shown.length > 0 && (
        <section className="rfx-troubles" aria-label={say('banners.troubles', 'Troubles')}>
          {shown.map(({ code, text }) => (
            <EuiCallOut key={code} size="s" color="warning" iconType="alert" title={<Sentence text={text} />} />
          ))}
        </section>
      )}
      {demo && <DemoBanner />}
    </div>
  );
};
