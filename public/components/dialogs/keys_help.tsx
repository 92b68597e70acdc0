import React from 'react';
import { EuiButton } from '@elastic/eui';
import { say } from '../../i18n';
import { Dialog } from './dialog';

export interface KeyHelp {
  readonly keys: readonly string[];
  readonly does: string;
}

/** Which keys the page listens to. */
export const KeysHelp = ({ keys, onClose }: { keys: readonly KeyHelp[]; onClose: () => void }) => (
  <Dialog
    title={say('keys.title', 'Keys on this page')}
    onClose={onClose}
    width={420}
    footer={
      <EuiButton size="s" fill onClick={onClose}>
        {say('keys.close', 'Close')}
      </EuiButton>
    }
  >
    <dl className="rfx-keys">
      {keys.map(({ keys: pressed, does }) => (
        <div key={does} className="rfx-keys__row">
          <dt>
            {pressed.map((key) => (
              <kbd key={key} className="rfx-key">
                {key}
              </kbd>
            ))}
          </dt>
          <dd>{does}</dd>
        </div>
      ))}
    </dl>
  </Dialog>
);
