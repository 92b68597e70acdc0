import React from 'react';
import { EuiBadge } from '@elastic/eui';
import type { GuardChangeView } from '../../../../common/api/policy_views';
import { Section } from '../../../components/layout/section';
import { say } from '../../../i18n';
import { LineDiffView } from '../../../components/code/line_diff_view';

const changeWord = (change: GuardChangeView['change']): string => {
  switch (change) {
    case 'added':
      return say('change.guard.added', 'new guard');
    case 'changed':
      return say('change.changed', 'changed');
    case 'removed':
      return say('change.removed', 'removed');
  }
};

/** One Rego guard of a candidate or of a release, line by line: what it means no table can tell. */
const ChangedGuard = ({ change }: { change: GuardChangeView }) => (
  <Section
    title={say('change.guard', 'Guard {guard}', { guard: change.guard })}
    note={<EuiBadge color="hollow">{changeWord(change.change)}</EuiBadge>}
  >
    <LineDiffView before={change.before ?? ''} after={change.after ?? ''} />
  </Section>
);

/** All guards that change, under a heading; nothing where none does. */
export const ChangedGuards = ({ changes = [] }: { changes?: readonly GuardChangeView[] | undefined }) =>
  changes.length === 0 ? null : (
    <>
      <h2 className="rfx-changes-title">
        {say('change.guards', '{count, plural, one {# changed guard} other {# changed guards}}', {
          count: changes.length,
        })}
      </h2>
      {changes.map((change) => (
        <ChangedGuard key={change.guard} change={change} />
      ))}
    </>
  );
