import React from 'react';
import type { CandidateView } from '../../../../common/api/policy_views';
import { Sentence } from '../../../components/text/sentence';
import { ToneText } from '../../../components/text/tone_text';
import { say } from '../../../i18n';

/** Who wrote it, besides its author, as a row of the facts. */
export const writersFact = ({ author, writers = [] }: CandidateView) => {
  const others = writers.filter((writer) => writer !== author);
  return others.length === 0
    ? undefined
    : { name: say('candidate.writers', 'Written by'), value: <strong>{others.join(', ')}</strong> };
};

/** Addresses that nobody knows: each may be the approver's own, so one approval is not enough. */
export const UnknownWriters = ({
  candidate: { unknown_writers: unknown = [], approvals_needed: needed = 1 },
}: {
  candidate: CandidateView;
}) => {
  if (unknown.length === 0) return null;
  return (
    <div role="note" aria-label={say('writers.unknown.label', 'Unknown writers')}>
      <ToneText tone="warn">
        <Sentence
          text={say(
            'writers.unknown',
            '{count, plural, one {Written by an unknown address} other {Written by # unknown addresses}}: nobody can say that an approver did not write it, so {needed} different people have to approve. `policies.git.people` says who commits under which address.',
            { count: unknown.length, needed },
          )}
        />
      </ToneText>
      <ul className="rfx-rows">
        {unknown.map((address) => (
          <li key={address}>
            <code>{address}</code>
          </li>
        ))}
      </ul>
    </div>
  );
};
