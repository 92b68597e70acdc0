import React from 'react';
import type { Tone } from '../../format/act_status';
import { say } from '../../i18n';
import { SmallTable } from '../layout/small_table';
import { Sentence } from '../text/sentence';
import { ToneText } from '../text/tone_text';

/** What came of one item of a bulk action; without a result it is still under way. */
export interface BulkItem {
  readonly id: string;
  readonly what: string;
  readonly result?: { readonly tone: Tone; readonly text: string };
}

/** The outcome of each item by itself: nothing is capped, nothing is summed up into a lie. */
export const BulkOutcome = ({ items }: { items: readonly BulkItem[] }) => {
  const done = items.filter((item) => item.result).length;
  return (
    <div role="status" aria-live="polite">
      <p>{say('bulk.progress', '{done} of {total} answered', { done, total: items.length })}</p>
      <SmallTable
        caption={say('bulk.caption', 'Outcome of each item')}
        columns={[{ name: say('bulk.item', 'Item') }, { name: say('bulk.result', 'Result') }]}
        rows={items.map(({ id, what, result }) => ({
          key: id,
          cells: [
            what,
            <ToneText key="result" tone={result?.tone ?? 'busy'}>
              <Sentence text={result?.text ?? say('bulk.under_way', 'under way')} />
            </ToneText>,
          ],
        }))}
      />
    </div>
  );
};
