import React, { useState, type ReactNode } from 'react';
import { EuiBasicTable, EuiButton, EuiButtonIcon, EuiCheckbox, type EuiBasicTableColumn } from '@elastic/eui';
import type { ContainmentView } from '../../../common/api/views';
import { useDrawn } from '../../components/data/use_drawn';
import { DrawMore } from '../../components/layout/draw_more';
import { ExtendButton } from '../../components/orders/extend_button';
import { DemoBadge } from '../../components/facts/badges';
import { targetText, targetTypeWord } from '../../format/targets';
import { actionTitle } from '../../format/words';
import { say } from '../../i18n';
import { CloseDialog } from './close_dialog';
import { effectName, needsForce } from './containment_words';
import { EffectReasons } from './effect_reasons';
import { EffectState } from './effect_state';
import { Ends } from './ends';
import { WhyContained } from './why_contained';

interface BoardTableProps {
  readonly rows: readonly ContainmentView[];
  readonly checked: ReadonlySet<string>;
  readonly onChecked: (checked: ReadonlySet<string>) => void;
  readonly onLift: (row: ContainmentView) => void;
  /** Something was ordered about one of them. */
  readonly onChanged: () => void;
  readonly mayLift: boolean;
}

const toggled = (before: ReadonlySet<string>, id: string): ReadonlySet<string> => {
  const after = new Set(before);
  if (!after.delete(id)) after.add(id);
  return after;
};

const LiftButton = ({
  row,
  onLift,
  onChanged,
  mayLift,
}: { row: ContainmentView } & Pick<BoardTableProps, 'onChanged' | 'onLift' | 'mayLift'>) => {
  const [closing, setClosing] = useState(false);
  if (row.closable === true)
    return (
      <>
        <EuiButton size="s" isDisabled={!mayLift} onClick={() => setClosing(true)}>
          {say('containment.close', 'I looked…')} <span className="rfx-hidden">{effectName(row)}</span>
        </EuiButton>
        {closing && <CloseDialog row={row} onClose={() => setClosing(false)} onClosed={onChanged} />}
      </>
    );
  if (row.lift_requested === true && !needsForce(row)) {
    return <span className="rfx-subdued">{say('containment.lift_requested', 'lift requested')}</span>;
  }
  return (
    <EuiButton size="s" color="danger" isDisabled={!mayLift} onClick={() => onLift(row)}>
      {say('containment.lift', 'Lift…')} <span className="rfx-hidden">{effectName(row)}</span>
    </EuiButton>
  );
};

/** One row an effect: what, where, how well proved, until when, why, and its end by hand. */
export const BoardTable = ({ rows, checked, onChecked, onLift, onChanged, mayLift }: BoardTableProps) => {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const drawn = useDrawn(rows.length);
  const items = rows.slice(0, drawn.drawn);
  const expanded: Record<string, ReactNode> = {};
  for (const row of items) if (open.has(row.effect_id)) expanded[row.effect_id] = <EffectReasons row={row} />;
  const columns: Array<EuiBasicTableColumn<ContainmentView>> = [
    {
      name: <span className="rfx-hidden">{say('board.col.select', 'Select')}</span>,
      width: '40px',
      mobileOptions: { header: false },
      render: (row: ContainmentView) => (
        <EuiCheckbox
          id={`lift ${row.effect_id}`}
          checked={checked.has(row.effect_id)}
          onChange={() => onChecked(toggled(checked, row.effect_id))}
          aria-label={say('board.check', 'Select: {effect}', { effect: effectName(row) })}
        />
      ),
    },
    {
      name: say('board.col.what', 'What'),
      width: '22%',
      mobileOptions: { header: false },
      render: (row: ContainmentView) => (
        <div>
          <strong>{actionTitle(row.action)}</strong> <DemoBadge demo={row.demo} />
          <div className="rfx-value">{targetText(row.target)}</div>
          <div className="rfx-small rfx-subdued">
            {say('board.by', '{type}, by {connector}', {
              type: targetTypeWord(row.target.type),
              connector: row.connector,
            })}
          </div>
        </div>
      ),
    },
    {
      name: say('board.col.state', 'State and proof'),
      width: '24%',
      render: (row: ContainmentView) => <EffectState row={row} />,
    },
    {
      name: say('board.col.end', 'Ends'),
      width: '16%',
      render: (row: ContainmentView) => <Ends row={row} />,
    },
    {
      name: say('board.col.why', 'Why'),
      render: (row: ContainmentView) => <WhyContained row={row} />,
    },
    {
      name: <span className="rfx-hidden">{say('board.col.actions', 'Actions')}</span>,
      width: '240px',
      align: 'right',
      mobileOptions: { header: false },
      render: (row: ContainmentView) => (
        <span className="rfx-row-actions">
          <ExtendButton row={row} onOrdered={onChanged} />
          <LiftButton row={row} onLift={onLift} onChanged={onChanged} mayLift={mayLift} />
          <EuiButtonIcon
            iconType={open.has(row.effect_id) ? 'arrowUp' : 'arrowDown'}
            color="text"
            aria-expanded={open.has(row.effect_id)}
            aria-label={say('board.expand', 'All reasons: {effect}', { effect: effectName(row) })}
            onClick={() => setOpen(toggled(open, row.effect_id))}
          />
        </span>
      ),
    },
  ];
  return (
    <>
      <EuiBasicTable
        className="rfx-board"
        tableCaption={say('board.caption', 'Effects of Reflex at targets')}
        items={items}
        itemId="effect_id"
        columns={columns}
        itemIdToExpandedRowMap={expanded}
        isExpandable
        noItemsMessage={say('board.no_match', 'no row matches these filters')}
        tableLayout="fixed"
      />
      <DrawMore {...drawn} />
    </>
  );
};
