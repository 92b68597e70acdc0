/** How an id may be written: plain or in quotes. */
const ID_LINE = /^["']?id["']?\s*:\s*["']?([a-z0-9][a-z0-9-]*)["']?\s*(#.*)?$/;

/** `id: x` among the entries between two braces. */
const idInBraces = (text: string): string | undefined =>
  text
    .slice(text.indexOf('{') + 1)
    .split('}')[0]
    ?.split(',')
    .flatMap((entry) => ID_LINE.exec(entry.trim())?.[1] ?? [])[0];

/**
 * The `metadata.id` that a text tells, also where the rest of it has faults: half-written work has to be kept under its
 * name. By letters, because a text with a fault may be no YAML; undefined if it is not there.
 */
export const idInText = (source: string): string | undefined => {
  const lines = source.split(/\r?\n/);
  const start = lines.findIndex((line) => /^metadata:/.test(line));
  if (start < 0) return undefined;
  const first = lines[start] ?? '';
  if (first.includes('{')) return idInBraces(lines.slice(start).join('\n'));
  const after = lines.slice(start + 1);
  const end = after.findIndex((line) => /^\S/.test(line) && !line.startsWith('#'));
  const block = end < 0 ? after : after.slice(0, end);
  return block.flatMap((line) => ID_LINE.exec(line.trim())?.[1] ?? [])[0];
};
