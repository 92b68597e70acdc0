import React from 'react';
import type { NearestMiss, UnmetClause } from '../../../common/flow/nearest_miss';
import { say } from '../../i18n';
import { PolicyLink } from '../text/links';

const valueText = (value: unknown): string =>
  value === undefined ? say('nearest.nothing', 'nothing') : typeof value === 'string' ? value : JSON.stringify(value);

/** `event.confidence` without the word that every path begins with. */
const nameOf = (path: string): string => path.replace(/^event\./, '');

const unmetText = ({ path, operator, seen, needed, clause, result }: UnmetClause): string => {
  if (result === 'error') return say('nearest.error', '{clause} could not be evaluated', { clause });
  if (path === undefined || operator === undefined || needed === undefined)
    return say('nearest.clause', '{clause} does not hold', { clause });
  const values = { name: nameOf(path), seen: valueText(seen), needed: valueText(needed) };
  switch (operator) {
    case '>=':
      return say('nearest.at_least', '{name} {seen} of {needed} needed', values);
    case '>':
      return say('nearest.more', '{name} {seen}, more than {needed} needed', values);
    case '<=':
      return say('nearest.at_most', '{name} {seen}, at most {needed} needed', values);
    case '<':
      return say('nearest.less', '{name} {seen}, less than {needed} needed', values);
    case '!=':
      return say('nearest.other', '{name} is {seen}, and must not be', values);
    case 'contains':
      return say('nearest.contains', '{name} lacks {needed}', values);
    case 'in':
      return say('nearest.in', '{name} is {seen}, one of {needed} needed', values);
    case '==':
    case 'is':
      return say('nearest.equal', '{name} is {seen}, {needed} needed', values);
  }
};

/** What was missing, in one line. */
export const missText = ({ unmet, open }: NearestMiss): string => {
  const said =
    unmet.length === 0 && open === 0
      ? say('nearest.not_seen_again', 'it was not seen again in time')
      : unmet.map(unmetText).join('; ');
  return open === 0
    ? said
    : say('nearest.open', '{said}; {open, plural, one {# clause} other {# clauses}} not looked at', { said, open });
};

/** The policy that came nearest to proposing something, and what was missing. */
export const NearestMissLine = ({ miss }: { miss: NearestMiss }) => (
  <span>
    {say('nearest.label', 'Nearest:')} <PolicyLink id={miss.policy.id} /> – {missText(miss)}
  </span>
);
