import React from 'react';
import { EuiBadge } from '@elastic/eui';
import type { Outcome } from '../../../common/api/progress';
import type { Verdict } from '../../../common/flow/decision';
import type { Severity } from '../../../common/flow/event';
import { MODES, type Mode } from '../../../common/policy/policy';
import { actStatusWords, outcomeWord, type Tone } from '../../format/act_status';
import { modeWord, severityWord, verdictWord } from '../../format/words';
import { say } from '../../i18n';
import { useStatusPart } from '../data/use_live';

const BADGES: Readonly<Record<Verdict, string>> = {
  permit: 'success',
  escalate: 'warning',
  deny: 'danger',
  hold: 'primary',
  learn: 'hollow',
};

export const VerdictBadge = ({ verdict }: { verdict: Verdict }) => (
  <EuiBadge color={BADGES[verdict]}>{verdictWord(verdict)}</EuiBadge>
);

const OUTCOME_BADGES: Readonly<Record<Tone, string>> = {
  good: 'success',
  busy: 'primary',
  warn: 'warning',
  bad: 'danger',
  calm: 'hollow',
};

/** What became of a decision: the first thing that a row says. */
export const OutcomeBadge = ({ outcome }: { outcome: Outcome }) => (
  <EuiBadge color={OUTCOME_BADGES[actStatusWords(outcome).tone]}>{outcomeWord(outcome)}</EuiBadge>
);

const MODE_BADGES: Readonly<Record<Mode, string>> = {
  off: 'hollow',
  shadow: 'default',
  escalate: 'warning',
  enforce: 'success',
};

const isMode = (mode: string): mode is Mode => (MODES as readonly string[]).includes(mode);

export const ModeBadge = ({ mode }: { mode: string }) =>
  isMode(mode) ? (
    <EuiBadge color={MODE_BADGES[mode]}>{modeWord(mode)}</EuiBadge>
  ) : (
    <EuiBadge color="hollow">{mode}</EuiBadge>
  );

/** Severity by word and by a mark of growing weight, never by colour alone. */
export const SeverityMark = ({ severity }: { severity: Severity }) => (
  <span className={`rfx-severity rfx-severity--${severity}`}>
    <span aria-hidden="true" className="rfx-severity__bars">
      <i />
      <i />
      <i />
      <i />
    </span>
    {severityWord(severity)}
  </span>
);

/** Marks what is left of a demo among real things; while the demo runs, the header of every page says so. */
export const DemoBadge = ({ demo }: { demo: boolean }) => {
  const running = useStatusPart('mode') === 'demo';
  return demo && !running ? <EuiBadge color="accent">{say('badge.demo', 'demo')}</EuiBadge> : null;
};

export const ShadowBadge = ({ shadow }: { shadow: boolean }) =>
  shadow ? <EuiBadge color="default">{say('badge.shadow', 'shadow')}</EuiBadge> : null;
