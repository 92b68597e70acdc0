import React, { useState } from 'react';
import { useParams } from 'react-router-dom';
import { EuiButton } from '@elastic/eui';
import type { SourceView } from '../../../common/api/routes';
import { EmptyNote } from '../../components/layout/empty_note';
import { Facts } from '../../components/facts/facts';
import { PageLink } from '../../components/text/links';
import { Loaded } from '../../components/layout/loaded';
import { SinceText } from '../../components/text/moment_text';
import { PageFrame } from '../../components/layout/page_frame';
import { Section } from '../../components/layout/section';
import { SmallTable } from '../../components/layout/small_table';
import { sourceName } from '../../components/text/source_links';
import { ToneText } from '../../components/text/tone_text';
import { useMay } from '../../components/data/use_live';
import { say } from '../../i18n';
import { ChangeDialog, type Intent } from './change_dialog';
import { HealthFacts } from './health_text';
import { GrantSection } from './grant_section';
import { MappingSection } from './mapping_section';
import { SOURCES } from './paths';
import { SwitchSection } from './switch_section';
import { kindWord, maySubscribe, mayUndo, stateWord } from './source_words';
import { useSources } from './use_sources';

const Subscription = ({ source, onChanged }: { source: SourceView; onChanged: () => void }) => {
  const may = useMay('admin');
  const [intent, setIntent] = useState<Intent>();
  const [tone, word] = stateWord(source.state);
  return (
    <Section
      title={say('source.subscription', 'Subscription')}
      actions={
        <>
          {maySubscribe(source) && (
            <EuiButton size="s" isDisabled={!may} onClick={() => setIntent('subscribe')}>
              {say('sources.subscribe', 'Subscribe…')}
            </EuiButton>
          )}
          {mayUndo(source) && (
            <EuiButton size="s" color="danger" isDisabled={!may} onClick={() => setIntent('undo')}>
              {say('sources.undo', 'Undo…')}
            </EuiButton>
          )}
        </>
      }
    >
      <Facts
        facts={[
          { name: say('sources.col.state', 'State'), value: <ToneText tone={tone}>{word}</ToneText> },
          source.failing && {
            name: say('source.failing', 'Fails'),
            value: (
              <>
                <ToneText tone="bad">{source.failing.words}</ToneText> <SinceText at={source.failing.since} />
              </>
            ),
          },
          source.why === undefined ? undefined : { name: say('source.why', 'Why'), value: source.why },
          source.subscription && { name: say('source.by', 'Subscribed by'), value: source.subscription.by },
          source.subscription && {
            name: say('source.at', 'Subscribed'),
            value: <SinceText at={source.subscription.at} />,
          },
          source.subscription && { name: say('source.reason', 'Reason'), value: source.subscription.reason },
        ]}
      />
      {source.triggers.length > 0 && (
        <SmallTable
          caption={say('source.triggers', 'Triggers')}
          columns={[
            { name: say('source.trigger', 'Trigger') },
            { name: say('source.severity', 'Severity of Alerting (1 is the worst)'), number: true },
            { name: say('source.ours', 'Tells Reflex') },
            { name: say('source.others', 'Other actions'), number: true },
          ]}
          rows={source.triggers.map(({ id, name, severity, ours, other_actions }) => ({
            key: id,
            cells: [name, severity, ours ? say('source.yes', 'yes') : say('source.no', 'no'), other_actions],
          }))}
        />
      )}
      {intent && (
        <ChangeDialog source={source} intent={intent} onClose={() => setIntent(undefined)} onDone={onChanged} />
      )}
    </Section>
  );
};

/** One source: whether it tells Reflex, how it does, and from where the fields of its events come. */
export const SourcePage = () => {
  const { kind, id } = useParams<{ kind: string; id: string }>();
  const resource = useSources();
  const source = resource.value?.sources.find((each) => each.kind === kind && each.id === id);
  return (
    <PageFrame
      title={source?.name ?? say('source.title', 'Source')}
      about={source && kindWord(source)}
      actions={<PageLink to={SOURCES}>{say('source.all', 'All sources')}</PageLink>}
      {...(resource.value ? { asOf: resource.value.as_of } : {})}
    >
      <Loaded resource={resource} what={say('source.title', 'Source')}>
        {() =>
          source === undefined ? (
            <EmptyNote iconType="search" title={say('source.unknown', 'There is no such source')}>
              <p>{say('source.unknown.about', 'It was deleted, or the user that Reflex works as may not see it.')}</p>
            </EmptyNote>
          ) : (
            <>
              <Subscription source={source} onChanged={resource.again} />
              <Section title={say('source.health', 'How it does')}>
                <HealthFacts health={source.health} />
              </Section>
              {source.intakes.map((intake) => (
                <React.Fragment key={sourceName(intake)}>
                  <SwitchSection source={intake} />
                  <GrantSection source={intake} />
                </React.Fragment>
              ))}
              {source.state !== 'gone' && source.state !== 'unseen' && (
                <MappingSection key={`${kind}:${id}`} source={source} onChanged={resource.again} />
              )}
            </>
          )
        }
      </Loaded>
    </PageFrame>
  );
};
