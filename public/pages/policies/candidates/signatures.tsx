import React from 'react';
import type { CandidateView } from '../../../../common/api/policy_views';
import { ToneText } from '../../../components/text/tone_text';
import { say } from '../../../i18n';
import { Command } from '../releases/command';
import { useTrust } from '../releases/use_releases';

/** What a candidate that some keys have signed still waits for. */
export const missingSignatures = ({ signatures_missing: count = 0 }: CandidateView): string =>
  say(
    'signatures.missing',
    '{count, plural, one {one more key has to sign} other {# more keys have to sign}}: release it on a host that holds another key, or sign it with the command line',
    { count },
  );

/** Trusted keys that have not signed it yet. */
const MayStillSign = ({ signedBy }: { signedBy: readonly string[] }) => {
  const { value } = useTrust();
  const left = value?.keys.filter(({ key_id, revoked }) => !revoked && !signedBy.includes(key_id)) ?? [];
  if (left.length === 0) return null;
  return (
    <p>
      {say('signatures.left', 'Keys that have not signed it:')}{' '}
      {left.map(({ key_id, signs_here }) => (
        <code key={key_id} className="rfx-hash">
          {key_id}
          {signs_here && ` (${say('trust.here', 'signs on this host')})`}{' '}
        </code>
      ))}
    </p>
  );
};

/** Who signed a candidate, while that is not enough, and how others do. What they sign is bound to its digest. */
export const Signatures = ({ candidate }: { candidate: CandidateView }) => {
  const { id, digest, signed_by: ids = [], signatures_missing: missing = 0, emergency } = candidate;
  if (missing === 0) return null;
  const file = `reflex-candidate-${digest.slice(0, 12)}.tar.gz`;
  return (
    <div className="rfx-part" role="group" aria-label={say('signatures.label', 'Signatures that it waits for')}>
      <p>
        <ToneText tone={emergency ? 'bad' : 'warn'}>
          {ids.length === 0
            ? say('signatures.nobody', 'nobody signed it yet')
            : say('signatures.by', 'signed by {keys}', { keys: ids.join(', ') })}
          ; {missingSignatures(candidate)}
        </ToneText>
      </p>
      <MayStillSign signedBy={ids} />
      <Command
        label={say('signatures.commands', 'Commands that sign it elsewhere')}
        lines={[
          `curl … /api/reflex/policies/candidates/${id}/bundle -o ${file}`,
          `reflex policies inspect ${file}   # digest ${digest}`,
          `reflex policies sign ${file} --key other.pem`,
          `curl -X POST --data-binary @${file} -H 'content-type: application/gzip' … /api/reflex/policies/bundles`,
        ]}
      />
    </div>
  );
};
