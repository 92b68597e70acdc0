import React, { useState } from 'react';
import { EuiButtonEmpty } from '@elastic/eui';
import type { SourcePlan } from '../../../common/api/routes';
import { Facts } from '../../components/facts/facts';
import { Sentence } from '../../components/text/sentence';
import { SmallTable } from '../../components/layout/small_table';
import { say } from '../../i18n';
import { LineDiffView } from '../../components/code/line_diff_view';

const channelWords = ({ change }: SourcePlan['channel']): string => {
  switch (change) {
    case 'create':
      return say('plan.channel.create', 'is made new');
    case 'update':
      return say('plan.channel.update', 'is put right: address and token');
    case 'reuse':
      return say('plan.channel.reuse', 'is there and is used');
    case 'keep':
      return say('plan.channel.keep', 'stays, others use it');
    case 'delete':
      return say('plan.channel.delete', 'is deleted, nothing else uses it');
  }
};

const Value = ({ value, label }: { value: unknown; label: string }) =>
  value === undefined ? (
    <span className="rfx-subdued">—</span>
  ) : (
    <code className="rfx-prewrap rfx-plan-value" tabIndex={0} role="group" aria-label={label}>
      {typeof value === 'string' ? value : JSON.stringify(value, null, 1)}
    </code>
  );

/** A plan: the channel, each changed field, and the whole JSON line by line. */
export const PlanBody = ({ plan }: { plan: SourcePlan }) => {
  const [lines, setLines] = useState(false);
  return (
    <div className="rfx-tried">
      <Facts
        facts={[
          {
            name: say('plan.channel', 'Channel'),
            value: (
              <>
                <code>{plan.channel.id}</code> {channelWords(plan.channel)}
              </>
            ),
          },
          { name: say('channel.url', 'Sends to'), value: <code>{plan.channel.url}</code> },
        ]}
      />
      {plan.notes.length > 0 && (
        <ul>
          {plan.notes.map((note) => (
            <li key={note}>
              <Sentence text={note} />
            </li>
          ))}
        </ul>
      )}
      {plan.changes.length > 0 && (
        <>
          <SmallTable
            caption={say('plan.changes', 'What changes in it')}
            columns={[
              { name: say('change.field', 'Field') },
              { name: say('change.before', 'Before') },
              { name: say('change.after', 'After') },
            ]}
            rows={plan.changes.map(({ path, before, after }) => ({
              key: path,
              cells: [
                <code key="path">{path}</code>,
                <Value key="before" value={before} label={say('change.before', 'Before')} />,
                <Value key="after" value={after} label={say('change.after', 'After')} />,
              ],
            }))}
          />
          <EuiButtonEmpty size="xs" aria-expanded={lines} onClick={() => setLines(!lines)}>
            {lines ? say('change.hide_lines', 'Hide lines') : say('change.show_lines', 'Show lines')}
          </EuiButtonEmpty>
          {lines && <LineDiffView before={plan.before} after={plan.after} />}
        </>
      )}
    </div>
  );
};
