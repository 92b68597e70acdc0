import React from 'react';
import { EuiFieldSearch, EuiSelect } from '@elastic/eui';
import type { ContainmentView } from '../../../common/api/views';
import { actionTitle } from '../../format/words';
import { AlsoAs } from '../../components/text/also_as';
import { say } from '../../i18n';
import type { BoardFilter } from './filter_containments';
import type { SameThing } from './use_same_thing';
import { SameThingFault } from './same_thing_fault';

interface BoardFiltersProps {
  readonly rows: readonly ContainmentView[];
  readonly filter: BoardFilter;
  readonly onChange: (filter: BoardFilter) => void;
  readonly shown: number;
  readonly total: number;
  /** What the text names besides its letters. */
  readonly same: SameThing;
}

const unique = (values: readonly string[]): readonly string[] => [...new Set(values)].sort();

/** Filters over what is on the board; choices that would show nothing are not offered. */
export const BoardFilters = ({ rows, filter, onChange, shown, total, same }: BoardFiltersProps) => {
  const actions = unique(rows.map((row) => row.action));
  const policies = unique(rows.flatMap((row) => row.reasons.map(({ policy }) => policy.id)));
  const isMixed = rows.some((row) => row.demo) && rows.some((row) => !row.demo);
  return (
    <div className="rfx-filters" role="group" aria-label={say('board.filters', 'Filters')}>
      <EuiSelect
        compressed
        aria-label={say('board.action', 'Action')}
        value={filter.action}
        options={[
          { value: '', text: say('board.action.all', 'all actions') },
          ...actions.map((action) => ({ value: action, text: actionTitle(action) })),
        ]}
        onChange={(event) => onChange({ ...filter, action: event.target.value })}
      />
      <EuiSelect
        compressed
        aria-label={say('board.policy', 'Policy')}
        value={filter.policy}
        options={[
          { value: '', text: say('board.policy.all', 'all policies') },
          ...policies.map((policy) => ({ value: policy, text: policy })),
        ]}
        onChange={(event) => onChange({ ...filter, policy: event.target.value })}
      />
      {isMixed && (
        <EuiSelect
          compressed
          aria-label={say('board.demo', 'Demo')}
          value={filter.demo}
          options={[
            { value: '', text: say('board.demo.both', 'demo and real') },
            { value: 'only', text: say('board.demo.only', 'demo only') },
            { value: 'without', text: say('board.demo.without', 'without demo') },
          ]}
          onChange={(event) => onChange({ ...filter, demo: event.target.value })}
        />
      )}
      <EuiFieldSearch
        compressed
        incremental
        aria-label={say('board.text', 'Text')}
        placeholder={say('board.text.placeholder', 'text in any column')}
        value={filter.text}
        onChange={(event) => onChange({ ...filter, text: event.target.value })}
      />
      <span className="rfx-subdued" role="status">
        {say('board.count', '{shown} of {total}', { shown, total })} <AlsoAs spellings={same.alsoAs} />
        <SameThingFault same={same} />
      </span>
    </div>
  );
};
