import React from 'react';
import type { SelfTestView } from '../../../common/api/routes';
import type { Tone } from '../../format/act_status';
import { stepWord } from '../../format/connector_words';
import { actionTitle } from '../../format/words';
import { say } from '../../i18n';
import { SinceText } from '../text/moment_text';
import { Sentence } from '../text/sentence';
import { ToneText } from '../text/tone_text';

const STEPS: ReadonlyArray<SelfTestView['steps'][number]['step']> = ['brakes', 'before', 'act', 'seen', 'undo', 'gone'];

const STATES: Readonly<Record<SelfTestView['state'], { readonly tone: Tone; readonly word: () => string }>> = {
  running: { tone: 'busy', word: () => say('connector.test.running', 'under way') },
  passed: { tone: 'good', word: () => say('connector.test.passed', 'passed') },
  failed: { tone: 'bad', word: () => say('connector.test.failed', 'failed') },
};

/** The last self-test of a connector, step by step: those that are over with what was answered. */
export const ConnectorTest = ({ test: { action, target, by, at, state, steps } }: { test: SelfTestView }) => (
  <div className="rfx-small" role="status">
    <div className="rfx-rows__line">
      <ToneText tone={STATES[state].tone}>{STATES[state].word()}</ToneText>{' '}
      {say('connector.test.what', 'Test of {action} on {target}, by {by}', { action: actionTitle(action), target, by })}{' '}
      <SinceText at={at} />
    </div>
    <ol aria-label={say('connector.test.steps', 'Steps of the self-test')}>
      {steps.map(({ step, ok, text }) => (
        <li key={step}>
          <ToneText tone={ok ? 'good' : 'bad'}>{`${stepWord(step)}:`}</ToneText> <Sentence text={text} />
        </li>
      ))}
      {state === 'running' &&
        STEPS.slice(steps.length).map((step, index) => (
          <li key={step} className="rfx-subdued">
            <ToneText tone={index === 0 ? 'busy' : 'calm'}>{`${stepWord(step)}:`}</ToneText>{' '}
            {index === 0 ? say('connector.step.now', 'under way') : say('connector.step.later', 'not begun')}
          </li>
        ))}
    </ol>
  </div>
);
