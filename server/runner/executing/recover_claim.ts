import { iso } from '../../../common/iso';
import { takenBack } from '../../engine/brakes/ledger';
import { claimTakenBack } from '../../engine/execution/effect';
import type { View } from '../keeping/plan';
import { plannedCase, type CaseContent } from '../keeping/kinds/case';
import { plannedEffect } from '../keeping/kinds/effect';
import { plannedLedger } from '../keeping/kinds/ledger';
import { contentOf, type PlannedDoc } from '../keeping/state_docs';
import type { Journal } from '../ports';
import { momentNow, type Writing } from './change_document';
import type { ClaimRequest } from './claiming';

/* A claim that landed in part: other agents were faster at one of its documents. Nothing of it was sent. */

/** Where a claim was written. */
export interface Recovering {
  readonly writing: Writing;
  readonly journal: Pick<Journal, 'close'>;
}

/** One document of the claim without the commands that are taken back; nothing where it is none of theirs. */
const restored = (writing: Writing, id: string, view: View, commands: readonly string[]): readonly PlannedDoc[] => {
  const seen = view.get(id);
  const moment = momentNow(writing, id);
  if (seen?.kind === 'effect') {
    const effect = contentOf('effect', seen);
    const without = effect && commands.reduce((next, command) => claimTakenBack(next, command, moment), effect);
    return without ? [plannedEffect(id, without, moment.at)] : [];
  }
  if (seen?.kind === 'ledger') {
    const ledger = contentOf('ledger', seen);
    return ledger ? [plannedLedger(commands.reduce(takenBack, ledger), moment.at)] : [];
  }
  return [];
};

/** Commands among these that an effect goes on naming, because others count on them: their journal entries stay. */
const stillNamed = (doc: PlannedDoc, commands: readonly string[]): readonly string[] =>
  doc.kind === 'effect'
    ? doc.content.reasons.map(({ command }) => command.command_id).filter((id) => commands.includes(id))
    : [];

/**
 * What landed is undone by its command ids, so that nothing is left behind.
 *
 * @param commands that the claim made. INVARIANT (INV-4): none of an earlier claim, which may be in effect: without its
 *   entry in the undo journal it would end early
 */
export const takeBackLanded = async (
  { writing, journal }: Recovering,
  commands: readonly string[],
  landed: ReadonlySet<string>,
): Promise<void> => {
  const restore = (id: string): Promise<readonly string[]> =>
    writing.commits.settle<readonly string[]>({
      reads: [id],
      urgent: true,
      closing: true,
      build: (view) => {
        const docs = restored(writing, id, view, commands);
        return { docs, answer: docs.flatMap((doc) => stillNamed(doc, commands)) };
      },
    });
  const touched = [...landed].filter((id) => id.startsWith('effect:') || id.startsWith('ledger:'));
  const named = new Set((await Promise.all(touched.map(restore))).flat());
  await journal.close(commands.filter((id) => !named.has(id)));
};

/** The case of the claim landed: it is held, to be claimed anew. */
export const holdLanded = async ({ commits, clock }: Writing, claim: ClaimRequest): Promise<CaseContent> => {
  const at = iso(clock.utc());
  const { received, decision, previous } = claim;
  const held: CaseContent = {
    received,
    decision,
    state: 'held',
    acts: (previous?.acts ?? []).filter((act) => decision.acts.some((each) => each.act_id === act.act_id)),
    claims: (previous?.claims ?? 0) + 1,
    due: at,
    note: 'its claim could not be written whole; it is claimed again',
  };
  await commits.settle({
    reads: [received.case_id],
    urgent: true,
    closing: true,
    build: (view) => {
      const isMine = view.get(received.case_id)?.owner === commits.session;
      return { docs: isMine ? [plannedCase(held, at)] : [], answer: undefined };
    },
  });
  return held;
};
