import React, { type ReactNode } from 'react';
import { MomentText } from '../components/text/moment_text';
import { ToneText } from '../components/text/tone_text';
import { useLive } from '../components/data/use_live';
import { useNow } from '../components/data/use_now';
import { clockTime, wholeTime } from '../format/time';
import { say } from '../i18n';
import { useAway } from './away';

/** The host answers, and OpenSearch does not answer the host: what one sees is not what is. */
const AwayMark = ({ since }: { since: string | undefined }) => (
  <ToneText tone="bad">
    {since === undefined
      ? say('connection.away', 'OpenSearch does not answer')
      : say('connection.away_since', 'OpenSearch does not answer since')}{' '}
    {since !== undefined && <MomentText at={since} />}
  </ToneText>
);

const Told = ({ at, children }: { readonly at: number; readonly children: ReactNode }) => (
  <span title={wholeTime(at)}>{children}</span>
);

/** Whether what one sees is what is. The clock ticks, so that a frozen page is seen to be frozen. */
export const ConnectionMark = () => {
  const connection = useLive((state) => state.connection);
  const heardAt = useLive((state) => (state.connection === 'lost' ? state.heardAt : undefined));
  const now = useNow();
  const away = useAway();
  const isHeard = connection === 'live' || connection === 'polling';
  if (away !== undefined && isHeard) return <AwayMark since={away.since} />;
  switch (connection) {
    case 'live':
      return (
        <Told at={now}>
          <ToneText tone="good">{say('connection.live', 'live {time}', { time: clockTime(now) })}</ToneText>
        </Told>
      );
    case 'polling':
      return (
        <Told at={now}>
          <ToneText tone="busy">{say('connection.polling', 'every 5 s, {time}', { time: clockTime(now) })}</ToneText>
        </Told>
      );
    case 'lost':
      return (
        <ToneText tone="bad">
          {heardAt === undefined
            ? say('connection.never', 'no connection')
            : say('connection.lost', 'connection lost, as of {time}', { time: clockTime(heardAt) })}
        </ToneText>
      );
    case 'connecting':
      return <ToneText tone="calm">{say('connection.connecting', 'connecting…')}</ToneText>;
  }
};
