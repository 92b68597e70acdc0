import React from 'react';
import type { CandidateView } from '../../../common/api/views';
import { ToneText } from '../../components/tone_text';
import { say } from '../../i18n';

/** What a candidate that some keys have signed still waits for. */
export const missingSignatures = ({ signatures_missing: count = 0 }: CandidateView): string =>
  say(
    'signatures.missing',
    '{count, plural, one {one more key has to sign} other {# more keys have to sign}}: release it on a host that holds another key, or sign it with the command line',
    { count },
  );

/** Who signed a candidate, while that is not enough. */
export const Signatures = ({ candidate }: { candidate: CandidateView }) => {
  const { signed_by: ids = [], signatures_missing: missing = 0 } = candidate;
  if (missing === 0 || ids.length === 0) return null;
  return (
    <ToneText tone="warn">
      {say('signatures.by', 'signed by {keys}', { keys: ids.join(', ') })}; {missingSignatures(candidate)}
    </ToneText>
  );
};
