import React, { useCallback } from 'react';
import { getLeftOut, type IntakeHealthView, type LeftOutRow } from '../../../common/api/routes';
import { useServices } from '../../components/data/services';
import { useResource } from '../../components/data/use_resource';
import { Facts } from '../../components/facts/facts';
import { Loaded } from '../../components/layout/loaded';
import { DuplicatesNote } from '../../components/text/duplicates_note';
import { DecisionLink, PageLink } from '../../components/text/links';
import { SinceText } from '../../components/text/moment_text';
import { Sentence } from '../../components/text/sentence';
import { grantPath, isGrantable, sourceName } from '../../components/text/source_links';
import { countText } from '../../format/numbers';
import { say } from '../../i18n';
import { whySentence, whyWord } from './left_out_words';

export const rateText = ({ per_minute }: IntakeHealthView): string => per_minute.toFixed(per_minute < 10 ? 1 : 0);

const Believed = ({ source }: { source: IntakeHealthView }) => (
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
);

const Example = ({ example: { at, text = '', decision_id } }: { example: LeftOutRow['examples'][number] }) => (
  <li>
    {decision_id === undefined ? (
      <SinceText at={at} />
    ) : (
      <DecisionLink id={decision_id}>
        <SinceText at={at} />
      </DecisionLink>
    )}{' '}
    {text !== '' && <span className="rfx-value">{text}</span>}
  </li>
);

/** One place: a list and no table, for it has to fit into a row of the table of sources, on a phone as well. */
const Row = ({ row }: { row: LeftOutRow }) => (
  <li>
    <strong>{whyWord(row.why)}</strong>{' '}
    {row.path === '' ? say('left_out.whole', 'the whole') : <code className="rfx-hash">{row.path}</code>}{' '}
    <span className="rfx-tabular">{say('left_out.times', '{count} ×', { count: countText(row.count) })}</span>
    <div className="rfx-subdued">
      <Sentence text={whySentence(row)} />
    </div>
    <ul className="rfx-plain rfx-small">
      {row.examples.map((example, index) => (
        <Example key={`${example.at} ${index}`} example={example} />
      ))}
    </ul>
  </li>
);

const Rows = ({ rows }: { rows: readonly LeftOutRow[] }) =>
  rows.length === 0 ? (
    <p className="rfx-subdued">{say('left_out.none', 'Nothing was left out since this agent started.')}</p>
  ) : (
    <>
      <p className="rfx-details__title">{say('left_out.title', 'What was left out, and why')}</p>
      <ul className="rfx-plain rfx-faults" aria-label={say('left_out.title', 'What was left out, and why')}>
        {rows.map((row) => (
          <Row key={`${row.why} ${row.how ?? ''} ${row.path}`} row={row} />
        ))}
      </ul>
    </>
  );

/** All figures of one source, and what of its documents was left out. */
export const IntakeDetails = ({ id, source }: { id: string; source: IntakeHealthView }) => {
  const { api } = useServices();
  const { type, id: name, last_event_at, received, duplicates, updates, not_ours, lag, position } = source;
  const left = useResource(
    useCallback(() => api.call(getLeftOut, { params: { type, id: name } }), [api, name, type]),
    [],
  );
  const count = (label: string, value: number | undefined) =>
    value === undefined ? undefined : { name: label, value: countText(value) };
  return (
    <div
      id={id}
      role="group"
      aria-label={say('intake_health.details.of', 'Details of {source}', { source: sourceName(source) })}
    >
      <Facts
        facts={[
          isGrantable(source)
            ? { name: say('intake_health.col.grant', 'May say'), value: <Believed source={source} /> }
            : undefined,
          last_event_at === undefined
            ? undefined
            : { name: say('intake_health.col.last', 'Last event'), value: <SinceText at={last_event_at} /> },
          { name: say('intake_health.col.rate', 'A minute'), value: rateText(source) },
          count(say('intake_health.col.received', 'Received'), received),
          count(say('intake_health.col.duplicates', 'Duplicates'), duplicates),
          count(say('intake_health.col.updates', 'Updates'), updates),
          count(say('intake_health.col.not_ours', 'Not ours'), not_ours),
          count(say('intake_health.col.lag', 'Waiting there'), lag),
          position === undefined
            ? undefined
            : { name: say('intake_health.col.position', 'Read up to'), value: <Sentence text={position} /> },
        ]}
      />
      {type === 'alerting' && <DuplicatesNote count={duplicates} />}
      <Loaded resource={left} what={say('left_out.title', 'What was left out, and why')}>
        {({ rows }) => <Rows rows={rows} />}
      </Loaded>
    </div>
  );
};
