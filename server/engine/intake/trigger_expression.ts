/*
 * The conditions of document-level triggers: `query[name=…]`, `query[tag=…]` and `query[id=…]` with `&&`, `||`, `!` and
 * parentheses, or `return true` (grammar as Alerting's TriggerExpressionParser reads it).
 */

interface MatchedQuery {
  readonly id: string;
  readonly name: string;
  readonly tags: readonly string[];
}

type Token = '(' | ')' | '!' | '&&' | '||' | { readonly by: 'name' | 'tag' | 'id'; readonly value: string };

const TOKEN = /\s*(?:(\(|\)|!|&&|\|\|)|query\[(name|tag|id)=([^\]]{0,1000})\])/y;
const MOST = 10_000;

const tokensOf = (text: string): readonly Token[] | undefined => {
  const tokens: Token[] = [];
  const end = text.trimEnd().length;
  let at = 0;
  while (at < end) {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text);
    if (!found) return undefined;
    at = TOKEN.lastIndex;
    const [, sign, by, value] = found;
    tokens.push(sign === undefined ? { by: by as 'name', value: (value ?? '').trim() } : (sign as '('));
  }
  return tokens;
};

const matches = (queries: readonly MatchedQuery[], { by, value }: Exclude<Token, string>): boolean =>
  queries.some(({ id, name, tags }) =>
    by === 'id' ? id === value : by === 'name' ? name === value : tags.includes(value),
  );

const RANK = { '||': 1, '&&': 2, '!': 3 } as const;

/** Shunting-yard (Dijkstra 1961) straight to the value; no recursion, so depth costs nothing. */
const valueOf = (tokens: readonly Token[], queries: readonly MatchedQuery[]): boolean | undefined => {
  const values: boolean[] = [];
  const signs: Array<Exclude<Token, object | ')'>> = [];
  const apply = (): boolean => {
    const sign = signs.pop();
    const right = values.pop();
    if (sign === undefined || sign === '(' || right === undefined) return false;
    if (sign === '!') return values.push(!right) > 0;
    const left = values.pop();
    if (left === undefined) return false;
    return values.push(sign === '&&' ? left && right : left || right) > 0;
  };
  for (const token of tokens) {
    if (typeof token === 'object') values.push(matches(queries, token));
    else if (token === '(' || token === '!') signs.push(token);
    else if (token === ')') {
      while (signs.length > 0 && signs[signs.length - 1] !== '(') if (!apply()) return undefined;
      if (signs.pop() !== '(') return undefined;
    } else {
      for (
        let top = signs[signs.length - 1];
        top !== undefined && top !== '(' && RANK[top] >= RANK[token];
        top = signs[signs.length - 1]
      )
        if (!apply()) return undefined;
      signs.push(token);
    }
  }
  while (signs.length > 0) if (!apply()) return undefined;
  return values.length === 1 ? values[0] : undefined;
};

/**
 * Whether a document-level trigger fires for a document that these queries matched.
 *
 * @returns undefined if the condition is not of the grammar
 */
export const triggerFires = (condition: string, queries: readonly MatchedQuery[]): boolean | undefined => {
  const text = condition.trim();
  if (/^return\s+true\s*;?$/.test(text)) return queries.length > 0;
  if (text.length > MOST) return undefined;
  const tokens = tokensOf(text);
  return tokens === undefined || tokens.length === 0 ? undefined : valueOf(tokens, queries);
};
