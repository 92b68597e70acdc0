import React from 'react';
import type { QuestionLoad as Load } from '../../../common/api/views';
import { PolicyLink } from '../../components/text/links';
import { durationText } from '../../format/duration';
import { countText } from '../../format/numbers';
import { say } from '../../i18n';

/** More than this share of hasty answers is worth a word. */
const MANY_HASTY = 0.2;

const Pace = ({ answers, timed, hasty, median_ms, people = 0, most_by_one }: Load['pace']) => {
  if (answers === 0 || median_ms === undefined)
    return <>{say('question_load.none', 'Nobody answered anything in the last 24 h.')}</>;
  return (
    <>
      {say('question_load.pace', 'Answered in 24 h: {answers}, half of them within {median}.', {
        answers: countText(answers),
        median: durationText(median_ms),
      })}{' '}
      <span className={hasty > timed * MANY_HASTY ? 'rfx-tone--warn' : undefined}>
        {say('question_load.hasty', '{hasty} of {timed} in under 5 s.', {
          hasty: countText(hasty),
          timed: countText(timed),
        })}
      </span>{' '}
      {people > 1 && most_by_one !== undefined && (
        <span>
          {say('question_load.people', '{people} people answered, one of them {most}.', {
            people: countText(people),
            most: countText(most_by_one),
          })}
        </span>
      )}
    </>
  );
};

const beyondWords = (beyond: Load['budgets'][number]['beyond']): string => {
  switch (beyond) {
    case 'group':
      return say('question_load.beyond.group', 'the next ones are one card');
    case 'hold':
      return say('question_load.beyond.hold', 'the next ones are held');
    case 'deny':
      return say('question_load.beyond.deny', 'the next ones are denied');
  }
};

/** Below this share people answer by chance rather than by what they read. */
const LITTLE_AGREEMENT = 0.7;

const AgreementLine = ({ agreement }: { agreement: NonNullable<Load['agreement']> }) => {
  const { agree, of, share, low, high } = agreement;
  if (share === undefined || low === undefined || high === undefined) return null;
  return (
    <div className={high < LITTLE_AGREEMENT ? 'rfx-tone--warn' : undefined}>
      {say('question_load.agreement', 'Second opinions: {agree} of {of} agree, {share} % ({low}–{high} %).', {
        agree: countText(agree),
        of: countText(of),
        share: Math.round(share * 100),
        low: Math.round(low * 100),
        high: Math.round(high * 100),
      })}
    </div>
  );
};

interface BudgetWords {
  readonly asked: string;
  readonly most: string;
  readonly within: string;
  readonly beyond: string;
  /** How many approvers are here, where the budget goes by that. */
  readonly approvers: string | undefined;
}

const budgetWords = ({ approvers, ...words }: BudgetWords): string =>
  approvers === undefined
    ? say('question_load.budget', 'This agent asked about {asked} of {most} in {within}; beyond that {beyond}:', words)
    : say(
        'question_load.budget.each',
        'This agent asked about {asked} of {most} in {within}, for {approvers} approvers who are here; beyond that {beyond}:',
        { ...words, approvers },
      );

/** How much people are asked, and how fast they answer: too fast is not read. */
export const QuestionLoad = ({ load }: { load: Load }) => (
  <div className="rfx-small rfx-subdued" role="group" aria-label={say('question_load.title', 'Load on people')}>
    <Pace {...load.pace} />
    {load.agreement && <AgreementLine agreement={load.agreement} />}
    {load.budgets.map(({ policy, asked, most, within_ms, beyond, per_approver }) => (
      <div key={policy} className={asked >= most ? 'rfx-tone--warn' : undefined}>
        {budgetWords({
          asked: countText(asked),
          most: countText(most),
          within: durationText(within_ms),
          beyond: beyondWords(beyond),
          approvers: per_approver === true ? countText(load.approvers ?? 1) : undefined,
        })}{' '}
        <PolicyLink id={policy} />
      </div>
    ))}
  </div>
);
