import React from 'react';
import { getSwitch, putSwitch } from '../../../common/api/routes';
import type { Intake } from '../../../common/flow/intake';
import { ok, type Result } from '../../../common/result';
import type { Api, Refusal } from '../../api_client';
import { useServices } from '../../components/data/services';
import { useAction } from '../../components/data/use_action';
import { ReasonDialog } from '../../components/dialogs/reason_dialog';
import { useTell } from '../../components/layout/announcer';
import { say } from '../../i18n';

interface SwitchDialogProps {
  /** What its events name as their source; a detector has several. */
  readonly sources: readonly Intake[];
  readonly name: string;
  /** What is wanted. */
  readonly off: boolean;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** One after the other; the first refusal ends it, and trying again goes on from there. */
const switchAll = async (
  api: Api,
  sources: readonly Intake[],
  wish: { readonly off: boolean; readonly reason: string },
): Promise<Result<true, Refusal>> => {
  for (const { type, id } of sources) {
    const params = { type, id };
    const now = await api.call(getSwitch, { params });
    if (!now.ok) return now;
    if (now.value.off === wish.off) continue;
    const done = await api.call(putSwitch, { params, body: { version: now.value.version, ...wish } });
    if (!done.ok) return done;
  }
  return ok(true);
};

const About = ({ sources, off }: Pick<SwitchDialogProps, 'sources' | 'off'>) => {
  if (!off)
    return (
      <p>
        {say(
          'switch.on.about',
          'Events are taken again, at all agents within seconds. What waits in a topic, a queue or an index is read now. What happened before this moment starts nothing by itself: it asks a person.',
        )}
      </p>
    );
  const isAlert = sources.every(({ type }) => type === 'alerting' || type === 'detector');
  return (
    <>
      <p>
        {say(
          'switch.off.about',
          'What it sends makes no case and starts nothing, at all agents within seconds. Cases that are open stay; from now on nothing starts for them without a person. What is in effect stays until its time ends.',
        )}
      </p>
      <p>
        {isAlert
          ? say(
              'switch.off.alerts',
              'Alerts that it raises meanwhile are passed over and counted; they do not come back.',
            )
          : say(
              'switch.off.others',
              'A webhook is told so (409) and may send again later. A topic, a queue or an index is not read: what comes meanwhile stays there.',
            )}
      </p>
    </>
  );
};

/** Asks why, and switches a source off or on. */
export const SwitchDialog = ({ sources, name, off, onDone, onClose }: SwitchDialogProps) => {
  const { api } = useServices();
  const tell = useTell();
  const change = useAction((reason: string) => switchAll(api, sources, { off, reason }));
  const confirm = async (reason: string): Promise<void> => {
    if ((await change.run(reason)) === undefined) return;
    tell(
      off
        ? say('switch.off.done', '{name} is switched off', { name })
        : say('switch.on.done', '{name} is switched on again', { name }),
    );
    onDone();
    onClose();
  };
  return (
    <ReasonDialog
      title={
        off
          ? say('switch.off.title', 'Switch {name} off?', { name })
          : say('switch.on.title', 'Switch {name} on again?', { name })
      }
      confirm={off ? say('switch.off.confirm', 'Switch off') : say('switch.on.confirm', 'Switch on')}
      color={off ? 'danger' : 'primary'}
      pending={change.pending}
      problem={change.problem}
      onConfirm={(reason) => void confirm(reason)}
      onClose={onClose}
    >
      <About sources={sources} off={off} />
    </ReasonDialog>
  );
};
