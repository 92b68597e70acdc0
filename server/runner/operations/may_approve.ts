import type { AnsweredAlone } from '../../../common/flow/stakes';
import { knownTarget } from '../../engine/brakes/judge_target';
import { touchedPeople } from '../../engine/brakes/people_here';
import { aloneBecause, factsOfAct } from '../../engine/decision/stakes';
import type { ShiftWith } from '../agent/views';
import { ABSENCES_ID, standingsOf, type Standing } from '../keeping/kinds/absences';
import type { CaseContent } from '../keeping/kinds/case';
import { read } from '../keeping/state_docs';
import { askedBy } from '../record/asked_by';
import { mayBeSamePerson, oneOfThem } from '../record/person';
import { countingApprovals } from './quorum';
import { gaveAuthority } from './source_authority';

/* Who may approve which act, and with which others. */

type Asking = ShiftWith<'clock' | 'inventory' | 'people' | 'store'>;

/**
 * Why somebody may not approve an act, whatever their role; undefined if they may. INVARIANT (INV-10): the one place
 * for it, for whoever approves now and for everybody who did before.
 */
export const whyNot = async (
  shift: Asking,
  { received, decision }: CaseContent,
  { actId, by }: { readonly actId: string; readonly by: string },
): Promise<string | undefined> => {
  // The intake carries the authenticated name of who asked.
  const asker = oneOfThem(askedBy(received), by);
  if (asker !== undefined)
    return `nobody approves what they asked for themselves: \`${asker}\`, who asked, may be \`${by}\``;
  const act = decision?.acts.find((each) => each.act_id === actId);
  const { inventory, people } = shift.parts;
  const touched = act === undefined ? [] : touchedPeople(knownTarget(act.target, inventory), people);
  const self = touched.find(({ account }) => mayBeSamePerson(account, by));
  if (self !== undefined)
    return `nobody approves an act on themselves: it touches \`${self.account}\`, who may be \`${by}\``;
  return gaveAuthority(shift, received, by);
};

/** Somebody who approves, and for whom if not for themselves. */
interface Speaking {
  readonly actId: string;
  readonly by: string;
  readonly stands_for?: Standing | undefined;
}

/**
 * Why a word is not taken, by everybody whose word it is. INVARIANT (INV-10): nobody approves their own request through
 * somebody who stands in for them, nor through whom those named in turn.
 */
export const whyNotAny = async (
  shift: Asking,
  content: CaseContent,
  { actId, by, stands_for }: Speaking,
): Promise<string | undefined> => {
  const names = [by, stands_for?.name, stands_for?.via].filter((name) => name !== undefined);
  for (const name of names) {
    const why = await whyNot(shift, content, { actId, by: name });
    if (why !== undefined) return name === by ? why : `\`${by}\` stands in for \`${name}\`: ${why}`;
  }
  return undefined;
};

/** For whom somebody stands in, of whom they say so; undefined if that is not so, or not any more. */
export const standingNow = async (
  { parts: { store, clock } }: Pick<Asking, 'parts'>,
  standIn: string,
  name: string,
): Promise<Standing | undefined> => {
  const { absences = [] } = (await read(store, 'absences', ABSENCES_ID)) ?? {};
  return standingsOf(absences, standIn, clock.utc()).find((each) => each.name === name);
};

/** Who approved before and may not any more: what was good then is looked at again with the last approval. */
export const noLongerGood = async (
  shift: Asking,
  content: CaseContent,
  actId: string,
): Promise<ReadonlySet<string>> => {
  const bad = new Set<string>();
  for (const { by, stands_for } of countingApprovals(content, actId, shift.parts.clock.utc())) {
    const isOver = stands_for !== undefined && (await standingNow(shift, by, stands_for.name)) === undefined;
    if (isOver || (await whyNotAny(shift, content, { actId, by, stands_for })) !== undefined) bad.add(by);
  }
  return bad;
};

const WHY_ALONE: Readonly<Record<AnsweredAlone, string>> = {
  approvers: 'it takes several people, or certain ones',
  critical_asset: 'it touches a critical asset',
  privileged_account: 'it takes a privileged account away',
};

/** INVARIANT: what is answered by itself is approved in no company, whatever the page offered (X21). */
export const whyNotWithOthers = (
  { decision }: CaseContent,
  { actId, of = 1 }: { readonly actId: string; readonly of?: number },
): string | undefined => {
  const act = decision?.acts.find((each) => each.act_id === actId);
  if (of < 2 || decision === undefined || act === undefined) return undefined;
  const why = aloneBecause(act, factsOfAct(decision, act));
  return why === undefined ? undefined : `it is answered by itself, not as one of ${of}: ${WHY_ALONE[why]}`;
};
