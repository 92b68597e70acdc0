import React from 'react';
import type { Clause } from '../../../common/flow/decision';
import { readsField } from '../../../common/flow/claims';
import type { VoiceField } from '../../../common/flow/voice';
import { say } from '../../i18n';
import { ClaimedMark } from './claimed_mark';

type Result = Clause['result'];

const MARKS: Readonly<Record<Result, string>> = { true: '✓', false: '✗', error: '!', skipped: '—' };

const resultWord = (result: Result): string => {
  switch (result) {
    case 'true':
      return say('clause.true', 'holds');
    case 'false':
      return say('clause.false', 'does not hold');
    case 'error':
      return say('clause.error', 'cannot be evaluated');
    case 'skipped':
      return say('clause.skipped', 'not looked at');
  }
};

const valueText = (value: unknown): string => (value === undefined ? '—' : JSON.stringify(value));

interface ClauseRowProps {
  readonly clause: Clause;
  /** Fields that only the source vouches for, where the clause was asked about what that says. */
  readonly claimed: readonly VoiceField[];
}

/** One clause of a condition: whether it held, and the values that it saw. */
export const ClauseRow = ({ clause, claimed }: ClauseRowProps) => (
  <li className={`rfx-clause rfx-clause--${clause.result}`}>
    <span className="rfx-clause__mark" aria-hidden="true">
      {MARKS[clause.result]}
    </span>
    <span className="rfx-hidden">{resultWord(clause.result)}: </span>
    <div className="rfx-clause__body">
      <code className="rfx-clause__text">{clause.text}</code>
      {clause.line !== undefined && (
        <span className="rfx-subdued"> {say('clause.line', 'line {line}', { line: clause.line })}</span>
      )}
      {clause.values && Object.keys(clause.values).length > 0 && (
        <div className="rfx-clause__values">
          {Object.entries(clause.values).map(([path, value]) => (
            <span key={path}>
              <span className="rfx-subdued">{path} = </span>
              <code>{valueText(value)}</code> <ClaimedMark claimed={claimed.some((field) => readsField(field, path))} />
            </span>
          ))}
        </div>
      )}
      {clause.error && <div className="rfx-tone--bad">{clause.error}</div>}
      {clause.result === 'skipped' && <span className="rfx-subdued"> {resultWord('skipped')}</span>}
    </div>
  </li>
);
