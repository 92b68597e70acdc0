/**
 * A search sees what was written a second earlier; where a node is busy, or a copy lags, it sees it later. After this
 * time it is taken to see it, ms.
 */
export const SEARCH_LAG_MS = 15_000;
