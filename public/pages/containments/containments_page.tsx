import React, { useCallback } from 'react';
import type * as t from 'io-ts';
import { listContainments } from '../../../common/api/routes';
import { EmptyNote } from '../../components/layout/empty_note';
import { Loaded } from '../../components/layout/loaded';
import { PageFrame } from '../../components/layout/page_frame';
import { PageLink } from '../../components/text/links';
import { useServices } from '../../components/data/services';
import { useResource } from '../../components/data/use_resource';
import { say } from '../../i18n';
import { AsksFirstTable } from './asks_first';
import { Board } from './board';
import { KnownHere } from './known_here';
import { SuspendUndoButton } from '../../components/dialogs/suspend_undo';
import { BESIDE, ContainmentTabs } from './tabs';
import { UndoSuspended } from '../../components/dialogs/undo_suspended';

type Listed = t.TypeOf<typeof listContainments.answer>;

const Nothing = () => (
  <EmptyNote title={say('containments.none', 'Nothing is contained by Reflex')}>
    <p>
      {say('containments.none.about', 'What others block, isolate or disable:')}{' '}
      <PageLink to={BESIDE}>{say('beside.title', 'Beside us')}</PageLink>
    </p>
  </EmptyNote>
);

/** What the state tells, and what only this machine's journal does; nothing is said to be all that is not. */
const Containments = ({ listed, onChanged }: { listed: Listed; onChanged: () => void }) => {
  const { containments: rows, total, here_only: here, asks_first: words = [] } = listed;
  return (
    <>
      {here && <KnownHere here={here} />}
      {rows.length > 0 && <Board rows={rows} total={total} here={here?.containments} onChanged={onChanged} />}
      {rows.length === 0 && here === undefined && <Nothing />}
      {words.length > 0 && <AsksFirstTable words={words} />}
    </>
  );
};

/** What is in effect because of us, right now, and how to end it. */
export const ContainmentsPage = () => {
  const { api } = useServices();
  const containments = useResource(
    useCallback(() => api.call(listContainments), [api]),
    ['effect', 'word'],
  );
  return (
    <PageFrame
      title={say('nav.containments', 'Containments')}
      about={say('containments.about', 'what is in effect because of us, soonest to end first')}
      asOf={containments.value?.as_of}
      actions={<SuspendUndoButton />}
    >
      <ContainmentTabs />
      <UndoSuspended />
      <Loaded resource={containments} what={say('nav.containments', 'Containments')}>
        {(listed) => <Containments listed={listed} onChanged={containments.again} />}
      </Loaded>
    </PageFrame>
  );
};
