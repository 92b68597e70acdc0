import React, { useState } from 'react';
import { EuiButton, EuiFieldSearch } from '@elastic/eui';
import type { SourceView } from '../../../common/api/routes';
import { PageLink } from '../../components/text/links';
import { MomentText, SinceText } from '../../components/text/moment_text';
import { Section } from '../../components/layout/section';
import { SmallTable } from '../../components/layout/small_table';
import { ToneText } from '../../components/text/tone_text';
import { useMay } from '../../components/data/use_live';
import { Sentence } from '../../components/text/sentence';
import { say } from '../../i18n';
import { ChangeDialog, type Intent } from './change_dialog';
import { sourcePath } from './paths';
import { SwitchButton } from './switch_button';
import { kindWord, maySubscribe, mayUndo, stateWord } from './source_words';

interface SourceListProps {
  readonly sources: readonly SourceView[];
  readonly onChanged: () => void;
}

/** How many of its intakes are off, in words; a detector has several. */
const Off = ({ source: { intakes, switched_off: off = [] } }: { source: SourceView }) =>
  off.length === 0 ? null : (
    <ToneText tone="warn">
      {off.length === intakes.length
        ? say('sources.off', 'switched off')
        : say('sources.off.some', '{off} of {all} switched off', { off: off.length, all: intakes.length })}
    </ToneText>
  );

/** What its monitor was to find, nobody finds. */
const Failing = ({ source: { failing } }: { source: SourceView }) =>
  failing === undefined ? null : (
    <>
      <ToneText tone="bad">{say('sources.failing', 'its monitor fails')}</ToneText> <SinceText at={failing.since} />
      <span className="rfx-small">
        : <Sentence text={failing.words} />
      </span>
    </>
  );

const isOff = ({ intakes, switched_off: off = [] }: SourceView): boolean =>
  off.length > 0 && off.length === intakes.length;

const SourceState = ({ source }: { source: SourceView }) => {
  const [tone, word] = stateWord(source.state);
  return (
    <>
      <Off source={source} />
      <Failing source={source} />
      <ToneText tone={tone}>{word}</ToneText>
      {source.why !== undefined && (
        <span className="rfx-small rfx-subdued">
          {' '}
          <Sentence text={source.why} />
        </span>
      )}
    </>
  );
};

interface ButtonsProps {
  readonly source: SourceView;
  readonly onChange: (intent: Intent) => void;
  readonly onSwitched: () => void;
}

const Buttons = ({ source, onChange, onSwitched }: ButtonsProps) => {
  const may = useMay('admin');
  return (
    <span className="rfx-buttons">
      {maySubscribe(source) && (
        <EuiButton
          size="s"
          isDisabled={!may}
          aria-label={say('sources.subscribe.of', 'Subscribe to {name}…', { name: source.name })}
          onClick={() => onChange('subscribe')}
        >
          {say('sources.subscribe', 'Subscribe…')}
        </EuiButton>
      )}
      {mayUndo(source) && (
        <EuiButton
          size="s"
          color="danger"
          isDisabled={!may}
          aria-label={say('sources.undo.of', 'Undo the subscription to {name}…', { name: source.name })}
          onClick={() => onChange('undo')}
        >
          {say('sources.undo', 'Undo…')}
        </EuiButton>
      )}
      <SwitchButton sources={source.intakes} name={source.name} isOff={isOff(source)} onDone={onSwitched} />
    </span>
  );
};

const matches = (source: SourceView, wanted: string): boolean =>
  `${source.name} ${kindWord(source)} ${stateWord(source.state)[1]}`
    .toLowerCase()
    .includes(wanted.toLowerCase().trim());

/** Every source with its state, and what can be done with it. */
export const SourceList = ({ sources, onChanged }: SourceListProps) => {
  const [wanted, setWanted] = useState('');
  const [change, setChange] = useState<{ readonly source: SourceView; readonly intent: Intent }>();
  const shown = sources.filter((source) => matches(source, wanted));
  return (
    <Section
      title={say('sources.title', 'What raises alerts ({count})', { count: sources.length })}
      actions={
        <EuiFieldSearch
          compressed
          aria-label={say('sources.filter', 'Filter sources')}
          placeholder={say('sources.filter', 'Filter sources')}
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
        />
      }
    >
      {shown.length < sources.length && (
        <p role="status" className="rfx-subdued">
          {say('sources.shown', '{shown} of {count}', { shown: shown.length, count: sources.length })}
        </p>
      )}
      <SmallTable
        caption={say('sources.table', 'Sources')}
        columns={[
          { name: say('sources.col.name', 'Name') },
          { name: say('sources.col.kind', 'Kind') },
          { name: say('sources.col.state', 'State') },
          { name: say('sources.col.triggers', 'Triggers') },
          { name: say('sources.col.last', 'Last event') },
          { name: say('sources.col.mapping', 'Mapping') },
          { name: say('sources.col.do', 'Actions') },
        ]}
        rows={shown.map((source) => ({
          key: `${source.kind}:${source.id}`,
          cells: [
            <span key="name" className="rfx-source-name">
              <PageLink to={sourcePath(source)}>{source.name}</PageLink>
              {!source.enabled && source.state !== 'gone' && (
                <span className="rfx-subdued"> {say('sources.disabled', '(disabled)')}</span>
              )}
            </span>,
            kindWord(source),
            <SourceState key="state" source={source} />,
            say('sources.triggers.count', '{ours} of {all}', {
              ours: source.triggers.filter(({ ours }) => ours).length,
              all: source.triggers.length,
            }),
            source.health?.last_event_at === undefined ? '—' : <MomentText at={source.health.last_event_at} />,
            source.mapping_version === undefined
              ? say('sources.mapping.default', 'built-in')
              : say('sources.mapping.version', 'own, version {version}', { version: source.mapping_version }),
            <Buttons
              key="do"
              source={source}
              onChange={(intent) => setChange({ source, intent })}
              onSwitched={onChanged}
            />,
          ],
        }))}
      />
      {change && (
        <ChangeDialog
          source={change.source}
          intent={change.intent}
          onClose={() => setChange(undefined)}
          onDone={onChanged}
        />
      )}
    </Section>
  );
};
