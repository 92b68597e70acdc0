import React, { type ReactNode } from 'react';
import { EuiLoadingContent } from '@elastic/eui';
import { say } from '../../i18n';
import { ProblemCallout } from './problem_callout';
import { StaleNotice } from './stale_notice';
import type { Resource } from '../data/use_resource';

interface LoadedProps<Value> {
  readonly resource: Resource<Value>;
  /** What is being loaded, for the skeleton's and the error's sentence. */
  readonly what: string;
  readonly children: (value: Value) => ReactNode;
}

/** Shows what was fetched; until then a skeleton; and if it could not be fetched or renewed, says so. */
export const Loaded = <Value,>({ resource, what, children }: LoadedProps<Value>) => {
  const { value, problem, again, heardAt } = resource;
  if (value === undefined && problem) {
    return (
      <ProblemCallout
        title={say('loaded.failed', '{what}: could not be loaded', { what })}
        problem={problem}
        onRetry={again}
      />
    );
  }
  if (value === undefined) {
    return (
      <div role="status" aria-label={say('loaded.loading', '{what}: loading', { what })}>
        <EuiLoadingContent lines={8} />
      </div>
    );
  }
  return (
    <>
      {problem && <StaleNotice problem={problem} heardAt={heardAt} onRetry={again} />}
      {children(value)}
    </>
  );
};
