import React, { useState } from 'react';
import { BriefRule } from '../../components/facts/claimed_mark';
import { EuiButton, EuiCheckbox } from '@elastic/eui';
import { BulkOutcome, type BulkItem } from '../../components/dialogs/bulk_outcome';
import { Dialog } from '../../components/dialogs/dialog';
import { ReasonDialog } from '../../components/dialogs/reason_dialog';
import { AskFor } from '../../components/dialogs/ask_for';
import type { Label } from '../../../common/flow/feedback';
import { labelNotKept } from '../../components/dialogs/label_not_kept';
import { runBulk } from '../../components/data/run_bulk';
import { useServices } from '../../components/data/services';
import { actStatusWords } from '../../format/act_status';
import { say } from '../../i18n';
import { isMovedOn, sendAnswer, type Verb } from './answer';
import { actName, keyOf, type Answerable } from './escalation_key';
import { LimitsTheyWouldFill } from './limits_it_would_fill';
import { suggestedReasons } from './suggested_reasons';

interface BulkDialogProps {
  readonly items: readonly Answerable[];
  readonly verb: Verb;
  /** Told with what was answered; empty if nothing was. */
  readonly onClose: (answered: readonly Answerable[]) => void;
}

type Outcome = NonNullable<BulkItem['result']>;

/** What each is, then one reason, then what came of each. */
export const BulkDialog = ({ items: given, verb, onClose }: BulkDialogProps) => {
  const { api } = useServices();
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [all] = useState(given);
  const items = all.filter((item) => !left.has(keyOf(item)));
  const leave = (item: Answerable): void =>
    setLeft((before) => {
      const after = new Set(before);
      if (!after.delete(keyOf(item))) after.add(keyOf(item));
      return after;
    });
  const [results, setResults] = useState<ReadonlyMap<string, Outcome>>();
  const [askFor, setAskFor] = useState<number>();
  const answerOne = async (escalation: Answerable, reason: string, label: Label | undefined): Promise<Outcome> => {
    const answer = await sendAnswer(api, escalation, { verb, reason, askFor, label, of: items.length });
    if (!answer.ok) return { tone: isMovedOn(answer.error) ? 'warn' : 'bad', text: answer.error.message };
    const { progress, isLabelLost } = answer.value;
    if (isLabelLost) return { tone: 'warn', text: labelNotKept() };
    if (progress === undefined) return { tone: 'good', text: say('bulk.taken', 'taken') };
    const { tone, word } = actStatusWords(progress.status);
    return { tone, text: progress.text === undefined ? word : `${word}: ${progress.text}` };
  };
  const run = async (reason: string, label: Label | undefined): Promise<void> => {
    setResults(new Map());
    await runBulk(items, async (escalation) => {
      const outcome = await answerOne(escalation, reason, label);
      setResults((before) => new Map(before).set(keyOf(escalation), outcome));
    });
  };
  const count = items.length;
  const title =
    verb === 'approve'
      ? say('bulk.approve.title', 'Approve {count} acts', { count })
      : say('bulk.deny.title', 'Deny {count} acts', { count });
  if (results !== undefined) {
    return (
      <Dialog
        title={title}
        onClose={() => onClose(items)}
        width={680}
        footer={
          <EuiButton fill isDisabled={results.size < count} onClick={() => onClose(items)}>
            {say('bulk.close', 'Close')}
          </EuiButton>
        }
      >
        <BulkOutcome
          items={items.map((item) => ({ id: keyOf(item), what: actName(item), result: results.get(keyOf(item)) }))}
        />
      </Dialog>
    );
  }
  return (
    <ReasonDialog
      title={title}
      confirm={title}
      color={verb === 'approve' ? 'primary' : 'danger'}
      suggestions={suggestedReasons(verb)}
      pending={false}
      blocked={count === 0 ? say('bulk.none', 'none of them is ticked') : undefined}
      blockedAt="[type=checkbox]"
      labels
      onConfirm={(reason, label) => void run(reason, label)}
      onClose={() => onClose([])}
    >
      <p>{say('bulk.each', 'Each is judged and answered by itself; this reason goes on record for all of them:')}</p>
      <ul className="rfx-preview rfx-preview--ticks">
        {all.map((item) => (
          <li key={keyOf(item)}>
            <EuiCheckbox
              id={`answer ${keyOf(item)}`}
              checked={!left.has(keyOf(item))}
              onChange={() => leave(item)}
              label={
                <>
                  {actName(item)}{' '}
                  <span className="rfx-subdued">
                    <BriefRule brief={item.brief} />
                  </span>
                </>
              }
            />
          </li>
        ))}
      </ul>
      {verb === 'approve' && <LimitsTheyWouldFill items={items} />}
      {verb === 'deny' && <AskFor value={askFor} onChange={setAskFor} />}
    </ReasonDialog>
  );
};
