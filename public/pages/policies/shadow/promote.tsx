import React from 'react';
import { EuiButtonEmpty } from '@elastic/eui';
import { useHistory } from 'react-router-dom';
import { saveDraft, type ComparisonView } from '../../../../common/api/routes';
import type { Mode } from '../../../../common/policy/policy';
import { useTell } from '../../../components/layout/announcer';
import { PageLink } from '../../../components/text/links';
import { useServices } from '../../../components/data/services';
import { useAction } from '../../../components/data/use_action';
import { useMay } from '../../../components/data/use_live';
import { modeWord } from '../../../format/words';
import { Sentence } from '../../../components/text/sentence';
import { say } from '../../../i18n';
import { withMode } from '../editor/mode_select';
import { DRAFTS, editPath } from '../paths';
import type { Policies } from '../use_policies';

type Tally = ComparisonView['policies'][number];

interface PromoteProps {
  readonly tally: Tally;
  readonly policies: Policies;
}

const STEPS: readonly Mode[] = ['escalate', 'enforce'];

/** Makes a draft with the next mode; it goes through backtest, review and release like any change. */
export const Promote = ({ tally: { policy }, policies }: PromoteProps) => {
  const { api } = useServices();
  const history = useHistory();
  const tell = useTell();
  const may = useMay('author');
  const inForce = policies.policies.find(({ id }) => id === policy);
  const save = useAction((source: string) => api.call(saveDraft, { params: { policy_id: policy }, body: { source } }));
  if (policies.drafts.some(({ id }) => id === policy))
    return <PageLink to={editPath(policy)}>{say('layer.drafted', 'has a draft')}</PageLink>;
  if (inForce?.mode !== 'shadow')
    return <span className="rfx-subdued">{say('shadow.gone', 'not in shadow any more')}</span>;
  const promote = async (mode: Mode): Promise<void> => {
    const changed = withMode(inForce.source, mode);
    if (changed === inForce.source) return history.push(editPath(policy));
    if ((await save.run(changed)) === undefined) return;
    tell(say('shadow.drafted', 'draft made; propose it for release'));
    history.push(DRAFTS);
  };
  return (
    <span className="rfx-row-actions">
      {STEPS.map((mode) => (
        <EuiButtonEmpty
          key={mode}
          size="xs"
          isDisabled={!may}
          isLoading={save.pending}
          aria-label={say('shadow.promote_of', 'Promote {policy} to {mode}', { policy, mode: modeWord(mode) })}
          onClick={() => void promote(mode)}
        >
          {say('shadow.promote', 'to {mode}', { mode: modeWord(mode) })}
        </EuiButtonEmpty>
      ))}
      {save.problem && (
        <span className="rfx-tone--bad rfx-small">
          <Sentence text={save.problem.message} />
        </span>
      )}
    </span>
  );
};
