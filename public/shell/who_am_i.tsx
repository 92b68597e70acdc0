import React, { useState } from 'react';
import { EuiButtonEmpty, EuiContextMenuItem, EuiContextMenuPanel, EuiPopover } from '@elastic/eui';
import { ok } from '../../common/result';
import { useAnnounce } from '../components/announcer';
import { useServices } from '../components/services';
import { useAction } from '../components/use_action';
import { useCaller, useStatusPart } from '../components/use_live';
import { say } from '../i18n';
import { switchUser } from '../session_user';

const rightsText = (may: readonly string[]): string =>
  may.length === 0 ? say('who.nothing', 'may nothing') : say('who.may', 'may {rights}', { rights: may.join(', ') });

const Switcher = ({ name }: { name: string }) => {
  const { api, live } = useServices();
  const announce = useAnnounce();
  const users = useStatusPart('users') ?? [];
  const [open, setOpen] = useState(false);
  const become = useAction(async (user: string) => {
    const answer = await api.call(switchUser, { body: { name: user } });
    return answer.ok ? ok(user) : answer;
  });
  const choose = async (user: string): Promise<void> => {
    setOpen(false);
    if ((await become.run(user)) === undefined) return;
    await live.refresh();
    announce(say('who.now', 'you are {user} now', { user }));
  };
  return (
    <EuiPopover
      isOpen={open}
      closePopover={() => setOpen(false)}
      panelPaddingSize="none"
      button={
        <EuiButtonEmpty size="xs" iconType="user" isLoading={become.pending} onClick={() => setOpen(!open)}>
          <span className="rfx-hidden">{say('who.switch', 'Switch user, now:')} </span>
          {name} <span aria-hidden="true">▾</span>
        </EuiButtonEmpty>
      }
    >
      <EuiContextMenuPanel
        items={users.map((user) => (
          <EuiContextMenuItem
            key={user.name}
            icon={user.name === name ? 'check' : 'empty'}
            onClick={() => void choose(user.name)}
          >
            <strong>{user.name}</strong> <span className="rfx-subdued">{user.about}</span>
          </EuiContextMenuItem>
        ))}
      />
    </EuiPopover>
  );
};

/** As whom one acts: this name goes on record with every word given here. */
export const WhoAmI = () => {
  const caller = useCaller();
  const users = useStatusPart('users');
  if (caller === undefined) return null;
  if (caller === null) return <span className="rfx-subdued">{say('who.nobody', 'not signed in')}</span>;
  return (
    <span className="rfx-who">
      {users && users.length > 0 ? <Switcher name={caller.name} /> : <strong>{caller.name}</strong>}
      <span className="rfx-subdued rfx-who__may">
        {caller.single_user ? say('who.single', 'single-user mode') : rightsText(caller.may)}
      </span>
    </span>
  );
};
