import React, { useEffect, useState } from 'react';
import type { PolicyFaultView, TestResultView } from '../../../../common/api/views';
import { ProblemCallout } from '../../../components/layout/problem_callout';
import { Section } from '../../../components/layout/section';
import { Sentence } from '../../../components/text/sentence';
import { ToneText } from '../../../components/text/tone_text';
import { say } from '../../../i18n';
import type { Check } from './use_check';

interface FaultListProps {
  readonly faults: readonly PolicyFaultView[];
  readonly onGo?: ((fault: PolicyFaultView) => void) | undefined;
}

const Fault = ({ fault, onGo }: { fault: PolicyFaultView } & Pick<FaultListProps, 'onGo'>) => {
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
      <span className="rfx-tone--bad">
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

export const FaultList = ({ faults, onGo }: FaultListProps) => (
  <ul className="rfx-faults" aria-label={say('fault.list', 'Faults')}>
    {faults.map((fault) => (
      <Fault key={`${fault.line}:${fault.column} ${fault.message}`} fault={fault} onGo={onGo} />
    ))}
  </ul>
);

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
    return say('check.faults', '{count, plural, one {# fault} other {# faults}}', { count: faults.length });
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

/** Read out once the typing pauses for so long, ms: nobody wants to hear each state of a half-written word. */
const READ_OUT_AFTER_MS = 900;
const MOST_READ_OUT = 3;

const spoken = (faults: readonly PolicyFaultView[]): string =>
  faults
    .slice(0, MOST_READ_OUT)
    .map(({ line, message, hint }) =>
      hint === undefined
        ? say('check.spoken', 'line {line}: {message}.', { line, message })
        : say('check.spoken_with_hint', 'line {line}: {message}; {hint}.', { line, message, hint }),
    )
    .join(' ');

/** Tells the first faults to those who cannot see the list. */
const ReadOut = ({ faults }: { faults: readonly PolicyFaultView[] }) => {
  const [text, setText] = useState('');
  const next = spoken(faults).replaceAll('`', '');
  useEffect(() => {
    const timer = window.setTimeout(() => setText(next), READ_OUT_AFTER_MS);
    return () => window.clearTimeout(timer);
  }, [next]);
  return (
    <div role="status" aria-live="polite" aria-label={say('check.first', 'First faults')} className="rfx-hidden">
      {text}
    </div>
  );
};

/** Faults with their places, and the results of the policy's own tests. */
export const CheckResult = ({ check, onGo }: { check: Check } & Pick<FaultListProps, 'onGo'>) => {
  const { formIsKnown, result, problem } = check;
  return (
    <Section
      title={say('check.title', 'Check')}
      note={
        <span role="status" aria-live="polite">
          {summaryOf(check)}
        </span>
      }
    >
      <ReadOut faults={result?.faults ?? []} />
      {problem && (
        <ProblemCallout
          title={
            formIsKnown
              ? say('check.problem.rest', 'Conditions and tests could not be checked')
              : say('check.problem', 'It could not be checked')
          }
          problem={problem}
        />
      )}
      {result && result.faults.length > 0 && <FaultList faults={result.faults} onGo={onGo} />}
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
    </Section>
  );
};
