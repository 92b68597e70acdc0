import React from 'react';
import { asideSetup, type SetupLineView, type SetupView } from '../../../common/api/routes';
import { useAction } from '../../components/data/use_action';
import { useServices } from '../../components/data/services';
import { ReasonDialog } from '../../components/dialogs/reason_dialog';
import { useTell } from '../../components/layout/announcer';
import { say } from '../../i18n';
import { lineTitle } from './setup_words';

interface AsideDialogProps {
  readonly line: SetupLineView;
  readonly onDone: (view: SetupView) => void;
  readonly onClose: () => void;
}

/** Sets a line aside that is not wanted here, or takes that back. */
export const AsideDialog = ({ line: { line, aside }, onDone, onClose }: AsideDialogProps) => {
  const { api } = useServices();
  const tell = useTell();
  const isAside = aside !== undefined;
  const put = useAction((reason: string) =>
    api.call(asideSetup, { params: { line }, body: { aside: !isAside, reason } }),
  );
  const title = lineTitle(line);
  const confirm = async (reason: string): Promise<void> => {
    const view = await put.run(reason);
    if (view === undefined) return;
    tell(
      isAside
        ? say('setup.want.done', '{title} is wanted again', { title })
        : say('setup.aside.done', '{title} is set aside', { title }),
    );
    onDone(view);
    onClose();
  };
  return (
    <ReasonDialog
      title={
        isAside
          ? say('setup.want.title', 'Want it again: {title}?', { title })
          : say('setup.aside.title', 'Set aside: {title}?', { title })
      }
      confirm={isAside ? say('setup.want.confirm', 'Want it again') : say('setup.aside.confirm', 'Set aside')}
      suggestions={isAside ? [] : [say('setup.aside.reason', 'not used here')]}
      pending={put.pending}
      problem={put.problem}
      onConfirm={(reason) => void confirm(reason)}
      onClose={onClose}
    >
      <p>
        {isAside
          ? say('setup.want.about', 'It counts as open again until it is green.')
          : say(
              'setup.aside.about',
              'It does not count as open any more, for all hosts. It is looked at as before, and changes nothing that Reflex does.',
            )}
      </p>
    </ReasonDialog>
  );
};
