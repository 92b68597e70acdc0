import React, { useCallback, useState } from 'react';
import { useLocation } from 'react-router-dom';
import { EuiButton, EuiButtonEmpty, EuiFormRow, EuiTextArea } from '@elastic/eui';
import type * as t from 'io-ts';
import {
  listPresets,
  MAPPED_TYPES,
  tryDocuments,
  type MappedSource,
  type MappedType,
} from '../../../common/api/routes';
import { useServices } from '../../components/data/services';
import { useAction } from '../../components/data/use_action';
import { useMay } from '../../components/data/use_live';
import { useResource } from '../../components/data/use_resource';
import { Facts } from '../../components/facts/facts';
import { Loaded } from '../../components/layout/loaded';
import { PageFrame } from '../../components/layout/page_frame';
import { ProblemCallout } from '../../components/layout/problem_callout';
import { Section } from '../../components/layout/section';
import { PageLink } from '../../components/text/links';
import { Sentence } from '../../components/text/sentence';
import { sourceName } from '../../components/text/source_links';
import { say } from '../../i18n';
import { Choice, TextField } from './form_fields';
import { PastDocuments } from './past_documents';
import { SOURCES } from './paths';
import { SettingsLines } from './settings_lines';
import { TrialReport } from './trial_report';
import { repetitionWords } from './try_words';

type Offered = t.TypeOf<typeof listPresets.answer>;

/** What is asked; the answer stands for this and nothing else. */
interface Asked {
  readonly source: MappedSource;
  readonly preset: string;
  readonly text: string;
}

const FIRST: MappedSource = { type: 'webhook', id: 'siem' };

/** What the address of the page asks for, as a link from the page of a source does. */
const useWanted = (sources: readonly MappedSource[]): MappedSource => {
  const query = new URLSearchParams(useLocation().search);
  const type = MAPPED_TYPES.find((each) => each === query.get('type'));
  const id = query.get('id') ?? '';
  return type !== undefined && id !== '' ? { type, id } : (sources[0] ?? FIRST);
};

interface FormProps {
  readonly offered: Offered;
  readonly asked: Asked;
  readonly onChange: (asked: Asked) => void;
}

const OTHER = '';

/** As whose documents they are read: a source of the settings, or one that is not connected yet. */
const SourceChoice = ({ offered: { sources }, asked, onChange }: FormProps) => {
  const { source } = asked;
  const known = sources.map(sourceName);
  const set = (change: Partial<MappedSource>): void => onChange({ ...asked, source: { ...source, ...change } });
  return (
    <div className="rfx-mapping__row">
      <Choice
        label={say('trial.source', 'As documents of')}
        value={known.includes(sourceName(source)) ? sourceName(source) : OTHER}
        options={[
          ...known.map((name) => [name, name] as const),
          [OTHER, say('trial.source.other', 'a source that is not in the settings')] as const,
        ]}
        onChange={(name) =>
          onChange({ ...asked, source: sources.find((each) => sourceName(each) === name) ?? { ...source, id: 'new' } })
        }
      />
      <Choice<MappedType>
        label={say('trial.source.type', 'Kind of source')}
        value={source.type}
        options={MAPPED_TYPES.map((type) => [type, type] as const)}
        onChange={(type) => set({ type })}
      />
      <TextField
        label={say('trial.source.id', 'Name of the source')}
        help={say('trial.source.help', 'its grant counts, and it is part of the identity of each event')}
        value={source.id}
        onChange={(id) => set({ id })}
      />
    </div>
  );
};

const PresetChoice = ({ offered: { presets }, asked, onChange }: FormProps) => {
  const chosen = presets.find(({ name }) => name === asked.preset);
  return (
    <>
      <Choice
        label={say('trial.preset', 'Read by')}
        value={asked.preset}
        options={[
          ['', say('trial.preset.none', 'what is in force for the source')] as const,
          ...presets.map(({ name, title }) => [name, `${name} — ${title}`] as const),
        ]}
        onChange={(preset) => onChange({ ...asked, preset })}
      />
      {chosen && (
        <Facts
          facts={[
            { name: say('trial.preset.for', 'For'), value: chosen.title },
            { name: say('trial.preset.documents', 'Documents'), value: <Sentence text={chosen.documents} /> },
            {
              name: say('reading.repetition', 'Another content under a known id is'),
              value: repetitionWords(chosen.repetition),
            },
          ]}
        />
      )}
    </>
  );
};

const TextChoice = ({ asked, onChange }: Omit<FormProps, 'offered'>) => {
  const [past, setPast] = useState(false);
  const { source } = asked;
  return (
    <>
      <EuiFormRow
        fullWidth
        label={say('trial.text', 'Documents')}
        helpText={say('trial.text.help', 'JSON: one, an array of them, or one on each line; at most 50')}
      >
        <EuiTextArea
          fullWidth
          rows={12}
          value={asked.text}
          spellCheck={false}
          className="rfx-value"
          onChange={(event) => onChange({ ...asked, text: event.target.value })}
        />
      </EuiFormRow>
      <EuiButtonEmpty size="xs" flush="left" aria-expanded={past} onClick={() => setPast(!past)}>
        {say('trial.past', 'Take one that came in before')}
      </EuiButtonEmpty>
      {past && source.id !== '' && (
        <PastDocuments
          key={sourceName(source)}
          source={source}
          onChoose={(text) => {
            onChange({ ...asked, text });
            setPast(false);
          }}
        />
      )}
    </>
  );
};

const keyOf = (asked: Asked): string => JSON.stringify(asked);

const Form = ({ offered }: { offered: Offered }) => {
  const { api } = useServices();
  const may = useMay('admin');
  const wanted = useWanted(offered.sources);
  const [asked, setAsked] = useState<Asked>({ source: wanted, preset: '', text: '' });
  const [answer, setAnswer] = useState<{ readonly of: string; readonly view: t.TypeOf<typeof tryDocuments.answer> }>();
  const { run, problem, pending, reset } = useAction(({ source, preset, text }: Asked) =>
    api.call(tryDocuments, { body: { source, text, ...(preset === '' ? {} : { preset }) } }),
  );
  const change = (next: Asked): void => {
    reset();
    setAsked(next);
  };
  const ask = async (): Promise<void> => {
    const view = await run(asked);
    if (view !== undefined) setAnswer({ of: keyOf(asked), view });
  };
  const isReady = asked.text.trim() !== '' && asked.source.id !== '';
  return (
    <>
      <Section title={say('trial.what', 'What to try')}>
        <div className="rfx-mapping">
          <SourceChoice offered={offered} asked={asked} onChange={change} />
          <PresetChoice offered={offered} asked={asked} onChange={change} />
          <TextChoice asked={asked} onChange={change} />
          <div className="rfx-draft-actions">
            <EuiButton size="s" fill isDisabled={!may || !isReady} isLoading={pending} onClick={() => void ask()}>
              {say('trial.do', 'Try it')}
            </EuiButton>
            {!may && (
              <span className="rfx-subdued rfx-small">
                {say('trial.may_not', 'You need the admin right to try documents.')}
              </span>
            )}
          </div>
        </div>
      </Section>
      {problem && <ProblemCallout title={say('trial.failed', 'It could not be tried')} problem={problem} />}
      {answer !== undefined && answer.of === keyOf(asked) && problem === undefined && (
        <TrialReport view={answer.view} />
      )}
      {answer !== undefined && answer.of !== keyOf(asked) && (
        <p role="status">{say('trial.changed', 'It was changed since it was tried: try it again.')}</p>
      )}
      {asked.preset !== '' && asked.source.id !== '' && <SettingsLines source={asked.source} preset={asked.preset} />}
    </>
  );
};

/** Tries documents of a source without any effect. */
export const TryPage = () => {
  const { api } = useServices();
  const offered = useResource(
    useCallback(() => api.call(listPresets), [api]),
    [],
  );
  const title = say('trial.title', 'Try a document');
  return (
    <PageFrame
      title={title}
      about={say('trial.about', 'what it would come to; nothing is kept and nothing is sent')}
      actions={<PageLink to={SOURCES}>{say('source.all', 'All sources')}</PageLink>}
    >
      <Loaded resource={offered} what={title}>
        {(found) => <Form offered={found} />}
      </Loaded>
    </PageFrame>
  );
};
