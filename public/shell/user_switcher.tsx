import React from 'react';
import { ok } from '../../common/result';
import { useTell } from '../components/layout/announcer';
import { useServices } from '../components/data/services';
import { useAction } from '../components/data/use_action';
import { useCaller, useStatusPart } from '../components/data/use_live';
import { Sentence } from '../components/text/sentence';
import { say } from '../i18n';
import { switchUser } from '../session_user';

/** The demo's embedded users side by side: one person tries out four eyes with one click. */
export const UserSwitcher = () => {
  const { api, live } = useServices();
  const tell = useTell();
  const users = useStatusPart('users') ?? [];
  const me = useCaller()?.name;
  const become = useAction(async (user: string) => {
    const answer = await api.call(switchUser, { body: { name: user } });
    return answer.ok ? ok(user) : answer;
  });
  const choose = async (user: string): Promise<void> => {
    if (user === me || (await become.run(user)) === undefined) return;
    await live.reopen();
    tell(say('who.now', 'you are {user} now', { user }));
  };
  if (users.length === 0) return null;
  return (
    <span className="rfx-demo__users" role="group" aria-label={say('who.switch', 'Act as')}>
      <span aria-hidden="true">{say('who.switch', 'Act as')}</span>
      {users.map(({ name, about }) => (
        <button
          key={name}
          type="button"
          className="rfx-chip"
          aria-pressed={name === me}
          title={about}
          disabled={become.pending}
          onClick={() => void choose(name)}
        >
          {name}
        </button>
      ))}
      {become.problem && (
        <span role="alert" className="rfx-tone--bad">
          <Sentence text={become.problem.message} />
        </span>
      )}
    </span>
  );
};
