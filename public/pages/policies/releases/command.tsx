import React from 'react';
import { EuiCodeBlock } from '@elastic/eui';

/** Something to run elsewhere, with a button that copies it. */
export const Command = ({ label, lines }: { label: string; lines: readonly string[] }) => (
  <div role="group" aria-label={label}>
    {/* Without a language: its colours are too faint on the grey of a block. */}
    <EuiCodeBlock fontSize="s" paddingSize="s" isCopyable>
      {lines.join('\n')}
    </EuiCodeBlock>
  </div>
);
