import React from 'react';
import type { ContainmentView } from '../../../common/api/views';
import { ReappliedNote } from '../../components/facts/reapplied_note';
import { MomentText, SinceText } from '../../components/text/moment_text';
import { Sentence } from '../../components/text/sentence';
import { ToneText } from '../../components/text/tone_text';
import { say } from '../../i18n';
import { isThere, needsForce, proofOf, stateWords, type ProofStep } from './containment_words';

const STEPS: readonly ProofStep[] = ['requested', 'sent', 'confirmed', 'verified'];

const stepWord = (step: ProofStep): string => {
  switch (step) {
    case 'requested':
      return say('proof.requested', 'requested');
    case 'sent':
      return say('proof.sent', 'sent');
    case 'confirmed':
      return say('proof.confirmed', 'confirmed');
    case 'verified':
      return say('proof.verified', 'verified');
  }
};

const Proof = ({ row }: { row: ContainmentView }) => {
  const reached = proofOf(row);
  return (
    <ol className="rfx-proof" aria-label={say('proof.label', 'Proof')}>
      {STEPS.map((step) => (
        <li
          key={step}
          className={reached.includes(step) ? 'rfx-proof__step rfx-proof__step--reached' : 'rfx-proof__step'}
        >
          {stepWord(step)}
          {!reached.includes(step) && <span className="rfx-hidden">{say('proof.not_yet', ' (not yet)')}</span>}
        </li>
      ))}
    </ol>
  );
};

/** When it was last seen at its target; or since when it is not there any more, and what that means. */
const LastLook = ({ row }: { row: ContainmentView }) => {
  const { gone, verified_at } = row;
  if (gone !== undefined && !isThere(row))
    return (
      <div className="rfx-small rfx-tone--bad">
        <Sentence text={gone.text} />{' '}
        {say(
          'containment.gone.about',
          'Reflex applies it again only if its policy says so. Lift it, and a new decision may.',
        )}{' '}
        <span className="rfx-subdued">
          {say('containment.gone.noticed', 'noticed')} <SinceText at={gone.at} />
        </span>
      </div>
    );
  if (verified_at === undefined || row.state !== 'present' || row.verified !== true) return null;
  return (
    <div className="rfx-small rfx-subdued">
      {say('containment.verified_at', 'last seen there')} <SinceText at={verified_at} />
    </div>
  );
};

/** What went wrong on the way to an effect that was seen in place since is over. */
const isMended = ({ state, verified, gone }: ContainmentView): boolean =>
  state === 'present' && verified === true && gone === undefined;

/** How an effect is, how far its proof has come, since when, and what went wrong last. */
export const EffectState = ({ row }: { row: ContainmentView }) => {
  const { word, tone } = stateWords(row);
  const { since, undo, last_error, taken_over } = row;
  return (
    <div>
      <ToneText tone={tone}>{word}</ToneText>
      {since && (
        <span className="rfx-small rfx-subdued">
          {' '}
          {say('containment.since', 'since')} <MomentText at={since} />
        </span>
      )}
      {row.state === 'undoing' ? (
        undo && (
          <div className="rfx-small">
            <Sentence text={say('containment.undo', 'by {by}: {text}', { by: undo.by, text: undo.text })} />
          </div>
        )
      ) : (
        <Proof row={row} />
      )}
      <LastLook row={row} />
      {row.reapplied && isThere(row) && <ReappliedNote reapplied={row.reapplied} />}
      {last_error && !isMended(row) && (
        <div className="rfx-small rfx-tone--bad">
          <Sentence text={last_error.message} /> <span className="rfx-subdued">({last_error.code})</span>
        </div>
      )}
      {needsForce(row) && (
        <div className="rfx-small">
          {say('containment.needs_force', 'somebody changed it since: a person has to say how it ends')}
        </div>
      )}
      {taken_over === true && (
        <div className="rfx-small rfx-subdued">
          {say('containment.taken_over', 'taken over from an agent that died')}
        </div>
      )}
    </div>
  );
};
