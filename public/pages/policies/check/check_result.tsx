import React from 'react';
import type { TestResultView } from '../../../../common/api/policy_views';
import { Sentence } from '../../../components/text/sentence';
import { ToneText } from '../../../components/text/tone_text';
import { say } from '../../../i18n';
import { CheckSection, faultCount } from './check_section';
import { FaultList, type FaultListProps } from './fault_list';
import type { Check } from './use_check';

const isSkipped = ({ skipped }: TestResultView): boolean => skipped === true;

const Test = ({ test }: { test: TestResultView }) => (
  <li>
    <ToneText tone={test.passed ? 'good' : isSkipped(test) ? 'warn' : 'bad'}>
      {test.passed
        ? say('test.passed', 'passed')
        : isSkipped(test)
          ? say('test.skipped', 'not run')
          : say('test.failed', 'failed')}
    </ToneText>{' '}
    {test.name}
    {isSkipped(test) && (
      <div className="rfx-small rfx-subdued">
        <Sentence text={test.why ?? ''} />
      </div>
    )}
    {!test.passed && !isSkipped(test) && (
      <div className="rfx-small">
        {say('test.expected', 'expected {expected}, got {got}', { expected: test.expected, got: test.got })}
        {test.why && <span className="rfx-subdued"> {test.why}</span>}
      </div>
    )}
  </li>
);

const summaryOf = ({ pending, formIsKnown, result, problem }: Check): string => {
  const faults = result?.faults ?? [];
  // What the page found by itself stands, whatever the host may add.
  if (faults.length > 0 && (formIsKnown || !pending)) {
    return faultCount(faults.length);
  }
  if (pending) return say('check.pending', 'checking…');
  if (result === undefined) return say('check.unknown', 'not checked');
  if (problem !== undefined) return say('check.form_only', 'the form is right; conditions and tests are not checked');
  const { tests } = result;
  const failed = tests.filter((test) => !test.passed && !isSkipped(test)).length;
  if (failed > 0) return say('check.failed', '{failed} of {total} tests fail', { failed, total: tests.length });
  const skipped = tests.filter(isSkipped).length;
  if (skipped > 0)
    return say('check.skipped', 'no fault, but {skipped} of {total} tests were not run', {
      skipped,
      total: tests.length,
    });
  return tests.length === 0
    ? say('check.no_tests', 'no fault, but no test either')
    : say('check.passed', 'no fault, all {total} tests pass', { total: tests.length });
};

/** Faults with their places, and the results of the policy's own tests. */
export const CheckResult = ({ check, onGo }: { check: Check } & Pick<FaultListProps, 'onGo'>) => {
  const { formIsKnown, result, problem } = check;
  return (
    <CheckSection
      summary={summaryOf(check)}
      faults={result?.faults ?? []}
      problem={problem}
      problemTitle={formIsKnown ? say('check.problem.rest', 'Conditions and tests could not be checked') : undefined}
      onGo={onGo}
    >
      {!problem && (result?.warnings ?? []).length > 0 && (
        <FaultList faults={result?.warnings ?? []} tone="warn" name={say('check.warnings', 'Warnings')} onGo={onGo} />
      )}
      {result && result.tests.length > 0 && (
        <ul className="rfx-rows" aria-label={say('check.tests', 'Tests of the policy')}>
          {result.tests.map((test) => (
            <Test key={test.name} test={test} />
          ))}
        </ul>
      )}
      {result && !problem && result.faults.length === 0 && result.tests.length === 0 && (
        <p className="rfx-subdued">
          {say('check.write_tests', 'Write tests below spec.tests: an event, and the verdict to expect.')}
        </p>
      )}
    </CheckSection>
  );
};
