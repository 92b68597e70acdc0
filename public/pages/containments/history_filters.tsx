import React from 'react';
import { EuiButtonEmpty, EuiSelect } from '@elastic/eui';
import { ACTIONS } from '../../../common/policy/actions';
import { useNow } from '../../components/data/use_now';
import { TextFilter } from '../../components/layout/text_filter';
import { TimeRange } from '../../components/layout/time_range';
import { outcomeWord } from '../../format/act_status';
import { actionTitle } from '../../format/words';
import { say } from '../../i18n';
import { EVERY_ACT, HISTORY_OUTCOMES, isNarrowed, type HistoryFilter } from './history_filter';

interface HistoryFiltersProps {
  readonly filter: HistoryFilter;
  readonly onChange: (filter: HistoryFilter) => void;
}

/** Filters of the history; each change is a new address, and begins with the newest. */
export const HistoryFilters = ({ filter, onChange }: HistoryFiltersProps) => {
  const now = useNow();
  const set = (part: Partial<HistoryFilter>): void => onChange({ ...filter, ...part, cursor: '' });
  return (
    <div className="rfx-filters" role="group" aria-label={say('board.filters', 'Filters')}>
      <TextFilter
        label={say('past_acts.about', 'Part of a name')}
        value={filter.about}
        onChange={(about) => set({ about })}
      />
      <EuiSelect
        compressed
        aria-label={say('board.action', 'Action')}
        value={filter.action}
        options={[
          { value: '', text: say('board.action.all', 'all actions') },
          ...ACTIONS.map(({ action }) => ({ value: action, text: actionTitle(action) })),
        ]}
        onChange={(event) => set({ action: event.target.value })}
      />
      <EuiSelect
        compressed
        aria-label={say('past_acts.outcome', 'How it fares or ended')}
        value={filter.outcome}
        options={[
          { value: '', text: say('past_acts.outcome.any', 'any end') },
          ...HISTORY_OUTCOMES.map((outcome) => ({ value: outcome, text: outcomeWord(outcome) })),
        ]}
        onChange={(event) => set({ outcome: event.target.value })}
      />
      <TextFilter label={say('past_acts.by', 'By whom')} value={filter.by} onChange={(by) => set({ by })} />
      <TextFilter
        label={say('past_acts.policy', 'Policy')}
        value={filter.policy}
        onChange={(policy) => set({ policy })}
      />
      <TextFilter
        label={say('past_acts.connector', 'Connector')}
        value={filter.connector}
        onChange={(connector) => set({ connector })}
      />
      <TimeRange from={filter.from} to={filter.to} now={now} onChange={set} />
      {isNarrowed(filter) && (
        <EuiButtonEmpty size="xs" iconType="cross" onClick={() => onChange(EVERY_ACT)}>
          {say('decisions.clear', 'Clear filters')}
        </EuiButtonEmpty>
      )}
    </div>
  );
};
