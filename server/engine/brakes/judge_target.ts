import { hostOfAccount } from '../../../common/entity/account';
import type { Entity, EntityKey } from '../../../common/entity/entity';
import { readEntity } from '../../../common/entity/read';
import type { Stopped } from '../../../common/flow/clearance';
import type { Target } from '../../../common/flow/decision';
import type { Protect } from '../../../common/policy/policy';
import type { Identities } from '../entity/identity';
import { actionFault, spellingFault } from '../entity/order_text';
import { entitiesOf } from '../entity/target_keys';
import { grammarFault, neverATarget, widthFault } from '../entity/width';
import { protectedBy } from './protection';
import { stop } from './stop';

/* What the brakes say of a target alone, by every name that it has. */

interface NamedProtect {
  readonly name: string;
  readonly protect: Protect;
}

/** A target with all its names. */
export interface KnownTarget {
  readonly target: Target;
  readonly names: readonly EntityKey[];
  /** Names that it may have: nobody can say for sure. */
  readonly maybe: readonly EntityKey[];
  /** An account with letters beyond ASCII that nobody listed: it may only look like what was meant. */
  readonly unlisted: boolean;
}

/** The host that an account stands for, so that disabling it cuts that host off its domain. */
const hostBehind = (entity: Entity): readonly Entity[] => {
  const read = readEntity('host', hostOfAccount(entity));
  return read.ok ? [read.entity] : [];
};

/** Finds every name of a target. */
export const knownTarget = (target: Target, who: Identities): KnownTarget => {
  const named = entitiesOf(target);
  const found = [...named, ...named.flatMap(hostBehind)].map((entity) => ({ entity, identity: who.identify(entity) }));
  return {
    target,
    names: [...new Set(found.flatMap(({ identity }) => identity.names))],
    maybe: [...new Set(found.flatMap(({ identity }) => identity.maybe))],
    unlisted: found.some(
      ({ entity, identity }) => entity.kind === 'user' && entity.odd.includes('non_ascii') && !identity.known,
    ),
  };
};

/** What nobody may do, a person neither: a text that names no such thing, this host, nobody, everybody. */
export const refusedTarget = ({ target, names }: KnownTarget): Stopped | undefined => {
  const never = neverATarget(target, names);
  if (never !== undefined) return stop('protected_target', 'deny', never);
  const fault = grammarFault(target);
  return fault === undefined ? undefined : stop('target_invalid', 'deny', fault);
};

/** What no order may carry: an action that is none for the target, or a text that the target would have to guess. */
export const unsendable = (action: string, { target }: KnownTarget): Stopped | undefined => {
  const fault = actionFault(action, target) ?? spellingFault(target);
  return fault === undefined ? undefined : stop('target_invalid', 'deny', fault);
};

/** A target that a policy in force protects. */
export const protectedTarget = (
  { target, names }: KnownTarget,
  protections: readonly NamedProtect[],
): Stopped | undefined => {
  for (const { name, protect } of protections) {
    const entry = protectedBy(protect, names);
    if (entry !== undefined)
      return stop('protected_target', 'deny', `\`${target.value}\` is protected by \`${entry}\` (${name})`);
  }
  return undefined;
};

/** What only a person may do: what is too wide, what may be protected, what may be somebody else. */
export const personsTarget = (
  { target, names, maybe, unlisted }: KnownTarget,
  protections: readonly NamedProtect[],
): Stopped | undefined => {
  const wide = widthFault(target, names);
  if (wide !== undefined) return stop('scope_too_wide', 'escalate', wide);
  for (const { name, protect } of protections) {
    const entry = protectedBy(protect, maybe);
    if (entry !== undefined)
      return stop(
        'protected_target',
        'escalate',
        `\`${target.value}\` may be protected by \`${entry}\` (${name}): only documents of the cluster, or several hosts of the inventory, say who it is`,
      );
  }
  return unlisted
    ? stop(
        'unknown_population',
        'escalate',
        `\`${target.value}\` has letters beyond ASCII and is not in the inventory, so it may only look like the account that is meant`,
      )
    : undefined;
};
