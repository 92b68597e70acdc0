/** A piece of a line of YAML (or JSON) for colouring. It carries no meaning: the server reads the text. */
export interface Token {
  readonly kind: 'plain' | 'key' | 'string' | 'comment' | 'number' | 'mark';
  readonly text: string;
}

const PATTERN =
  /(?<comment>(?:^|(?<=\s))#.*$)|(?<string>"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')|(?<key>[A-Za-z_][\w.-]*)(?=\s*:(?:\s|$))|(?<number>(?<![\w.-])-?\d+(?:\.\d+)?(?:[smhd%])?(?![\w.-]))|(?<mark>[{}[\],]|^\s*-(?=\s))/g;

const KINDS = ['comment', 'string', 'key', 'number', 'mark'] as const;

/** Splits one line. Quoted keys of JSON are coloured as keys. */
export const tokensOf = (line: string): readonly Token[] => {
  const tokens: Token[] = [];
  let end = 0;
  for (const match of line.matchAll(PATTERN)) {
    const start = match.index;
    if (start > end) tokens.push({ kind: 'plain', text: line.slice(end, start) });
    const kind = KINDS.find((each) => match.groups?.[each] !== undefined) ?? 'plain';
    const isKey = kind === 'string' && /^\s*:/.test(line.slice(start + match[0].length));
    tokens.push({ kind: isKey ? 'key' : kind, text: match[0] });
    end = start + match[0].length;
  }
  if (end < line.length) tokens.push({ kind: 'plain', text: line.slice(end) });
  return tokens;
};
