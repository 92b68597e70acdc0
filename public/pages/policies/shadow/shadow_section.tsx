import React from 'react';
import type { ComparisonView } from '../../../../common/api/routes';
import { PolicyLink } from '../../../components/text/links';
import { Section } from '../../../components/layout/section';
import { SmallTable } from '../../../components/layout/small_table';
import { countText } from '../../../format/numbers';
import { say } from '../../../i18n';
import type { Policies } from '../use_policies';
import { Differences } from './differences';
import { Promote } from './promote';

export type Tally = ComparisonView['policies'][number];

/** `41 of 44 as your people did`. */
export const sameText = ({ judged, same }: Pick<Tally, 'judged' | 'same'>): string =>
  judged === 0
    ? say('shadow.unjudged', 'nobody has said yet what these cases were')
    : say('shadow.same', '{same} of {judged} as your people did', { same: countText(same), judged: countText(judged) });

/** Policies in shadow, each with the number that a promotion rests on. */
export const ShadowSection = ({ view, policies }: { view: ComparisonView; policies: Policies }) => {
  const tallies = view.policies.filter(({ arm }) => arm === 'shadow');
  const sums = tallies.reduce((sum, { judged, same }) => ({ judged: sum.judged + judged, same: sum.same + same }), {
    judged: 0,
    same: 0,
  });
  return (
    <Section
      title={say('shadow.section', 'In shadow: what would have been decided')}
      note={say('shadow.note', 'last {days, plural, one {day} other {# days}}', { days: view.days })}
    >
      <p>
        <strong>{sameText(sums)}</strong>
        {view.partial && (
          <> · {say('shadow.partial', 'of the youngest decisions only: there are too many for one look')}</>
        )}
      </p>
      <SmallTable
        caption={say('shadow.section', 'In shadow: what would have been decided')}
        columns={[
          { name: say('overview.policy', 'Policy') },
          { name: say('shadow.cases', 'Cases'), number: true },
          { name: say('shadow.permit', 'Would act'), number: true },
          { name: say('shadow.ask', 'Would ask'), number: true },
          { name: say('shadow.deny', 'Would not'), number: true },
          { name: say('shadow.people', 'Beside your people') },
          { name: say('rhythm.action', 'Action') },
        ]}
        rows={tallies.map((tally) => ({
          key: tally.policy,
          cells: [
            <PolicyLink key="policy" id={tally.policy} />,
            countText(tally.cases),
            countText(tally.permit),
            countText(tally.escalate),
            countText(tally.deny),
            sameText(tally),
            <Promote key="promote" tally={tally} policies={policies} />,
          ],
        }))}
      />
      <Differences tallies={tallies} />
    </Section>
  );
};
