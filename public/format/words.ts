import { partsOf } from '../../common/flow/stop_scope';
import type { Verdict } from '../../common/flow/decision';
import type { Severity } from '../../common/flow/event';
import type { Label } from '../../common/flow/feedback';
import { actionNamed } from '../../common/policy/actions';
import type { Layer, Mode } from '../../common/policy/policy';
import { say } from '../i18n';

/* The words of the page for the closed lists of the wire. */

export const verdictWord = (verdict: Verdict): string => {
  switch (verdict) {
    case 'permit':
      return say('verdict.permit', 'permit');
    case 'escalate':
      return say('verdict.escalate', 'escalate');
    case 'deny':
      return say('verdict.deny', 'deny');
    case 'hold':
      return say('verdict.hold', 'hold');
    case 'learn':
      return say('verdict.learn', 'learn');
  }
};

/** What a verdict means, for legends. */
export const verdictMeaning = (verdict: Verdict): string => {
  switch (verdict) {
    case 'permit':
      return say('verdict.permit.meaning', 'the policies allow it; the brakes still judge it');
    case 'escalate':
      return say('verdict.escalate.meaning', 'a person decides');
    case 'deny':
      return say('verdict.deny.meaning', 'the policies refuse it');
    case 'hold':
      return say('verdict.hold.meaning', 'not certain yet, looked at again');
    case 'learn':
      return say('verdict.learn.meaning', 'no policy proposed anything');
  }
};

export const severityWord = (severity: Severity): string => {
  switch (severity) {
    case 'low':
      return say('severity.low', 'low');
    case 'medium':
      return say('severity.medium', 'medium');
    case 'high':
      return say('severity.high', 'high');
    case 'critical':
      return say('severity.critical', 'critical');
  }
};

export const modeWord = (mode: Mode): string => {
  switch (mode) {
    case 'off':
      return say('mode.off', 'off');
    case 'shadow':
      return say('mode.shadow', 'shadow');
    case 'escalate':
      return say('mode.escalate', 'escalate');
    case 'enforce':
      return say('mode.enforce', 'enforce');
  }
};

export const layerWord = (layer: Layer): string => {
  switch (layer) {
    case 'global':
      return say('layer.global', 'Global');
    case 'domain':
      return say('layer.domain', 'Domain');
    case 'contextual':
      return say('layer.contextual', 'Contextual');
    case 'action':
      return say('layer.action', 'Action');
  }
};

export const layerMeaning = (layer: Layer): string => {
  switch (layer) {
    case 'global':
      return say('layer.global.meaning', 'limits and protected targets, over everything');
    case 'domain':
      return say('layer.domain.meaning', 'rules of one domain, such as the network, over its actions');
    case 'contextual':
      return say('layer.contextual.meaning', 'exceptions by what the target is');
    case 'action':
      return say('layer.action.meaning', 'propose an act for an event');
  }
};

export const labelWord = (label: Label): string => {
  switch (label) {
    case 'true_positive':
      return say('label.true_positive', 'true positive');
    case 'false_positive':
      return say('label.false_positive', 'false positive');
    case 'benign':
      return say('label.benign', 'benign');
    case 'test':
      return say('label.test', 'test');
    case 'duplicate':
      return say('label.duplicate', 'duplicate');
    case 'insufficient_data':
      return say('label.insufficient_data', 'insufficient data');
  }
};

const UNDO_TITLES: Readonly<Record<string, () => string>> = {
  unblock_ip: () => say('action.unblock_ip', 'Unblock address'),
  unblock_domain: () => say('action.unblock_domain', 'Unblock domain'),
  release_host: () => say('action.release_host', 'Release host'),
  enable_user: () => say('action.enable_user', 'Enable user'),
  restore_file: () => say('action.restore_file', 'Restore file'),
};

const TITLES: Readonly<Record<string, () => string>> = {
  block_ip: () => say('action.block_ip', 'Block address'),
  block_domain: () => say('action.block_domain', 'Block domain'),
  isolate_host: () => say('action.isolate_host', 'Isolate host'),
  disable_user: () => say('action.disable_user', 'Disable user'),
  quarantine_file: () => say('action.quarantine_file', 'Quarantine file'),
  revoke_sessions: () => say('action.revoke_sessions', 'Revoke sessions'),
  kill_process: () => say('action.kill_process', 'Kill process'),
  ...UNDO_TITLES,
};

/** `Block address` for `block_ip`; an unknown name is shown as it is. */
export const actionTitle = (action: string): string => TITLES[action]?.() ?? actionNamed(action)?.title ?? action;

/** `everything`, `Block address only`, `connector edge-firewall only`: what an order to stop covers. */
export const scopeWord = (scope: string): string => {
  const [kind, name] = partsOf(scope);
  if (kind === 'action') return say('scope.action', '“{action}” only', { action: actionTitle(name) });
  if (kind === 'connector') return say('scope.connector', 'connector {name} only', { name });
  if (kind === 'policy') return say('scope.policy', 'policy {name} only', { name });
  if (kind === 'source') return say('scope.source', 'source {name} only', { name });
  return say('scope.all', 'everything');
};
