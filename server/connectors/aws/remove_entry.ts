import type { EffectHandle, UndoOutcome } from '../connector';
import { entriesOf, readAcl, type AclEntry, type AclState, type NetworkAcl } from './acl_state';
import { call, outcomeOfLook, outcomeOfOrder, type Calling } from './call';
import { tagKey } from './mark';

/** The entries of these commands that no other order of Reflex holds. */
const leaving = (seen: AclState, ids: readonly string[]): readonly AclEntry[] => {
  const ours = ids.flatMap((id) => seen.marks.get(id) ?? []);
  const others = [...seen.marks].flatMap(([id, mark]) => (ids.includes(id) ? [] : [mark]));
  const alone = ours.filter(({ rule, cidr }) => !others.some((each) => each.rule === rule && each.cidr === cidr));
  return [...new Set(alone.flatMap((mark) => entriesOf(seen, mark)))];
};

/** Removes the rules of an effect, as they were made. A rule that somebody changed is theirs. */
export const removeFromAcl = async (
  calling: Calling,
  acl: NetworkAcl,
  { command_ids: commandIds }: EffectHandle,
  mayStart: () => boolean,
): Promise<UndoOutcome> => {
  const read = await readAcl(calling, acl, mayStart);
  if (read.kind !== 'answered') return outcomeOfLook(read);
  const seen = read.value;
  const ids = commandIds.filter((id) => seen.marks.has(id));
  if (ids.length === 0) return { kind: 'succeeded', text: 'it was gone already' };
  const entries = leaving(seen, ids);
  for (const { rule, direction } of entries) {
    const input = { NetworkAclId: acl.id, RuleNumber: rule, Egress: direction === 'egress' };
    const done = await call(calling, 'removing our rule', acl.sdk.remove(input), mayStart);
    const gone = done.kind === 'refused' && done.code === 'InvalidNetworkAclEntry.NotFound';
    if (done.kind !== 'answered' && !gone) return outcomeOfOrder(done);
  }
  // The rules first: without the tag nobody would know whose they are.
  const Tags = ids.map((id) => ({ Key: tagKey(id) }));
  const done = await call(calling, 'taking off our tag', acl.sdk.untag({ Resources: [acl.id], Tags }), mayStart);
  if (done.kind !== 'answered') return outcomeOfOrder(done);
  const rules = [...new Set(entries.map(({ rule }) => rule))];
  const text =
    rules.length === 0 ? 'our tag is gone; no rule was to be removed' : `rule ${rules.join(', ')} is removed`;
  return { kind: 'succeeded', text };
};
