import React from 'react';
import { EuiProgress } from '@elastic/eui';
import type { LoadingStep } from '../../common/api/views';
import { PageFrame } from '../components/layout/page_frame';
import { Section } from '../components/layout/section';
import { Sentence } from '../components/text/sentence';
import { ToneText } from '../components/text/tone_text';
import { useStatusPart } from '../components/data/use_live';
import type { Tone } from '../format/act_status';
import { countText } from '../format/numbers';
import { say } from '../i18n';
import { KnownWhileLoading } from './known_while_loading';

const STATES: Readonly<Record<LoadingStep['state'], { readonly tone: Tone; readonly word: () => string }>> = {
  waiting: { tone: 'calm', word: () => say('loading.waiting', 'waits for its turn') },
  running: { tone: 'busy', word: () => say('loading.running', 'under way') },
  done: { tone: 'good', word: () => say('loading.done', 'done') },
  failed: { tone: 'bad', word: () => say('loading.failed', 'failed') },
};

const progressText = ({ done, total, unit = '' }: LoadingStep): string | undefined => {
  if (done === undefined) return undefined;
  return total === undefined
    ? `${countText(done)} ${unit}`
    : say('loading.progress', '{done} of {total} {unit}', { done: countText(done), total: countText(total), unit });
};

const Step = ({ step }: { step: LoadingStep }) => {
  const { tone, word } = STATES[step.state];
  const progress = progressText(step);
  return (
    <li className={`rfx-step rfx-step--${step.state}`}>
      <div className="rfx-step__line">
        <span className="rfx-step__title">{step.title}</span>
        <ToneText tone={tone}>{word()}</ToneText>
        {progress && <span className="rfx-subdued rfx-tabular">{progress}</span>}
      </div>
      {step.state === 'running' && (
        <EuiProgress
          size="xs"
          color="primary"
          aria-label={step.title}
          {...(step.total === undefined ? {} : { value: step.done ?? 0, max: step.total })}
        />
      )}
      {step.detail && (
        <div className="rfx-subdued rfx-small">
          <Sentence text={step.detail} />
        </div>
      )}
    </li>
  );
};

/** Of these nothing goes on by itself: somebody has to mend something and start the host again. */
const OVER = ['off', 'not_started'];

const NotRunning = () => (
  <PageFrame title={say('loading.not_running', 'Reflex does not run')}>
    <p>
      {say(
        'loading.not_running_text',
        'Nothing is decided and nothing is undone on this host until what stands above is mended and it is started again.',
      )}
    </p>
  </PageFrame>
);

/** What the host still has to do before it decides anything, with progress where it is known. */
export const LoadingSteps = () => {
  const steps = useStatusPart('steps') ?? [];
  const troubles = useStatusPart('troubles') ?? [];
  if (troubles.some(({ code }) => OVER.includes(code))) return <NotRunning />;
  return (
    <PageFrame title={say('loading.title', 'Getting ready')}>
      <Section
        title={say('loading.steps', 'Steps of this start')}
        note={say(
          'loading.note',
          'Nothing is decided and nothing is executed until all are done; this page goes on by itself',
        )}
      >
        <ol className="rfx-steps">
          {steps.map((step) => (
            <Step key={step.id} step={step} />
          ))}
        </ol>
      </Section>
      <KnownWhileLoading />
    </PageFrame>
  );
};
