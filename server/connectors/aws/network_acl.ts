import { err, ok, type Result } from '../../../common/result';
import type {
  ActionPromise,
  ConnectorHealth,
  EffectHandle,
  ListedEffect,
  TargetError,
  Verification,
} from '../connector';
import { allowedBefore, entriesOf, isOurRule, readAcl, type AclState, type NetworkAcl } from './acl_state';
import { outcomeOfLook, whyOf, type Calling } from './call';
import { canonicalCidr, targetOf } from './cidr';
import { denyInAcl } from './deny_entry';
import type { Hand } from './hand';
import { MOST_TAGS } from './mark';
import { removeFromAcl } from './remove_entry';
import { listFault, troubled } from './troubled';

/* `block_ip` by deny entries of a network ACL, under rule numbers that are Reflex's alone. */

const ACTION = 'block_ip';
/** The rule that AWS writes at the end of each list. */
const LAST_RULE = 32_767;

const verify = async (calling: Calling, acl: NetworkAcl, effect: EffectHandle): Promise<Verification> => {
  const read = await readAcl(calling, acl);
  if (read.kind !== 'answered') return { state: 'unknown', text: `could not look: ${whyOf(outcomeOfLook(read))}` };
  const seen = read.value;
  const marks = effect.command_ids.flatMap((id) => seen.marks.get(id) ?? []);
  const entries = marks.flatMap((mark) => entriesOf(seen, mark));
  const denied = acl.directions.filter((each) => entries.some(({ direction }) => direction === each));
  const rules = [...new Set(entries.map(({ rule }) => rule))];
  if (entries.length === 0) {
    const cidr = canonicalCidr(effect.target.value);
    const others = seen.entries.some((each) => each.action === 'deny' && each.cidr === cidr);
    const more = others ? '; a rule of somebody else denies it' : '';
    return { state: 'absent', seen: { others }, text: `the network ACL has no rule of ours for it${more}` };
  }
  const before = marks.flatMap(({ cidr }) => allowedBefore(acl, seen, cidr));
  const facts = { rules, denied, allowed_before: before };
  if (before.length > 0)
    return {
      state: 'unknown',
      seen: facts,
      text: `rule ${rules.join(', ')} denies it, and rule ${before.join(', ')} allows it before`,
    };
  const isWhole = denied.length === acl.directions.length;
  return {
    state: isWhole ? 'present' : 'unknown',
    seen: facts,
    text: `rule ${rules.join(', ')} of the network ACL denies it (${denied.join(' and ')}${isWhole ? '' : ' only'})`,
  };
};

const ruleOfNobody = (acl: NetworkAcl, { entries, marks }: AclState): readonly number[] => {
  const known = new Set([...marks.values()].map(({ rule }) => rule));
  return [...new Set(entries.map(({ rule }) => rule))].filter((rule) => isOurRule(acl, rule) && !known.has(rule));
};

/** What is ours by its commands, and networks that others deny. */
const list = async (calling: Calling, acl: NetworkAcl): Promise<Result<readonly ListedEffect[], TargetError>> => {
  const read = await readAcl(calling, acl);
  if (read.kind !== 'answered') return err(listFault(read));
  const { entries, marks } = read.value;
  const there = [...marks].filter(([, mark]) => entriesOf(read.value, mark).length > 0);
  const ours = new Set(there.flatMap(([, mark]) => entriesOf(read.value, mark)));
  const others = new Set(
    entries
      .filter((each) => each.action === 'deny' && each.rule !== LAST_RULE && !ours.has(each))
      .map(({ cidr }) => cidr),
  );
  return ok([
    ...there.map(([id, { cidr }]) => ({ action: ACTION, target: targetOf(cidr), command_id: id })),
    ...[...others].map((cidr) => ({ action: ACTION, target: targetOf(cidr) })),
  ]);
};

const WHOLE = ['0.0.0.0/0', '::/0'];

/** What stands in the way of every order; undefined: nothing does. */
const obstacle = (acl: NetworkAcl, seen: AclState): string | undefined => {
  const before = [
    ...new Set(
      WHOLE.flatMap((cidr) =>
        allowedBefore(acl, { ...seen, entries: seen.entries.filter((each) => each.cidr === cidr) }, cidr),
      ),
    ),
  ];
  if (before.length > 0) return `rule ${before.join(', ')} allows everything before ours would deny it`;
  if (seen.tagCount >= MOST_TAGS)
    return `the network ACL has ${seen.tagCount} tags: no further rule has room for its own`;
  return undefined;
};

const status = async (calling: Calling, acl: NetworkAcl): Promise<ConnectorHealth> => {
  const read = await readAcl(calling, acl);
  if (read.kind !== 'answered') return troubled(read);
  const why = obstacle(acl, read.value);
  if (why !== undefined) return { state: 'degraded', authorised: true, text: why, cannot: [{ action: ACTION, why }] };
  const nobodys = ruleOfNobody(acl, read.value);
  if (nobodys.length > 0) {
    const text = `rule ${nobodys.join(', ')} lies in our range and bears no tag of ours: it is left alone`;
    return { state: 'degraded', authorised: true, text };
  }
  const { first, last } = acl.rules;
  const text = `\`${acl.id}\` has ${read.value.marks.size} rules of ours between ${first} and ${last}`;
  return { state: 'ok', authorised: true, text };
};

export const ACL_PROMISE: ActionPromise = {
  disruption: { usual: 0.1, by_tag: { gateway: 1, proxy: 1, vpn: 1 } },
  offline: { order: 'not_needed' },
  needs: [
    '`ec2:DescribeNetworkAcls`',
    '`ec2:CreateNetworkAclEntry`, `ec2:DeleteNetworkAclEntry`, `ec2:CreateTags` and `ec2:DeleteTags` on the network ACL',
    'rule numbers of its own, below every rule that allows',
  ],
};

export const networkAclHand = (acl: NetworkAcl): Hand => ({
  action: ACTION,
  promise: ACL_PROMISE,
  execute: (calling, command, mayStart) => denyInAcl(calling, acl, command, mayStart),
  undo: (calling, effect, mayStart) => removeFromAcl(calling, acl, effect, mayStart),
  verify: (calling, effect) => verify(calling, acl, effect),
  list: (calling) => list(calling, acl),
  status: (calling) => status(calling, acl),
});
