import { keyText, type EntityKind } from '../../../common/entity/entity';
import { readEntity } from '../../../common/entity/read';
import { targetKind } from '../../../common/entity/target';
import type { Target } from '../../../common/flow/decision';
import { sha256 } from '../digest/digest';

/** What a text names, the same for every spelling; what cannot be read is what was written. */
const named = (kind: EntityKind, text: string): string => {
  const read = readEntity(kind, text);
  return read.ok ? keyText(read.entity.key) : text;
};

/**
 * Whether a target is among the first `percent` of targets of a policy: stable, and nested as the percentage grows. It
 * goes by the thing, so that another spelling is not in another share. Most things are written as their key is, so few
 * of them changed sides when this was no longer by letters.
 */
export const inRollout = (policy: string, { type, value, host }: Target, percent: number): boolean => {
  const [thing, on] = [named(targetKind(type, value), value), host === undefined ? '' : named('host', host)];
  return parseInt(sha256(`${policy}\n${type}\n${thing}\n${on}`).slice(0, 8), 16) % 10_000 < percent * 100;
};
