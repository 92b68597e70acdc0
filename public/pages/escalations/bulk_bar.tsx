import React from 'react';
import { EuiButton, EuiButtonEmpty } from '@elastic/eui';
import type { EscalationView } from '../../../common/api/views';
import { useMay } from '../../components/data/use_live';
import { say } from '../../i18n';
import type { Verb } from './answer';
import { commonGround, isSamePolicy, isSameTarget } from './escalation_key';
import { LimitsTheyWouldFill } from './limits_it_would_fill';
import type { Checked } from './use_checked';

interface BulkBarProps {
  readonly waiting: readonly EscalationView[];
  readonly checked: Checked;
  readonly onAnswer: (verb: Verb) => void;
}

/** Appears once something is selected. One reason can hold for several only if they have something in common. */
export const BulkBar = ({ waiting, checked, onAnswer }: BulkBarProps) => {
  const mayApprove = useMay('approve');
  const mayDeny = useMay('respond');
  const { items } = checked;
  const [first] = items;
  if (first === undefined) return null;
  const ground = commonGround(items);
  const count = items.length;
  const more = (alike: (one: EscalationView, other: EscalationView) => boolean) =>
    waiting.filter((each) => alike(first, each));
  const ofTarget = more(isSameTarget);
  const ofPolicy = more(isSamePolicy);
  return (
    <div className="rfx-bulk" role="group" aria-label={say('bulk.label', 'Answer several at once')}>
      <div className="rfx-bulk__line">
        <strong>{say('bulk.selected', '{count} selected', { count })}</strong>
        <EuiButtonEmpty size="xs" onClick={checked.clear}>
          {say('bulk.clear', 'Clear')}
        </EuiButtonEmpty>
      </div>
      <div className="rfx-bulk__line">
        {ofTarget.length > count && (
          <EuiButtonEmpty size="xs" flush="left" onClick={() => checked.set(ofTarget)}>
            {say('bulk.all_target', 'All {count} of this act and target', { count: ofTarget.length })}
          </EuiButtonEmpty>
        )}
        {ofPolicy.length > count && (
          <EuiButtonEmpty size="xs" flush="left" onClick={() => checked.set(ofPolicy)}>
            {say('bulk.all_policy', 'All {count} of {policy}', { count: ofPolicy.length, policy: first.act.policy.id })}
          </EuiButtonEmpty>
        )}
      </div>
      <LimitsTheyWouldFill items={items} />
      {ground === undefined ? (
        <p className="rfx-small rfx-tone--warn">
          {say(
            'bulk.mixed',
            'One reason cannot hold for these: select the same act on the same target, or acts of one policy.',
          )}
        </p>
      ) : (
        <div className="rfx-bulk__line">
          <EuiButton size="s" isDisabled={!mayApprove} onClick={() => onAnswer('approve')}>
            {say('bulk.approve', 'Approve {count}…', { count })}
          </EuiButton>
          <EuiButton size="s" color="danger" isDisabled={!mayDeny} onClick={() => onAnswer('deny')}>
            {say('bulk.deny', 'Deny {count}…', { count })}
          </EuiButton>
        </div>
      )}
    </div>
  );
};
