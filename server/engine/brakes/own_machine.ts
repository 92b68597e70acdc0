import { isOneThing } from '../../../common/entity/one_thing';
import type { Stopped } from '../../../common/flow/clearance';
import type { OwnIndex, OwnThing } from '../entity/own_index';
import type { KnownTarget } from './judge_target';
import { stop } from './stop';

/** The machine that Reflex runs on and all that it needs: nothing is ever done to it, and no policy has to say so. */
export interface OwnMachine extends OwnIndex {
  /** False until all of it was found once: nothing starts before. */
  readonly settled: () => boolean;
}

/** For what never reaches a target: tests of policies. */
export const NOTHING_OWN: OwnMachine = { settled: () => true, covers: () => undefined };

const NOT_SETTLED = stop(
  'own_machine',
  'hold',
  'this agent does not know yet what belongs to its own machine, so it may start nothing',
);

const standsFor = ({ target }: KnownTarget, { text }: OwnThing): string =>
  isOneThing({ ...target, value: text }, target) ? `\`${text}\`` : `\`${target.value}\`, which stands for \`${text}\`,`;

/** Why nothing is done to a target that Reflex itself stands on, whoever wants it; undefined if it is none. */
export const ownTarget = (known: KnownTarget, own: OwnMachine): Stopped | undefined => {
  const thing = own.covers(known.names);
  if (thing !== undefined)
    return stop(
      'own_machine',
      'deny',
      `${standsFor(known, thing)} belongs to this installation (${thing.from}): acting on it would lock Reflex out`,
    );
  return own.settled() ? undefined : NOT_SETTLED;
};

/** A target that may be one that Reflex stands on: a person decides. */
export const maybeOwnTarget = ({ target, maybe }: KnownTarget, own: OwnMachine): Stopped | undefined => {
  const thing = own.covers(maybe);
  return thing === undefined
    ? undefined
    : stop(
        'own_machine',
        'escalate',
        `\`${target.value}\` may be \`${thing.text}\`, which belongs to this installation (${thing.from}): only documents of the cluster, or several hosts of the inventory, say who it is`,
      );
};
