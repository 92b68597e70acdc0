import React from 'react';
import type { LookupRecord } from '../../../common/flow/lookup';
import { SmallTable } from '../../components/layout/small_table';
import { MomentText } from '../../components/text/moment_text';
import { durationText } from '../../format/duration';
import { msOf, wholeTime } from '../../format/time';
import { say } from '../../i18n';

/** A key of an entity without its kind. */
const nameOf = (key: string): string => key.slice(key.indexOf(':') + 1);

type Query = LookupRecord['query'];
type SearchQuery = Extract<Query, { lookup: 'search' }>;

const matchText = (match: SearchQuery['match'][number]): string =>
  `${match.field} = ${'is' in match ? match.is.join(' | ') : nameOf(match.thing)}`;

const searchText = (query: SearchQuery): string => {
  const asked = {
    name: query.name,
    indices: query.indices.join(', '),
    window: durationText(query.within_ms),
    match: query.match.map(matchText).join(', '),
    field: query.distinct?.field ?? '',
  };
  switch (query.answer) {
    case 'count':
      return say('look_ups.count', '{name}: How many documents of the last {window} in {indices} have {match}?', asked);
    case 'exists':
      return say('look_ups.exists', '{name}: Does a document of the last {window} in {indices} have {match}?', asked);
    case 'distinct':
      return say(
        'look_ups.distinct',
        '{name}: How many values of {field} do documents of the last {window} in {indices} with {match} have?',
        asked,
      );
  }
};

const questionText = (query: Query): string => {
  switch (query.lookup) {
    case 'lateral_chain':
      return say('look_ups.chain', 'Over how many hosts do records of the last {window} lead from {from} to {to}?', {
        window: durationText(query.within_ms),
        from: nameOf(query.from),
        to: nameOf(query.to),
      });
    case 'host_integrity':
      return say('look_ups.integrity', 'Is {host} intact, by {connector}?', {
        host: query.host,
        connector: query.connector,
      });
    case 'search':
      return searchText(query);
    case 'earlier_step':
      return say('look_ups.earlier_step', 'Is the milder step {action} of {target} in effect?', {
        action: query.action,
        target: query.target.value,
      });
  }
};

const answerText = ({ answer, missing }: LookupRecord): string => {
  if (answer === undefined)
    return say('look_ups.missing', 'No answer: {why}. What reads it cannot be judged.', { why: missing ?? '' });
  if ('hops' in answer)
    return answer.hops === 0
      ? say('look_ups.no_chain', 'No chain on record')
      : say('look_ups.hops', '{hops, plural, one {# hop} other {# hops}}: {hosts}', {
          hops: answer.hops,
          hosts: answer.hosts.join(' → '),
        });
  if ('count' in answer)
    return say('look_ups.documents', '{count, plural, one {# document} other {# documents}}', { count: answer.count });
  if ('distinct' in answer)
    return say('look_ups.values', '{count, plural, one {# value} other {# values}}', { count: answer.distinct });
  if ('exists' in answer) return answer.exists ? say('look_ups.yes', 'Yes') : say('look_ups.no', 'No');
  if ('in_effect_since' in answer)
    return answer.in_effect_since === null
      ? say('look_ups.not_in_effect', 'It is not')
      : say('look_ups.in_effect', 'Since {at}', { at: wholeTime(msOf(answer.in_effect_since)) });
  const state = answer.state === 'intact' ? say('look_ups.intact', 'Intact') : say('look_ups.altered', 'Altered');
  return answer.said === undefined
    ? state
    : say('look_ups.said', '{state}. It says: {said}', { state, said: answer.said });
};

/** What was asked for the decision before it was made, and what came of it. */
export const LookUps = ({ looked }: { looked: readonly LookupRecord[] }) => (
  <SmallTable
    caption={say('look_ups.caption', 'What was asked before deciding')}
    columns={[
      { name: say('look_ups.asked', 'Asked') },
      { name: say('look_ups.answer', 'Answer') },
      { name: say('look_ups.at', 'When') },
      { name: say('look_ups.took', 'Took'), number: true },
    ]}
    rows={looked.map((each) => ({
      key: each.query_digest,
      cells: [
        questionText(each.query),
        answerText(each),
        each.asked_at === undefined ? '' : <MomentText key="at" at={each.asked_at} />,
        each.took_ms === undefined ? '' : durationText(each.took_ms),
      ],
    }))}
  />
);
