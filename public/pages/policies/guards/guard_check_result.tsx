import React from 'react';
import type { PolicyFaultView } from '../../../../common/api/views';
import { ProblemCallout } from '../../../components/layout/problem_callout';
import { Section } from '../../../components/layout/section';
import { Sentence } from '../../../components/text/sentence';
import { ToneText } from '../../../components/text/tone_text';
import { say } from '../../../i18n';
import { FaultList } from '../check/check_result';
import type { GuardCheck } from './use_guard_check';

const summaryOf = ({ pending, result }: GuardCheck): string => {
  if (pending) return say('check.pending', 'checking…');
  if (result === undefined) return say('check.unknown', 'not checked');
  if (result.faults.length > 0)
    return say('check.faults', '{count, plural, one {# fault} other {# faults}}', { count: result.faults.length });
  return result.unchecked === undefined
    ? say('guard.compiles', 'it compiles')
    : say('guard.unchecked', 'not compiled here');
};

/** What compiling a guard says, or why nobody can compile it here. */
export const GuardCheckResult = ({ check, onGo }: { check: GuardCheck; onGo: (fault: PolicyFaultView) => void }) => {
  const { result, problem } = check;
  return (
    <Section
      title={say('check.title', 'Check')}
      note={
        <span role="status" aria-live="polite">
          {summaryOf(check)}
        </span>
      }
    >
      {problem && <ProblemCallout title={say('check.problem', 'It could not be checked')} problem={problem} />}
      {result?.unchecked !== undefined && (
        <ToneText tone="warn">
          <Sentence text={result.unchecked} />
        </ToneText>
      )}
      {result && result.faults.length > 0 && <FaultList faults={result.faults} onGo={onGo} />}
      {result && result.faults.length === 0 && result.unchecked === undefined && (
        <p className="rfx-subdued">
          {say('guard.tests', 'The tests of the policies that ask it are run when it is proposed.')}
        </p>
      )}
    </Section>
  );
};
