import React, { useRef, useState } from 'react';
import { extendContainment, type OrderedView } from '../../../common/api/routes';
import type { ContainmentView } from '../../../common/api/views';
import { useServices } from '../data/services';
import { useAction } from '../data/use_action';
import { useMay } from '../data/use_live';
import { ReasonDialog } from '../dialogs/reason_dialog';
import { focusPage } from '../layout/focus_page';
import { MomentText } from '../text/moment_text';
import { msOf } from '../../format/time';
import { targetText } from '../../format/targets';
import { actionTitle } from '../../format/words';
import { say } from '../../i18n';
import { BecameOfOrder } from './became_of_order';
import { newOrderId } from './order_id';
import { LengthChoice } from './order_lengths';
import { WouldOrdered } from './would_order';

/** Whether the end of a containment can be put off: it has one, is in effect, and nobody is ending it. */
export const isExtendable = ({
  state,
  due,
  gone,
  lift_requested: lifted,
  taken_over: taken,
}: Pick<ContainmentView, 'state' | 'due' | 'gone' | 'lift_requested' | 'taken_over'>): boolean =>
  state === 'present' && due !== null && gone === undefined && lifted !== true && taken !== true;

interface ExtendDialogProps {
  readonly row: ContainmentView;
  readonly onClose: () => void;
  readonly onOrdered: () => void;
}

const HOUR = 3_600_000;

const suggestions = (): readonly string[] => [
  say('extend.reason.incident', 'incident is not over'),
  say('extend.reason.waiting', 'waiting for an answer from its owner'),
];

/** Has a containment end later: it shows the new end and what stands in its way, and takes a reason. */
export const ExtendDialog = ({ row, onClose, onOrdered }: ExtendDialogProps) => {
  const { api } = useServices();
  const may = useMay('respond');
  // Reckoned from the end that was seen: nobody's clock is asked, and another extension meanwhile changes nothing.
  const [due] = useState(row.due);
  const [byMs, setByMs] = useState(HOUR);
  const [view, setView] = useState<OrderedView>();
  const orderId = useRef(newOrderId());
  const until = new Date(msOf(due ?? '') + byMs).toISOString();
  const extend = useAction((reason: string) =>
    api.call(extendContainment, {
      params: { effect_id: row.effect_id },
      body: { until, reason, order_id: orderId.current },
    }),
  );
  const close = (): void => {
    onClose();
    focusPage();
  };
  if (due === null) return null;
  if (view !== undefined) return <BecameOfOrder view={view} onClose={close} />;
  const confirm = async (reason: string): Promise<void> => {
    const answer = await extend.run(reason);
    if (answer === undefined) return;
    setView(answer);
    onOrdered();
  };
  const { action, target } = row;
  return (
    <ReasonDialog
      title={say('extend.title', 'Extend: {action} {target}?', {
        action: actionTitle(action),
        target: targetText(target),
      })}
      confirm={say('extend.confirm', 'Order it')}
      suggestions={suggestions()}
      pending={extend.pending}
      problem={extend.problem}
      blocked={may ? undefined : say('contain.may_not', 'ordering takes the right to respond')}
      onConfirm={(reason) => void confirm(reason)}
      onClose={onClose}
    >
      <LengthChoice
        label={say('extend.length', 'Longer by')}
        value={byMs}
        onChange={(value) => {
          orderId.current = newOrderId();
          extend.reset();
          setByMs(value ?? HOUR);
        }}
      />
      <p role="status">
        {say('extend.now', 'It ends')} <MomentText at={due} />
        {say('extend.then', '; then it would end')}{' '}
        <strong>
          <MomentText at={until} />
        </strong>
      </p>
      <WouldOrdered key={until} asked={{ action, target, extends: { effectId: row.effect_id, until } }} />
      <p className="rfx-small rfx-subdued">
        {say(
          'extend.about',
          'No policy lets it last longer than from now on for its own time. To end it earlier, lift it.',
        )}
      </p>
    </ReasonDialog>
  );
};
