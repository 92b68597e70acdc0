import React from 'react';
import { EuiButton, EuiCallOut } from '@elastic/eui';
import type { Problem } from '../../../common/api/contract';
import { say } from '../../i18n';
import { Sentence } from '../text/sentence';

interface ProblemCalloutProps {
  readonly title: string;
  readonly problem: Problem;
  readonly onRetry?: () => void;
}

/** What went wrong in the host's own words, every bad field, and a way to try again. */
export const ProblemCallout = ({ title, problem, onRetry }: ProblemCalloutProps) => (
  <EuiCallOut color="danger" iconType="alert" size="s" title={title} role="alert">
    <p>
      <Sentence text={problem.message} /> <span className="rfx-subdued">({problem.code})</span>
    </p>
    {problem.fields && problem.fields.length > 0 && (
      <ul>
        {problem.fields.map(({ path, message }) => (
          <li key={`${path} ${message}`}>
            <code>{path}</code> <Sentence text={message} />
          </li>
        ))}
      </ul>
    )}
    {problem.retry_after_s !== undefined && (
      <p>{say('problem.retry_after', 'try again in {seconds} s', { seconds: problem.retry_after_s })}</p>
    )}
    {onRetry && (
      <EuiButton size="s" color="danger" onClick={onRetry}>
        {say('problem.retry', 'Try again')}
      </EuiButton>
    )}
  </EuiCallOut>
);
