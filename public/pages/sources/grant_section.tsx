import React, { useCallback, useState } from 'react';
import { EuiButton } from '@elastic/eui';
import { getGrant, putGrant, type GrantView } from '../../../common/api/routes';
import type { Intake } from '../../../common/flow/intake';
import { useServices } from '../../components/data/services';
import { useAction } from '../../components/data/use_action';
import { useMay } from '../../components/data/use_live';
import { useResource } from '../../components/data/use_resource';
import { ReasonDialog } from '../../components/dialogs/reason_dialog';
import { Facts } from '../../components/facts/facts';
import { useTell } from '../../components/layout/announcer';
import { Loaded } from '../../components/layout/loaded';
import { Section } from '../../components/layout/section';
import { SinceText } from '../../components/text/moment_text';
import { sourceName } from '../../components/text/source_links';
import { ToneText } from '../../components/text/tone_text';
import { say } from '../../i18n';
import { GrantEditor } from './grant_editor';
import { GrantFacts } from './grant_facts';
import { GrantPreviewNote } from './grant_preview';

const TOPICS = ['grant'] as const;

/** Who granted it, why and when. */
const Granted = ({ view }: { view: GrantView }) => (
  <Facts
    facts={[
      {
        name: say('grant.by', 'Granted by'),
        value: view.in_settings
          ? say('grant.by.settings', 'the settings (intake.vouch), or Reflex itself; it is not changed here')
          : (view.by ?? ''),
      },
      view.at === undefined ? undefined : { name: say('grant.at', 'Granted'), value: <SinceText at={view.at} /> },
      view.grant && { name: say('grant.why', 'Why'), value: view.grant.reason },
      view.in_settings ? undefined : { name: say('grant.version', 'Version'), value: view.version },
    ]}
  />
);

const Nothing = ({ view: { version, by, at } }: { view: GrantView }) => (
  <>
    <p>
      <ToneText tone="warn">{say('grant.nothing', 'Nothing is granted: everything that it says is claimed.')}</ToneText>{' '}
      {say(
        'grant.nothing.about',
        'A claim counts as confidence 0.50 and severity medium at most, and an act that rests on it waits for a person.',
      )}
    </p>
    {version > 0 && at !== undefined && (
      <p className="rfx-subdued">
        {say('grant.withdrawn', '{by} withdrew it (version {version})', { by: by ?? '', version })}{' '}
        <SinceText at={at} />
      </p>
    )}
  </>
);

interface WithdrawProps {
  readonly source: Intake;
  readonly version: number;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

const WithdrawDialog = ({ source, version, onDone, onClose }: WithdrawProps) => {
  const { api } = useServices();
  const tell = useTell();
  const name = sourceName(source);
  // The version that was shown: what somebody saves while the question stands was never looked at.
  const [seen] = useState(version);
  const withdraw = useAction((reason: string) =>
    api.call(putGrant, { params: source, body: { version: seen, grant: null, reason } }),
  );
  const confirm = async (reason: string): Promise<void> => {
    if ((await withdraw.run(reason)) === undefined) return;
    tell(say('grant.withdraw.done', 'nothing is granted to {source} any more', { source: name }));
    onDone();
    onClose();
  };
  const close = (): void => {
    if (withdraw.problem?.code === 'changed') onDone();
    onClose();
  };
  return (
    <ReasonDialog
      title={say('grant.withdraw.title', 'Withdraw what {source} may say?', { source: name })}
      confirm={say('grant.withdraw.confirm', 'Withdraw')}
      color="danger"
      pending={withdraw.pending}
      problem={withdraw.problem}
      onConfirm={(reason) => void confirm(reason)}
      onClose={close}
    >
      <p>{say('grant.withdraw.about', 'From now on all that it says is claimed, and its acts wait for a person.')}</p>
      <GrantPreviewNote source={source} grant={null} />
    </ReasonDialog>
  );
};

type Doing = 'editing' | 'withdrawing' | undefined;

const Buttons = ({ view, onDo }: { view: GrantView; onDo: (doing: Doing) => void }) => {
  const may = useMay('admin');
  if (view.in_settings) return null;
  return (
    <div className="rfx-draft-actions">
      <EuiButton size="s" isDisabled={!may} onClick={() => onDo('editing')}>
        {view.grant ? say('grant.change', 'Change…') : say('grant.give', 'Say what it may say…')}
      </EuiButton>
      {view.grant && (
        <EuiButton size="s" color="danger" isDisabled={!may} onClick={() => onDo('withdrawing')}>
          {say('grant.withdraw', 'Withdraw…')}
        </EuiButton>
      )}
      {!may && (
        <span className="rfx-subdued rfx-small">
          {say('grant.may_not', 'You need the admin right to change this.')}
        </span>
      )}
    </div>
  );
};

const Body = ({ source, view, onChanged }: { source: Intake; view: GrantView; onChanged: () => void }) => {
  const [doing, setDoing] = useState<Doing>();
  const stop = (): void => setDoing(undefined);
  return (
    <>
      {view.grant ? (
        <>
          <Granted view={view} />
          <GrantFacts grant={view.grant} />
        </>
      ) : (
        <Nothing view={view} />
      )}
      {source.type === 'asker' && !view.grant && (
        <p>
          {say('grant.asker', 'A program that asks has the grant of its token, webhook:{id}, unless it has its own.', {
            id: source.id,
          })}
        </p>
      )}
      {doing === 'editing' ? (
        <GrantEditor source={source} current={view} onSaved={onChanged} onClose={stop} />
      ) : (
        <Buttons view={view} onDo={setDoing} />
      )}
      {doing === 'withdrawing' && (
        <WithdrawDialog source={source} version={view.version} onDone={onChanged} onClose={stop} />
      )}
    </>
  );
};

/** What a source may say, by whom and why, and where an admin says it anew. */
export const GrantSection = ({ source }: { source: Intake }) => {
  const { api } = useServices();
  const { type, id } = source;
  const resource = useResource(
    useCallback(() => api.call(getGrant, { params: { type, id } }), [api, type, id]),
    TOPICS,
  );
  const title = say('grant.link', 'What {source} may say', { source: sourceName(source) });
  return (
    <Section title={title}>
      <Loaded resource={resource} what={title}>
        {(view) => <Body source={source} view={view} onChanged={resource.again} />}
      </Loaded>
    </Section>
  );
};
