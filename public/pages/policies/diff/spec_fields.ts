/*
 * The fields of a policy text, as far as a reviewer's eye needs them: top-level keys of `metadata` and `spec` with
 * their text. No YAML is parsed here (the server does that); comments and spacing are left out.
 */

const withoutComment = (line: string): string => {
  let quote = '';
  for (let index = 0; index < line.length; index += 1) {
    const letter = line[index] ?? '';
    if (quote !== '') quote = letter === quote ? '' : quote;
    else if (letter === '"' || letter === "'") quote = letter;
    else if (letter === '#' && (index === 0 || /\s/.test(line[index - 1] ?? ''))) return line.slice(0, index);
  }
  return line;
};

const indentOf = (line: string): number => line.length - line.trimStart().length;

const meaningful = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) => withoutComment(line).trimEnd())
    .filter((line) => line.trim() !== '');

/** The lines below a top-level key, or what stands in flow style behind it. */
const blockOf = (lines: readonly string[], key: string): readonly string[] => {
  const at = lines.findIndex((line) => line.startsWith(`${key}:`));
  if (at === -1) return [];
  const inline = lines[at]?.slice(key.length + 1).trim() ?? '';
  if (inline !== '') return [inline];
  const rest = lines.slice(at + 1);
  const end = rest.findIndex((line) => indentOf(line) === 0);
  return end === -1 ? rest : rest.slice(0, end);
};

const KEY = /^([A-Za-z_][\w-]*):\s*(.*)$/;

/** Keys of one block with their text; an entry in flow style is one field called as the block itself. */
const fieldsOf = (block: readonly string[], name: string): ReadonlyMap<string, string> => {
  const fields = new Map<string, string>();
  const first = block[0];
  if (first === undefined) return fields;
  const indent = indentOf(first);
  if (indent === 0) return fields.set(name, first);
  let current = name;
  for (const line of block) {
    const match = indentOf(line) === indent ? KEY.exec(line.trim()) : null;
    if (match) {
      current = match[1] ?? name;
      fields.set(current, match[2] ?? '');
    } else {
      fields.set(current, `${fields.get(current) ?? ''}\n${line.slice(indent)}`.trim());
    }
  }
  return fields;
};

/** `spec` fields by name, and `metadata` fields as `metadata.<name>`. */
export const policyFields = (text: string): ReadonlyMap<string, string> => {
  const lines = meaningful(text);
  const spec = fieldsOf(blockOf(lines, 'spec'), 'spec');
  const metadata = fieldsOf(blockOf(lines, 'metadata'), 'metadata');
  const named = [...metadata].map(([key, value]) => [key === 'metadata' ? key : `metadata.${key}`, value] as const);
  return new Map([...spec, ...named]);
};
