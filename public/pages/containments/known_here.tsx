import React, { useState } from 'react';
import { EuiButtonEmpty } from '@elastic/eui';
import type { HereContainment, HereOnlyView } from '../../../common/api/routes';
import { Section } from '../../components/layout/section';
import { SmallTable } from '../../components/layout/small_table';
import { Countdown } from '../../components/text/countdown';
import { countText } from '../../format/numbers';
import { targetText, targetTypeWord } from '../../format/targets';
import { actionTitle } from '../../format/words';
import { say } from '../../i18n';
import { overdueText } from './ends';

/** So many rows are drawn at first, and with each further click. */
const SHOWN_AT_ONCE = 50;

/** `8 containments known to this machine only`. */
const knownHereTitle = (total: number): string =>
  say(
    'known_here.title',
    '{total, plural, one {1 containment} other {{count} containments}} known to this machine only',
    { total, count: countText(total) },
  );

/** Why nobody else can be asked about them, and what becomes of them. */
const aboutText = ({ state, host }: HereOnlyView): string => {
  switch (state) {
    case 'asked':
      return say(
        'known_here.asked',
        'The undo journal of {host} has them, the state has no record. Each is undone at its end from that journal.',
        { host },
      );
    case 'away':
      return say(
        'known_here.away',
        'OpenSearch does not answer. This is what the undo journal of {host} tells; what other machines contain is not known now. Each is undone at its end from that journal.',
        { host },
      );
    case 'replaced':
      return say(
        'known_here.replaced',
        'The state index was emptied, deleted, replaced or restored, so what it says is not shown. This is what the undo journal of {host} tells; what other machines contain is not known now. Each is undone at its end from that journal.',
        { host },
      );
  }
};

const Ends = ({ row }: { row: HereContainment }) => {
  if (row.undoing) return <>{say('known_here.undoing', 'being undone')}</>;
  if (row.due === null) return <>{say('containment.no_end', 'until somebody lifts it')}</>;
  return <Countdown until={row.due} over={overdueText} />;
};

/** What only the undo journal of this machine tells of containments. */
export const KnownHere = ({ here }: { here: HereOnlyView }) => {
  const [most, setMost] = useState(SHOWN_AT_ONCE);
  const { host, total, containments } = here;
  const shown = containments.slice(0, most);
  return (
    <Section title={knownHereTitle(total)}>
      <p className="rfx-subdued">{aboutText(here)}</p>
      {shown.length > 0 && (
        <SmallTable
          caption={knownHereTitle(total)}
          columns={[
            { name: say('board.col.what', 'What') },
            { name: say('known_here.connector', 'Connector') },
            { name: say('known_here.host', 'Host') },
            { name: say('board.col.end', 'Ends') },
          ]}
          rows={shown.map((row) => ({
            key: row.effect_id,
            cells: [
              <span key="what">
                {actionTitle(row.action)} <span className="rfx-value">{targetText(row.target)}</span>{' '}
                <span className="rfx-small rfx-subdued">{targetTypeWord(row.target.type)}</span>
              </span>,
              row.connector,
              host,
              <Ends key="ends" row={row} />,
            ],
          }))}
        />
      )}
      {(shown.length < containments.length || containments.length < total) && (
        <p className="rfx-small" role="status">
          {say('known_here.shown', '{shown} of {total} are shown, soonest to end first.', {
            shown: countText(shown.length),
            total: countText(total),
          })}{' '}
          {shown.length < containments.length && (
            <EuiButtonEmpty size="xs" onClick={() => setMost(most + SHOWN_AT_ONCE)}>
              {say('known_here.more', 'Show {count} more', {
                count: Math.min(SHOWN_AT_ONCE, containments.length - shown.length),
              })}
            </EuiButtonEmpty>
          )}
        </p>
      )}
    </Section>
  );
};
