import type { CallOutcome, EffectHandle, UndoOutcome } from '../connector';
import { markedUsers, readUser, type AccessKeys, type UserState } from './access_key_state';
import { call, outcomeOfLook, outcomeOfOrder, type Called, type Calling } from './call';
import { tagKey } from './mark';
import { userOf } from './user_name';
import { isJsonObject } from '../../../common/codec/json_object';

type MayStart = () => boolean;

const holds = ({ marks }: Pick<UserState, 'marks'>, ids: readonly string[]): boolean => ids.some((id) => marks.has(id));

/** The user that an effect was made on, by the name that the order used. */
const nameIn = ({ target, after }: EffectHandle, { users }: AccessKeys): string | undefined => {
  const said = isJsonObject(after) ? after.user_name : undefined;
  if (typeof said === 'string' && said !== '') return said;
  const name = userOf(target, users);
  return name.ok ? name.value : undefined;
};

/**
 * The user that bears the tag of an effect; undefined: nobody does. By its name first, and where that shows nothing by
 * the tag: a user may be renamed, and the name given to somebody else.
 */
export const findMarked = async (
  calling: Calling,
  keys: AccessKeys,
  effect: EffectHandle,
  mayStart?: MayStart,
): Promise<Called<UserState | undefined>> => {
  const name = nameIn(effect, keys);
  if (name !== undefined) {
    const read = await readUser(calling, keys, name, mayStart);
    if (read.kind === 'answered' && holds(read.value, effect.command_ids)) return read;
    if (read.kind !== 'answered' && !(read.kind === 'refused' && read.code === 'NoSuchEntity')) return read;
  }
  const marked = await markedUsers(calling, keys, mayStart);
  if (marked.kind !== 'answered') return marked;
  const found = marked.value.find((each) => holds(each, effect.command_ids));
  return found === undefined ? { kind: 'answered', value: undefined } : readUser(calling, keys, found.name, mayStart);
};

/** The keys that become active again: those of these commands that no other order of Reflex holds. */
const keysBack = ({ marks, inactive }: UserState, ids: readonly string[]): readonly string[] => {
  const held = new Set([...marks].flatMap(([id, { keys }]) => (ids.includes(id) ? [] : keys)));
  const ours = new Set(ids.flatMap((id) => marks.get(id)?.keys ?? []));
  return inactive.filter((key) => ours.has(key) && !held.has(key));
};

const activate = async (
  calling: Calling,
  { sdk }: AccessKeys,
  { name, back }: { readonly name: string; readonly back: readonly string[] },
  mayStart: MayStart,
): Promise<Exclude<CallOutcome, { kind: 'succeeded' }> | undefined> => {
  for (const key of back) {
    const input = { UserName: name, AccessKeyId: key, Status: 'Active' as const };
    const done = await call(calling, 'making an access key active', sdk.updateKey(input), mayStart);
    if (done.kind === 'answered' || (done.kind === 'refused' && done.code === 'NoSuchEntity')) continue;
    return outcomeOfOrder(done);
  }
  return undefined;
};

/** Makes exactly those keys active again that our orders made inactive. What is gone already is a success. */
export const enableKeys = async (
  calling: Calling,
  keys: AccessKeys,
  effect: EffectHandle,
  mayStart: MayStart,
): Promise<UndoOutcome> => {
  const found = await findMarked(calling, keys, effect, mayStart);
  if (found.kind !== 'answered') return outcomeOfLook(found);
  const seen = found.value;
  if (seen === undefined) return { kind: 'succeeded', text: 'nobody bears our tag: it was gone already' };
  const ids = effect.command_ids.filter((id) => seen.marks.has(id));
  const back = keysBack(seen, ids);
  const failed = await activate(calling, keys, { name: seen.name, back }, mayStart);
  if (failed !== undefined) return failed;
  // The keys first: without the tag nobody would know which they were.
  const input = { UserName: seen.name, TagKeys: ids.map(tagKey) };
  const done = await call(calling, 'taking off our tag', keys.sdk.untag(input), mayStart);
  if (done.kind !== 'answered') return outcomeOfOrder(done);
  const text = back.length === 0 ? 'our tag is gone; no key was to become active' : `active again: ${back.join(', ')}`;
  return { kind: 'succeeded', text };
};
