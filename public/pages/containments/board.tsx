import React, { useState } from 'react';
import { EuiButton, EuiButtonEmpty } from '@elastic/eui';
import type { HereContainment } from '../../../common/api/routes';
import type { ContainmentView } from '../../../common/api/views';
import { KeysHelp, type KeyHelp } from '../../components/dialogs/keys_help';
import { KeyMark } from '../../components/text/key_mark';
import { useKeys } from '../../components/data/use_keys';
import { useMay } from '../../components/data/use_live';
import { say } from '../../i18n';
import { BoardFilters } from './board_filters';
import { BoardTable } from './board_table';
import { BulkLiftDialog } from './bulk_lift_dialog';
import { filterContainments, NO_FILTER } from './filter_containments';
import { IsContained } from './is_contained';
import { LiftDialog } from './lift_dialog';
import { useSameThing } from './use_same_thing';

interface BoardProps {
  readonly rows: readonly ContainmentView[];
  readonly total: number;
  /** What only this machine's journal tells of. */
  readonly here?: readonly HereContainment[] | undefined;
  readonly onChanged: () => void;
}

const boardKeys = (): readonly KeyHelp[] => [
  { keys: ['S'], does: say('board.key.select_all', 'select every row of the list, or none') },
  { keys: ['L'], does: say('board.key.lift', 'lift what is selected, with a reason') },
  { keys: ['?'], does: say('escalations.key.help', 'show these keys') },
];

/** The board: a question box, filters, the rows, and lifting one or several. */
export const Board = ({ rows, total, here = [], onChanged }: BoardProps) => {
  const may = useMay('respond');
  const [filter, setFilter] = useState(NO_FILTER);
  const [checked, setChecked] = useState<ReadonlySet<string>>(new Set());
  const [lifting, setLifting] = useState<ContainmentView>();
  const [bulk, setBulk] = useState(false);
  const same = useSameThing(filter.text);
  const shown = filterContainments(rows, filter, same.ids);
  // INVARIANT: nothing is lifted that the board does not show.
  const chosen = shown.filter((row) => checked.has(row.effect_id));
  const isAll = shown.length > 0 && chosen.length === shown.length;
  const [help, setHelp] = useState(false);
  const selectAll = (): void => setChecked(new Set(isAll ? [] : shown.map((row) => row.effect_id)));
  useKeys({
    s: selectAll,
    l: () => may && chosen.length > 0 && setBulk(true),
    '?': () => setHelp(true),
  });
  // Shown as it is by now; one that has gone meanwhile stays until its dialog is closed.
  const lifted = rows.find((row) => row.effect_id === lifting?.effect_id) ?? lifting;
  return (
    <>
      <IsContained rows={rows} total={total} here={here} />
      <BoardFilters rows={rows} filter={filter} onChange={setFilter} shown={shown.length} total={total} same={same} />
      <div className="rfx-bulk__line">
        <EuiButtonEmpty size="xs" flush="left" isDisabled={shown.length === 0} aria-pressed={isAll} onClick={selectAll}>
          {isAll
            ? say('escalations.select_none', 'Select none')
            : say('escalations.select_all', 'Select all {count} of the list', { count: shown.length })}{' '}
          <KeyMark name="S" />
        </EuiButtonEmpty>
        <EuiButtonEmpty size="xs" iconType="keyboardShortcut" onClick={() => setHelp(true)}>
          {say('escalations.keys', 'Keys')}
        </EuiButtonEmpty>
      </div>
      {chosen.length > 0 && (
        <div
          className="rfx-bulk rfx-bulk__line"
          role="group"
          aria-label={say('lift.bulk.label', 'Lift several at once')}
        >
          <strong>{say('bulk.selected', '{count} selected', { count: chosen.length })}</strong>
          <EuiButton size="s" color="danger" isDisabled={!may} onClick={() => setBulk(true)}>
            {say('lift.bulk', 'Lift {count}…', { count: chosen.length })} <KeyMark name="L" />
          </EuiButton>
          <EuiButtonEmpty size="xs" onClick={() => setChecked(new Set())}>
            {say('bulk.clear', 'Clear')}
          </EuiButtonEmpty>
        </div>
      )}
      <BoardTable
        rows={shown}
        checked={checked}
        onChecked={setChecked}
        onLift={setLifting}
        onChanged={onChanged}
        mayLift={may}
      />
      {lifted && <LiftDialog row={lifted} onClose={() => setLifting(undefined)} onLifted={onChanged} />}
      {bulk && (
        <BulkLiftDialog
          rows={chosen}
          onClose={(isDone) => {
            setBulk(false);
            if (!isDone) return;
            setChecked(new Set());
            onChanged();
          }}
        />
      )}
      {help && <KeysHelp keys={boardKeys()} onClose={() => setHelp(false)} />}
    </>
  );
};
