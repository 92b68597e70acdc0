import { err, ok, type Result } from '../../../common/result';
import type {
  ActionPromise,
  ConnectorHealth,
  EffectHandle,
  ListedEffect,
  TargetError,
  Verification,
} from '../connector';
import { blockInSet } from './block_in_set';
import { outcomeOfLook, whyOf, type Calling } from './call';
import { canonicalCidr, targetOf, type Family } from './cidr';
import { listFault, troubled } from './troubled';
import type { Hand } from './hand';
import { readSet, type IpSets, type SetName } from './ip_set_state';
import { MOST_TAGS } from './mark';
import { unblockInSet } from './unblock_in_set';

/* `block_ip` by a set of addresses that a rule of AWS WAF blocks by. */

const ACTION = 'block_ip';

const setsOf = ({ sets }: IpSets): ReadonlyArray<readonly [Family, SetName]> =>
  ([4, 6] as const).flatMap((family) => {
    const set = sets[family];
    return set === undefined ? [] : [[family, set] as const];
  });

const verify = async (calling: Calling, sets: IpSets, effect: EffectHandle): Promise<Verification> => {
  const wanted = canonicalCidr(effect.target.value);
  let others = false;
  for (const [, set] of setsOf(sets)) {
    const read = await readSet(calling, sets, set);
    if (read.kind !== 'answered') return { state: 'unknown', text: `could not look: ${whyOf(outcomeOfLook(read))}` };
    const { cidrs, marks } = read.value;
    const ours = effect.command_ids.flatMap((id) => marks.get(id) ?? []);
    const there = ours.filter(({ cidr }) => cidrs.has(cidr));
    if (there.length > 0) {
      const kept = there.some(({ how }) => how === 'kept');
      return {
        state: 'present',
        seen: { set: set.name, others: kept },
        text: `AWS WAF has it in the IP set${kept ? ', where somebody else had put it before us' : ''}`,
      };
    }
    if (ours.length > 0)
      return { state: 'absent', seen: { set: set.name }, text: 'somebody took it out of the IP set' };
    others ||= wanted !== undefined && cidrs.has(wanted);
  }
  const blocked = others ? '; somebody else put the address into it, so it stays blocked' : '';
  return { state: 'absent', seen: { others }, text: `the IP set has nothing of ours${blocked}` };
};

/** What is ours by its commands, and addresses that others put there without one. */
const list = async (calling: Calling, sets: IpSets): Promise<Result<readonly ListedEffect[], TargetError>> => {
  const listed: ListedEffect[] = [];
  for (const [, set] of setsOf(sets)) {
    const read = await readSet(calling, sets, set);
    if (read.kind !== 'answered') return err(listFault(read));
    const { cidrs, marks } = read.value;
    const there = [...marks].filter(([, { cidr }]) => cidrs.has(cidr));
    for (const [id, { cidr }] of there) listed.push({ action: ACTION, target: targetOf(cidr), command_id: id });
    const ours = new Set(there.filter(([, { how }]) => how === 'added').map(([, { cidr }]) => cidr));
    for (const cidr of cidrs) if (!ours.has(cidr)) listed.push({ action: ACTION, target: targetOf(cidr) });
  }
  return ok(listed);
};

const status = async (calling: Calling, sets: IpSets): Promise<ConnectorHealth> => {
  const texts: string[] = [];
  for (const [family, set] of setsOf(sets)) {
    const read = await readSet(calling, sets, set);
    if (read.kind !== 'answered') return troubled(read);
    const { family: said, addresses, tagCount, marks } = read.value;
    const why =
      said !== `IPV${family}`
        ? `the IP set \`${set.name}\` is not for IPv${family}`
        : tagCount >= MOST_TAGS
          ? `the IP set \`${set.name}\` has ${tagCount} tags: no further block has room for its own`
          : undefined;
    if (why !== undefined) return { state: 'degraded', authorised: true, text: why, cannot: [{ action: ACTION, why }] };
    texts.push(`\`${set.name}\` has ${addresses.length} addresses, ${marks.size} with a tag of ours`);
  }
  return { state: 'ok', authorised: true, text: `${texts.join('; ')}; whether a rule blocks by it is not seen` };
};

export const WAF_PROMISE: ActionPromise = {
  disruption: { usual: 0.1, by_tag: { gateway: 1, proxy: 1, vpn: 1 } },
  // The address need not be there to be blocked.
  offline: { order: 'not_needed' },
  needs: [
    '`wafv2:GetIPSet`, `wafv2:UpdateIPSet`, `wafv2:ListTagsForResource`, `wafv2:TagResource` and `wafv2:UntagResource` on the IP sets',
    'a rule of the web ACL that blocks by the IP sets',
  ],
};

export const ipSetHand = (sets: IpSets): Hand => ({
  action: ACTION,
  promise: WAF_PROMISE,
  execute: (calling, command, mayStart) => blockInSet(calling, sets, command, mayStart),
  undo: (calling, effect, mayStart) => unblockInSet(calling, sets, effect, mayStart),
  verify: (calling, effect) => verify(calling, sets, effect),
  list: (calling) => list(calling, sets),
  status: (calling) => status(calling, sets),
});
