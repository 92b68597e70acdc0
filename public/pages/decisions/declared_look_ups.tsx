import React from 'react';
import type { LookupRecord } from '../../../common/flow/lookup';
import { SmallTable } from '../../components/layout/small_table';
import { MomentText } from '../../components/text/moment_text';
import { durationText } from '../../format/duration';
import { say } from '../../i18n';

/** A key of an entity without its kind. */
const nameOf = (key: string): string => key.slice(key.indexOf(':') + 1);

const questionText = (query: LookupRecord['query']): string =>
  query.lookup === 'lateral_chain'
    ? say('look_ups.chain', 'Over how many hosts do records of the last {window} lead from {from} to {to}?', {
        window: durationText(query.within_ms),
        from: nameOf(query.from),
        to: nameOf(query.to),
      })
    : say('look_ups.integrity', 'Is {host} intact, by {connector}?', { host: query.host, connector: query.connector });

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
