import React, { useCallback, useEffect } from 'react';
import { listIntakeHealth, type IntakeHealthView } from '../../../common/api/routes';
import { Loaded } from '../../components/layout/loaded';
import { SinceText } from '../../components/text/moment_text';
import { Section } from '../../components/layout/section';
import { useServices } from '../../components/data/services';
import { SmallTable } from '../../components/layout/small_table';
import { grantPath, isGrantable, sourceName } from '../../components/text/source_links';
import { PageLink } from '../../components/text/links';
import { ToneText } from '../../components/text/tone_text';
import { useResource } from '../../components/data/use_resource';
import { countText } from '../../format/numbers';
import { say } from '../../i18n';
import { SwitchButton } from './switch_button';

const EVERY_MS = 5_000;
const TOPICS = ['source_switch'] as const;

/** Who switched it off and why, and what was not taken since. */
const Off = ({ off, passed }: { off: NonNullable<IntakeHealthView['off']>; passed: number }) => (
  <>
    <ToneText tone="warn">{say('intake_health.off', 'switched off by {by}', { by: off.by })}</ToneText>{' '}
    <SinceText at={off.at} />
    <span className="rfx-small rfx-subdued"> {off.reason}</span>
    {passed > 0 && (
      <span className="rfx-small">
        {' '}
        {say('intake_health.passed', '{count} not taken', { count: countText(passed) })}
      </span>
    )}
  </>
);

const State = ({ source }: { source: IntakeHealthView }) => {
  const { connected, error, quarantined, parse_failures, off, switched_off } = source;
  if (off !== undefined) return <Off off={off} passed={switched_off} />;
  if (error !== undefined) return <ToneText tone="bad">{error}</ToneText>;
  if (connected === false) return <ToneText tone="bad">{say('intake_health.away', 'not connected')}</ToneText>;
  if (quarantined > 0)
    return (
      <ToneText tone="warn">
        {parse_failures > 0
          ? say('intake_health.unreadable', '{count} in quarantine, {unreadable} of them unreadable', {
              count: quarantined,
              unreadable: parse_failures,
            })
          : say('intake_health.quarantined', '{count} in quarantine', { count: quarantined })}
      </ToneText>
    );
  return <ToneText tone="good">{say('intake_health.fine', 'fine')}</ToneText>;
};

const Believed = ({ source }: { source: IntakeHealthView }) =>
  isGrantable(source) ? (
    <PageLink
      to={grantPath(source)}
      label={
        source.granted
          ? say('intake_health.granted.of', 'what is granted to {source}', { source: sourceName(source) })
          : say('intake_health.claims.of', 'nothing is granted to {source}', { source: sourceName(source) })
      }
    >
      {source.granted ? say('intake_health.granted', 'what is granted') : say('intake_health.claims', 'only claims')}
    </PageLink>
  ) : null;

/** A monitor by its name; people do not know its id. */
const Name = ({ source: { type, id }, name }: { source: IntakeHealthView; name: string | undefined }) =>
  name === undefined ? (
    <>{`${type}: ${id}`}</>
  ) : (
    <>
      {`${type}: ${name}`} <span className="rfx-small rfx-subdued">{id}</span>
    </>
  );

/** Alerts are switched off by their monitors, in the list above. */
const isSwitchedHere = (source: IntakeHealthView): boolean =>
  isGrantable(source) && source.type !== 'alerting' && source.type !== 'detector';

/**
 * What comes in and from where: rate, lag and state of each source, as this host sees it.
 *
 * @param names of monitors, by what their events name as their source
 */
export const IntakeHealth = ({ names }: { names: ReadonlyMap<string, string> }) => {
  const { api } = useServices();
  const health = useResource(
    useCallback(() => api.call(listIntakeHealth), [api]),
    TOPICS,
  );
  const { again } = health;
  useEffect(() => {
    const timer = setInterval(again, EVERY_MS);
    return () => clearInterval(timer);
  }, [again]);
  return (
    <Section
      title={say('intake_health.title', 'What comes in')}
      note={say('intake_health.note', 'this host, since its start; what several hosts took in is in the metrics')}
    >
      <Loaded resource={health} what={say('intake_health.title', 'What comes in')}>
        {({ sources }) =>
          sources.length === 0 ? (
            <p className="rfx-subdued">{say('intake_health.none', 'Nothing has come in yet.')}</p>
          ) : (
            <SmallTable
              caption={say('intake_health.title', 'What comes in')}
              columns={[
                { name: say('intake_health.col.source', 'Source') },
                { name: say('intake_health.col.state', 'State') },
                { name: say('intake_health.col.grant', 'May say') },
                { name: say('intake_health.col.last', 'Last event') },
                { name: say('intake_health.col.rate', 'A minute'), number: true },
                { name: say('intake_health.col.received', 'Received'), number: true },
                { name: say('intake_health.col.duplicates', 'Duplicates'), number: true },
                { name: say('intake_health.col.updates', 'Updates'), number: true },
                { name: say('intake_health.col.not_ours', 'Not ours'), number: true },
                { name: say('intake_health.col.lag', 'Waiting there'), number: true },
                { name: say('intake_health.col.position', 'Read up to') },
                { name: say('intake_health.col.do', 'Actions') },
              ]}
              rows={sources.map((source) => ({
                key: `${source.type} ${source.id}`,
                cells: [
                  <Name key="name" source={source} name={names.get(sourceName(source))} />,
                  <State key="state" source={source} />,
                  <Believed key="grant" source={source} />,
                  source.last_event_at === undefined ? '' : <SinceText key="last" at={source.last_event_at} />,
                  source.per_minute.toFixed(source.per_minute < 10 ? 1 : 0),
                  countText(source.received),
                  countText(source.duplicates),
                  countText(source.updates),
                  countText(source.not_ours),
                  source.lag === undefined ? '' : countText(source.lag),
                  source.position ?? '',
                  isSwitchedHere(source) ? (
                    <SwitchButton
                      key="do"
                      sources={[{ type: source.type, id: source.id }]}
                      name={sourceName(source)}
                      isOff={source.off !== undefined}
                      onDone={again}
                    />
                  ) : (
                    ''
                  ),
                ],
              }))}
            />
          )
        }
      </Loaded>
    </Section>
  );
};
