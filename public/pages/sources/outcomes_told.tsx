import React, { useCallback } from 'react';
import { listOutcomeReceivers, type ReceiverView } from '../../../common/api/routes';
import type { Transition } from '../../../common/api/outcome_document';
import { useServices } from '../../components/data/services';
import { useResource } from '../../components/data/use_resource';
import { LastLost, NotReached } from '../../components/facts/receiver_state';
import { Loaded } from '../../components/layout/loaded';
import { Section } from '../../components/layout/section';
import { SmallTable } from '../../components/layout/small_table';
import { SinceText } from '../../components/text/moment_text';
import { sourceName } from '../../components/text/source_links';
import { ToneText } from '../../components/text/tone_text';
import { durationText } from '../../format/duration';
import { countText } from '../../format/numbers';
import { say } from '../../i18n';

const TOPICS = ['telling'] as const;

const transitionText = (transition: Transition): string => {
  switch (transition) {
    case 'decided':
      return say('outcomes.decided', 'decided');
    case 'denied':
      return say('outcomes.denied', 'denied');
    case 'sent':
      return say('outcomes.sent', 'sent');
    case 'verified':
      return say('outcomes.verified', 'contained and verified');
    case 'ended':
      return say('outcomes.ended', 'ended');
    case 'failed':
      return say('outcomes.failed', 'failed');
    case 'unknown':
      return say('outcomes.unknown', 'not certain');
  }
};

const channelText = (channel: ReceiverView['channel']): string => {
  switch (channel) {
    case 'webhook':
      return say('outcomes.webhook', 'webhook');
    case 'kafka':
      return say('outcomes.kafka', 'Kafka topic');
    case 'rabbitmq':
      return say('outcomes.rabbitmq', 'RabbitMQ exchange');
    case 'acknowledge':
      return say('outcomes.acknowledge', 'acknowledges');
  }
};

/** `*` is every source of its kind. */
const Whose = ({ source }: Pick<ReceiverView, 'source'>) =>
  source.id === '*' ? (
    <>{say('outcomes.every', 'every {type} source', { type: source.type })}</>
  ) : (
    <>{sourceName(source)}</>
  );

const State = ({ receiver }: { receiver: ReceiverView }) => {
  const { error, failing_since: since, given_up, refused, last_lost: lost } = receiver;
  if (error !== undefined) return <NotReached error={error} since={since} />;
  if (lost === undefined) return <ToneText tone="good">{say('outcomes.fine', 'fine')}</ToneText>;
  return (
    <LastLost
      says={say('outcomes.lost', '{given_up} given up, {refused} refused; the last', {
        given_up: countText(given_up),
        refused: countText(refused),
      })}
      lost={lost}
    />
  );
};

const Place = ({ receiver: { channel, place } }: { receiver: ReceiverView }) => (
  <>
    {channelText(channel)} <span className="rfx-small rfx-subdued">{place}</span>
  </>
);

const Last = ({ last }: { last: ReceiverView['last_told'] }) =>
  last === undefined ? null : (
    <>
      <SinceText at={last.at} /> <span className="rfx-small rfx-subdued">{last.event_id}</span>
    </>
  );

const Receivers = ({ receivers }: { receivers: readonly ReceiverView[] }) => (
  <SmallTable
    caption={say('outcomes.title', 'What sources are told')}
    columns={[
      { name: say('outcomes.col.source', 'Reports of') },
      { name: say('outcomes.col.place', 'Told by') },
      { name: say('outcomes.col.tell', 'Of what') },
      { name: say('outcomes.col.state', 'State') },
      { name: say('outcomes.col.last', 'Last told') },
      { name: say('outcomes.col.lag', 'Waiting for') },
      { name: say('outcomes.col.told', 'Told'), number: true },
    ]}
    rows={receivers.map((receiver) => ({
      key: receiver.name,
      cells: [
        <Whose key="source" source={receiver.source} />,
        <Place key="place" receiver={receiver} />,
        receiver.tell.map(transitionText).join(', '),
        <State key="state" receiver={receiver} />,
        <Last key="last" last={receiver.last_told} />,
        receiver.lag_s === 0 ? '' : durationText(receiver.lag_s * 1_000),
        countText(receiver.told),
      ],
    }))}
  />
);

/** Who is told what became of reports, and how far that is. Nothing where nobody is to be told. */
export const OutcomesTold = () => {
  const { api } = useServices();
  const told = useResource(
    useCallback(() => api.call(listOutcomeReceivers), [api]),
    TOPICS,
  );
  if (told.problem === undefined && (told.value?.receivers ?? []).length === 0) return null;
  return (
    <Section
      title={say('outcomes.title', 'What sources are told')}
      note={say('outcomes.note', 'what became of their reports, by all hosts together; the settings say who is told')}
    >
      <Loaded resource={told} what={say('outcomes.title', 'What sources are told')}>
        {({ receivers }) => <Receivers receivers={receivers} />}
      </Loaded>
    </Section>
  );
};
