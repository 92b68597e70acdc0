import React from 'react';
import { EuiButtonEmpty, EuiFieldSearch, EuiSelect } from '@elastic/eui';
import { SEVERITIES } from '../../../common/flow/event';
import type { EscalationView } from '../../../common/api/views';
import { severityWord } from '../../format/words';
import { say } from '../../i18n';
import { causeOf, EVERYTHING, orderOf, policiesOf, searchOfFilter, type EscalationFilter } from './escalation_filter';

interface EscalationFiltersProps {
  readonly waiting: readonly EscalationView[];
  readonly filter: EscalationFilter;
  readonly onChange: (filter: EscalationFilter) => void;
}

/** What is chosen stays a choice, also once nothing that waits has it. */
const choices = (values: readonly string[], chosen: string) =>
  [...new Set(chosen === '' ? values : [...values, chosen])].sort().map((value) => ({ value, text: value }));

/** Filters over what waits, and its order; choices that would show nothing are not offered. */
export const EscalationFilters = ({ waiting, filter, onChange }: EscalationFiltersProps) => {
  const change = (part: Partial<EscalationFilter>): void => onChange({ ...filter, ...part });
  return (
    <div className="rfx-filters" role="group" aria-label={say('escalations.filters', 'Filters')}>
      <EuiFieldSearch
        compressed
        incremental
        aria-label={say('escalations.filter.text', 'Target, source or rule')}
        placeholder={say('escalations.filter.text', 'Target, source or rule')}
        value={filter.text}
        onChange={(event) => change({ text: event.target.value })}
      />
      <EuiSelect
        compressed
        aria-label={say('escalations.filter.severity', 'Severity')}
        value={filter.severity}
        options={[
          { value: '', text: say('escalations.filter.severity.any', 'any severity') },
          ...[...SEVERITIES].reverse().map((severity) => ({ value: severity, text: severityWord(severity) })),
        ]}
        onChange={(event) => change({ severity: event.target.value })}
      />
      <EuiSelect
        compressed
        aria-label={say('escalations.filter.reason', 'Reason for waiting')}
        value={filter.reason}
        options={[
          { value: '', text: say('escalations.filter.reason.any', 'any reason') },
          ...choices(waiting.map(causeOf), filter.reason),
        ]}
        onChange={(event) => change({ reason: event.target.value })}
      />
      <EuiSelect
        compressed
        aria-label={say('escalations.filter.policy', 'Policy')}
        value={filter.policy}
        options={[
          { value: '', text: say('escalations.filter.policy.any', 'any policy') },
          ...choices(waiting.flatMap(policiesOf), filter.policy),
        ]}
        onChange={(event) => change({ policy: event.target.value })}
      />
      <EuiSelect
        compressed
        aria-label={say('escalations.order', 'Order')}
        value={filter.order}
        options={[
          { value: 'loss', text: say('escalations.order.loss', 'most at stake first') },
          { value: 'expiry', text: say('escalations.order.expiry', 'first to expire first') },
          { value: 'severity', text: say('escalations.order.severity', 'most severe first') },
        ]}
        onChange={(event) => change({ order: orderOf(event.target.value) })}
      />
      {searchOfFilter({ ...filter, order: 'loss' }) !== '' && (
        <EuiButtonEmpty size="xs" onClick={() => onChange({ ...EVERYTHING, order: filter.order })}>
          {say('escalations.filter.clear', 'Show all')}
        </EuiButtonEmpty>
      )}
    </div>
  );
};
