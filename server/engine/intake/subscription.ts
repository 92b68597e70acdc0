import { present } from '../../../common/present';
import { listOf, textOf } from './alert_notice';
import { isJsonObject, type JsonObject } from '../../../common/codec/json_object';
import { messageTemplate, type TemplateLevel } from './message_template';

/*
 * What a subscription changes in a monitor: one action in each chosen trigger, and nothing else. Undoing removes these
 * actions and leaves alone whatever other people wrote meanwhile.
 */

interface TriggerPart {
  readonly id: string;
  readonly name: string;
  readonly severity: string;
  readonly actions: ReadonlyArray<{ readonly id: string; readonly name: string; readonly destination: string }>;
}

/** Monitors wrap a trigger in its kind (`query_level_trigger`, …); detectors and very old monitors do not. */
const wrapperOf = (trigger: JsonObject): string | undefined => {
  const [only, ...others] = Object.keys(trigger);
  return others.length === 0 && only !== undefined && only.endsWith('_trigger') ? only : undefined;
};

const insideOf = (trigger: JsonObject): JsonObject => {
  const wrapper = wrapperOf(trigger);
  const inside = wrapper === undefined ? trigger : trigger[wrapper];
  return isJsonObject(inside) ? inside : {};
};

const changed = (trigger: JsonObject, inside: JsonObject): JsonObject => {
  const wrapper = wrapperOf(trigger);
  return wrapper === undefined ? inside : { [wrapper]: inside };
};

const partOf = (trigger: JsonObject): TriggerPart => {
  const inside = insideOf(trigger);
  return {
    id: textOf(inside.id),
    name: textOf(inside.name),
    severity: textOf(inside.severity),
    actions: listOf(inside.actions)
      .filter(isJsonObject)
      .map((action) => ({
        id: textOf(action.id),
        name: textOf(action.name),
        destination: textOf(action.destination_id),
      })),
  };
};

const triggersIn = (body: JsonObject): readonly JsonObject[] => listOf(body.triggers).filter(isJsonObject);

/** The triggers of a monitor, workflow or detector with their actions. */
export const triggersOf = (body: JsonObject): readonly TriggerPart[] => triggersIn(body).map(partOf);

/** The same trigger always gets the same action, so that subscribing twice leaves one. */
export const actionIdOf = (triggerId: string): string => `reflex-${triggerId}`;

const actionOf = (level: TemplateLevel, channelId: string, trigger: TriggerPart): JsonObject => ({
  id: actionIdOf(trigger.id),
  name: 'Reflex',
  destination_id: channelId,
  message_template: { source: messageTemplate(level, trigger), lang: 'mustache' },
  throttle_enabled: false,
  subject_template: { source: 'Reflex', lang: 'mustache' },
  // One call for all alerts of a run; query-level monitors and workflows know no other way.
  ...present({
    action_execution_policy:
      level === 'bucket' || level === 'document' ? { action_execution_scope: { per_execution: {} } } : undefined,
  }),
});

export interface Subscribing {
  readonly level: TemplateLevel;
  readonly channelId: string;
  /** Triggers that get the action. */
  readonly triggerIds: readonly string[];
}

/** The body with Reflex' action in each of the triggers; one that is there already is replaced where it stands. */
export const subscribed = (body: JsonObject, { level, channelId, triggerIds }: Subscribing): JsonObject => ({
  ...body,
  triggers: listOf(body.triggers).map((trigger) => {
    if (!isJsonObject(trigger)) return trigger;
    const part = partOf(trigger);
    if (!triggerIds.includes(part.id)) return trigger;
    const inside = insideOf(trigger);
    const ours = actionOf(level, channelId, part);
    const actions = listOf(inside.actions);
    const at = actions.findIndex((action) => isJsonObject(action) && action.id === ours.id);
    return changed(trigger, {
      ...inside,
      actions: at < 0 ? [...actions, ours] : actions.map((action, index) => (index === at ? ours : action)),
    });
  }),
});

interface Unsubscribing {
  readonly channelId: string;
  readonly actionIds: readonly string[];
}

/**
 * The body without the actions that Reflex wrote. An action that somebody pointed at another channel has become
 * theirs and stays.
 */
export const unsubscribed = (body: JsonObject, { channelId, actionIds }: Unsubscribing): JsonObject => ({
  ...body,
  triggers: listOf(body.triggers).map((trigger) => {
    if (!isJsonObject(trigger)) return trigger;
    const inside = insideOf(trigger);
    const actions = listOf(inside.actions);
    const kept = actions.filter(
      (action) =>
        !isJsonObject(action) || action.destination_id !== channelId || !actionIds.includes(textOf(action.id)),
    );
    return kept.length === actions.length ? trigger : changed(trigger, { ...inside, actions: kept });
  }),
});
