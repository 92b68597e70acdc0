import React from 'react';
import {
  HIT_OUTCOMES,
  type BacktestHit,
  type BacktestReportView,
  type HitOutcome,
  type PolicyUnderTest,
} from '../../../../common/api/routes';
import { ModeBadge } from '../../../components/facts/badges';
import { SmallTable } from '../../../components/layout/small_table';
import { DecisionLink } from '../../../components/text/links';
import { MomentText } from '../../../components/text/moment_text';
import { Sentence } from '../../../components/text/sentence';
import { ToneText } from '../../../components/text/tone_text';
import type { Tone } from '../../../format/act_status';
import { countText } from '../../../format/numbers';
import { actionTitle, labelWord } from '../../../format/words';
import { say } from '../../../i18n';

const TONES: Readonly<Record<HitOutcome, Tone>> = {
  act: 'good',
  already: 'calm',
  brake: 'warn',
  ask: 'busy',
  deny: 'calm',
  hold: 'calm',
  outside: 'calm',
};

const outcomeWord = (outcome: HitOutcome): string => {
  switch (outcome) {
    case 'act':
      return say('tested.act', 'would act');
    case 'already':
      return say('tested.already', 'another policy acted on it already');
    case 'brake':
      return say('tested.brake', 'stopped by a brake');
    case 'ask':
      return say('tested.ask', 'would ask a person');
    case 'deny':
      return say('tested.deny', 'denied');
    case 'hold':
      return say('tested.hold', 'would wait to be seen again');
    case 'outside':
      return say('tested.outside', 'outside the rollout');
  }
};

/** A policy name stands for itself; anything else is a sentence. */
const Why = ({ why }: Pick<BacktestHit, 'why'>) => (why === undefined ? null : <Sentence text={why} />);

const Counts = ({ tested }: { readonly tested: PolicyUnderTest }) => {
  const { outcomes, brakes, right, wrong } = tested;
  return (
    <ul className="rfx-plain-list">
      {HIT_OUTCOMES.filter((outcome) => outcomes[outcome] > 0).map((outcome) => (
        <li key={outcome}>
          <ToneText tone={TONES[outcome]}>
            {countText(outcomes[outcome])} {outcomeWord(outcome)}
          </ToneText>
          {outcome === 'brake' && (
            <span className="rfx-subdued">
              {' '}
              {brakes.map(({ brake, count }) => `${brake} ${countText(count)}`).join(', ')}
            </span>
          )}
        </li>
      ))}
      {wrong > 0 && (
        <li>
          <ToneText tone="bad">
            {say('tested.wrong', '{count} contradicted by what people said of it', { count: countText(wrong) })}
          </ToneText>
        </li>
      )}
      {right > 0 && <li>{say('tested.right', '{count} where people agree with it', { count: countText(right) })}</li>}
    </ul>
  );
};

const Hits = ({ policy, hits }: Pick<PolicyUnderTest, 'policy' | 'hits'>) => (
  <SmallTable
    caption={say('tested.hits', 'Events of {policy}', { policy })}
    columns={[
      { name: say('backtest.decision', 'Decision') },
      { name: say('tested.act_column', 'Act') },
      { name: say('tested.came', 'What would have come of it') },
      { name: say('tested.why', 'Because of') },
      { name: say('backtest.label', 'Label') },
    ]}
    rows={hits.map(({ decision_id, at, action, target, outcome, why, label }) => ({
      key: decision_id,
      cells: [
        <DecisionLink key="decision" id={decision_id}>
          <MomentText at={at} />
        </DecisionLink>,
        <span key="act">
          {actionTitle(action)} <code>{target === '' ? say('backtest.no_target', 'not told') : target}</code>
        </span>,
        <ToneText key="came" tone={TONES[outcome]}>
          {outcomeWord(outcome)}
        </ToneText>,
        <Why key="why" {...(why === undefined ? {} : { why })} />,
        label === undefined ? '—' : labelWord(label),
      ],
    }))}
  />
);

const changeWord = ({ change }: PolicyUnderTest): string =>
  change === 'added' ? say('tested.added', 'added') : say('tested.changed', 'changed');

const Tested = ({ tested, isOpen }: { readonly tested: PolicyUnderTest; readonly isOpen: boolean }) => {
  const { policy, mode, matched, hits } = tested;
  return (
    <section aria-label={say('tested.one', 'Under test: {policy}', { policy })} className="rfx-part">
      <h4 className="rfx-part__title">
        {policy} <ModeBadge mode={mode} /> <span className="rfx-subdued rfx-small">{changeWord(tested)}</span>
      </h4>
      {matched === 0 ? (
        <p>{say('tested.none', 'No event of these days was its own: this backtest says nothing of it.')}</p>
      ) : (
        <>
          <p>
            {say(
              'tested.matched',
              '{matched, plural, one {# event} other {# events}} matched. As if it were in force:',
              {
                matched,
              },
            )}
          </p>
          <Counts tested={tested} />
          <details open={isOpen}>
            <summary>
              {matched > hits.length
                ? say('tested.some', 'The newest {shown} of {matched} events', {
                    shown: countText(hits.length),
                    matched: countText(matched),
                  })
                : say('tested.all', 'All {matched} events', { matched: countText(matched) })}
            </summary>
            <Hits policy={policy} hits={hits} />
          </details>
        </>
      )}
    </section>
  );
};

/** So many policies show their events without being asked. */
const MOST_OPEN = 3;

/** What each policy that is added or changed would have done, also in shadow. */
export const UnderTest = ({
  report: { under_test: tested, under_test_total: total = 0 },
}: {
  readonly report: BacktestReportView;
}) => {
  if (tested === undefined) return null;
  return (
    <section aria-label={say('tested.title', 'Policies under test')} className="rfx-part">
      <h3 className="rfx-part__title">{say('tested.title', 'Policies under test')}</h3>
      {tested.length === 0 && (
        <p className="rfx-subdued">{say('tested.same', 'No policy differs from those that were in force.')}</p>
      )}
      {tested.map((each) => (
        <Tested key={each.policy} tested={each} isOpen={tested.length <= MOST_OPEN} />
      ))}
      {total > tested.length && (
        <p role="note">
          {say('tested.more', '{count} further policies differ and are not listed', {
            count: countText(total - tested.length),
          })}
        </p>
      )}
    </section>
  );
};
