import React, { useCallback, useState } from 'react';
import { EuiButton } from '@elastic/eui';
import {
  getReading,
  listPresets,
  putPreset,
  type MappedSource,
  type PresetView,
  type ReadingView,
} from '../../../common/api/routes';
import { useServices } from '../../components/data/services';
import { useAction } from '../../components/data/use_action';
import { useMay } from '../../components/data/use_live';
import { useResource } from '../../components/data/use_resource';
import { ReasonDialog } from '../../components/dialogs/reason_dialog';
import { Facts } from '../../components/facts/facts';
import { useTell } from '../../components/layout/announcer';
import { Loaded } from '../../components/layout/loaded';
import { Section } from '../../components/layout/section';
import { PageLink } from '../../components/text/links';
import { SinceText } from '../../components/text/moment_text';
import { Sentence } from '../../components/text/sentence';
import { sourceName } from '../../components/text/source_links';
import { ToneText } from '../../components/text/tone_text';
import { say } from '../../i18n';
import { Choice } from './form_fields';
import { tryPath } from './paths';
import { readingWords, repetitionWords } from './try_words';

const TOPICS = ['source_preset'] as const;

const ReadingFacts = ({ view }: { view: ReadingView }) => (
  <>
    {view.unknown !== undefined && (
      <p>
        <ToneText tone="bad">
          <Sentence text={view.unknown} />
        </ToneText>
      </p>
    )}
    {!view.configured && (
      <p>
        <ToneText tone="warn">
          {say('reading.not_configured', 'The settings of this host do not name this source: look at its name.')}
        </ToneText>
      </p>
    )}
    <Facts
      facts={[
        { name: say('reading.in_force', 'In force'), value: readingWords(view) },
        view.in_settings === undefined
          ? undefined
          : { name: say('reading.in_settings', 'In the settings'), value: view.in_settings },
        view.chosen === undefined
          ? undefined
          : { name: say('reading.chosen', 'Chosen on this page'), value: view.chosen },
        view.own_fields.length === 0
          ? undefined
          : {
              name: say('reading.own', 'Fields that the settings say themselves'),
              value: <code>{view.own_fields.join(', ')}</code>,
            },
        {
          name: say('reading.repetition', 'Another content under a known id is'),
          value: repetitionWords(view.repetition),
        },
        view.by === undefined || view.at === undefined
          ? undefined
          : {
              name: say('reading.by', 'Last changed by'),
              value: (
                <>
                  {view.by} <SinceText at={view.at} /> {view.reason}
                </>
              ),
            },
      ]}
    />
  </>
);

interface DialogProps {
  readonly source: MappedSource;
  readonly view: ReadingView;
  /** Empty: go back to the settings. */
  readonly presets: readonly PresetView[];
  readonly onDone: () => void;
  readonly onClose: () => void;
}

const ChooseDialog = ({ source, view, presets, onDone, onClose }: DialogProps) => {
  const { api } = useServices();
  const tell = useTell();
  // The version that was shown: what somebody saves while the question stands was never looked at.
  const [seen] = useState(view);
  const isBack = presets.length === 0;
  const [preset, setPreset] = useState(view.preset ?? presets[0]?.name ?? '');
  const name = sourceName(source);
  const save = useAction((reason: string) =>
    api.call(putPreset, { params: source, body: { version: seen.version, preset: isBack ? null : preset, reason } }),
  );
  const confirm = async (reason: string): Promise<void> => {
    if ((await save.run(reason)) === undefined) return;
    tell(say('reading.saved', 'how the documents of {source} are read was changed', { source: name }));
    onDone();
    onClose();
  };
  const close = (): void => {
    if (save.problem?.code === 'changed') onDone();
    onClose();
  };
  return (
    <ReasonDialog
      title={
        isBack
          ? say('reading.back.title', 'Read {source} as the settings say?', { source: name })
          : say('reading.choose.title', 'Choose a preset for {source}', { source: name })
      }
      confirm={isBack ? say('reading.back.confirm', 'Go back') : say('reading.choose.confirm', 'Choose')}
      pending={save.pending}
      problem={save.problem}
      onConfirm={(reason) => void confirm(reason)}
      onClose={close}
    >
      {!isBack && (
        <Choice
          label={say('reading.preset', 'Preset')}
          value={preset}
          options={presets.map((each) => [each.name, `${each.name} — ${each.title}`] as const)}
          onChange={setPreset}
        />
      )}
      <p>
        {say(
          'reading.about',
          'What comes in from now on is read so, at all agents within seconds. Cases that are there stay as they were read. A document that is sent again may become another case. You approve none of the acts of this source for 24 hours.',
        )}
      </p>
    </ReasonDialog>
  );
};

type Doing = 'choosing' | 'back' | undefined;

const Body = ({ source, view, onChanged }: { source: MappedSource; view: ReadingView; onChanged: () => void }) => {
  const { api } = useServices();
  const may = useMay('admin');
  const [doing, setDoing] = useState<Doing>();
  const offered = useResource(
    useCallback(() => api.call(listPresets), [api]),
    [],
  );
  const presets = offered.value?.presets ?? [];
  const stop = (): void => setDoing(undefined);
  return (
    <>
      <ReadingFacts view={view} />
      <div className="rfx-draft-actions">
        <EuiButton size="s" isDisabled={!may || presets.length === 0} onClick={() => setDoing('choosing')}>
          {say('reading.choose', 'Choose a preset…')}
        </EuiButton>
        {view.chosen !== undefined && (
          <EuiButton size="s" isDisabled={!may} onClick={() => setDoing('back')}>
            {say('reading.back', 'Go back to the settings…')}
          </EuiButton>
        )}
        <PageLink to={tryPath(source)}>{say('trial.title', 'Try a document')}</PageLink>
      </div>
      {doing !== undefined && (
        <ChooseDialog
          source={source}
          view={view}
          presets={doing === 'choosing' ? presets : []}
          onDone={onChanged}
          onClose={stop}
        />
      )}
    </>
  );
};

/** By which preset the documents of a source are read, and where an admin chooses another. */
export const ReadingSection = ({ source }: { source: MappedSource }) => {
  const { api } = useServices();
  const { type, id } = source;
  const resource = useResource(
    useCallback(() => api.call(getReading, { params: { type, id } }), [api, type, id]),
    TOPICS,
  );
  const title = say('reading.title', 'How its documents are read');
  return (
    <Section title={title}>
      <Loaded resource={resource} what={title}>
        {(view) => <Body source={source} view={view} onChanged={resource.again} />}
      </Loaded>
    </Section>
  );
};
