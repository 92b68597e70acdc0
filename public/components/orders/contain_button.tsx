import React, { useState } from 'react';
import { EuiButton } from '@elastic/eui';
import type { Target } from '../../../common/flow/decision';
import { say } from '../../i18n';
import { ContainDialog } from './contain_dialog';

interface ContainButtonProps {
  readonly targets: readonly Target[];
  readonly about?: string;
  readonly onOrdered: () => void;
}

/** Opens the dialog that orders an act by hand; nothing where there is nothing to act on. */
export const ContainButton = ({ targets, about, onOrdered }: ContainButtonProps) => {
  const [open, setOpen] = useState(false);
  if (targets.length === 0) return null;
  return (
    <>
      <EuiButton size="s" color="danger" onClick={() => setOpen(true)}>
        {say('contain.button', 'Contain by hand…')}
      </EuiButton>
      {open && <ContainDialog targets={targets} about={about} onClose={() => setOpen(false)} onOrdered={onOrdered} />}
    </>
  );
};
