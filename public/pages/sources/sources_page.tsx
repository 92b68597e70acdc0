import React from 'react';
import { EuiCallOut } from '@elastic/eui';
import { EmptyNote } from '../../components/layout/empty_note';
import { Loaded } from '../../components/layout/loaded';
import { PageFrame } from '../../components/layout/page_frame';
import { useStatusPart } from '../../components/data/use_live';
import { PageLink } from '../../components/text/links';
import { Sentence } from '../../components/text/sentence';
import { sourceName } from '../../components/text/source_links';
import { say } from '../../i18n';
import { ChannelSection } from './channel_section';
import { IntakeHealth } from './intake_health';
import { OutcomesTold } from './outcomes_told';
import { TRY } from './paths';
import { SourceList } from './source_list';
import { useSources, type Sources } from './use_sources';

const Notes = ({ notes }: Pick<Sources, 'notes'>) => (
  <div className="rfx-source-notes">
    {notes.map(({ part, code, text }) => (
      <EuiCallOut
        key={`${part} ${code} ${text}`}
        size="s"
        color={code === 'not_installed' ? 'primary' : 'warning'}
        iconType={code === 'not_installed' ? 'iInCircle' : 'alert'}
        title={<Sentence text={text} />}
      />
    ))}
  </div>
);

/** The demo plays what Alerting would do; that its own node has none is nothing to mend. */
const PlayedByDemo = () => (
  <EmptyNote iconType="play" title={say('sources.demo', 'The demo plays the monitors itself')}>
    <p>
      {say(
        'sources.demo.about',
        'What they find is below, under What comes in. On your own OpenSearch its monitors and detectors stand here, to subscribe to and to switch off.',
      )}
    </p>
  </EmptyNote>
);

const NothingThere = ({ sources }: { sources: Sources }) => {
  const isMissing = sources.notes.some(({ part, code }) => part === 'alerting' && code === 'not_installed');
  return isMissing ? (
    <EmptyNote iconType="plugged" title={say('sources.no_alerting', 'This OpenSearch has no Alerting')}>
      <p>
        {say(
          'sources.no_alerting.about',
          'Its Alerting plugin is not installed, so there is nothing to subscribe to here. Events still come in through the API, a message broker, or an index that Reflex reads.',
        )}
      </p>
    </EmptyNote>
  ) : (
    <EmptyNote iconType="bell" title={say('sources.none', 'No monitors and no detectors')}>
      <p>
        {say(
          'sources.none.about',
          'Make a monitor in Alerting or a detector in Security Analytics, with a trigger; it then appears here. If there are some, the user that Reflex works as may not see them.',
        )}
      </p>
    </EmptyNote>
  );
};

/** Reading goes by the indices, so that nothing is missed: whoever subscribes must not think the rest is ignored. */
const AllAreRead = ({ sources }: { sources: Sources }) =>
  sources.sources.length === 0 ? null : (
    <EuiCallOut
      size="s"
      iconType="iInCircle"
      title={say(
        'sources.all_are_read',
        'Alerts of all these sources are read from their indices and decided, subscribed or not. A subscribed source also tells Reflex at once. Switch a source off to leave it out. What a source may start by itself is in its grant.',
      )}
    />
  );

/** Names of monitors and detectors, by what their events name as their source. */
const namesIn = (sources: Sources | undefined): ReadonlyMap<string, string> =>
  new Map(
    sources?.sources.flatMap(({ intakes, name }) => intakes.map((intake) => [sourceName(intake), name] as const)),
  );

/** What OpenSearch raises alerts by, and which of it tells Reflex. */
export const SourcesPage = () => {
  const resource = useSources();
  const isDemo = useStatusPart('mode') === 'demo';
  return (
    <PageFrame
      title={say('nav.sources', 'Sources')}
      about={say('sources.about', 'what OpenSearch raises alerts by, and which of it tells Reflex')}
      actions={<PageLink to={TRY}>{say('trial.title', 'Try a document')}</PageLink>}
      {...(resource.value ? { asOf: resource.value.as_of } : {})}
    >
      <Loaded resource={resource} what={say('nav.sources', 'Sources')}>
        {(sources) => (
          <>
            <Notes notes={isDemo ? sources.notes.filter(({ code }) => code !== 'not_installed') : sources.notes} />
            <AllAreRead sources={sources} />
            {sources.channel && <ChannelSection channel={sources.channel} onChanged={resource.again} />}
            {sources.sources.length > 0 && <SourceList sources={sources.sources} onChanged={resource.again} />}
            {sources.sources.length === 0 && (isDemo ? <PlayedByDemo /> : <NothingThere sources={sources} />)}
          </>
        )}
      </Loaded>
      <IntakeHealth names={namesIn(resource.value)} />
      <OutcomesTold />
    </PageFrame>
  );
};
