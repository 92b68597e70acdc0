import React from 'react';
import { EuiButtonEmpty, EuiCopy } from '@elastic/eui';
import { say } from '../../i18n';

/** Copies a text and says so. */
export const CopyButton = ({ text, label }: { text: string; label?: string }) => (
  <EuiCopy textToCopy={text} afterMessage={say('copy.done', 'copied')}>
    {(copy) => (
      <EuiButtonEmpty size="xs" iconType="copy" onClick={copy}>
        {label ?? say('copy', 'Copy')}
      </EuiButtonEmpty>
    )}
  </EuiCopy>
);
