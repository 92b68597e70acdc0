import React, { useCallback, useMemo } from 'react';
import { useHistory, useLocation } from 'react-router-dom';
import { SuspendUndoButton } from '../../components/dialogs/suspend_undo';
import { UndoSuspended } from '../../components/dialogs/undo_suspended';
import { PageFrame } from '../../components/layout/page_frame';
import { say } from '../../i18n';
import { Agents } from './agents';
import { addressOf, pathOfBrakes, type BrakesAddress } from './brakes_address';
import { Limits } from './limits';
import { Orders } from './orders';
import { Protected } from './protected';
import { Would } from './would';

/** Everything that can hold an act back, how it stands now, and who works. */
export const BrakesPage = () => {
  const history = useHistory();
  const { search } = useLocation();
  const address = useMemo(() => addressOf(search), [search]);
  const change = useCallback(
    (part: Partial<BrakesAddress>): void => history.replace(pathOfBrakes({ ...address, ...part })),
    [history, address],
  );
  return (
    <PageFrame
      title={say('nav.brakes', 'Brakes and agents')}
      about={say('brakes.about', 'what holds acts back, how it stands now, and who works')}
      actions={<SuspendUndoButton />}
    >
      <Would address={address} onChange={change} />
      <Orders />
      <UndoSuspended />
      <Limits kind="limit" />
      <div className="rfx-columns rfx-columns--even">
        <Limits kind="role" />
        <Limits kind="source" />
      </div>
      <Protected address={address} onChange={change} />
      <Agents />
    </PageFrame>
  );
};
