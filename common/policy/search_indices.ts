/*
 * Which indices a declared search may read. Settings and policies write them alike: a name, or the start of names and a
 * `*` after it.
 */

const FORM = /^[a-z0-9][a-z0-9_.-]*\*?$/;
/** What Reflex itself writes. A search in it would be a question about its own answers. */
const OWN = 'reflex-';
/** So much of a name stands before a `*`: fewer letters would be most indices of a cluster. */
const SHORTEST_START = 3;

const startOf = (pattern: string): string => pattern.replace(/\*$/, '');
const isOpen = (pattern: string): boolean => pattern.endsWith('*');

/** Why a pattern may not be searched, for people; undefined if it may. Never throws. */
export const searchPatternFault = (pattern: string): string | undefined => {
  if (!FORM.test(pattern))
    return `\`${pattern}\` is neither the name of an index nor the start of names with a \`*\` at its end`;
  const start = startOf(pattern);
  if (isOpen(pattern) && start.length < SHORTEST_START)
    return `\`${pattern}\` may be any index: write at least ${SHORTEST_START} characters before the \`*\``;
  return start.startsWith(OWN) || (isOpen(pattern) && OWN.startsWith(start))
    ? `\`${pattern}\` has indices of Reflex itself in it`
    : undefined;
};

/** Whether an index that a pattern turned out to be may be read: none of Reflex and no system index. */
export const isSearchable = (index: string): boolean =>
  !index.startsWith(OWN) && (!index.startsWith('.') || index.startsWith('.ds-'));

/** Whether everything that a pattern may mean is in one of those that are allowed. */
export const isAllowedPattern = (pattern: string, allowed: readonly string[]): boolean =>
  allowed.some((each) =>
    isOpen(each) ? startOf(pattern).startsWith(startOf(each)) : !isOpen(pattern) && pattern === each,
  );
