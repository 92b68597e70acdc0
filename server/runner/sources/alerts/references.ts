/** Where a document lies that an alert names as `id|index`. An index has no `|` in its name, an id may. */
export const referenceOf = (related: string): { readonly index: string; readonly id: string } => {
  const bar = related.lastIndexOf('|');
  return { id: related.slice(0, bar), index: related.slice(bar + 1) };
};
