import type { AccessTuple } from '../../../../common/api/routes';
import { fieldsOf } from '../../../../common/codec/codecs';
import { decode, sentence } from '../../../../common/codec/decode';
import { isOneThing } from '../../../../common/entity/one_thing';
import type { AskedSubject } from '../../../../common/flow/asked';
import { TARGET_TYPES, type Target } from '../../../../common/flow/decision';
import { DetectionEvent } from '../../../../common/flow/event';
import { actionNamed } from '../../../../common/policy/actions';
import { err, ok, type Result } from '../../../../common/result';
import { digestOf } from '../../../engine/digest/digest';
import { orderedEvent } from '../../../engine/intake/ordered_event';
import { targetIn } from '../asked_target';
import { isJsonObject, type JsonObject } from '../../../../common/codec/json_object';

/*
 * A question of the Authorization API in Reflex' own terms: the action is one that policies name, the resource is its
 * target in any spelling, and the context says of the event what its fields would say. What is not said counts least.
 */

export interface AccessQuestion {
  readonly subject: AskedSubject;
  readonly action: string;
  readonly target: Target;
  readonly event: DetectionEvent;
  /** Of everything that was asked but the time and the name of the event. */
  readonly digest: string;
}

export const QUESTION_FAULTS = [
  'unknown_action',
  'unknown_resource_type',
  'resource_type_mismatch',
  'invalid_resource',
  'invalid_context',
] as const;

/** Why a question that is well-formed cannot be asked here: it is denied. */
export interface QuestionFault {
  readonly reason: (typeof QUESTION_FAULTS)[number];
  readonly message: string;
}

const fault = (reason: QuestionFault['reason'], message: string): Result<never, QuestionFault> =>
  err({ reason, message });

/** `raw` is evidence of a source; nobody who asks has any. */
const FROM_CONTEXT: readonly string[] = [...(fieldsOf(DetectionEvent)?.keys() ?? [])].filter((key) => key !== 'raw');

const saidIn = (context: JsonObject): JsonObject =>
  Object.fromEntries(FROM_CONTEXT.flatMap((key) => (Object.hasOwn(context, key) ? [[key, context[key]]] : [])));

/** Fields of which two may name a thing of this type: what the context says of the other one stays. */
const PLACES: Readonly<Partial<Record<Target['type'], ReadonlyArray<readonly [string, string?]>>>> = {
  host: [['src_host'], ['dst_host']],
  ip: [
    ['source', 'ip'],
    ['destination', 'ip'],
  ],
};

const namesIt = (said: JsonObject, target: Target): boolean =>
  (PLACES[target.type] ?? []).some(([outer, inner]) => {
    const whole = said[outer];
    const value = inner === undefined ? whole : isJsonObject(whole) ? whole[inner] : undefined;
    return typeof value === 'string' && isOneThing({ ...target, value }, target);
  });

/** What is said, and beside it the resource where policies look for a thing of its kind. */
const eventOf = (
  said: JsonObject,
  { action, target }: Pick<AccessQuestion, 'action' | 'target'>,
  own: { readonly id: string; readonly at: string },
): JsonObject => {
  const {
    event_id,
    timestamp,
    recommended_action,
    confidence: _sure,
    severity: _bad,
    ...naming
  } = orderedEvent({ action, target }, own);
  const least = { event_id, timestamp, recommended_action, confidence: 0, severity: 'low', ...said };
  if (namesIt(said, target)) return least;
  const joined = Object.entries(naming).map(([key, value]) => {
    const before = said[key];
    return [key, isJsonObject(before) && isJsonObject(value) ? { ...before, ...value } : value];
  });
  return { ...least, ...Object.fromEntries(joined) };
};

const hostIn = ({ properties }: AccessTuple['resource'], said: JsonObject): string | undefined =>
  [properties?.['host'], said['src_host'], said['dst_host']].find(
    (each): each is string => typeof each === 'string' && each !== '',
  );

const targetOf = (
  { action, resource }: Pick<AccessTuple, 'action' | 'resource'>,
  said: JsonObject,
): Result<Target, QuestionFault> => {
  const known = actionNamed(action.name);
  if (!known) return fault('unknown_action', `\`${action.name}\` is no action that Reflex knows`);
  if (!TARGET_TYPES.some((each) => each === resource.type))
    return fault('unknown_resource_type', `\`${resource.type}\` is no type; known: ${TARGET_TYPES.join(', ')}`);
  if (known.target !== resource.type)
    return fault('resource_type_mismatch', `\`${action.name}\` acts on a ${known.target}, not on a ${resource.type}`);
  const host = hostIn(resource, said);
  const target = targetIn({ action: action.name, target: resource.id, host });
  return target.ok ? target : fault('invalid_resource', target.error.message);
};

/**
 * @param own how the event is called, and when it is, where the context does not say
 */
export const accessQuestion = (
  { subject, action, resource, context = {} }: AccessTuple,
  own: { readonly id: string; readonly at: string },
): Result<AccessQuestion, QuestionFault> => {
  const said = saidIn(context);
  const target = targetOf({ action, resource }, said);
  if (!target.ok) return target;
  const asked = { action: action.name, target: target.value };
  const event = decode(DetectionEvent, eventOf(said, asked, own));
  if (!event.ok) return fault('invalid_context', `the context is not valid: ${sentence(event.error)}`);
  const { event_id: _id, timestamp: _at, ...untimed } = event.value;
  const { type, id } = subject;
  const digest = digestOf([{ type, id }, asked, untimed]);
  return ok({ subject: { type, id }, ...asked, event: event.value, digest });
};
