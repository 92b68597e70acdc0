import React, { useRef, useState } from 'react';
import { EuiFormRow, EuiSelect } from '@elastic/eui';
import { containNow, type OrderedView } from '../../../common/api/routes';
import type { Target } from '../../../common/flow/decision';
import { ACTIONS } from '../../../common/policy/actions';
import { present } from '../../../common/present';
import { useServices } from '../data/services';
import { useAction } from '../data/use_action';
import { useMay } from '../data/use_live';
import { ReasonDialog } from '../dialogs/reason_dialog';
import { focusPage } from '../layout/focus_page';
import { targetText } from '../../format/targets';
import { actionTitle } from '../../format/words';
import { say } from '../../i18n';
import { BecameOfOrder } from './became_of_order';
import { LengthChoice } from './order_lengths';
import { newOrderId } from './order_id';
import { WouldOrdered } from './would_order';

/** The actions that can be ordered on a target. */
export const actionsOn = ({ type }: Target): ReadonlyArray<(typeof ACTIONS)[number]> =>
  ACTIONS.filter(({ target }) => target === type);

interface ContainDialogProps {
  /** What may be meant; of several one is chosen. */
  readonly targets: readonly Target[];
  /** The decision that shows why. */
  readonly about?: string | undefined;
  readonly onClose: () => void;
  readonly onOrdered: () => void;
}

const keyOf = ({ type, value, host = '' }: Target): string => `${type} ${value} ${host}`;

const reasons = (): readonly string[] => [
  say('contain.reason.incident', 'confirmed incident'),
  say('contain.reason.suspicion', 'suspicion, while it is looked into'),
];

/** Orders an act by hand: first it shows what would happen, then it takes a reason, then it tells what became of it. */
export const ContainDialog = ({ targets, about, onClose, onOrdered }: ContainDialogProps) => {
  const { api } = useServices();
  const may = useMay('respond');
  const [chosen, setChosen] = useState(0);
  const target = targets[chosen] ?? targets[0];
  const actions = target === undefined ? [] : actionsOn(target);
  const [wanted, setWanted] = useState('');
  const action = actions.find((each) => each.action === wanted) ?? actions[0];
  const [ttlMs, setTtlMs] = useState<number>();
  const [view, setView] = useState<OrderedView>();
  // One order, however often it is sent: an answer that is lost must not make two of it.
  const orderId = useRef(newOrderId());
  const lasts = action?.undo !== null;
  const order = useAction(({ reason, aim, what }: { reason: string; aim: Target; what: string }) =>
    api.call(containNow, {
      body: {
        action: what,
        target: aim.value,
        reason,
        order_id: orderId.current,
        ...present({ host: aim.host, ttl_ms: lasts ? ttlMs : undefined, about }),
      },
    }),
  );
  const changed = <Value,>(set: (value: Value) => void) => {
    return (value: Value): void => {
      orderId.current = newOrderId();
      order.reset();
      set(value);
    };
  };
  if (target === undefined || action === undefined) return null;
  const close = (): void => {
    onClose();
    focusPage();
  };
  if (view !== undefined) return <BecameOfOrder view={view} onClose={close} />;
  const confirm = async (reason: string): Promise<void> => {
    const answer = await order.run({ reason, aim: target, what: action.action });
    if (answer === undefined) return;
    setView(answer);
    onOrdered();
  };
  return (
    <ReasonDialog
      title={say('contain.title', 'Contain {target} by hand?', { target: targetText(target) })}
      confirm={say('contain.confirm', 'Order it')}
      color="danger"
      suggestions={reasons()}
      pending={order.pending}
      problem={order.problem}
      blocked={may ? undefined : say('contain.may_not', 'ordering takes the right to respond')}
      onConfirm={(reason) => void confirm(reason)}
      onClose={onClose}
    >
      {targets.length > 1 && (
        <EuiFormRow label={say('contain.target', 'What')} display="rowCompressed">
          <EuiSelect
            compressed
            options={targets.map((each, index) => ({ value: String(index), text: targetText(each) }))}
            value={String(chosen)}
            onChange={(event) => changed(setChosen)(Number(event.target.value))}
          />
        </EuiFormRow>
      )}
      <EuiFormRow label={say('contain.action', 'Action')} display="rowCompressed">
        <EuiSelect
          compressed
          options={actions.map((each) => ({ value: each.action, text: actionTitle(each.action) }))}
          value={action.action}
          onChange={(event) => changed(setWanted)(event.target.value)}
        />
      </EuiFormRow>
      {lasts && (
        <LengthChoice
          label={say('contain.length', 'For how long')}
          none={say('contain.length.policy', 'as long as the policy lets it last')}
          value={ttlMs}
          onChange={changed(setTtlMs)}
        />
      )}
      <WouldOrdered
        key={`${keyOf(target)} ${action.action} ${ttlMs ?? ''}`}
        asked={{ action: action.action, target, ttlMs: lasts ? ttlMs : undefined }}
      />
      <p className="rfx-small rfx-subdued">
        {say(
          'contain.about',
          'Your order goes the way of every event: policies, brakes and approvals say what comes of it. Nobody approves what they ordered themselves.',
        )}
      </p>
    </ReasonDialog>
  );
};
