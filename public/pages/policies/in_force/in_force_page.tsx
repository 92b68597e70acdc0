import React, { useState } from 'react';
import { EuiFieldSearch } from '@elastic/eui';
import { LAYERS } from '../../../../common/policy/policy';
import { EmptyNote } from '../../../components/layout/empty_note';
import { PageLink } from '../../../components/text/links';
import { say } from '../../../i18n';
import { LayerSection } from './layer_section';
import { NEW } from '../paths';
import { PoliciesFrame } from '../frame/policies_frame';
import { usePolicies, type Policies } from '../use_policies';

type Policy = Policies['policies'][number];

const textOf = ({ id, title, owner, tags, mode }: Policy): string =>
  [id, title, owner, mode, ...tags].join('\n').toLowerCase();

const List = ({ policies, drafts }: Policies) => {
  const [text, setText] = useState('');
  const shown = policies.filter((policy) => textOf(policy).includes(text.trim().toLowerCase()));
  const drafted = new Set(drafts.map(({ id }) => id));
  return (
    <>
      <div className="rfx-filters rfx-filters--wide">
        <EuiFieldSearch
          compressed
          incremental
          aria-label={say('policies.filter', 'Filter policies')}
          placeholder={say('policies.filter.placeholder', 'id, title, owner, tag or mode')}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <span role="status" className="rfx-subdued">
          {say('board.count', '{shown} of {total}', { shown: shown.length, total: policies.length })}
        </span>
      </div>
      {[...LAYERS].map((layer) => (
        <LayerSection
          key={layer}
          layer={layer}
          policies={shown.filter((policy) => policy.layer === layer)}
          drafted={drafted}
        />
      ))}
    </>
  );
};

/** What decides now, layer by layer: the upper layers judge what the action policies propose. */
export const InForcePage = () => {
  const resource = usePolicies();
  return (
    <PoliciesFrame resource={resource}>
      {(policies) =>
        policies.policies.length === 0 ? (
          <EmptyNote
            iconType="documentEdit"
            title={say('policies.none', 'No policy is in force')}
            actions={<PageLink to={NEW}>{say('policies.none.new', 'Write the first one')}</PageLink>}
          >
            <p>{say('policies.none.about', 'Without a policy every event is recorded and nothing is done.')}</p>
          </EmptyNote>
        ) : (
          <List {...policies} />
        )
      }
    </PoliciesFrame>
  );
};
