import React, { useState } from 'react';
import type * as t from 'io-ts';
import { EuiButton } from '@elastic/eui';
import { replayDecision } from '../../../common/api/routes';
import { ProblemCallout } from '../../components/layout/problem_callout';
import { Section } from '../../components/layout/section';
import { useServices } from '../../components/data/services';
import { ToneText } from '../../components/text/tone_text';
import { useAction } from '../../components/data/use_action';
import type { Tone } from '../../format/act_status';
import { verdictWord } from '../../format/words';
import { say } from '../../i18n';

type Replayed = t.TypeOf<typeof replayDecision.answer>;

/** What a replay showed, in one sentence. */
const replaySentence = ({ status, verdict }: Replayed): readonly [Tone, string] => {
  switch (status) {
    case 'same':
      return [
        'good',
        say(
          'replay.same',
          'The same: from its record alone the engine comes to the identical decision, to the last bit.',
        ),
      ];
    case 'differs':
      return [
        'bad',
        verdict === undefined
          ? say('replay.differs', 'It differs: the record does not give this decision. It may have been altered.')
          : say(
              'replay.differs_verdict',
              'It differs: the record gives “{verdict}” or other reasons. It may have been altered.',
              {
                verdict: verdictWord(verdict),
              },
            ),
      ];
    case 'engine_differs':
      return ['warn', say('replay.engine_differs', 'Not comparable here: another version of the engine decided then.')];
    case 'bundle_missing':
      return ['warn', say('replay.bundle_missing', 'Not possible here: the policies of then are not on this host.')];
    case 'model_missing':
      return ['warn', say('replay.model_missing', 'Not possible here: the model of then is not on this host.')];
    case 'erased':
      return [
        'calm',
        say('replay.erased', 'Not possible any more: the data of the event was erased, as its tombstone says.'),
      ];
  }
};

/** Decides again from the record alone and says what came of it. */
export const ReplayPanel = ({ decisionId }: { decisionId: string }) => {
  const { api } = useServices();
  const [replayed, setReplayed] = useState<Replayed>();
  const replay = useAction((decision_id: string) => api.call(replayDecision, { params: { decision_id } }));
  const run = async (): Promise<void> => setReplayed(await replay.run(decisionId));
  const [tone, text] = replayed ? replaySentence(replayed) : (['calm', ''] as const);
  return (
    <Section
      title={say('replay.title', 'Replay')}
      actions={
        <EuiButton size="s" isLoading={replay.pending} onClick={() => void run()}>
          {say('replay.run', 'Decide again from the record')}
        </EuiButton>
      }
    >
      <div role="status" aria-live="polite">
        {replayed ? (
          <>
            <ToneText tone={tone}>{text}</ToneText>
            {replayed.replayed_hash !== undefined && replayed.replayed_hash !== replayed.recorded_hash && (
              <p className="rfx-small">
                <code className="rfx-hash">{replayed.recorded_hash}</code> ≠{' '}
                <code className="rfx-hash">{replayed.replayed_hash}</code>
              </p>
            )}
          </>
        ) : (
          <span className="rfx-subdued rfx-small">
            {say('replay.about', 'Nothing is looked up anew and nothing is done.')}
          </span>
        )}
      </div>
      {replay.problem && (
        <ProblemCallout title={say('replay.failed', 'It could not be replayed')} problem={replay.problem} />
      )}
    </Section>
  );
};
