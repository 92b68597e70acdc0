import React from 'react';
import type { Decision, SeenThing } from '../../../common/flow/decision';
import { claimedFields } from '../../../common/flow/claims';
import type { ReceivedEvent } from '../../../common/flow/event';
import { AssetCard } from '../../components/facts/asset_facts';
import { ClaimedMark } from '../../components/facts/claimed_mark';
import { MomentText } from '../../components/text/moment_text';
import { Section } from '../../components/layout/section';
import { SmallTable } from '../../components/layout/small_table';
import { durationText } from '../../format/duration';
import { say } from '../../i18n';
import { LookUps } from './declared_look_ups';

type Inputs = Decision['inputs'];
type HistoryFacts = Inputs['history'];

const agesText = (ages: readonly number[]): string => ages.slice(0, 8).map(durationText).join(', ');

/** What was seen of one thing that the event names, and whose reports of it corroborate each other. */
const Seen = ({ thing: { names, sightings_ms: ages, reports } }: { thing: SeenThing }) => {
  const counting = reports.filter(({ claimed }) => claimed !== true);
  if (ages.length === 0 && counting.length === 0) return null;
  const name = (names[0] ?? '').slice((names[0] ?? '').indexOf(':') + 1);
  const by = counting.map((each) => `${each.by} (${each.domain})`).join(', ');
  return (
    <p className="rfx-small">
      {ages.length > 0 &&
        `${say('history.seen', 'The same rule saw {name} {ages} before.', { name, ages: agesText(ages) })} `}
      {counting.length > 0 && say('history.reported', '{name} was reported within 24 hours by {by}.', { name, by })}
    </p>
  );
};

interface HistoryProps {
  readonly history: HistoryFacts;
  readonly event: ReceivedEvent;
}

const History = ({ history, event }: HistoryProps) => {
  // A claimed rule may be a good name of somebody else, whose hits stand in this row.
  const isRuleClaimed = claimedFields(event).includes('rule.id');
  const rows = [
    { key: 'src', name: say('history.src', 'source address'), counts: history.src },
    { key: 'host', name: say('history.host', 'host'), counts: history.host },
    { key: 'user', name: say('history.user', 'user'), counts: history.user },
    { key: 'rule', name: say('history.rule', 'rule'), counts: history.rule },
  ];
  return (
    <>
      <SmallTable
        caption={say('history.caption', 'What was seen before')}
        columns={[
          { name: say('history.of', 'Before, of this') },
          { name: say('history.events', 'Events 1 h'), number: true },
          { name: say('history.24h', '24 h'), number: true },
          { name: say('history.30d', '30 d'), number: true },
          { name: say('history.acts', 'Acts 1 h'), number: true },
          { name: say('history.acts_24h', 'acts 24 h'), number: true },
          { name: say('history.acts_30d', 'acts 30 d'), number: true },
          { name: say('history.labels', 'True / false positives 30 d'), number: true },
        ]}
        rows={rows.map(({ key, name, counts }) => ({
          key,
          cells: [
            key === 'rule' ? (
              <span key={key}>
                {name} <ClaimedMark claimed={isRuleClaimed} />
              </span>
            ) : (
              name
            ),
            counts.events_1h,
            counts.events_24h,
            counts.events_30d,
            counts.acts_1h,
            counts.acts_24h,
            counts.acts_30d,
            `${counts.true_positives_30d} / ${counts.false_positives_30d}`,
          ],
        }))}
      />
      <p className="rfx-small">
        {history.domains.length === 0
          ? say('history.no_domains', 'No source with a domain of its own has reported this within 24 hours.')
          : say('history.domains', 'Reported within 24 hours by: {domains}.', { domains: history.domains.join(', ') })}
        {history.sightings_ms !== undefined &&
          history.sightings_ms.length > 0 &&
          ` ${say('history.sightings', 'The same rule and entity were seen {ages} before.', {
            ages: agesText(history.sightings_ms),
          })}`}
      </p>
      {history.entities?.map((thing) => (
        <Seen key={thing.names[0]} thing={thing} />
      ))}
    </>
  );
};

/** Everything that was looked up for the decision, as it was then; replay uses exactly this. */
export const LookedUp = ({ inputs, event }: { inputs: Inputs; event: ReceivedEvent }) => (
  <Section
    title={say('looked_up.title', 'Looked up for it')}
    note={
      <>
        {say('looked_up.note', 'as it was at')} <MomentText at={inputs.now} />
      </>
    }
  >
    {inputs.assets.length === 0 ? (
      <p className="rfx-subdued">{say('looked_up.no_assets', 'no asset was looked up')}</p>
    ) : (
      <div className="rfx-assets">
        {inputs.assets.map((asset) => (
          <AssetCard key={`${asset.type} ${asset.value}`} asset={asset} />
        ))}
      </div>
    )}
    {inputs.lookups !== undefined && <LookUps looked={inputs.lookups} />}
    <History history={inputs.history} event={event} />
  </Section>
);
