import type { TargetType } from '../../../common/flow/decision';
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
