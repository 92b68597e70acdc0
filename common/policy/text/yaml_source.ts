import { whyOf } from '../../why';
import { present } from '../../present';
import {
  Lexer,
  LineCounter,
  isAlias,
  isMap,
  isPair,
  isScalar,
  parseDocument,
  visit,
  type Document,
  type Node,
  type Scalar,
} from 'yaml';
import type { PolicyFault } from '../policy';

/** Longest text of one policy, in UTF-16 units. */
export const MOST_SOURCE = 262_144;
const DEEPEST = 32;
/** Most lexical tokens: the library needs up to 60 µs for each, so a text within the other limits took two minutes. */
const MOST_TOKENS = 20_000;
const MOST_FAULTS = 100;
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype', '<<']);

type Path = ReadonlyArray<string | number>;

/** A parsed YAML text that still knows where everything stands. */
export interface YamlSource {
  readonly value: unknown;
  readonly faults: readonly PolicyFault[];
  /** Line and column (1-based) of the value at a path, or of the nearest part of the path that is there. */
  readonly placeOf: (path: Path) => { readonly line: number; readonly column: number };
  /** Line and column of a character inside the text value at a path. */
  readonly placeIn: (path: Path, offset: number) => { readonly line: number; readonly column: number };
}

/** Nesting that a text could open, counted without building anything: brackets in a row and columns of indentation. */
const looksTooDeep = (source: string): boolean => {
  let open = 0;
  let deepest = 0;
  for (const character of source) {
    if (character === '[' || character === '{') deepest = Math.max(deepest, ++open);
    else if (character === ']' || character === '}') open = Math.max(0, open - 1);
  }
  return deepest > 4 * DEEPEST || /^[ ]*(?:[-?:][ \t]+){33}/m.test(source) || /^ {300}/m.test(source);
};

const hasTooManyTokens = (source: string): boolean => {
  // A character begins one token at most, and the lexer puts no more than two of its own marks before it.
  if (3 * source.length < MOST_TOKENS - 8) return false;
  let tokens = 0;
  for (const _ of new Lexer().lex(source)) if (++tokens > MOST_TOKENS) return true;
  return false;
};

const depthOf = (node: unknown, depth = 0): number => {
  if (depth > DEEPEST) return depth;
  if (isPair(node)) return Math.max(depthOf(node.key, depth), depthOf(node.value, depth));
  const items = (node as { items?: unknown[] } | null)?.items;
  return Array.isArray(items)
    ? items.reduce<number>((most, item) => Math.max(most, depthOf(item, depth + 1)), depth + 1)
    : depth;
};

/** Offset in the file of character `offset` of a scalar's value; exact for what is written as it is read. */
const offsetInScalar = (source: string, scalar: Scalar<string>, offset: number): number => {
  const [start, end] = scalar.range ?? [0, 0];
  const raw = source.slice(start, end);
  const opening = raw.startsWith('"') || raw.startsWith("'") ? 1 : 0;
  if (raw.slice(opening, opening + scalar.value.length) === scalar.value) return start + opening + offset;
  // Folded, escaped or block text: find the word that the fault is at, after as much of the text as there is before it.
  const word = /^[\w.]+/.exec(scalar.value.slice(offset))?.[0];
  if (word === undefined) return start;
  const before = scalar.value.slice(0, offset).split(word).length - 1;
  let at = -1;
  for (let found = 0; found <= before; found += 1) {
    const next = raw.indexOf(word, at + 1);
    if (next < 0) return start;
    at = next;
  }
  return start + at;
};

const refusal = (file: string, code: string, message: string, hint?: string): YamlSource => {
  const place = { line: 1, column: 1 };
  return {
    value: undefined,
    faults: [{ file, ...place, code, message, ...present({ hint: hint || undefined }) }],
    placeOf: () => place,
    placeIn: () => place,
  };
};

type Refuse = (node: Node, code: string, message: string) => void;

/** What YAML allows and a policy may not have. */
const refuseForbidden = (document: Document.Parsed, refuse: Refuse): void =>
  visit(document, {
    Node: (_, node) => {
      if (isAlias(node) || ('anchor' in node && node.anchor))
        refuse(node, 'yaml_alias', 'anchors and aliases are not allowed');
      if (node.tag !== undefined) refuse(node, 'yaml_tag', `tag \`${node.tag}\` is not allowed`);
    },
    Map: (_, map) => {
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        if (!isScalar(key)) {
          refuse(map, 'forbidden_key', 'a key must be text');
          continue;
        }
        if (seen.has(String(key.value))) refuse(key, 'duplicate_key', `key \`${String(key.value)}\` is used twice`);
        seen.add(String(key.value));
      }
    },
    Pair: (_, pair) => {
      if (isScalar(pair.key) && FORBIDDEN_KEYS.has(String(pair.key.value))) {
        refuse(pair.key as Node, 'forbidden_key', `key \`${String(pair.key.value)}\` is not allowed`);
      }
    },
  });

/** The node at a path, or the nearest one around it. */
const nodeAt = (document: Document.Parsed, path: Path): Node | undefined => {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (node !== undefined && node !== null && typeof node === 'object' && 'range' in node) return node as Node;
  }
  return undefined;
};

const PARSING = {
  version: '1.2',
  schema: 'core',
  // The library compares each key with each other one, and excerpts the text for each fault: seconds for 256 Ki.
  uniqueKeys: false,
  prettyErrors: false,
  merge: false,
  strict: true,
} as const;

/**
 * Parses one YAML document under limits: 256 Ki characters, depth 32, no aliases, no tags, no merge keys, no
 * duplicate keys. Never throws.
 */
export const parseYaml = (file: string, source: string): YamlSource => {
  if (source.length > MOST_SOURCE) return refusal(file, 'too_large', `is longer than ${MOST_SOURCE} characters`);
  if (source.includes('\0')) return refusal(file, 'bad_character', 'contains a NUL character');
  if (looksTooDeep(source)) return refusal(file, 'too_deep', `is nested more than ${DEEPEST} levels deep`);
  if (hasTooManyTokens(source)) return refusal(file, 'too_large', `has more than ${MOST_TOKENS} words and marks`);
  const lines = new LineCounter();
  let document: Document.Parsed;
  try {
    document = parseDocument(source, { ...PARSING, lineCounter: lines });
  } catch (cause) {
    return refusal(file, 'yaml_syntax', `cannot be read: ${whyOf(cause)}`);
  }
  const at = (offset: number): { line: number; column: number } => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const faults: PolicyFault[] = [...document.errors, ...document.warnings].slice(0, MOST_FAULTS).map((problem) => ({
    file,
    ...at(problem.pos[0]),
    code: 'yaml_syntax',
    message: (problem.message.split('\n')[0] ?? problem.message).replace(/ at line \d+, column \d+:?$/, ''),
  }));
  if (depthOf(document.contents) > DEEPEST)
    return refusal(file, 'too_deep', `is nested more than ${DEEPEST} levels deep`);
  refuseForbidden(document, (node, code, message) => {
    if (faults.length < MOST_FAULTS) faults.push({ file, ...at(node.range?.[0] ?? 0), code, message });
  });
  const value =
    faults.length > 0 || !isMap(document.contents) ? undefined : (document.toJS({ maxAliasCount: 0 }) as unknown);
  if (faults.length === 0 && value === undefined) {
    faults.push({ file, line: 1, column: 1, code: 'not_a_mapping', message: 'must be one YAML mapping' });
  }
  return {
    value,
    faults,
    placeOf: (path) => at(nodeAt(document, path)?.range?.[0] ?? 0),
    placeIn: (path, offset) => {
      const node = nodeAt(document, path);
      return isScalar(node) && typeof node.value === 'string'
        ? at(offsetInScalar(source, node as Scalar<string>, offset))
        : at(node?.range?.[0] ?? 0);
    },
  };
};
