import React, { useState } from 'react';
import { EuiFieldSearch, EuiFormRow } from '@elastic/eui';
import type { HereContainment } from '../../../common/api/routes';
import type { ContainmentView } from '../../../common/api/views';
import { AlsoAs } from '../../components/text/also_as';
import { ToneText } from '../../components/text/tone_text';
import { say } from '../../i18n';
import { effectName, isThere, stateWords } from './containment_words';
import { Ends } from './ends';
import { containing } from './filter_containments';
import { SameThingFault } from './same_thing_fault';
import { useSameThing } from './use_same_thing';

const Found = ({ row }: { row: ContainmentView }) => {
  const { word, tone } = stateWords(row);
  return (
    <li>
      <strong>{effectName(row)}</strong>{' '}
      <span className="rfx-subdued">{say('is_contained.by', 'by {connector}', { connector: row.connector })}</span>{' '}
      <ToneText tone={tone}>{word}</ToneText> <Ends row={row} />
    </li>
  );
};

const FoundRows = ({ rows }: { rows: readonly ContainmentView[] }) => (
  <>
    <ul>
      {rows.slice(0, 5).map((row) => (
        <Found key={row.effect_id} row={row} />
      ))}
    </ul>
    {rows.length > 5 && say('is_contained.more', 'and {count} more', { count: rows.length - 5 })}
  </>
);

/**
 * "Is this contained?", answered for a part of a name or an address, and for the thing by its other names; says what it
 * cannot know.
 */
export const IsContained = ({
  rows,
  total,
  here,
}: {
  rows: readonly ContainmentView[];
  total: number;
  here: readonly HereContainment[];
}) => {
  const [wanted, setWanted] = useState('');
  const same = useSameThing(wanted);
  const listed = new Set(rows.map((row) => row.effect_id));
  // More may be contained than the board lists.
  const named = [...containing(rows, wanted, same.ids), ...same.rows.filter((row) => !listed.has(row.effect_id))];
  const found = named.filter(isThere);
  const gone = named.filter((row) => !isThere(row));
  const foundHere = containing(here, wanted, same.ids);
  const complete = total <= rows.length;
  const nothing = wanted.trim() !== '' && named.length + foundHere.length === 0;
  return (
    <div className="rfx-question">
      <EuiFormRow label={say('is_contained.label', 'Is it contained?')} display="columnCompressed">
        <EuiFieldSearch
          compressed
          incremental
          value={wanted}
          placeholder={say('is_contained.placeholder', 'address, host, user …')}
          onChange={(event) => setWanted(event.target.value)}
        />
      </EuiFormRow>
      <div role="status" aria-live="polite" className="rfx-question__answer">
        {nothing && same.state === 'asking' && say('is_contained.asking', 'Looking for it by its other names …')}
        {nothing && same.state !== 'asking' && (
          <span>
            {complete
              ? say('is_contained.no', 'No: Reflex contains nothing whose name has “{wanted}” in it.', {
                  wanted: wanted.trim(),
                })
              : say('is_contained.not_listed', 'Not among the {count} that are listed; there are {total}.', {
                  count: rows.length,
                  total,
                })}{' '}
            <span className="rfx-subdued">
              {say('is_contained.others', 'What others did by hand is not known here.')}
            </span>
          </span>
        )}{' '}
        <AlsoAs spellings={same.alsoAs} />
        <SameThingFault same={same} />
        {gone.length > 0 && (
          <>
            <strong>{say('is_contained.gone', 'Not any more:')}</strong>
            <FoundRows rows={gone} />
          </>
        )}
        {foundHere.length > 0 && (
          <strong>
            {say('is_contained.here', 'Yes, known to this machine only: {effect}', {
              effect: foundHere.slice(0, 5).map(effectName).join(', '),
            })}
          </strong>
        )}
        {found.length > 0 && (
          <>
            <strong>{say('is_contained.yes', 'Yes:')}</strong>
            <FoundRows rows={found} />
          </>
        )}
      </div>
    </div>
  );
};
