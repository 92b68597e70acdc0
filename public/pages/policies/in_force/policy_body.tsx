import React from 'react';
import type { DraftView } from '../../../../common/api/drafts';
import type { PolicyView } from '../../../../common/api/policy_views';
import { ModeBadge } from '../../../components/facts/badges';
import { CodeView } from '../../../components/code/code_view';
import { CopyButton } from '../../../components/text/copy_button';
import { Facts } from '../../../components/facts/facts';
import { PageLink } from '../../../components/text/links';
import { Section } from '../../../components/layout/section';
import { countText } from '../../../format/numbers';
import { layerMeaning, layerWord } from '../../../format/words';
import { say } from '../../../i18n';
import { CheckResult } from '../check/check_result';
import { editPath } from '../paths';
import { PauseButton } from './pause_button';
import { TryPanel } from '../try/try_panel';
import { useCheck } from '../check/use_check';

const Summary = ({ policy, draft }: { policy: PolicyView; draft: DraftView | undefined }) => (
  <Section
    title={policy.title}
    actions={
      <>
        {policy.layer === 'action' && <PauseButton policy={policy.id} />}{' '}
        <PageLink to={editPath(policy.id)}>
          {draft ? say('policy.go_on', 'Go on with the draft') : say('policy.edit', 'Change (as a draft)')}
        </PageLink>
      </>
    }
  >
    {policy.description && <p>{policy.description}</p>}
    <Facts
      facts={[
        { name: say('policy.mode', 'Mode'), value: <ModeBadge mode={policy.mode} /> },
        {
          name: say('policy.layer', 'Layer'),
          value: (
            <>
              {layerWord(policy.layer)} <span className="rfx-subdued">{layerMeaning(policy.layer)}</span>
            </>
          ),
        },
        { name: say('policy.owner', 'Owner'), value: policy.owner },
        policy.tags.length > 0 ? { name: say('policy.tags', 'Tags'), value: policy.tags.join(', ') } : undefined,
        policy.expires ? { name: say('policy.expires', 'Decides until'), value: policy.expires } : undefined,
        {
          name: say('policy.fired', 'Fired in 24 h'),
          value: (
            <PageLink to={`/decisions?policy=${encodeURIComponent(policy.id)}`}>
              {countText(policy.fired_24h ?? 0)}
            </PageLink>
          ),
        },
        { name: say('policy.hash', 'Hash'), value: <code className="rfx-hash">{policy.hash}</code> },
      ]}
    />
  </Section>
);

/** What it says, what its tests say, and what it would decide. */
export const PolicyBody = ({ policy, draft }: { policy: PolicyView; draft: DraftView | undefined }) => {
  const check = useCheck(policy.source);
  return (
    <div className="rfx-columns rfx-columns--even">
      <div>
        <Summary policy={policy} draft={draft} />
        <Section title={say('policy.text', 'Text')} actions={<CopyButton text={policy.source} />}>
          <CodeView code={policy.source} label={say('policy.text_of', 'Text of {id}', { id: policy.id })} />
        </Section>
      </div>
      <div>
        <CheckResult check={check} />
        <TryPanel />
      </div>
    </div>
  );
};
