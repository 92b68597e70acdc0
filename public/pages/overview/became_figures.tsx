import React from 'react';
import { BECAME, type Became } from '../../../common/api/became';
import type { OverviewView } from '../../../common/api/routes';
import { MomentText } from '../../components/text/moment_text';
import { becameMeaning, becameWord } from '../../format/became_words';
import { countText } from '../../format/numbers';
import { say } from '../../i18n';
import { Figure } from './figure';

type Counts = OverviewView['became_24h'];

/** Groups that are rare: shown where there is one. */
const RARE: readonly Became[] = ['brakes', 'person', 'not_known'];

const linkOf = (became: Became, from: string): string =>
  `/decisions?${new URLSearchParams({ became, from }).toString()}`;

/** How far back was looked, where that is not all. */
const HowFar = ({ counts: { looked_through: count, decisions } }: { counts: Counts }) =>
  count === undefined ? null : (
    <span className="rfx-tone--warn">
      {' '}
      {say(
        'became.looked_through',
        'Counted among the newest {count} of {decisions} decisions; older events are not in it.',
        { count: countText(count), decisions: countText(decisions) },
      )}
    </span>
  );

/** What became of the events of the last 24 hours: the figures add up to the number of events. */
export const BecameFigures = ({ counts }: { counts: Counts }) => (
  <section aria-label={say('became.title', 'What became of the events of the last 24 hours')}>
    <p className="rfx-small rfx-subdued">
      {say(
        'became.sum',
        '{events, plural, one {# event was decided} other {# events were decided}} in the last 24 hours. Each is counted once:',
        { events: counts.events },
      )}
      <HowFar counts={counts} /> ({say('became.as_of', 'counted')} <MomentText at={counts.at} />)
    </p>
    <ul className="rfx-figures rfx-figures--became" aria-label={say('became.label', 'Events by what became of them')}>
      {BECAME.filter((each) => counts[each] > 0 || !RARE.includes(each)).map((each) => (
        <Figure
          key={each}
          value={counts[each]}
          name={becameWord(each)}
          note={becameMeaning(each)}
          to={linkOf(each, counts.from)}
        />
      ))}
    </ul>
  </section>
);
