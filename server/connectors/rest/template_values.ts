import { readEntity } from '../../../common/entity/read';
import { iso } from '../../../common/iso';
import type { ClearedCommand, EffectHandle } from '../connector';

/** What placeholders may name. Whatever a template is used for, an event can put nothing else into a request. */
export const TEMPLATE_NAMES = [
  'command_id',
  'action',
  'target.type',
  'target.value',
  'target.host',
  'target.upn',
  'target.id',
  'ttl_s',
  'deadline',
  'reason',
  'fence',
  'ref',
] as const;
export type TemplateName = (typeof TEMPLATE_NAMES)[number];

/** Null: there is no such value for this command, such as the host of an address. */
export type TemplateValues = { readonly [Name in TemplateName]?: string | number | null };

const BY_NAME = ['action', 'target.type', 'target.value', 'target.host', 'target.upn'] as const;
const OF_TARGET = [...BY_NAME, 'target.id'] as const;

/** The names that each kind of request may use. */
export const NAMES_FOR = {
  execute: ['command_id', ...OF_TARGET, 'ttl_s', 'deadline', 'reason', 'fence'],
  operation: ['command_id', 'ref', ...OF_TARGET],
  undo: ['command_id', 'fence', ...OF_TARGET],
  extend: ['command_id', 'fence', 'ttl_s', 'deadline', ...OF_TARGET],
  verify: ['command_id', ...OF_TARGET],
  cancel: ['command_id'],
  resolve: [...BY_NAME],
  list: [],
  status: [],
  ready: ['action'],
  host_status: ['target.value'],
} as const satisfies Record<string, readonly TemplateName[]>;
export type RequestUse = keyof typeof NAMES_FOR;

/** An account as `name@realm`, whichever way it was said; one without a realm as it is. Null for what is no account. */
const upnOf = (type: string, value: string): string | null => {
  const read = type === 'user' ? readEntity('user', value) : undefined;
  if (read?.ok !== true || read.entity.parts.kind !== 'user') return null;
  const { name, realm } = read.entity.parts;
  if (realm === '.') return null;
  return realm === undefined ? name : `${name}@${realm}`;
};

/** What is known of a target without asking for its id. */
export const targetValues = (action: string, { type, value, host }: ClearedCommand['target']): TemplateValues => ({
  action,
  'target.type': type,
  'target.value': value,
  'target.host': host ?? null,
  'target.upn': upnOf(type, value),
});

/**
 * @param now UTC, ms since 1970
 * @param graceS seconds on top of the ttl, where the target ends effects by itself
 */
export const commandValues = (
  { command_id, action, target, ttl_ms, reason }: ClearedCommand,
  { now, graceS, fence }: { readonly now: number; readonly graceS: number; readonly fence: number },
): TemplateValues => ({
  ...targetValues(action, target),
  command_id,
  reason,
  fence,
  ttl_s: ttl_ms === null ? null : Math.ceil(ttl_ms / 1000) + graceS,
  deadline: ttl_ms === null ? null : iso(now + ttl_ms + graceS * 1000),
});

/**
 * @param lastsMs from now on; null: until a person ends it
 * @param now UTC, ms since 1970
 */
export const extensionValues = (
  effect: EffectHandle,
  lastsMs: number | null,
  { now, graceS, fence }: { readonly now: number; readonly graceS: number; readonly fence: number },
): TemplateValues => ({
  ...effectValues(effect, effect.command_ids[0] ?? '', fence),
  ttl_s: lastsMs === null ? null : Math.ceil(lastsMs / 1000) + graceS,
  deadline: lastsMs === null ? null : iso(now + lastsMs + graceS * 1000),
});

export const effectValues = (
  { action, target }: EffectHandle,
  commandId: string,
  fence: number | null = null,
): TemplateValues => ({ ...targetValues(action, target), command_id: commandId, fence });

/** What a question about a target's work on an order is made of. */
export const operationValues = ({
  action,
  target,
  command_id,
  ref,
  target_id: targetId,
}: Pick<ClearedCommand, 'action' | 'target' | 'command_id'> & {
  readonly ref: string;
  readonly target_id?: string | undefined;
}): TemplateValues => ({
  ...targetValues(action, target),
  command_id,
  ref,
  'target.id': targetId ?? null,
});
