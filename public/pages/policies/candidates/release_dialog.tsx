import React from 'react';
import { releaseCandidate } from '../../../../common/api/routes';
import type { CandidateView } from '../../../../common/api/policy_views';
import { useTell } from '../../../components/layout/announcer';
import { ConfirmDialog } from '../../../components/dialogs/confirm_dialog';
import { ModeBadge } from '../../../components/facts/badges';
import { useServices } from '../../../components/data/services';
import { useAction } from '../../../components/data/use_action';
import { say } from '../../../i18n';
import { missingSignatures } from './signatures';

interface ReleaseDialogProps {
  readonly candidate: CandidateView;
  readonly onClose: () => void;
  /** With the candidate as it is after. */
  readonly onDone: (candidate: CandidateView) => void;
}

/** The moment at which it begins to decide; what will act from then on is named once more. */
export const ReleaseDialog = ({ candidate, onClose, onDone }: ReleaseDialogProps) => {
  const { api, live } = useServices();
  const tell = useTell();
  const version = candidate.base_version + 1;
  const release = useAction((candidate_id: string) =>
    api.call(releaseCandidate, { params: { candidate_id }, body: {} }),
  );
  const acting = candidate.changes.filter((change) => change.mode_after === 'enforce');
  const confirm = async (): Promise<void> => {
    const released = await release.run(candidate.id);
    if (released === undefined) return;
    tell(
      released.state === 'released'
        ? say('release.announce', 'version {version} is released', { version: released.released_version ?? version })
        : missingSignatures(released),
      released.state === 'released' ? 'good' : 'warn',
    );
    void live.refresh();
    onDone(released);
  };
  return (
    <ConfirmDialog
      title={say('release.title', 'Release as version {version}?', { version })}
      confirm={say('release.confirm', 'Sign and release')}
      typed={say('release.typed', 'version {version}', { version })}
      pending={release.pending}
      problem={release.problem}
      onConfirm={() => void confirm()}
      onClose={onClose}
    >
      <p>
        {say(
          'release.about',
          'It is signed and decides on every agent within seconds. What waits for a person stays waiting.',
        )}
      </p>
      {acting.length > 0 && (
        <>
          <p>{say('release.acting', 'May act by itself from then on, of what was changed:')}</p>
          <ul className="rfx-preview">
            {acting.map(({ policy, mode_after }) => (
              <li key={policy}>
                {policy} <ModeBadge mode={mode_after ?? ''} />
              </li>
            ))}
          </ul>
        </>
      )}
    </ConfirmDialog>
  );
};
