import type { EntityKey } from '../../common/entity/entity';
import type { Target } from '../../common/flow/decision';
import { knownTarget } from '../../server/engine/brakes/judge_target';
import { bareIdentities, type Identities } from '../../server/engine/entity/identity';

/** Every key that a target goes by, as the brakes find them. */
export const keysOfTarget = (target: Target, who: Identities = bareIdentities): readonly EntityKey[] =>
  knownTarget(target, who).names;
