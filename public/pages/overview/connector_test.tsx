import React from 'react';
import type { SelfTestView } from '../../../common/api/routes';
import { SinceText } from '../../components/text/moment_text';
import { Sentence } from '../../components/text/sentence';
import { ToneText } from '../../components/text/tone_text';
import type { Tone } from '../../format/act_status';
import { actionTitle } from '../../format/words';
import { say } from '../../i18n';
import { stepWord } from './connector_words';

const STATES: Readonly<Record<SelfTestView['state'], { readonly tone: Tone; readonly word: () => string }>> = {
  running: { tone: 'busy', word: () => say('connector.test.running', 'under way') },
  passed: { tone: 'good', word: () => say('connector.test.passed', 'passed') },
  failed: { tone: 'bad', word: () => say('connector.test.failed', 'failed') },
};

/** The last self-test of a connector, step by step. */
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
          <ToneText tone={ok ? 'good' : 'bad'}>{stepWord(step)}</ToneText> <Sentence text={text} />
        </li>
      ))}
    </ol>
  </div>
);
