import React from 'react';
import { EuiBadge } from '@elastic/eui';
import type { PolicyView } from '../../../../common/api/policy_views';
import type { Layer } from '../../../../common/policy/policy';
import { ModeBadge } from '../../../components/facts/badges';
import { PageLink, PolicyLink } from '../../../components/text/links';
import { Section } from '../../../components/layout/section';
import { SmallTable } from '../../../components/layout/small_table';
import { countText } from '../../../format/numbers';
import { layerMeaning, layerWord } from '../../../format/words';
import { say } from '../../../i18n';
import { editPath } from '../paths';

interface LayerSectionProps {
  readonly layer: Layer;
  readonly policies: readonly PolicyView[];
  /** Ids of policies that have a draft. */
  readonly drafted: ReadonlySet<string>;
}

const Tags = ({ tags }: { tags: readonly string[] }) => (
  <span className="rfx-tags">
    {tags.map((tag) => (
      <EuiBadge key={tag} color="hollow">
        {tag}
      </EuiBadge>
    ))}
  </span>
);

const Name = ({ policy, isDrafted }: { policy: PolicyView; isDrafted: boolean }) => (
  <>
    <PolicyLink id={policy.id} />
    {isDrafted && (
      <PageLink to={editPath(policy.id)}>
        <span className="rfx-small">{say('layer.drafted', 'has a draft')}</span>
      </PageLink>
    )}
    {policy.expires && (
      <div className="rfx-small rfx-tone--warn">
        {say('layer.expires', 'decides until {day}', { day: policy.expires })}
      </div>
    )}
  </>
);

const Fired = ({ policy: { id, fired_24h = 0 } }: { policy: PolicyView }) =>
  fired_24h === 0 ? (
    <span className="rfx-subdued">0</span>
  ) : (
    <PageLink to={`/decisions?policy=${encodeURIComponent(id)}`}>{countText(fired_24h)}</PageLink>
  );

/** The policies of one layer. */
export const LayerSection = ({ layer, policies, drafted }: LayerSectionProps) => (
  <Section
    title={say('layer.title', '{layer} ({count})', { layer: layerWord(layer), count: policies.length })}
    note={layerMeaning(layer)}
  >
    {policies.length === 0 ? (
      <p className="rfx-subdued">{say('layer.none', 'none')}</p>
    ) : (
      <SmallTable
        caption={say('layer.caption', 'Policies of the layer {layer}', { layer: layerWord(layer) })}
        columns={[
          { name: say('layer.col.policy', 'Policy'), width: '25%' },
          { name: say('layer.col.does', 'What it does') },
          { name: say('layer.col.mode', 'Mode'), width: '90px' },
          { name: say('layer.col.owner', 'Owner'), width: '12%' },
          { name: say('layer.col.tags', 'Tags'), width: '22%' },
          { name: say('layer.col.fired', 'Fired in 24 h'), number: true, width: '110px' },
        ]}
        rows={policies.map((policy) => ({
          key: policy.id,
          cells: [
            <Name key="name" policy={policy} isDrafted={drafted.has(policy.id)} />,
            policy.title,
            <ModeBadge key="mode" mode={policy.mode} />,
            policy.owner,
            <Tags key="tags" tags={policy.tags} />,
            <Fired key="fired" policy={policy} />,
          ],
        }))}
      />
    )}
  </Section>
);
