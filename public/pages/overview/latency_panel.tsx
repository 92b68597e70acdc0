import React from 'react';
import type { OverviewView } from '../../../common/api/routes';
import { Facts } from '../../components/facts/facts';
import { Section } from '../../components/layout/section';
import { durationText } from '../../format/duration';
import { countText } from '../../format/numbers';
import { say } from '../../i18n';

const length = (ms: number | undefined): string =>
  ms === undefined ? say('latency.none', 'nothing to measure yet') : durationText(ms);

type Person = NonNullable<OverviewView['latency']['person']>;

/** What waited for a person tells how fast people are: it is told apart. */
const AfterPerson = ({ person: { median_ms, p95_ms, count } }: { person: Person }) => (
  <>
    <p className="rfx-small rfx-subdued">{say('latency.person', 'Acts that waited for a person, apart:')}</p>
    <Facts
      look="figures"
      facts={[
        { name: say('latency.median', 'Half within'), value: length(median_ms) },
        { name: say('latency.p95', '95 % within'), value: length(p95_ms) },
        { name: say('latency.count', 'Measured'), value: countText(count) },
      ]}
    />
  </>
);

/** From the alert's own timestamp to the first confirmed effect. */
export const LatencyPanel = ({ latency }: { latency: OverviewView['latency'] }) => (
  <Section
    title={say('latency.title', 'From alert to confirmed effect')}
    note={say('latency.note', 'acts that waited for nobody, last 24 hours')}
  >
    <Facts
      look="figures"
      facts={[
        { name: say('latency.median', 'Half within'), value: <strong>{length(latency.median_ms)}</strong> },
        { name: say('latency.p95', '95 % within'), value: <strong>{length(latency.p95_ms)}</strong> },
        { name: say('latency.count', 'Measured'), value: countText(latency.count ?? 0) },
      ]}
    />
    {latency.person && <AfterPerson person={latency.person} />}
  </Section>
);
