import React, { useState } from 'react';
import { EuiButton, EuiCallOut } from '@elastic/eui';
import { enableChannel, rotateChannel, testChannel, type ChannelView } from '../../../common/api/routes';
import { useTell } from '../../components/layout/announcer';
import { Facts } from '../../components/facts/facts';
import { MomentText, SinceText } from '../../components/text/moment_text';
import { ProblemCallout } from '../../components/layout/problem_callout';
import { ReasonDialog } from '../../components/dialogs/reason_dialog';
import { Section } from '../../components/layout/section';
import { Sentence } from '../../components/text/sentence';
import { useServices } from '../../components/data/services';
import { ToneText } from '../../components/text/tone_text';
import { useAction } from '../../components/data/use_action';
import { useMay } from '../../components/data/use_live';
import { say } from '../../i18n';

const TestResult = ({ test }: { test: NonNullable<ChannelView['test']> }) => {
  if (test.failed !== undefined)
    return <ToneText tone="bad">{say('channel.test.failed', 'could not be sent')}</ToneText>;
  return test.arrived_at === undefined ? (
    <ToneText tone="busy">
      {say('channel.test.waiting', 'sent, has not arrived yet:')} <SinceText at={test.sent_at} />
    </ToneText>
  ) : (
    <ToneText tone="good">
      {say('channel.test.arrived', 'arrived')} <SinceText at={test.arrived_at} />
    </ToneText>
  );
};

const RotateDialog = ({ onClose, onDone }: { onClose: () => void; onDone: () => void }) => {
  const { api } = useServices();
  const tell = useTell();
  const rotate = useAction((reason: string) => api.call(rotateChannel, { body: { reason } }));
  const confirm = async (reason: string): Promise<void> => {
    if ((await rotate.run(reason)) === undefined) return;
    tell(say('channel.rotate.done', 'a new token is in the channel'));
    onDone();
    onClose();
  };
  return (
    <ReasonDialog
      title={say('channel.rotate.title', 'Renew the token of the channel?')}
      confirm={say('channel.rotate.confirm', 'Renew')}
      suggestions={[
        say('channel.rotate.reason.leak', 'somebody may have read it'),
        say('channel.rotate.reason.drill', 'exercise'),
      ]}
      pending={rotate.pending}
      problem={rotate.problem}
      onConfirm={(reason) => void confirm(reason)}
      onClose={onClose}
    >
      <p>
        {say(
          'channel.rotate.about',
          'Reflex puts a new token into the channel and has OpenSearch send a test message with it. The old token stays valid until the new one was seen, and for five minutes after that.',
        )}
      </p>
    </ReasonDialog>
  );
};

const EnableDialog = ({ onClose, onDone }: { onClose: () => void; onDone: () => void }) => {
  const { api } = useServices();
  const tell = useTell();
  const enable = useAction((reason: string) => api.call(enableChannel, { body: { reason } }));
  const confirm = async (reason: string): Promise<void> => {
    if ((await enable.run(reason)) === undefined) return;
    tell(say('channel.enable.done', 'the channel is enabled again'));
    onDone();
    onClose();
  };
  return (
    <ReasonDialog
      title={say('channel.enable.title', 'Enable the channel again?')}
      confirm={say('channel.enable.confirm', 'Enable')}
      pending={enable.pending}
      problem={enable.problem}
      onConfirm={(reason) => void confirm(reason)}
      onClose={onClose}
    >
      <p>
        {say(
          'channel.enable.about',
          'Somebody disabled it in OpenSearch. Reflex enables it with a new token and has OpenSearch send a test message.',
        )}
      </p>
    </ReasonDialog>
  );
};

interface ChannelSectionProps {
  readonly channel: ChannelView;
  readonly onChanged: () => void;
}

/** The channel through which OpenSearch sends to Reflex: its address, its token's age, and whether messages arrive. */
export const ChannelSection = ({ channel, onChanged }: ChannelSectionProps) => {
  const { api } = useServices();
  const may = useMay('admin');
  const [rotating, setRotating] = useState(false);
  const [enabling, setEnabling] = useState(false);
  const isDisabled = channel.disabled === true;
  const test = useAction(() => api.call(testChannel, { body: {} }));
  const send = async (): Promise<void> => {
    await test.run(undefined);
    onChanged();
  };
  return (
    <Section
      title={say('channel.title', 'Channel')}
      note={say('channel.note', 'through which OpenSearch sends alerts to Reflex')}
      actions={
        <>
          {isDisabled && (
            <EuiButton size="s" isDisabled={!may} onClick={() => setEnabling(true)}>
              {say('channel.enable', 'Enable channel…')}
            </EuiButton>
          )}
          <EuiButton size="s" isDisabled={!may} isLoading={test.pending} onClick={() => void send()}>
            {say('channel.test', 'Send test message')}
          </EuiButton>
          <EuiButton size="s" isDisabled={!may || isDisabled} onClick={() => setRotating(true)}>
            {say('channel.rotate', 'Renew token…')}
          </EuiButton>
        </>
      }
    >
      {channel.problem !== undefined && (
        <EuiCallOut
          size="s"
          color="warning"
          iconType="alert"
          title={
            isDisabled
              ? say('channel.disabled', 'The channel is disabled')
              : say('channel.problem', 'The channel does not work')
          }
        >
          <p>
            <Sentence text={channel.problem} />
          </p>
        </EuiCallOut>
      )}
      {test.problem && (
        <ProblemCallout title={say('channel.test.refused', 'The test message was not sent')} problem={test.problem} />
      )}
      <Facts
        facts={[
          { name: say('channel.id', 'Name in OpenSearch'), value: <code>{channel.id}</code> },
          { name: say('channel.url', 'Sends to'), value: <code>{channel.url}</code> },
          { name: say('channel.rotated', 'Token renewed'), value: <SinceText at={channel.rotated_at} /> },
          {
            name: say('channel.tokens', 'Valid tokens'),
            value:
              channel.rotating === true
                ? say('channel.rotating', '{count}, the new one was not seen yet', { count: channel.valid_tokens })
                : channel.valid_tokens,
          },
          channel.expires_at === undefined
            ? undefined
            : { name: say('channel.expires', 'Valid until'), value: <MomentText at={channel.expires_at} /> },
          channel.test && { name: say('channel.tested', 'Test message'), value: <TestResult test={channel.test} /> },
        ]}
      />
      {rotating && <RotateDialog onClose={() => setRotating(false)} onDone={onChanged} />}
      {enabling && <EnableDialog onClose={() => setEnabling(false)} onDone={onChanged} />}
    </Section>
  );
};
