import { isOneThing } from '../../../common/entity/one_thing';
import type { AssetFacts, Target, TargetType } from '../../../common/flow/decision';
import type { ActionSpec } from '../../../common/policy/policy';
import { leftOut, type NamingField, type ReceivedEvent } from '../../../common/flow/event';

/** Fields that tell a target of a type. */
const TELLING: Readonly<Record<TargetType, readonly NamingField[]>> = {
  ip: ['source.ip', 'destination.ip'],
  host: ['src_host', 'dst_host'],
  user: ['user.name'],
  domain: ['destination.domain'],
  file: ['file.path', 'file.name', 'src_host', 'dst_host'],
  process: ['process.name', 'process.executable', 'src_host', 'dst_host'],
};

/** Says that an event does not tell the target of an act, and which fields held a placeholder. */
export const unknownTarget = (type: TargetType, received: ReceivedEvent): string => {
  const held = leftOut(received)
    .filter(({ field }) => TELLING[type].some((each) => each === field))
    .map(({ field, text }) => `\`${field}\` holds \`${text}\`, which names nothing`);
  return [`the event does not say which ${type} to act on`, ...held].join('; ');
};

/** Every text of an event that policies see. */
const textsIn = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
};

/**
 * True for a network that the event itself names. How wide an act is, is for a policy or a person to say, and not for
 * whoever sends an alert.
 */
export const isNetworkAsSaid = ({ type, value }: Target, { event }: ReceivedEvent): boolean => {
  if (type !== 'ip' || !value.includes('/')) return false;
  const { raw: _raw, ...seen } = event;
  const said = (text: string): boolean => isOneThing({ type: 'subnet', value: text }, { type: 'subnet', value });
  return textsIn(seen).some((text) => text.includes('/') && said(text));
};

/**
 * What is known of the target of an act. Of a network nothing is, where the policy does not say that it may act on one:
 * earlier versions knew nothing of any and asked a person, and an upgrade alone permits nothing (`protocol.md` 8).
 */
export const factsOfTarget = (
  target: Target,
  { network }: Pick<ActionSpec['then'], 'network'>,
  asset: () => AssetFacts,
): AssetFacts | undefined => {
  const { type, value } = target;
  if (value === '') return undefined;
  return type === 'ip' && value.includes('/') && network !== true ? { type, value, known: false } : asset();
};
