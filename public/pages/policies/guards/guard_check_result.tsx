import React from 'react';
import { Sentence } from '../../../components/text/sentence';
import { ToneText } from '../../../components/text/tone_text';
import { say } from '../../../i18n';
import { CheckSection, faultCount } from '../check/check_section';
import type { FaultListProps } from '../check/fault_list';
import type { GuardCheck } from './use_guard_check';

const summaryOf = ({ pending, result }: GuardCheck): string => {
  if (pending) return say('check.pending', 'checking…');
  if (result === undefined) return say('check.unknown', 'not checked');
  if (result.faults.length > 0) return faultCount(result.faults.length);
  return result.unchecked === undefined
    ? say('guard.compiles', 'it compiles')
    : say('guard.unchecked', 'not compiled here');
};

/** What compiling a guard says, or why nobody can compile it here. */
export const GuardCheckResult = ({ check, onGo }: { check: GuardCheck } & Pick<FaultListProps, 'onGo'>) => {
  const { result, problem } = check;
  return (
    <CheckSection summary={summaryOf(check)} faults={result?.faults ?? []} problem={problem} onGo={onGo}>
      {result?.unchecked !== undefined && (
        <ToneText tone="warn">
          <Sentence text={result.unchecked} />
        </ToneText>
      )}
      {result && result.faults.length === 0 && result.unchecked === undefined && (
        <p className="rfx-subdued">
          {say('guard.tests', 'The tests of the policies that ask it are run when it is proposed.')}
        </p>
      )}
    </CheckSection>
  );
};
