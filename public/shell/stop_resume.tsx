import React, { useState } from 'react';
import { explainSwitch, releaseSwitch } from '../../common/api/routes';
import type { StopView } from '../../common/api/views';
import { err } from '../../common/result';
import { decideHeldAgain } from '../components/data/decide_held_again';
import { useTell } from '../components/layout/announcer';
import { focusPage } from '../components/layout/focus_page';
import { SinceText } from '../components/text/moment_text';
import { ReasonDialog } from '../components/dialogs/reason_dialog';
import { useServices } from '../components/data/services';
import { useAction } from '../components/data/use_action';
import { useMay } from '../components/data/use_live';
import { scopeWord } from '../format/words';
import { say } from '../i18n';
import { HeldByStop } from './held_by_stop';
import { stopReasons } from './stop_order';

/** `“wrong targets”, eve`, or that nobody has said why yet. */
export const stopWords = ({ who, why, why_by }: StopView): string =>
  why === undefined
    ? say('stopped.no_reason', 'no reason given yet, {who}', { who })
    : why_by === undefined || why_by === who
      ? say('stopped.why', '“{why}”, {who}', { why, who })
      : say('stopped.why_by', '“{why}” (says {by}), {who}', { why, by: why_by, who });

interface StopDialogProps {
  readonly stop: StopView;
  readonly onClose: () => void;
}

/** The reason of an order to stop, given once there is time for it. */
export const ExplainDialog = ({ stop, onClose }: StopDialogProps) => {
  const { api, live } = useServices();
  const explain = useAction((reason: string) =>
    api.call(explainSwitch, { body: { scope: stop.scope, reason, at: stop.at } }),
  );
  const confirm = async (reason: string): Promise<void> => {
    if ((await explain.run(reason)) === undefined) return;
    await live.refresh();
    onClose();
    focusPage();
  };
  return (
    <ReasonDialog
      title={say('explain.title', 'Why was it stopped: {what}?', { what: scopeWord(stop.scope) })}
      confirm={say('explain.confirm', 'Keep this reason')}
      suggestions={stopReasons()}
      pending={explain.pending}
      problem={explain.problem}
      onConfirm={(reason) => void confirm(reason)}
      onClose={onClose}
    >
      <p>{say('explain.about', 'It goes on record with the order. What is stopped stays stopped.')}</p>
    </ReasonDialog>
  );
};

/** Lets acts start again; whoever may not learns so inside. */
export const ResumeDialog = ({ stop, onClose }: StopDialogProps) => {
  const may = useMay('approve');
  const { api, live } = useServices();
  const tell = useTell();
  const [again, setAgain] = useState(false);
  const { scope } = stop;
  const what = scopeWord(scope);
  // In one go: the news of the release may take this dialog away before the answer is here.
  const resume = useAction(async (reason: string) => {
    const resumed = await api.call(releaseSwitch, { body: { scope, reason, at: stop.at } });
    if (!resumed.ok) return resumed;
    if (!again) {
      tell(say('resume.announce', 'resumed: {what}', { what }));
      return resumed;
    }
    const decided = await decideHeldAgain(api, { scope, reason });
    const words = decided.ok
      ? say(
          'resume.announce.again',
          'resumed: {what}; {cases, plural, one {# case is} other {# cases are}} decided again',
          { what, cases: decided.value },
        )
      : say('resume.announce.not_again', 'resumed: {what}; what it held was not decided again: {why}', {
          what,
          why: decided.error.message,
        });
    tell(words);
    return decided.ok ? resumed : err({ ...decided.error, message: words });
  });
  const confirm = async (reason: string): Promise<void> => {
    if ((await resume.run(reason)) === undefined) return;
    await live.refresh();
    onClose();
    focusPage();
  };
  return (
    <ReasonDialog
      title={
        stop.breaker === undefined
          ? say('resume.title', 'Resume {what}?', { what })
          : say('reset.title', 'Reset the breaker: {what}?', { what })
      }
      confirm={
        stop.breaker === undefined
          ? say('resume.confirm', 'Resume {what}', { what })
          : say('reset.confirm', 'Reset {what}', { what })
      }
      color="danger"
      suggestions={[
        say('resume.suggest.understood', 'cause understood and removed'),
        say('resume.suggest.false_alarm', 'it did what it should'),
      ]}
      blocked={may ? undefined : say('stopped.may_not', 'only an approver may resume')}
      pending={resume.pending}
      problem={resume.problem}
      onConfirm={(reason) => void confirm(reason)}
      onClose={onClose}
    >
      <p>
        {say('resume.stopped_by', 'Stopped: {words}', { words: stopWords(stop) })} <SinceText at={stop.at} />
      </p>
      <p>{say('resume.about', 'Acts may start again at once. What waits for a person goes on waiting.')}</p>
      <HeldByStop scope={scope} again={again} onChange={setAgain} />
    </ReasonDialog>
  );
};
