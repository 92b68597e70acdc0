import { present } from '../../../../common/present';
import { SEEN_NOTHING, type DraftChange, type DraftView } from '../../../../common/api/drafts';
import { distinctNames } from '../../record/person';

/** A text as it is in force, or as the head of the branch holds it. */
export interface Written {
  readonly source: string;
  readonly hash: string;
}

/** A changed text that is not released yet. */
export interface Draft {
  /** Of the policy, or the name of the guard. */
  readonly id: string;
  readonly source: string;
  /** The release will not have the text any more. */
  readonly deleted: boolean;
  /** Who saved it last. */
  readonly author: string;
  /** Everybody who saved it since it last said what is written. */
  readonly writers: readonly string[];
  readonly updated_at: string;
  /** Hash of the text that its author last saw as the one to change; absent for a new text. */
  readonly made_from?: string;
}

/** A draft that says what is written is nobody's change. */
const isAsWritten = ({ source, deleted }: Pick<Draft, 'source' | 'deleted'>, written: Written | undefined): boolean =>
  written === undefined ? deleted : !deleted && source === written.source;

/** True if the text that a draft was made from was changed meanwhile, and the draft would make it a third. */
export const isOvertaken = (
  draft: Pick<Draft, 'source' | 'deleted'> & Pick<DraftView, 'made_from'>,
  written: Written | undefined,
): boolean => written?.hash !== draft.made_from && !isAsWritten(draft, written);

/** What was there when a draft is saved. */
interface There {
  readonly before: Draft | undefined;
  readonly written: Written | undefined;
  readonly seen: DraftChange['seen'];
}

const madeFrom = ({ before, written, seen }: There): string | undefined => {
  if (seen !== undefined) return seen === SEEN_NOTHING ? undefined : seen;
  // Saving again is no sign that its author saw what others changed meanwhile.
  return before ? before.made_from : written?.hash;
};

/** The draft that is kept when somebody saves: with everybody who wrote it, and the text that it was made from. */
export const savedOver = (there: There, saved: Omit<Draft, 'writers' | 'made_from'>): Draft => {
  const { before, written } = there;
  const others = before === undefined || isAsWritten(before, written) ? [] : before.writers;
  const made_from = madeFrom(there);
  return {
    ...saved,
    writers: distinctNames([...others, saved.author]),
    ...present({ made_from }),
  };
};
