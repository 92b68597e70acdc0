import { present } from '../../../common/present';
import React, { useState } from 'react';
import { EuiButton } from '@elastic/eui';
import { liftContainment } from '../../../common/api/routes';
import type { ContainmentView } from '../../../common/api/views';
import { AskFor } from '../../components/dialogs/ask_for';
import { BulkOutcome, type BulkItem } from '../../components/dialogs/bulk_outcome';
import { Dialog } from '../../components/dialogs/dialog';
import { ReasonDialog } from '../../components/dialogs/reason_dialog';
import type { Label } from '../../../common/flow/feedback';
import { labelNotKept } from '../../components/dialogs/label_not_kept';
import { runBulk } from '../../components/data/run_bulk';
import { useServices } from '../../components/data/services';
import { say } from '../../i18n';
import { effectName, needsForce } from './containment_words';
import { liftReasons } from './lift_dialog';

type Outcome = NonNullable<BulkItem['result']>;

interface BulkLiftDialogProps {
  readonly rows: readonly ContainmentView[];
  /** Told whether anything was asked to be lifted. */
  readonly onClose: (isDone: boolean) => void;
}

/** Lifts several for one reason; each has its own outcome. Those that would overwrite something are left out. */
export const BulkLiftDialog = ({ rows: given, onClose }: BulkLiftDialogProps) => {
  const { api } = useServices();
  const [rows] = useState(given);
  const [results, setResults] = useState<ReadonlyMap<string, Outcome>>();
  const [askFor, setAskFor] = useState<number>();
  const liftOne = async (row: ContainmentView, reason: string, label: Label | undefined): Promise<Outcome> => {
    if (needsForce(row)) {
      return { tone: 'warn', text: say('lift.bulk.skipped', 'left out: somebody changed it since; lift it by itself') };
    }
    const answer = await api.call(liftContainment, {
      params: { effect_id: row.effect_id },
      body: { reason, ...present({ ask_for_ms: askFor, label }) },
    });
    if (answer.ok && answer.value.labelled === 0) return { tone: 'warn', text: labelNotKept() };
    return answer.ok
      ? { tone: 'good', text: say('lift.bulk.requested', 'lift requested') }
      : { tone: 'bad', text: answer.error.message };
  };
  const run = async (reason: string, label: Label | undefined): Promise<void> => {
    setResults(new Map());
    await runBulk(rows, async (row) => {
      const outcome = await liftOne(row, reason, label);
      setResults((before) => new Map(before).set(row.effect_id, outcome));
    });
  };
  const title = say('lift.bulk.title', 'Lift {count} containments', { count: rows.length });
  if (results !== undefined) {
    return (
      <Dialog
        title={title}
        onClose={() => onClose(true)}
        width={680}
        footer={
          <EuiButton fill isDisabled={results.size < rows.length} onClick={() => onClose(true)}>
            {say('bulk.close', 'Close')}
          </EuiButton>
        }
      >
        <BulkOutcome
          items={rows.map((row) => ({ id: row.effect_id, what: effectName(row), result: results.get(row.effect_id) }))}
        />
      </Dialog>
    );
  }
  return (
    <ReasonDialog
      title={title}
      confirm={title}
      color="danger"
      suggestions={liftReasons()}
      pending={false}
      labels
      onConfirm={(reason, label) => void run(reason, label)}
      onClose={() => onClose(false)}
    >
      <p>{say('lift.bulk.each', 'Each is undone by itself; this reason goes on record for all of them:')}</p>
      <ul className="rfx-preview">
        {rows.map((row) => (
          <li key={row.effect_id}>{effectName(row)}</li>
        ))}
      </ul>
      <AskFor value={askFor} onChange={setAskFor} />
    </ReasonDialog>
  );
};
