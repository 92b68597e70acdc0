import type { CallOutcome, ClearedCommand } from '../connector';
import {
  allowedBefore,
  entriesOf,
  markText,
  readAcl,
  type AclMark,
  type AclState,
  type Direction,
  type NetworkAcl,
} from './acl_state';
import { call, outcomeOfLook, outcomeOfOrder, type Calling } from './call';
import { cidrOf, familyOf } from './cidr';
import { isFull } from './error_codes';
import { busy, notMade, ROUNDS } from './hand';
import { isOld, MOST_TAGS, secondsOf, tagKey } from './mark';

type MayStart = () => boolean;

interface Order {
  readonly acl: NetworkAcl;
  readonly cidr: string;
  readonly commandId: string;
}

const missing = ({ directions }: NetworkAcl, seen: AclState, mark: Pick<AclMark, 'rule' | 'cidr'>) => {
  const there = new Set(entriesOf(seen, mark).map(({ direction }) => direction));
  return directions.filter((each) => !there.has(each));
};

/** Whether a number is free, or has what we want already. */
const isFree = (
  { directions }: NetworkAcl,
  seen: AclState,
  { rule, cidr }: Pick<AclMark, 'rule' | 'cidr'>,
): boolean => {
  const same = entriesOf(seen, { rule, cidr });
  return seen.entries.every(
    (each) => each.rule !== rule || !directions.includes(each.direction) || same.includes(each),
  );
};

/**
 * The number that the rule of an order gets: its own of an earlier try, that of another order of ours for the same
 * network, or the first that nobody has. A number in any tag is left alone: its entry may come, or may be undone.
 */
const ruleFor = ({ acl, cidr, commandId }: Order, seen: AclState): number | undefined => {
  const own = seen.marks.get(commandId);
  if (own?.cidr === cidr && isFree(acl, seen, own)) return own.rule;
  const shared = [...seen.marks.values()].find((mark) => mark.cidr === cidr && missing(acl, seen, mark).length === 0);
  if (shared !== undefined) return shared.rule;
  const taken = new Set([...seen.entries, ...seen.marks.values()].map(({ rule }) => rule));
  const { first, last } = acl.rules;
  return Array.from({ length: last - first + 1 }, (_, index) => first + index).find((rule) => !taken.has(rule));
};

/** Tags without an entry that are older than any order under way. Deleted only as they were read. */
const dropOldTags = async (calling: Calling, { acl }: Order, seen: AclState): Promise<boolean> => {
  const old = [...seen.marks].filter(([, mark]) => entriesOf(seen, mark).length === 0 && isOld(mark.at, calling.utc()));
  if (old.length === 0) return false;
  const Tags = old.map(([id, mark]) => ({ Key: tagKey(id), Value: markText(mark) }));
  const done = await call(calling, 'taking off tags', acl.sdk.untag({ Resources: [acl.id], Tags }));
  return done.kind === 'answered';
};

const writeMark = async (
  calling: Calling,
  { acl, cidr, commandId }: Order,
  rule: number,
  mayStart: MayStart,
): Promise<CallOutcome | undefined> => {
  const Tags = [{ Key: tagKey(commandId), Value: markText({ rule, cidr, at: secondsOf(calling.utc()) }) }];
  const done = await call(calling, 'tagging the network ACL', acl.sdk.tag({ Resources: [acl.id], Tags }), mayStart);
  if (done.kind === 'answered') return undefined;
  // Nothing was ordered yet: a tag alone blocks nobody.
  return done.kind === 'refused' && isFull(done) ? notMade('full', done.message) : outcomeOfLook(done);
};

const entryOf = ({ acl, cidr }: Order, rule: number, direction: Direction) => ({
  NetworkAclId: acl.id,
  RuleNumber: rule,
  Egress: direction === 'egress',
  Protocol: '-1',
  RuleAction: 'deny' as const,
  ...(familyOf(cidr) === 6 ? { Ipv6CidrBlock: cidr } : { CidrBlock: cidr }),
});

/** It is denied in one direction, and more is not certain: told again, it goes on from there. */
const partly = (outcome: Exclude<CallOutcome, { kind: 'succeeded' }>): CallOutcome => {
  const error =
    outcome.kind === 'not_started' ? { code: 'no_answer', message: outcome.why, retryable: true } : outcome.error;
  const message = `it is denied in one direction and may not be in the other: ${error.message}`;
  return { kind: 'unknown', error: { ...error, message, retryable: true } };
};

/** Takes back what this call made, so that it can be made under another number. False: some of it may be there. */
const takeBack = async (
  calling: Calling,
  { acl }: Order,
  { rule, made }: { readonly rule: number; readonly made: readonly Direction[] },
): Promise<boolean> => {
  for (const direction of made) {
    const input = { NetworkAclId: acl.id, RuleNumber: rule, Egress: direction === 'egress' };
    if ((await call(calling, 'removing our rule', acl.sdk.remove(input))).kind !== 'answered') return false;
  }
  return true;
};

const TAKEN = { code: 'rule_taken', message: 'somebody else took its number in the other direction', retryable: false };

/** Makes the entries that are missing; undefined: somebody else took the number. */
const create = async (
  calling: Calling,
  order: Order,
  { rule, seen }: { readonly rule: number; readonly seen: AclState },
  mayStart: MayStart,
): Promise<CallOutcome | undefined> => {
  const { acl, cidr, commandId } = order;
  const wanted = missing(acl, seen, { rule, cidr });
  const made: Direction[] = [];
  for (const direction of wanted) {
    const input = entryOf(order, rule, direction);
    const done = await call(calling, 'denying it in the network ACL', acl.sdk.create(input), mayStart);
    if (done.kind === 'answered') {
      made.push(direction);
      continue;
    }
    if (done.kind === 'refused' && done.code === 'NetworkAclEntryAlreadyExists')
      return (await takeBack(calling, order, { rule, made })) ? undefined : { kind: 'unknown', error: TAKEN };
    const outcome = outcomeOfOrder(done);
    if (made.length > 0 || wanted.length < acl.directions.length) return partly(outcome);
    if (outcome.kind === 'failed') {
      const Tags = [{ Key: tagKey(commandId) }];
      await call(calling, 'taking off our tag', acl.sdk.untag({ Resources: [acl.id], Tags }));
    }
    return done.kind === 'refused' && isFull(done) ? notMade('full', done.message) : outcome;
  }
  return {
    kind: 'succeeded',
    after: { rule },
    text: `rule ${rule} of the network ACL denies it (${acl.directions.join(' and ')})`,
  };
};

/** Denies a network: our tag with the number of the rule, then the rule, which AWS gives to one of us only. */
export const denyInAcl = async (
  calling: Calling,
  acl: NetworkAcl,
  { target, command_id: commandId }: ClearedCommand,
  mayStart: MayStart,
): Promise<CallOutcome> => {
  const cidr = cidrOf(target);
  if (!cidr.ok) return { kind: 'failed', error: cidr.error };
  const order = { acl, cidr: cidr.value, commandId };
  for (let round = 0; round < ROUNDS; round += 1) {
    const read = await readAcl(calling, acl, mayStart);
    if (read.kind !== 'answered') return outcomeOfLook(read);
    const seen = read.value;
    const before = allowedBefore(acl, seen, cidr.value);
    if (before.length > 0)
      return notMade('allowed_before', `rule ${before.join(', ')} allows it before ours would deny it`);
    const own = seen.marks.get(commandId);
    if (own?.cidr === cidr.value && missing(acl, seen, own).length === 0)
      return { kind: 'succeeded', after: { rule: own.rule }, text: `rule ${own.rule} denied it already` };
    if (own !== undefined && entriesOf(seen, own).length > 0 && !isFree(acl, seen, own))
      return { kind: 'unknown', error: TAKEN };
    const rule = ruleFor(order, seen);
    const noTag = seen.tagCount >= MOST_TAGS && own === undefined;
    if (rule === undefined || noTag) {
      if (await dropOldTags(calling, order, seen)) continue;
      const { first, last } = acl.rules;
      return notMade('full', noTag ? `it has ${MOST_TAGS} tags` : `the rules ${first} to ${last} are all taken`);
    }
    const failed = await writeMark(calling, order, rule, mayStart);
    if (failed !== undefined) return failed;
    const outcome = await create(calling, order, { rule, seen }, mayStart);
    if (outcome !== undefined) return outcome;
  }
  return busy('the network ACL');
};
