import { present } from '../../../../common/present';
import React, { useRef, useState } from 'react';
import type * as t from 'io-ts';
import { EuiButton } from '@elastic/eui';
import { tryPolicy } from '../../../../common/api/routes';
import type { DetectionEvent } from '../../../../common/flow/event';
import { useTell } from '../../../components/layout/announcer';
import { CodeEditor } from '../../../components/code/code_editor';
import { ProblemCallout } from '../../../components/layout/problem_callout';
import { Section } from '../../../components/layout/section';
import { useServices } from '../../../components/data/services';
import { useAction } from '../../../components/data/use_action';
import { verdictWord } from '../../../format/words';
import { say } from '../../../i18n';
import { FaultList } from '../check/fault_list';
import { exampleEvent, readEvent } from './example_event';
import { TriedDecision } from './tried_decision';

type Tried = t.TypeOf<typeof tryPolicy.answer>;

interface Attempt {
  readonly event: DetectionEvent;
  readonly source: string | undefined;
}

const bodyOf = ({ event, source }: Attempt) => ({ event, ...present({ source }) });

/**
 * Paste an event and see the decision.
 *
 * @param source a text that is to count as if it were in force; without one, what is in force alone
 */
export const TryPanel = ({ source }: { source?: string }) => {
  const { api } = useServices();
  const tell = useTell();
  const [event, setEvent] = useState(() => exampleEvent(new Date().toISOString()));
  const [wrong, setWrong] = useState<string>();
  const [tried, setTried] = useState<Tried>();
  const editor = useRef<HTMLDivElement>(null);
  const action = useAction((attempt: Attempt) => api.call(tryPolicy, { body: bodyOf(attempt) }));
  const run = async (): Promise<void> => {
    const read = readEvent(event);
    setWrong(read.ok ? undefined : read.error);
    setTried(undefined);
    if (!read.ok) {
      editor.current?.querySelector('textarea')?.focus();
      return;
    }
    const answer = await action.run({ event: read.value, source });
    setTried(answer);
    if (answer?.decision)
      tell(say('try.announce', 'decided: {verdict}', { verdict: verdictWord(answer.decision.verdict) }));
  };
  return (
    <Section
      title={say('try.title', 'Try an event')}
      note={
        source === undefined
          ? say('try.in_force', 'with the policies in force; nothing is kept, nothing is done')
          : say('try.with_text', 'as if this text were in force; nothing is kept, nothing is done')
      }
    >
      <div ref={editor}>
        <CodeEditor label={say('try.event', 'Event (JSON)')} value={event} onChange={setEvent} lines={8} />
      </div>
      <EuiButton size="s" isLoading={action.pending} onClick={() => void run()}>
        {say('try.run', 'Decide')}
      </EuiButton>
      {wrong !== undefined && (
        <p role="alert" className="rfx-tone--bad">
          {wrong}
        </p>
      )}
      {action.problem && (
        <ProblemCallout title={say('try.problem', 'It could not be tried')} problem={action.problem} />
      )}
      {tried && tried.faults.length > 0 && (
        <>
          <p role="alert">{say('try.faults', 'The text has faults, so nothing was decided:')}</p>
          <FaultList faults={tried.faults} />
        </>
      )}
      {tried?.decision && <TriedDecision decision={tried.decision} />}
    </Section>
  );
};
