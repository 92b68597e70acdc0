import React, { useState } from 'react';
import { EuiButtonEmpty } from '@elastic/eui';
import { resumeRollout, type ComparisonView, type RolloutView } from '../../../../common/api/routes';
import { useTell } from '../../../components/layout/announcer';
import { PolicyLink } from '../../../components/text/links';
import { ReasonDialog } from '../../../components/dialogs/reason_dialog';
import { Section } from '../../../components/layout/section';
import { useServices } from '../../../components/data/services';
import { SmallTable } from '../../../components/layout/small_table';
import { ToneText } from '../../../components/text/tone_text';
import { useAction } from '../../../components/data/use_action';
import { useMay } from '../../../components/data/use_live';
import { countText } from '../../../format/numbers';
import { Sentence } from '../../../components/text/sentence';
import { say } from '../../../i18n';
import { sameText } from './shadow_section';

const ResumeDialog = ({ policy, onClose, onDone }: { policy: string; onClose: () => void; onDone: () => void }) => {
  const { api } = useServices();
  const tell = useTell();
  const resume = useAction((reason: string) =>
    api.call(resumeRollout, { params: { policy_id: policy }, body: { reason } }),
  );
  const confirm = async (reason: string): Promise<void> => {
    if ((await resume.run(reason)) === undefined) return;
    tell(say('rollout.resumed', 'the rollout goes on'));
    onDone();
  };
  return (
    <ReasonDialog
      title={say('rollout.resume.title', 'Let the rollout of {policy} go on?', { policy })}
      confirm={say('rollout.resume.confirm', 'Go on')}
      color="danger"
      pending={resume.pending}
      problem={resume.problem}
      onConfirm={(reason) => void confirm(reason)}
      onClose={onClose}
    >
      <p>
        {say(
          'rollout.resume.about',
          'It acts by itself again on its share of targets. Overrides are counted anew; it stops again when they are too many.',
        )}
      </p>
    </ReasonDialog>
  );
};

const State = ({ rollout }: { rollout: RolloutView }) =>
  rollout.stopped_at === undefined ? (
    <ToneText tone="good">
      {say('rollout.runs', 'acts; stops once clearly more than {percent} % are overridden, from {acts} acts on', {
        percent: rollout.stops_above_percent,
        acts: rollout.stops_after,
      })}
    </ToneText>
  ) : (
    <ToneText tone="bad">
      <Sentence text={say('rollout.stopped', 'has stopped itself, asks a person: {why}', { why: rollout.why ?? '' })} />
    </ToneText>
  );

/** Policies that act on a share of their targets: how often people overrode them, within it and beside it. */
export const Rollouts = ({ view, onChanged }: { view: ComparisonView; onChanged: () => void }) => {
  const may = useMay('approve');
  const [resuming, setResuming] = useState<string>();
  const beside = (policy: string): string => {
    const tally = view.policies.find((each) => each.policy === policy && each.arm === 'outside_rollout');
    return tally ? sameText(tally) : '—';
  };
  return (
    <Section title={say('rollout.title', 'Rolled out to a share of targets')}>
      <SmallTable
        caption={say('rollout.title', 'Rolled out to a share of targets')}
        columns={[
          { name: say('overview.policy', 'Policy') },
          { name: say('rollout.share', 'Share'), number: true },
          { name: say('rollout.acts', 'Acts'), number: true },
          { name: say('rhythm.overridden', 'Overridden'), number: true },
          { name: say('drafts.col.state', 'State') },
          { name: say('rollout.beside', 'The other targets, in shadow') },
          { name: say('rhythm.action', 'Action') },
        ]}
        rows={view.rollouts.map((rollout) => ({
          key: rollout.policy,
          cells: [
            <PolicyLink key="policy" id={rollout.policy} />,
            `${rollout.percent} %`,
            rollout.capped === true
              ? say('rollout.capped', 'the youngest {acts}', { acts: countText(rollout.acts) })
              : countText(rollout.acts),
            countText(rollout.overridden),
            <State key="state" rollout={rollout} />,
            beside(rollout.policy),
            rollout.stopped_at === undefined ? (
              '—'
            ) : (
              <EuiButtonEmpty
                key="resume"
                size="xs"
                color="danger"
                isDisabled={!may}
                onClick={() => setResuming(rollout.policy)}
              >
                {say('rollout.resume', 'Let it go on…')}
              </EuiButtonEmpty>
            ),
          ],
        }))}
      />
      {resuming !== undefined && (
        <ResumeDialog
          policy={resuming}
          onClose={() => setResuming(undefined)}
          onDone={() => {
            setResuming(undefined);
            onChanged();
          }}
        />
      )}
    </Section>
  );
};
