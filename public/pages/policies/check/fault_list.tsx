import React from 'react';
import type { PolicyFaultView } from '../../../../common/api/policy_views';
import { Sentence } from '../../../components/text/sentence';
import { say } from '../../../i18n';

export interface FaultListProps {
  readonly faults: readonly PolicyFaultView[];
  readonly onGo?: ((fault: PolicyFaultView) => void) | undefined;
  /** Of the sentences; default that of faults. */
  readonly tone?: 'bad' | 'warn';
  /** What the list is called; default `Faults`. */
  readonly name?: string;
}

const Fault = ({ fault, onGo, tone = 'bad' }: { fault: PolicyFaultView } & Pick<FaultListProps, 'onGo' | 'tone'>) => {
  const place = say('fault.place', '{line}:{column}', { line: fault.line, column: fault.column });
  return (
    <li>
      {onGo ? (
        <button type="button" className="rfx-place" onClick={() => onGo(fault)}>
          <span className="rfx-hidden">{say('fault.go', 'Go to line and column')} </span>
          {place}
        </button>
      ) : (
        <code>{place}</code>
      )}{' '}
      <span className={`rfx-tone--${tone}`}>
        <Sentence text={fault.message} />
      </span>
      {fault.hint && (
        <div className="rfx-small rfx-subdued">
          <Sentence text={fault.hint} />
        </div>
      )}
    </li>
  );
};

/** Faults with their places; where `onGo` is given, each place leads there. */
export const FaultList = ({ faults, onGo, tone = 'bad', name = say('fault.list', 'Faults') }: FaultListProps) => (
  <ul className="rfx-faults" aria-label={name}>
    {faults.map((fault) => (
      <Fault key={`${fault.line}:${fault.column} ${fault.message}`} fault={fault} onGo={onGo} tone={tone} />
    ))}
  </ul>
);
