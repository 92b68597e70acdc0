import React, { useEffect, useState, type ReactNode } from 'react';
import type { Problem } from '../../../../common/api/contract';
import type { PolicyFaultView } from '../../../../common/api/policy_views';
import { ProblemCallout } from '../../../components/layout/problem_callout';
import { Section } from '../../../components/layout/section';
import { say } from '../../../i18n';
import { FaultList, type FaultListProps } from './fault_list';

/** How many faults there are, in words. */
export const faultCount = (count: number): string =>
  say('check.faults', '{count, plural, one {# fault} other {# faults}}', { count });

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

interface CheckSectionProps extends Pick<FaultListProps, 'onGo'> {
  /** What came of the check, in a few words. */
  readonly summary: string;
  readonly faults: readonly PolicyFaultView[];
  readonly problem: Problem | undefined;
  readonly problemTitle?: string | undefined;
  /** What else is to be said of the text. */
  readonly children?: ReactNode;
}

/** What is found wrong with a text, with its places; read out to those who cannot see it. */
export const CheckSection = (props: CheckSectionProps) => {
  const { summary, faults, problem, onGo, children } = props;
  const { problemTitle = say('check.problem', 'It could not be checked') } = props;
  return (
    <Section
      title={say('check.title', 'Check')}
      note={
        <span role="status" aria-live="polite">
          {summary}
        </span>
      }
    >
      <ReadOut faults={faults} />
      {problem && <ProblemCallout title={problemTitle} problem={problem} />}
      {faults.length > 0 && <FaultList faults={faults} onGo={onGo} />}
      {children}
    </Section>
  );
};
