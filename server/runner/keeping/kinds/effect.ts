import { present } from '../../../../common/present';
import { iso } from '../../../../common/iso';
import type { Target } from '../../../../common/flow/decision';
import { digestOf } from '../../../engine/digest/digest';
import type { Identities } from '../../../engine/entity/identity';
import { spellingsOf } from '../../../engine/entity/target_keys';
import type { Effect } from '../../../engine/execution/effect';
import { deadlineOf, type EffectReason } from '../../../engine/execution/reasons';
import { shortFacet } from './facet';
import type { Boot, JournalEntry } from '../../ports';
import type { Planned } from '../planned';

/** One effect: connector, kind of effect, canonical target. */
export const effectId = (connector: string, action: string, target: Target): string =>
  `effect:${digestOf([connector, action, target.type, target.value, target.host ?? ''])}`;

/**
 * Documents in which the effect of an act may stand: one thing has one effect, by whichever of its names. The first is
 * the one to claim if none is live. The others are of other spellings, as earlier versions and other inventories filed
 * them.
 */
export const effectIds = (connector: string, action: string, target: Target, who: Identities): readonly string[] => [
  ...new Set(spellingsOf(target, who).map((each) => effectId(connector, action, each))),
];

/** When and of what state an entry of the journal is. */
export interface JournalStamp extends Pick<JournalEntry, 'at' | 'generation' | 'claim'> {
  /** Of the effect, by then. */
  readonly fence: number;
  readonly boot?: Boot | undefined;
}

/** What this agent needs to undo an effect for one of its reasons without asking anybody. */
export const journalEntryOf = (
  effectId: string,
  { command, deadline }: EffectReason,
  { boot, ...stamp }: JournalStamp,
): JournalEntry => ({
  command_id: command.command_id,
  effect_id: effectId,
  connector: command.connector,
  action: command.action,
  target: command.target,
  deadline,
  ...present({ boot: boot && command.ttl_ms !== null ? { id: boot.id, due: boot.now + command.ttl_ms } : undefined }),
  ...stamp,
});

export const plannedEffect = (id: string, effect: Effect, at: string): Planned<'effect', Effect> => {
  const deadline = deadlineOf(effect);
  const { outbox, ...content } = effect;
  return {
    id,
    kind: 'effect',
    owner: effect.session,
    content: { ...content, outbox: [] },
    records: outbox.map((record) => ({
      family: 'actions',
      id: `${record.command.command_id}#${record.n}`,
      at,
      body: record,
    })),
    facets: {
      state: effect.state,
      at,
      action: effect.action,
      target: shortFacet(effect.target.value),
      requested: effect.requested.length > 0 || effect.lift !== undefined || effect.looked !== undefined,
      demo: effect.reasons.some((reason) => reason.demo === true),
      ...present({
        due: deadline === null ? undefined : iso(deadline),
        policy: effect.reasons[0] && effect.reasons[0].command.policy.id,
      }),
    },
  };
};
