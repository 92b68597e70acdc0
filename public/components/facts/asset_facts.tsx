import React from 'react';
import { EuiBadge } from '@elastic/eui';
import type { AssetFacts } from '../../../common/flow/decision';
import type { Tone } from '../../format/act_status';
import { assetKindWord } from '../../format/kind_words';
import { severityWord } from '../../format/words';
import { say } from '../../i18n';
import { Facts, type Fact } from './facts';
import { ToneText } from '../text/tone_text';

const standing = ({ type, known, external }: AssetFacts): readonly [Tone, string] => {
  if (external === true) return ['calm', say('asset.external', 'outside our networks')];
  if (known) return ['good', say('asset.known', 'in the inventory')];
  return type === 'ip' || type === 'subnet'
    ? ['warn', say('asset.unknown_inside', 'inside our networks, but not in the inventory')]
    : ['warn', say('asset.unknown', 'not in the inventory')];
};

const listed = (name: string, values: readonly string[] | undefined): Fact | undefined =>
  values && values.length > 0 ? { name, value: values.join(', ') } : undefined;

const Tags = ({ tags }: { tags: readonly string[] }) => (
  <>
    {tags.map((tag) => (
      <EuiBadge key={tag} color="hollow">
        {tag}
      </EuiBadge>
    ))}
  </>
);

/** What the inventory says of one host, address, subnet or user; not knowing it is said too. */
export const AssetCard = ({ asset }: { asset: AssetFacts }) => {
  const [tone, word] = standing(asset);
  const { type, value, name, criticality, tags, groups, subnets, owner } = asset;
  return (
    <div className="rfx-asset">
      <div className="rfx-asset__head">
        <span className="rfx-subdued">{assetKindWord(type)}</span> <strong className="rfx-value">{value}</strong>{' '}
        {name !== undefined && name !== value && <span>{name}</span>}
      </div>
      <ToneText tone={tone}>{word}</ToneText>
      <Facts
        facts={[
          criticality && { name: say('asset.criticality', 'Criticality'), value: severityWord(criticality) },
          tags && tags.length > 0 ? { name: say('asset.tags', 'Tags'), value: <Tags tags={tags} /> } : undefined,
          listed(say('asset.groups', 'Groups'), groups),
          listed(say('asset.subnets', 'Subnets'), subnets),
          owner ? { name: say('asset.owner', 'Owner'), value: owner } : undefined,
        ]}
      />
    </div>
  );
};
