import type { PolicyFile } from '../../../common/policy/bundle';
import { REAPPLIES } from '../../../common/policy/policy';
import type { DriftRule } from '../../engine/execution/drift';
import { isFirstStep, type CompiledAction } from '../../engine/policy/compiled';
import type { BundleKeeper } from './bundle_keeper';

/* What is in force at an agent: asked here, so that nobody else has to know what a keeper of bundles holds. */

/** An agent, as far as what is in force is asked. */
export interface HasBundle {
  readonly parts: { readonly bundles: Pick<BundleKeeper, 'active'> };
}

type Active = NonNullable<BundleKeeper['active']>;

/** The signed set of policies in force; undefined before the first one. */
export const bundleInForce = ({ parts }: HasBundle): Active['bundle'] | undefined => parts.bundles.active?.bundle;

export const policiesInForce = (agent: HasBundle): readonly PolicyFile[] => bundleInForce(agent)?.policies ?? [];

/** The policy in force with this id. */
export const policyInForce = (agent: HasBundle, id: string): PolicyFile | undefined =>
  policiesInForce(agent).find(({ policy }) => policy.metadata.id === id);

/** What the policies in force do, compiled; of a ladder its first step stands for the policy. */
export const proposersInForce = (agent: HasBundle): readonly CompiledAction[] =>
  actionsInForce(agent).filter(isFirstStep);

/** Every act that the policies in force may propose, compiled. */
export const actionsInForce = ({ parts }: HasBundle): readonly CompiledAction[] =>
  parts.bundles.active?.actions.all ?? [];

/** Version of the bundle in force; 0 before the first one. */
export const versionInForce = (agent: HasBundle): number => bundleInForce(agent)?.statement.version ?? 0;

/** Digest of the policies in force, as releases and commits name them; undefined before the first bundle. */
export const digestInForce = ({ parts }: HasBundle): string | undefined => parts.bundles.active?.origin.digest;

/** True if one of these policies, by id, is in force and wants its effect to end with its source. */
export const endsWithSource = (agent: HasBundle, policies: readonly string[]): boolean =>
  actionsInForce(agent).some(
    ({ ref, spec }) => policies.includes(ref.id) && spec.rollback?.early === 'source_completed',
  );

/** What the policy in force with this id says of its effects that are removed at their target; undefined: only tell. */
export const driftRuleOf = (agent: HasBundle, id: string): DriftRule | undefined => {
  const spec = proposersInForce(agent).find(({ ref }) => ref.id === id)?.spec;
  const isActing = spec?.mode === 'enforce' || spec?.mode === 'escalate';
  return isActing && spec.on_drift === 'reapply' ? { atMost: spec.reapply_at_most ?? REAPPLIES } : undefined;
};
