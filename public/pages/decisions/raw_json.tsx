import React, { useState } from 'react';
import { EuiButtonEmpty } from '@elastic/eui';
import type { DecisionDetail } from '../../../common/api/views';
import { CodeView } from '../../components/code/code_view';
import { CopyButton } from '../../components/text/copy_button';
import { Section } from '../../components/layout/section';
import { say } from '../../i18n';

/** The record as it is, for those who trust nothing else. */
export const RawJson = ({ detail }: { detail: DecisionDetail }) => {
  const [open, setOpen] = useState(false);
  const json = JSON.stringify(detail, null, 2);
  return (
    <Section
      title={say('raw.title', 'Record')}
      actions={
        <>
          <CopyButton text={json} />
          <EuiButtonEmpty size="xs" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? say('raw.hide', 'Hide JSON') : say('raw.show', 'Show JSON')}
          </EuiButtonEmpty>
        </>
      }
    >
      {open && <CodeView code={json} label={say('raw.title', 'Record')} />}
    </Section>
  );
};
