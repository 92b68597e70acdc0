import React from 'react';
import { EuiButtonEmpty, EuiSelect } from '@elastic/eui';
import { BECAME } from '../../../common/api/became';
import { OUTCOMES } from '../../../common/api/progress';
import { VERDICTS } from '../../../common/flow/decision';
import { SEVERITIES } from '../../../common/flow/event';
import { useNow } from '../../components/data/use_now';
import { TextFilter } from '../../components/layout/text_filter';
import { TimeRange } from '../../components/layout/time_range';
import { outcomeWord } from '../../format/act_status';
import { becameWord } from '../../format/became_words';
import { severityWord, verdictWord } from '../../format/words';
import { say } from '../../i18n';
import { EMPTY_FILTER, isFiltered, type DecisionFilter } from './decision_filter';

interface DecisionFiltersProps {
  readonly filter: DecisionFilter;
  readonly onChange: (filter: DecisionFilter) => void;
}

/** Filters of the list; each change is a new address. */
export const DecisionFilters = ({ filter, onChange }: DecisionFiltersProps) => {
  const now = useNow();
  const set = (part: Partial<DecisionFilter>): void => onChange({ ...filter, ...part, page: 0 });
  return (
    <div className="rfx-filters" role="group" aria-label={say('board.filters', 'Filters')}>
      <EuiSelect
        compressed
        aria-label={say('decisions.became', 'Events by what became of them')}
        value={filter.became}
        options={[
          { value: '', text: say('decisions.became.any', 'all decisions') },
          ...BECAME.map((became) => ({
            value: became,
            text: say('decisions.became.one', 'events: {became}', { became: becameWord(became) }),
          })),
        ]}
        onChange={(event) => set({ became: event.target.value })}
      />
      <EuiSelect
        compressed
        aria-label={say('decisions.outcome', 'Outcome')}
        value={filter.outcome}
        options={[
          { value: '', text: say('decisions.outcome.any', 'any outcome') },
          ...OUTCOMES.map((outcome) => ({ value: outcome, text: outcomeWord(outcome) })),
        ]}
        onChange={(event) => set({ outcome: event.target.value })}
      />
      <EuiSelect
        compressed
        aria-label={say('decisions.verdict', 'Verdict')}
        value={filter.verdict}
        options={[
          { value: '', text: say('decisions.verdict.any', 'any verdict') },
          ...VERDICTS.map((verdict) => ({ value: verdict, text: verdictWord(verdict) })),
        ]}
        onChange={(event) => set({ verdict: event.target.value })}
      />
      <EuiSelect
        compressed
        aria-label={say('decisions.severity', 'Severity')}
        value={filter.severity}
        options={[
          { value: '', text: say('decisions.severity.any', 'any severity') },
          ...SEVERITIES.map((severity) => ({ value: severity, text: severityWord(severity) })),
        ]}
        onChange={(event) => set({ severity: event.target.value })}
      />
      <TimeRange from={filter.from} to={filter.to} now={now} onChange={set} />
      <TextFilter
        label={say('decisions.policy', 'Policy')}
        value={filter.policy}
        onChange={(policy) => set({ policy })}
      />
      <TextFilter
        label={say('decisions.target', 'Target')}
        value={filter.target}
        onChange={(target) => set({ target })}
      />
      <TextFilter
        label={say('decisions.about_filter', 'Part of a name')}
        value={filter.about}
        onChange={(about) => set({ about })}
      />
      <TextFilter label={say('decisions.asker', 'Asker')} value={filter.asker} onChange={(asker) => set({ asker })} />
      <TextFilter label={say('decisions.text', 'Text')} value={filter.text} onChange={(text) => set({ text })} />
      {filter.case_id !== '' && (
        <span className="rfx-chip rfx-chip--set">
          {say('decisions.case', 'one case: {id}', { id: filter.case_id.slice(0, 16) })}
        </span>
      )}
      {isFiltered(filter) && (
        <EuiButtonEmpty size="xs" iconType="cross" onClick={() => onChange(EMPTY_FILTER)}>
          {say('decisions.clear', 'Clear filters')}
        </EuiButtonEmpty>
      )}
    </div>
  );
};
