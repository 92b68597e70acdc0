import React from 'react';
import { Section } from '../../../components/layout/section';
import { say } from '../../../i18n';
import { LineDiffView } from '../../../components/code/line_diff_view';

/** How the draft differs from what is in force. */
export const ChangesSoFar = ({ before, after }: { before: string; after: string }) => (
  <Section title={say('edit.changes', 'Against the text in force')}>
    {before === after ? (
      <p className="rfx-subdued">{say('edit.no_changes', 'no difference')}</p>
    ) : (
      <LineDiffView before={before} after={after} />
    )}
  </Section>
);
