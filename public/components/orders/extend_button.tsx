import React, { useState } from 'react';
import { EuiButtonEmpty } from '@elastic/eui';
import type { ContainmentView } from '../../../common/api/views';
import { targetText } from '../../format/targets';
import { say } from '../../i18n';
import { ExtendDialog, isExtendable } from './extend_dialog';

interface ExtendButtonProps {
  readonly row: ContainmentView;
  readonly onOrdered: () => void;
}

/** Opens the dialog that has a containment end later; nothing where its end cannot be put off. */
export const ExtendButton = ({ row, onOrdered }: ExtendButtonProps) => {
  const [open, setOpen] = useState<ContainmentView>();
  if (!isExtendable(row) && open === undefined) return null;
  return (
    <>
      <EuiButtonEmpty size="s" onClick={() => setOpen(row)}>
        {say('extend.button', 'Extend…')} <span className="rfx-hidden">{targetText(row.target)}</span>
      </EuiButtonEmpty>
      {open && <ExtendDialog row={open} onClose={() => setOpen(undefined)} onOrdered={onOrdered} />}
    </>
  );
};
