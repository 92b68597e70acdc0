import React from 'react';
import type * as t from 'io-ts';
import type { previewMapping } from '../../../common/api/routes';
import { Sentence } from '../../components/text/sentence';
import { SmallTable } from '../../components/layout/small_table';
import { scoreText } from '../../format/numbers';
import { say } from '../../i18n';

export type Preview = t.TypeOf<typeof previewMapping.answer>;

type Event = Preview['events'][number];

const Confidence = ({ event, uncalibrated }: Event) => {
  if (event === undefined) return <>—</>;
  return (
    <>
      {scoreText(event.confidence)}
      {uncalibrated && <span className="rfx-subdued"> {say('preview.uncalibrated', '(uncalibrated)')}</span>}
    </>
  );
};

const Faults = ({ faults }: Event) =>
  faults.length === 0 ? (
    <span className="rfx-subdued">—</span>
  ) : (
    <ul>
      {faults.map(({ path, message }) => (
        <li key={`${path} ${message}`}>
          <code>{path}</code> <Sentence text={message} />
        </li>
      ))}
    </ul>
  );

/** The events that a mapping makes of past alerts, with what it did not find. */
export const PreviewTable = ({ preview }: { preview: Preview }) => (
  <div role="region" aria-label={say('preview.title', 'What it makes of past alerts')}>
    <p role="status">
      {say(
        'preview.counts',
        '{alerts, plural, one {# alert} other {# alerts}} make {events, plural, one {# event} other {# events}}',
        {
          alerts: preview.alerts,
          events: preview.events.length,
        },
      )}
    </p>
    {preview.notes.length > 0 && (
      <ul>
        {preview.notes.map((note) => (
          <li key={note}>
            <Sentence text={note} />
          </li>
        ))}
      </ul>
    )}
    {preview.events.length > 0 && (
      <SmallTable
        caption={say('preview.title', 'What it makes of past alerts')}
        columns={[
          { name: say('preview.alert', 'Alert') },
          { name: say('preview.severity', 'Severity') },
          { name: say('preview.confidence', 'Confidence') },
          { name: say('mapping.src_host', 'Source host') },
          { name: say('mapping.source_ip', 'Source address') },
          { name: say('mapping.user', 'User') },
          { name: say('preview.rule', 'Rule') },
          { name: say('preview.faults', 'Not found') },
        ]}
        rows={preview.events.map((each, index) => ({
          key: `${each.alert_id} ${index}`,
          cells: [
            <code key="alert">{each.alert_id}</code>,
            each.event?.severity ?? '—',
            <Confidence key="confidence" {...each} />,
            each.event?.src_host ?? '—',
            each.event?.source?.ip ?? '—',
            each.event?.user?.name ?? '—',
            each.event?.rule?.name ?? '—',
            <Faults key="faults" {...each} />,
          ],
        }))}
      />
    )}
  </div>
);
