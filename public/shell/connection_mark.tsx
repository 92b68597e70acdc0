import React from 'react';
import { ToneText } from '../components/text/tone_text';
import { useLive } from '../components/data/use_live';
import { useNow } from '../components/data/use_now';
import { clockTime } from '../format/time';
import { say } from '../i18n';

/** Whether what one sees is what is. The clock ticks, so that a frozen page is seen to be frozen. */
export const ConnectionMark = () => {
  const connection = useLive((state) => state.connection);
  const heardAt = useLive((state) => (state.connection === 'lost' ? state.heardAt : undefined));
  const now = useNow();
  switch (connection) {
    case 'live':
      return <ToneText tone="good">{say('connection.live', 'live {time}', { time: clockTime(now) })}</ToneText>;
    case 'polling':
      return (
        <ToneText tone="busy">{say('connection.polling', 'every 5 s, {time}', { time: clockTime(now) })}</ToneText>
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
