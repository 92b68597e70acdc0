import type { EffectHandle, UndoOutcome } from '../connector';
import { call, outcomeOfLook, outcomeOfOrder, type Calling } from './call';
import { canonicalCidr } from './cidr';
import { busy, ROUNDS } from './hand';
import { isStale, readSet, updateOf, type IpSets, type SetName, type SetState } from './ip_set_state';
import { tagKey } from './mark';

type MayStart = () => boolean;

interface Ours {
  readonly ids: readonly string[];
  /** What nobody else holds, and somebody else did not have there before us. */
  readonly leaves: ReadonlySet<string>;
  readonly stays: readonly string[];
}

/** What of a set the commands of an effect hold, and what of that goes with them. */
const oursIn = ({ marks, cidrs }: SetState, commandIds: readonly string[]): Ours => {
  const ids = commandIds.filter((id) => marks.has(id));
  const held = new Set(ids.flatMap((id) => marks.get(id)?.cidr ?? []));
  const stays = [...held].filter((cidr) => {
    if (!cidrs.has(cidr)) return false;
    const ofIt = [...marks].filter(([, mark]) => mark.cidr === cidr);
    return ofIt.some(([id, { how }]) => how === 'kept' || !ids.includes(id));
  });
  return { ids, leaves: new Set([...held].filter((cidr) => cidrs.has(cidr) && !stays.includes(cidr))), stays };
};

const textOf = ({ ids, leaves, stays }: Ours): string => {
  if (ids.length === 0) return 'it was gone already';
  const gone = leaves.size > 0 ? 'taken out of the IP set' : 'our mark is gone';
  return stays.length === 0 ? gone : `${gone}; the address stays, for somebody else put it there`;
};

/** Takes the effect out of one set; undefined: somebody changed the set meanwhile. */
const takeOut = async (
  calling: Calling,
  { sets, set, seen, ours }: { sets: IpSets; set: SetName; seen: SetState; ours: Ours },
  mayStart: MayStart,
): Promise<UndoOutcome | undefined> => {
  if (ours.leaves.size > 0) {
    const rest = seen.addresses.filter((each) => !ours.leaves.has(canonicalCidr(each) ?? ''));
    const update = updateOf(sets, set, seen, rest);
    const done = await call(calling, 'taking it out of the IP set', sets.sdk.updateIpSet(update), mayStart);
    if (isStale(done)) return undefined;
    if (done.kind !== 'answered') return outcomeOfOrder(done);
  }
  if (ours.ids.length > 0) {
    // The address first: without its tag it would be somebody else's, and stay.
    const input = { ResourceARN: seen.arn, TagKeys: ours.ids.map(tagKey) };
    const done = await call(calling, 'taking off our tag', sets.sdk.untag(input), mayStart);
    if (done.kind !== 'answered') return outcomeOfOrder(done);
  }
  return { kind: 'succeeded', text: textOf(ours) };
};

/** Takes out what is ours alone. What is gone already is a success. */
export const unblockInSet = async (
  calling: Calling,
  sets: IpSets,
  { command_ids: commandIds }: EffectHandle,
  mayStart: MayStart,
): Promise<UndoOutcome> => {
  const texts: string[] = [];
  for (const set of Object.values(sets.sets)) {
    let outcome: UndoOutcome | undefined;
    for (let round = 0; round < ROUNDS && outcome === undefined; round += 1) {
      const read = await readSet(calling, sets, set, mayStart);
      if (read.kind !== 'answered') return outcomeOfLook(read);
      const ours = oursIn(read.value, commandIds);
      outcome = await takeOut(calling, { sets, set, seen: read.value, ours }, mayStart);
      if (outcome?.kind === 'succeeded' && ours.ids.length > 0) texts.push(textOf(ours));
    }
    if (outcome === undefined) return busy('the IP set');
    if (outcome.kind !== 'succeeded') return outcome;
  }
  return { kind: 'succeeded', text: texts.length === 0 ? 'it was gone already' : texts.join('; ') };
};
