import React, { useId, useState } from 'react';
import { EuiButtonEmpty } from '@elastic/eui';
import type { IntakeHealthView } from '../../../common/api/routes';
import { SmallTable } from '../../components/layout/small_table';
import { SinceText } from '../../components/text/moment_text';
import { isGrantable, sourceName } from '../../components/text/source_links';
import { ToneText } from '../../components/text/tone_text';
import { countText } from '../../format/numbers';
import { say } from '../../i18n';
import { IntakeDetails, rateText } from './intake_details';
import { leftOutTotal } from './left_out_words';
import { SwitchButton } from './switch_button';

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

/** What reads the alerts of all monitors from their indices; each monitor counts the events that it brings. */
const isReader = ({ type, id }: IntakeHealthView): boolean => type === 'alerting' && id === 'cursor';

/** A monitor by its name; people do not know its id. */
const Name = ({ source, name }: { source: IntakeHealthView; name: string | undefined }) => {
  const { type, id } = source;
  if (isReader(source)) return <>{say('intake_health.reader', 'alerts of all monitors, read from their indices')}</>;
  return name === undefined ? (
    <>{`${type}: ${id}`}</>
  ) : (
    <>
      {`${type}: ${name}`} <span className="rfx-small rfx-subdued">{id}</span>
    </>
  );
};

/** Alerts are switched off by their monitors, in the list above. */
const isSwitchedHere = (source: IntakeHealthView): boolean =>
  isGrantable(source) && source.type !== 'alerting' && source.type !== 'detector';

interface FoldProps {
  readonly source: IntakeHealthView;
  readonly open: boolean;
  readonly controls: string;
  readonly onToggle: () => void;
}

const Fold = ({ source, open, controls, onToggle }: FoldProps) => (
  <EuiButtonEmpty
    size="xs"
    iconType={open ? 'arrowUp' : 'arrowDown'}
    aria-expanded={open}
    {...(open ? { 'aria-controls': controls } : {})}
    aria-label={say('intake_health.details.of', 'Details of {source}', { source: sourceName(source) })}
    onClick={onToggle}
  >
    {say('intake_health.details', 'Details')}
  </EuiButtonEmpty>
);

interface IntakeTableProps {
  readonly sources: readonly IntakeHealthView[];
  /** Names of monitors, by what their events name as their source. */
  readonly names: ReadonlyMap<string, string>;
  readonly onChanged: () => void;
}

/** One row for each source with what one looks for first; everything else is in its details. */
export const IntakeTable = ({ sources, names, onChanged }: IntakeTableProps) => {
  const id = useId();
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const toggle = (name: string): void =>
    setOpen((before) => new Set(before.has(name) ? [...before].filter((each) => each !== name) : [...before, name]));
  return (
    <SmallTable
      caption={say('intake_health.title', 'What comes in')}
      columns={[
        { name: say('intake_health.col.source', 'Source') },
        { name: say('intake_health.col.state', 'State') },
        { name: say('intake_health.col.last', 'Last event'), wide: true },
        { name: say('intake_health.col.rate', 'A minute'), number: true, wide: true },
        { name: say('intake_health.col.received', 'Received'), number: true, wide: true },
        { name: say('intake_health.col.left_out', 'Left out'), number: true, wide: true },
        { name: say('intake_health.col.lag', 'Waiting there'), number: true, wide: true },
        { name: say('intake_health.col.do', 'Actions') },
      ]}
      rows={sources.map((source) => {
        const name = sourceName(source);
        const isOpen = open.has(name);
        const controls = `${id} ${name}`.replace(/\s/g, '_');
        return {
          key: name,
          cells: [
            <Name key="name" source={source} name={names.get(name)} />,
            <State key="state" source={source} />,
            source.last_event_at === undefined ? '' : <SinceText key="last" at={source.last_event_at} />,
            isReader(source) ? '' : rateText(source),
            isReader(source) ? '' : countText(source.received),
            isReader(source) ? '' : countText(leftOutTotal(source)),
            source.lag === undefined ? '' : countText(source.lag),
            <span key="do" className="rfx-buttons">
              <Fold source={source} open={isOpen} controls={controls} onToggle={() => toggle(name)} />
              {isSwitchedHere(source) && (
                <SwitchButton
                  sources={[{ type: source.type, id: source.id }]}
                  name={name}
                  isOff={source.off !== undefined}
                  onDone={onChanged}
                />
              )}
            </span>,
          ],
          ...(isOpen ? { details: <IntakeDetails id={controls} source={source} /> } : {}),
        };
      })}
    />
  );
};
