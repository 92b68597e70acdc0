import { err, ok, type Result } from '../../../common/result';
import { present } from '../../../common/present';
import type {
  ActionPromise,
  ConnectorHealth,
  EffectHandle,
  ListedEffect,
  TargetError,
  Verification,
} from '../connector';
import { markedUsers, readUser, type AccessKeys, type KeyMark, type UserState } from './access_key_state';
import { call, outcomeOfLook, whyOf, type Calling } from './call';
import { disableKeys } from './disable_keys';
import { enableKeys, findMarked } from './enable_keys';
import type { Hand } from './hand';
import { listFault, troubled } from './troubled';
import { targetOfUser } from './user_name';

/* `disable_user` for what a user does with access keys. Console, sessions and roles go on. */

const ACTION = 'disable_user';
const ONLY_KEYS = 'console and sessions are not ended by this';

/** How much of what marks hold is so. */
const stateOf = ({ active }: Pick<UserState, 'active'>, marks: readonly KeyMark[]): Verification['state'] => {
  if (active.length === 0) return 'present';
  const held = marks.flatMap(({ keys }) => keys);
  // Part of it is not absent, or nobody would undo it.
  return held.every((key) => active.includes(key)) ? 'absent' : 'unknown';
};

const verify = async (calling: Calling, keys: AccessKeys, effect: EffectHandle): Promise<Verification> => {
  const found = await findMarked(calling, keys, effect);
  if (found.kind !== 'answered') return { state: 'unknown', text: `could not look: ${whyOf(outcomeOfLook(found))}` };
  const user = found.value;
  if (user === undefined) return { state: 'absent', text: 'no user bears our tag' };
  const marks = effect.command_ids.flatMap((id) => user.marks.get(id) ?? []);
  const state = stateOf(user, marks);
  const seen = { user_name: user.name, active: user.active, inactive: user.inactive };
  const texts = {
    present: `no access key of the user is active; ${ONLY_KEYS}`,
    absent: 'its access keys are active: somebody made them so',
    unknown: `of its access keys these are active: ${user.active.join(', ')}`,
  };
  return { state, seen, text: texts[state] };
};

/** Users with a tag of ours and without an active key. Whose keys others made inactive nobody marked. */
const list = async (calling: Calling, keys: AccessKeys): Promise<Result<readonly ListedEffect[], TargetError>> => {
  const marked = await markedUsers(calling, keys);
  if (marked.kind !== 'answered') return err(listFault(marked));
  const listed: ListedEffect[] = [];
  for (const { name } of marked.value) {
    const user = await readUser(calling, keys, name);
    if (user.kind === 'refused' && user.code === 'NoSuchEntity') continue;
    if (user.kind !== 'answered') return err(listFault(user));
    for (const [id, mark] of user.value.marks)
      if (stateOf(user.value, [mark]) !== 'absent')
        listed.push({ action: ACTION, target: targetOfUser(name, keys.users), command_id: id });
  }
  return ok(listed);
};

/** Asks for one user: it shows whether IAM takes our key, and lets us list. */
const status = async (calling: Calling, { sdk }: AccessKeys): Promise<ConnectorHealth> => {
  const seen = await call(calling, 'listing the users', sdk.users({ Filter: ['User'], MaxItems: 1 }));
  return seen.kind === 'answered'
    ? { state: 'ok', authorised: true, text: `IAM takes our access key; ${ONLY_KEYS}` }
    : troubled(seen);
};

export const KEYS_PROMISE: ActionPromise = {
  disruption: { usual: 0.5, by_tag: { service: 1 } },
  // IAM refuses whoever comes.
  offline: { order: 'not_needed' },
  needs: [
    '`iam:ListAccessKeys`, `iam:UpdateAccessKey`, `iam:ListUserTags`, `iam:TagUser` and `iam:UntagUser` on the users',
    '`iam:GetAccountAuthorizationDetails`',
  ],
};

export const accessKeysHand = (keys: AccessKeys, testAccount: string | undefined): Hand => ({
  action: ACTION,
  promise: {
    ...KEYS_PROMISE,
    ...present({ test_target: testAccount === undefined ? undefined : { value: testAccount } }),
  },
  execute: (calling, command, mayStart) => disableKeys(calling, keys, command, mayStart),
  undo: (calling, effect, mayStart) => enableKeys(calling, keys, effect, mayStart),
  verify: (calling, effect) => verify(calling, keys, effect),
  list: (calling) => list(calling, keys),
  status: (calling) => status(calling, keys),
});
