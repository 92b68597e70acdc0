import type { CallOutcome, ClearedCommand } from '../connector';
import { markText, readUser, type AccessKeys, type UserState } from './access_key_state';
import { call, outcomeOfLook, outcomeOfOrder, type Calling } from './call';
import { isFull } from './error_codes';
import { notMade } from './hand';
import { MOST_TAGS, tagKey } from './mark';
import { userOf } from './user_name';

type MayStart = () => boolean;

/** Why a user is left alone whoever orders it. */
const whyNot = (seen: UserState, { ownKey }: AccessKeys, commandId: string): CallOutcome | undefined => {
  const all = [...seen.active, ...seen.inactive];
  if (all.includes(ownKey())) return notMade('own_account', 'this is the user that Reflex itself works with');
  if (all.length === 0)
    return notMade('no_access_key', 'the user has no access key, and this connector ends nothing else');
  return seen.tagCount >= MOST_TAGS && !seen.marks.has(commandId)
    ? notMade('full', `the user has ${MOST_TAGS} tags, and AWS takes no more: each of our orders needs one`)
    : undefined;
};

/** The keys that go back with this command: those that it makes inactive, and those that others of ours did. */
const heldBy = ({ active, inactive, marks }: UserState, commandId: string): readonly string[] => {
  const ours = [...marks.values()].flatMap(({ keys }) => keys).filter((key) => inactive.includes(key));
  return [...new Set([...(marks.get(commandId)?.keys ?? []), ...active, ...ours])];
};

/**
 * Tags of effects that are over: somebody made a key active again. Such a tag would hold the others for ever; they go
 * back with our order instead.
 */
const overTags = ({ active, marks }: UserState, commandId: string): readonly string[] =>
  [...marks]
    .filter(([id, { keys }]) => id !== commandId && keys.some((key) => active.includes(key)))
    .map(([id]) => tagKey(id));

const tagFault = (done: Parameters<typeof outcomeOfLook>[0]): CallOutcome =>
  done.kind === 'refused' && isFull(done) ? notMade('full', done.message) : outcomeOfLook(done);

/** Some keys are inactive, and more is not certain: told again, it goes on from there. */
const partly = (outcome: Exclude<CallOutcome, { kind: 'succeeded' }>, after: object): CallOutcome => {
  const error =
    outcome.kind === 'not_started' ? { code: 'no_answer', message: outcome.why, retryable: true } : outcome.error;
  const message = `some of the access keys may be inactive, others not: ${error.message}`;
  return { kind: 'unknown', error: { ...error, message, retryable: true }, after };
};

const inactivate = async (
  calling: Calling,
  { sdk }: AccessKeys,
  { seen, commandId }: { readonly seen: UserState; readonly commandId: string },
  mayStart: MayStart,
): Promise<CallOutcome | undefined> => {
  const after = { user_name: seen.name };
  for (const [index, key] of seen.active.entries()) {
    const input = { UserName: seen.name, AccessKeyId: key, Status: 'Inactive' as const };
    const done = await call(calling, 'making an access key inactive', sdk.updateKey(input), mayStart);
    // Deleted meanwhile: nobody can use it.
    if (done.kind === 'answered' || (done.kind === 'refused' && done.code === 'NoSuchEntity')) continue;
    const outcome = outcomeOfOrder(done);
    if (index > 0 || outcome.kind === 'unknown') return partly(outcome, after);
    // A tag of an earlier try may hold keys.
    if (outcome.kind === 'failed' && !seen.marks.has(commandId))
      await call(calling, 'taking off our tag', sdk.untag({ UserName: seen.name, TagKeys: [tagKey(commandId)] }));
    return outcome;
  }
  return undefined;
};

/** Makes every active access key of a user inactive, after a tag that says which they were. */
export const disableKeys = async (
  calling: Calling,
  keys: AccessKeys,
  { target, command_id: commandId }: ClearedCommand,
  mayStart: MayStart,
): Promise<CallOutcome> => {
  const name = userOf(target, keys.users);
  if (!name.ok) return { kind: 'failed', error: name.error };
  const read = await readUser(calling, keys, name.value, mayStart);
  if (read.kind !== 'answered')
    return read.kind === 'refused' && read.code === 'NoSuchEntity'
      ? {
          kind: 'failed',
          error: { code: 'no_such_account', message: read.message, status: read.status, retryable: false },
        }
      : outcomeOfLook(read);
  const seen = read.value;
  const refused = whyNot(seen, keys, commandId);
  if (refused !== undefined) return refused;
  const after = { user_name: seen.name };
  const had = seen.marks.get(commandId);
  if (had !== undefined && seen.active.length === 0)
    return { kind: 'succeeded', after, text: 'its access keys were inactive already' };
  const held = heldBy(seen, commandId);
  const Tags = [{ Key: tagKey(commandId), Value: markText({ keys: held }) }];
  const tagged = await call(calling, 'tagging the user', keys.sdk.tag({ UserName: seen.name, Tags }), mayStart);
  // Nothing was ordered yet: a tag alone disables nobody.
  if (tagged.kind !== 'answered') return tagFault(tagged);
  const over = overTags(seen, commandId);
  if (over.length > 0) {
    const done = await call(calling, 'taking off tags', keys.sdk.untag({ UserName: seen.name, TagKeys: [...over] }));
    // Nothing was ordered yet.
    if (done.kind !== 'answered') return outcomeOfLook(done);
  }
  const failed = await inactivate(calling, keys, { seen, commandId }, mayStart);
  if (failed !== undefined) return failed;
  return {
    kind: 'succeeded',
    before: { active: seen.active, inactive: seen.inactive },
    after,
    text:
      seen.active.length === 0
        ? 'its access keys were inactive before us; console and sessions go on'
        : `${seen.active.length === 1 ? 'its access key is' : `its ${seen.active.length} access keys are`} inactive; console and sessions go on`,
  };
};
