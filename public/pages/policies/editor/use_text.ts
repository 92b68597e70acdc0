import { useState } from 'react';
import { useWarnBeforeLeaving } from './use_warn_before_leaving';

/** A text that is being edited. */
export interface EditedText {
  readonly source: string;
  /** As it was saved last; undefined while it never was. */
  readonly saved: string | undefined;
  /** Something of it is not saved. */
  readonly unsaved: boolean;
  /** Leaving would lose something: a template that nobody touched is no loss. */
  readonly wouldBeLost: boolean;
  readonly write: (source: string) => void;
  readonly noteSaved: (source: string) => void;
}

/**
 * Keeps a text while it is edited; the browser asks before the page is closed over one that is not saved.
 *
 * @param saved the text as it is kept; undefined for a template
 */
export const useText = (start: string, saved: string | undefined): EditedText => {
  const [source, write] = useState(start);
  const [savedNow, noteSaved] = useState(saved);
  const unsaved = source !== savedNow;
  const wouldBeLost = unsaved && (savedNow !== undefined || source !== start);
  useWarnBeforeLeaving(wouldBeLost);
  return { source, saved: savedNow, unsaved, wouldBeLost, write, noteSaved };
};
