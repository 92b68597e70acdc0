import type { CallOutcome, ClearedCommand } from '../connector';
import { call, outcomeOfLook, outcomeOfOrder, type Calling } from './call';
import { cidrOf, familyOf } from './cidr';
import { isFull } from './error_codes';
import { busy, notMade, ROUNDS } from './hand';
import {
  isStale,
  markText,
  readSet,
  updateOf,
  type IpSets,
  type SetMark,
  type SetName,
  type SetState,
} from './ip_set_state';
import { isOld, MOST_TAGS, secondsOf, tagKey } from './mark';

/** AWS WAF takes no more. */
const MOST_ADDRESSES = 10_000;

type MayStart = () => boolean;

interface Order {
  readonly sets: IpSets;
  readonly set: SetName;
  readonly cidr: string;
  readonly commandId: string;
}

const full = (what: string) => notMade('full', what);

/** Somebody wrote it there without a tag of ours, so it is theirs and stays. */
const isOthers = ({ cidrs, marks }: SetState, cidr: string): boolean => {
  const holders = [...marks.values()].filter((mark) => mark.cidr === cidr);
  return cidrs.has(cidr) && (holders.length === 0 || holders.some(({ how }) => how === 'kept'));
};

/** Why nothing more can go in; undefined: it can. */
const whyFull = (calling: Calling, seen: SetState, order: Order): CallOutcome | undefined => {
  const { cidr, commandId } = order;
  if (!seen.cidrs.has(cidr) && seen.addresses.length >= MOST_ADDRESSES)
    return full(`the IP set has ${MOST_ADDRESSES} addresses, and AWS takes no more`);
  return seen.tagCount >= MOST_TAGS && !seen.marks.has(commandId) && staleTags(calling, seen, order).length === 0
    ? full(`the IP set has ${MOST_TAGS} tags, and AWS takes no more: each of our blocks needs one`)
    : undefined;
};

/**
 * Tags of effects that are over: somebody took the address out, or an order never got there. An order for another
 * address may be under way, and its tag is left alone; one for this address finds ours, and tags it anew.
 */
const staleTags = (
  { utc }: Calling,
  { cidrs, marks, token }: SetState,
  { cidr, commandId }: Order,
): readonly string[] =>
  [...marks]
    .filter(([id, mark]) => id !== commandId && !cidrs.has(mark.cidr))
    .filter(([, mark]) => isOld(mark.at, utc()) || (mark.cidr === cidr && mark.token !== token))
    .map(([id]) => tagKey(id));

/** Takes tags off; the tag of an order that was refused, or tags that are over. Nothing depends on it. */
const untag = async (calling: Calling, { sets }: Order, arn: string, keys: readonly string[]): Promise<void> => {
  if (keys.length === 0) return;
  await call(calling, 'taking off tags', sets.sdk.untag({ ResourceARN: arn, TagKeys: [...keys] }));
};

const writeMark = async (
  calling: Calling,
  { sets, cidr, commandId }: Order,
  { arn, token }: SetState,
  { how, mayStart }: { readonly how: SetMark['how']; readonly mayStart: MayStart },
): Promise<CallOutcome | undefined> => {
  const Tags = [{ Key: tagKey(commandId), Value: markText({ cidr, token, how, at: secondsOf(calling.utc()) }) }];
  const done = await call(calling, 'tagging the IP set', sets.sdk.tag({ ResourceARN: arn, Tags }), mayStart);
  if (done.kind === 'answered') return undefined;
  if (done.kind === 'refused' && isFull(done)) return full(done.message);
  // Nothing was ordered yet: a tag alone blocks nobody.
  return outcomeOfLook(done);
};

/** Joins what is there already; undefined: it is not there any more. */
const join = async (
  calling: Calling,
  order: Order,
  seen: SetState,
  mayStart: MayStart,
): Promise<CallOutcome | undefined> => {
  const others = isOthers(seen, order.cidr);
  const failed = await writeMark(calling, order, seen, { how: others ? 'kept' : 'added', mayStart });
  if (failed !== undefined) return failed;
  const again = await readSet(calling, order.sets, order.set, mayStart);
  if (again.kind !== 'answered') return unsureOf(outcomeOfLook(again));
  if (!again.value.cidrs.has(order.cidr)) return undefined;
  return {
    kind: 'succeeded',
    before: { listed: true },
    after: { set: order.set.name },
    text: others
      ? 'the IP set had it already, by somebody else: it stays there after our undo'
      : 'the IP set had it already, by another order of Reflex',
  };
};

/** After our tag was written nobody can say that nothing of it will be found. */
const unsureOf = (outcome: ReturnType<typeof outcomeOfLook>): CallOutcome =>
  outcome.kind === 'failed' ? { kind: 'unknown', error: { ...outcome.error, retryable: true } } : outcome;

/** Adds it; undefined: somebody changed the set meanwhile. */
const add = async (
  calling: Calling,
  order: Order,
  seen: SetState,
  mayStart: MayStart,
): Promise<CallOutcome | undefined> => {
  const { sets, set, cidr, commandId } = order;
  // Full of tags that are over: room first.
  if (seen.tagCount >= MOST_TAGS) await untag(calling, order, seen.arn, staleTags(calling, seen, order));
  // The tag first: an address without one would be somebody else's.
  const failed = await writeMark(calling, order, seen, { how: 'added', mayStart });
  if (failed !== undefined) return failed;
  const update = updateOf(sets, set, seen, [...seen.addresses, cidr]);
  const done = await call(calling, 'adding it to the IP set', sets.sdk.updateIpSet(update), mayStart);
  if (isStale(done)) return undefined;
  if (done.kind === 'answered') {
    await untag(calling, order, seen.arn, staleTags(calling, seen, order));
    return { kind: 'succeeded', after: { set: set.name }, text: 'AWS WAF took it into the IP set' };
  }
  const outcome = outcomeOfOrder(done);
  if (outcome.kind === 'failed') await untag(calling, order, seen.arn, [tagKey(commandId)]);
  return outcome.kind === 'failed' && done.kind === 'refused' && isFull(done) ? full(done.message) : outcome;
};

/** Blocks an address: our tag, then the address under the token of what was read. */
export const blockInSet = async (
  calling: Calling,
  sets: IpSets,
  { target, command_id: commandId }: ClearedCommand,
  mayStart: MayStart,
): Promise<CallOutcome> => {
  const cidr = cidrOf(target);
  if (!cidr.ok) return { kind: 'failed', error: cidr.error };
  const family = familyOf(cidr.value);
  const set = sets.sets[family];
  if (set === undefined) return notMade('no_set', `no IP set for IPv${family} is configured`);
  const order = { sets, set, cidr: cidr.value, commandId };
  for (let round = 0; round < ROUNDS; round += 1) {
    const read = await readSet(calling, sets, set, mayStart);
    if (read.kind !== 'answered') return outcomeOfLook(read);
    const seen = read.value;
    if (seen.family !== `IPV${family}`) return notMade('no_set', `the IP set \`${set.name}\` is not for IPv${family}`);
    const listed = seen.cidrs.has(cidr.value);
    if (listed && seen.marks.get(commandId)?.cidr === cidr.value)
      return { kind: 'succeeded', after: { set: set.name }, text: 'it was in the IP set already' };
    const cannot = whyFull(calling, seen, order);
    if (cannot !== undefined) return cannot;
    const outcome = listed ? await join(calling, order, seen, mayStart) : await add(calling, order, seen, mayStart);
    if (outcome !== undefined) return outcome;
  }
  return busy('the IP set');
};
