import type { ConnectorState, ConnectorView, SelfTestView } from '../../common/api/routes';
import type { Tone } from './act_status';
import { durationText } from './duration';
import { actionTitle } from './words';
import { say } from '../i18n';

type Action = ConnectorView['actions'][number];
type Offline = NonNullable<ConnectorView['actions'][number]['promises']>['offline'];

/** What becomes of an order for a target that is off or asleep. */
export const offlineWords = ({ order, for_s = 0, ends }: Offline): string => {
  if (order === 'not_needed') return say('connector.offline.not_needed', 'its target need not be there');
  if (order === 'refused') return say('connector.offline.refused', 'refused while its target is off');
  const length = durationText(for_s * 1_000);
  return ends === 'cancelled'
    ? say('connector.offline.cancelled', 'queued for {length} while its target is off; undoing cancels it', { length })
    : say('connector.offline.by_itself', 'queued for {length} while its target is off', { length });
};

/** How a connector is. */
export const connectorStateWord = (state: ConnectorState | 'unknown'): string => {
  switch (state) {
    case 'ok':
      return say('connector.ok', 'ok');
    case 'degraded':
      return say('connector.degraded', 'degraded');
    case 'down':
      return say('connector.down', 'down');
    case 'unknown':
      return say('connector.unknown', 'not known');
  }
};

export const CONNECTOR_TONES: Readonly<Record<ConnectorState | 'unknown', Tone>> = {
  ok: 'good',
  degraded: 'warn',
  down: 'bad',
  unknown: 'calm',
};

/** How the effect of an action ends. */
export const endsWords = ({ undo }: Pick<Action, 'undo'>, isNative: boolean): string => {
  if (undo === undefined) return say('connector.ends.never', 'cannot be taken back');
  const name = actionTitle(undo);
  return isNative
    ? say('connector.ends.native', 'ends by itself at its target too, and is taken back by: {undo}', { undo: name })
    : say('connector.ends.undo', 'taken back by: {undo}', { undo: name });
};

/** A step of a self-test. */
export const stepWord = (step: SelfTestView['steps'][number]['step']): string => {
  switch (step) {
    case 'brakes':
      return say('connector.step.brakes', 'the brakes let it pass');
    case 'before':
      return say('connector.step.before', 'nothing is there before');
    case 'act':
      return say('connector.step.act', 'ordered');
    case 'seen':
      return say('connector.step.seen', 'seen at the target');
    case 'undo':
      return say('connector.step.undo', 'taken back');
    case 'gone':
      return say('connector.step.gone', 'gone at the target');
  }
};
