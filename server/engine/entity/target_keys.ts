import type { Entity, EntityKind, Read } from '../../../common/entity/entity';
import { readEntity } from '../../../common/entity/read';
import type { Target } from '../../../common/flow/decision';

/** The kind that a target's text is read as. */
const kindOf = ({ type, value }: Target): EntityKind => (type === 'ip' && value.includes('/') ? 'network' : type);

/** What a target names, and the host that it is on where it is a file or a process. */
export const readTarget = (target: Target): readonly Read[] => [
  readEntity(kindOf(target), target.value),
  ...(target.type === 'file' || target.type === 'process' ? [readEntity('host', target.host)] : []),
];

export const entitiesOf = (target: Target): readonly Entity[] =>
  readTarget(target).flatMap((read) => (read.ok ? [read.entity] : []));
