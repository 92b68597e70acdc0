import React from 'react';
import { EuiButton, EuiButtonEmpty } from '@elastic/eui';
import type { EscalationView } from '../../../common/api/views';
import { useMay } from '../../components/data/use_live';
import { say } from '../../i18n';
import type { Verb } from './answer';
import { commonGround, isSamePolicy, isSelectable } from './escalation_key';
import { LimitsTheyWouldFill } from './limits_it_would_fill';
import type { Checked } from './use_checked';

interface BulkBarProps {
  /** What the list shows. */
  readonly waiting: readonly EscalationView[];
  readonly checked: Checked;
  readonly onAnswer: (verb: Verb) => void;
}

/** Why these cannot be approved at once. To deny them all starts nothing. */
export const mixedWords = (): string =>
  say(
    'bulk.mixed',
    'These have neither target nor policy in common: one reason can deny them all, but not approve them all.',
  );

/** Appears once something is selected. Approving several takes something that they have in common. */
export const BulkBar = ({ waiting, checked, onAnswer }: BulkBarProps) => {
  const mayApprove = useMay('approve');
  const mayDeny = useMay('respond');
  const { items } = checked;
  const [first] = items;
  if (first === undefined) return null;
  const ground = commonGround(items);
  const count = items.length;
  const ofPolicy = waiting.filter((each) => isSelectable(each) && isSamePolicy(first, each));
  return (
    <div className="rfx-bulk" role="group" aria-label={say('bulk.label', 'Answer several at once')}>
      <div className="rfx-bulk__line">
        <strong>{say('bulk.selected', '{count} selected', { count })}</strong>
        <EuiButtonEmpty size="xs" onClick={checked.clear}>
          {say('bulk.clear', 'Clear')}
        </EuiButtonEmpty>
      </div>
      <div className="rfx-bulk__line">
        {ofPolicy.length > count && (
          <EuiButtonEmpty size="xs" flush="left" onClick={() => checked.set(ofPolicy)}>
            {say('bulk.all_policy', 'All {count} of {policy}', { count: ofPolicy.length, policy: first.act.policy.id })}
          </EuiButtonEmpty>
        )}
      </div>
      <LimitsTheyWouldFill items={items} />
      {ground === undefined && <p className="rfx-small rfx-tone--warn">{mixedWords()}</p>}
      <div className="rfx-bulk__line">
        <EuiButton size="s" isDisabled={!mayApprove || ground === undefined} onClick={() => onAnswer('approve')}>
          {say('bulk.approve', 'Approve {count}…', { count })}
        </EuiButton>
        <EuiButton size="s" color="danger" isDisabled={!mayDeny} onClick={() => onAnswer('deny')}>
          {say('bulk.deny', 'Deny {count}…', { count })}
        </EuiButton>
      </div>
    </div>
  );
};
