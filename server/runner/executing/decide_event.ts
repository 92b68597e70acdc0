import type { Decision } from '../../../common/flow/decision';
import type { ReceivedEvent } from '../../../common/flow/event';
import { present } from '../../../common/present';
import { decide, type DecideRequest } from '../../engine/decision/decide';
import type { Lookups } from '../../engine/decision/lookups';
import type { Model } from '../../engine/decision/model';
import { sealDecision } from '../../engine/decision/seal';
import type { HistoryBook } from '../facts/history';
import type { WordBook } from '../facts/words';
import { knownTarget } from '../../engine/brakes/judge_target';
import type { InventoryKeeper } from '../facts/inventory';
import { withLookUps, type LookupDesk } from '../facts/look_ups';
import type { Rollouts } from '../facts/rollouts';
import type { Switches } from '../facts/switches';
import type { Basics, GuardHost } from '../ports';
import type { BundleKeeper } from '../trust/bundle_keeper';
import { guardLookup } from '../trust/guard_lookup';

/** What a decision may look up. */
export interface Facts {
  readonly inventory: Pick<InventoryKeeper, 'asset' | 'identify'>;
  readonly words: Pick<WordBook, 'aboutTarget'>;
  readonly history: Pick<HistoryBook, 'factsFor'>;
  readonly rollouts: Pick<Rollouts, 'isStopped'>;
  readonly switches: Pick<Switches, 'markOf'>;
}

/** What decides, and what it may look up. */
export interface Deciding {
  readonly bundles: Pick<BundleKeeper, 'active'>;
  /** Where Rego guards are asked; without it every act that a guard speaks of goes to a person. */
  readonly guards?: Pick<GuardHost, 'ask'> | undefined;
  readonly model: () => Model;
  readonly engineDigest: string;
  readonly facts: Facts;
  /** Where declared look-ups are asked; without it none has an answer. */
  readonly lookUps?: LookupDesk | undefined;
  readonly basics: Pick<Basics, 'clock' | 'chance'>;
}

export interface DecideOptions {
  /** The decision that this one replaces. */
  readonly predecessor?: string | undefined;
  /** A permitted effect is looked at before its ttl ends: age does not count. */
  readonly review?: boolean | undefined;
  readonly effectless?: boolean;
  readonly wanted?: DecideRequest['wanted'];
}

const decideOnce = (
  { bundles, guards, model, engineDigest, facts, basics }: Deciding,
  received: ReceivedEvent,
  { predecessor, review, effectless, wanted, lookUp }: DecideOptions & Pick<Lookups, 'lookUp'>,
): Decision | undefined => {
  const bundle = bundles.active;
  if (bundle === undefined) return undefined;
  const now = basics.clock.utc();
  const request: DecideRequest = {
    received,
    bundle,
    model: model(),
    now,
    lookups: {
      asset: (type, value) => facts.inventory.asset(type, value),
      history: (event) => ({
        ...facts.history.factsFor(event, now, facts.inventory),
        ...present({ source_off: facts.switches.markOf(event) }),
      }),
      aboutTarget: (target) => facts.words.aboutTarget(knownTarget(target, facts.inventory).names, target, now),
      rolloutStopped: (policy, hash) => facts.rollouts.isStopped(policy, hash),
      ...guardLookup(guards, bundle.bundle.guards),
      ...present({ lookUp }),
    },
    ...present({ review, wanted }),
  };
  const decisionId = basics.chance.uuid();
  return sealDecision(decide(request), request, {
    decisionId,
    engineDigest,
    ...present({ predecessor, effectless }),
  });
};

/**
 * Decides an event and seals the decision; pure but for the id, the clock and the look-ups that its policies declare.
 *
 * @returns at once where no condition reads a look-up; undefined without a bundle in force: then nothing decides
 *   (INV-13)
 */
export const decideEvent = (
  deciding: Deciding,
  received: ReceivedEvent,
  options: DecideOptions = {},
): Decision | undefined | Promise<Decision | undefined> =>
  withLookUps(deciding.lookUps, (lookUp) => decideOnce(deciding, received, { ...options, ...present({ lookUp }) }));
