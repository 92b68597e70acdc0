import React, { useCallback } from 'react';
import { listHandOvers, type HandOverChannelView } from '../../../common/api/routes';
import { useServices } from '../../components/data/services';
import { useResource } from '../../components/data/use_resource';
import { LastLost, NotReached } from '../../components/facts/receiver_state';
import { Loaded } from '../../components/layout/loaded';
import { Section } from '../../components/layout/section';
import { SmallTable } from '../../components/layout/small_table';
import { SinceText } from '../../components/text/moment_text';
import { ToneText } from '../../components/text/tone_text';
import { countText } from '../../format/numbers';
import { say } from '../../i18n';

const TOPICS = ['hand_over_channel'] as const;

const kindText = (kind: HandOverChannelView['kind']): string => {
  switch (kind) {
    case 'webhook':
      return say('hand_over.webhook', 'webhook');
    case 'opensearch_notifications':
      return say('hand_over.notifications', 'OpenSearch Notifications');
  }
};

const State = ({ channel }: { channel: HandOverChannelView }) => {
  const { error, failing_since: since, last_lost: lost, held_back } = channel;
  if (error !== undefined) return <NotReached error={error} since={since} />;
  if (held_back > 0)
    return (
      <ToneText tone="warn">
        {say('hand_over.held_back', '{count} wait for their turn: as many as may were handed over within the hour', {
          count: countText(held_back),
        })}
      </ToneText>
    );
  if (lost === undefined) return <ToneText tone="good">{say('hand_over.fine', 'fine')}</ToneText>;
  return <LastLost says={say('hand_over.lost', 'a message did not arrive and will not')} lost={lost} />;
};

const Channels = ({ channels }: { channels: readonly HandOverChannelView[] }) => (
  <SmallTable
    caption={say('hand_over.title', 'Where escalations are handed over')}
    columns={[
      { name: say('hand_over.col.channel', 'Channel') },
      { name: say('hand_over.col.place', 'Told by') },
      { name: say('hand_over.col.state', 'State') },
      { name: say('hand_over.col.last', 'Last told') },
      { name: say('hand_over.col.behind', 'Not told yet'), number: true },
      { name: say('hand_over.col.told', 'Told'), number: true },
    ]}
    rows={channels.map((channel) => ({
      key: channel.name,
      cells: [
        channel.name,
        <span key="place">
          {kindText(channel.kind)} <span className="rfx-small rfx-subdued">{channel.place}</span>
        </span>,
        <State key="state" channel={channel} />,
        channel.last_told === undefined ? null : <SinceText key="last" at={channel.last_told.at} />,
        channel.behind === 0 ? '' : countText(channel.behind),
        countText(channel.told),
      ],
    }))}
  />
);

/** The ticket systems and chats that are told of what waits. Nothing where there are none. */
export const HandOverChannels = () => {
  const { api } = useServices();
  const told = useResource(
    useCallback(() => api.call(listHandOvers), [api]),
    TOPICS,
  );
  if (told.problem === undefined && (told.value?.channels ?? []).length === 0) return null;
  return (
    <Section
      title={say('hand_over.title', 'Where escalations are handed over')}
      note={say('hand_over.note', 'to whom Reflex says that an act waits; answers are given here, never in a ticket')}
    >
      <Loaded resource={told} what={say('hand_over.title', 'Where escalations are handed over')}>
        {({ channels }) => <Channels channels={channels} />}
      </Loaded>
    </Section>
  );
};
