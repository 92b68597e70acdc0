import React, { type FormEvent } from 'react';
import { EuiButton, EuiCodeBlock } from '@elastic/eui';
import { Dialog } from '../../components/dialogs/dialog';
import { say } from '../../i18n';

/** Shows a new token, once. */
export const MadeDialog = ({
  made: { name, token },
  onClose,
}: {
  readonly made: { readonly name: string; readonly token: string };
  readonly onClose: () => void;
}) => {
  const close = (event: FormEvent): void => {
    event.preventDefault();
    onClose();
  };
  return (
    <Dialog
      onSubmit={close}
      title={say('tokens.made.title', 'The token {name}', { name })}
      onClose={onClose}
      initialFocus="[type=submit]"
      footer={
        <EuiButton fill type="submit">
          {say('tokens.made.done', 'I have it')}
        </EuiButton>
      }
    >
      <div className="rfx-dialog__text">
        <p>
          {say(
            'tokens.made.about',
            'Copy it now: it is shown this once, and Reflex keeps only its digest. Every host takes it within a few seconds.',
          )}
        </p>
      </div>
      <EuiCodeBlock isCopyable paddingSize="s" fontSize="s">
        {token}
      </EuiCodeBlock>
    </Dialog>
  );
};
