import React, { useState } from 'react';
import { EuiButtonEmpty } from '@elastic/eui';
import { getContainment, type ActView } from '../../../common/api/routes';
import type { ContainmentView } from '../../../common/api/views';
import { useServices } from '../../components/data/services';
import { useAction } from '../../components/data/use_action';
import { useMay } from '../../components/data/use_live';
import { PageLink } from '../../components/text/links';
import { say } from '../../i18n';
import { effectName } from './containment_words';
import { LiftDialog } from './lift_dialog';
import { NOW } from './tabs';

interface LiftActProps {
  readonly act: ActView;
  readonly onLifted: () => void;
}

/**
 * Ends what an act came to, from where it is told of. What is to be lifted is read first: what the list shows may be
 * over, and other acts may rest on the same effect.
 */
export const LiftAct = ({ act, onLifted }: LiftActProps) => {
  const { api } = useServices();
  const may = useMay('respond');
  const [row, setRow] = useState<ContainmentView>();
  const [isOver, setOver] = useState(false);
  const { effect_id } = act.progress;
  const read = useAction((id: string) => api.call(getContainment, { params: { effect_id: id } }));
  if (!may || effect_id === undefined)
    return <PageLink to={NOW}>{say('past_acts.lift', 'Lift it under Now')}</PageLink>;
  const open = async (): Promise<void> => {
    const answer = await read.run(effect_id);
    if (answer === undefined) return;
    setOver(answer.containment === undefined);
    setRow(answer.containment);
  };
  return (
    <>
      <EuiButtonEmpty size="xs" color="danger" isLoading={read.pending} onClick={() => void open()}>
        {say('containment.lift', 'Lift…')} <span className="rfx-hidden">{effectName(act)}</span>
      </EuiButtonEmpty>
      <span role="status">
        {read.problem && say('past_acts.lift.failed', 'could not be read: {why}', { why: read.problem.message })}
        {isOver && say('past_acts.lift.over', 'it is not in effect any more')}
      </span>
      {row && <LiftDialog row={row} onClose={() => setRow(undefined)} onLifted={onLifted} />}
    </>
  );
};
