import { useState } from 'react';

/** So many rows of a long list are drawn at first, and so many more each time somebody goes on. */
export const ROWS_DRAWN = 50;

/** How much of a list is drawn, and how more of it is. */
export interface Drawn {
  readonly drawn: number;
  readonly count: number;
  readonly more: () => void;
}

/**
 * Draws the first rows of a list that is all there: hundreds of rows take long to draw, and to go through by Tab.
 *
 * @param at index of the row that must be among them; -1 if none must
 */
export const useDrawn = (count: number, at = -1): Drawn => {
  const [wanted, setWanted] = useState(ROWS_DRAWN);
  const least = Math.max(wanted, Math.ceil((at + 1) / ROWS_DRAWN) * ROWS_DRAWN);
  return { drawn: Math.min(least, count), count, more: () => setWanted(least + ROWS_DRAWN) };
};
