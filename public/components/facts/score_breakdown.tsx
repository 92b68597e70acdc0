import React from 'react';
import type { Score } from '../../../common/flow/decision';
import { logOddsText, scoreText } from '../../format/numbers';
import { say } from '../../i18n';

type Term = Score['terms'][number];

const TERM_WORDS: Readonly<Record<string, () => string>> = {
  bias: () => say('score.bias', 'baseline'),
  confidence: () => say('score.confidence', 'confidence of the detector'),
  severity: () => say('score.severity', 'severity'),
  uncalibrated: () => say('score.uncalibrated', 'nobody vouched for the source'),
  corroboration: () => say('score.corroboration', 'other domains saw it too'),
  repetition: () => say('score.repetition', 'seen repeatedly'),
  rule_precision: () => say('score.rule_precision', 'how right the rule was before'),
  destination_criticality: () => say('score.destination_criticality', 'criticality of what is attacked'),
};

const termWord = (name: string): string => {
  const [kind = '', tag] = name.split(':');
  if (kind === 'source_tag' && tag !== undefined) return say('score.source_tag', 'source is tagged “{tag}”', { tag });
  return TERM_WORDS[name]?.() ?? name;
};

const TermBar = ({ term, widest }: { term: Term; widest: number }) => {
  const share = (Math.abs(term.micro) / widest) * 50;
  const negative = term.micro < 0;
  return (
    <span className="rfx-term__track" aria-hidden="true">
      <span
        className={negative ? 'rfx-term__bar rfx-term__bar--against' : 'rfx-term__bar'}
        style={{ width: `${share}%`, left: negative ? `${50 - share}%` : '50%' }}
      />
    </span>
  );
};

/** The score with each of its terms: to the right speaks for acting, to the left against. */
export const ScoreBreakdown = ({ score }: { score: Score }) => {
  const widest = Math.max(1, ...score.terms.map(({ micro }) => Math.abs(micro)));
  return (
    <div className="rfx-score">
      <div className="rfx-score__value">
        <strong>{scoreText(score.value)}</strong>{' '}
        <span className="rfx-subdued">
          {say('score.log_odds', 'of 1, {sum} log-odds', { sum: logOddsText(score.log_odds_micro) })}
        </span>
      </div>
      <ul className="rfx-terms" aria-label={say('score.terms', 'Terms of the score, in log-odds')}>
        {score.terms.map((term) => (
          <li key={term.name} className="rfx-term">
            <span className="rfx-term__name">{termWord(term.name)}</span>
            <TermBar term={term} widest={widest} />
            <span className="rfx-number">{logOddsText(term.micro)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
};
