import type { HandOverDocument } from '../../../common/api/hand_over_document';
import { present } from '../../../common/present';
import { err, ok, type Result } from '../../../common/result';
import { asPathSegment } from './encode';
import { follow } from './pointer';

/*
 * The body that a ticket system or a chat wants, as JSON with placeholders such as `{title}`. The JSON is written anew
 * after the values are in their places, so that no value can end a text, a field or an object. Values come
 * from reports,
 * which anybody may have written: what a chat would read as a mention, a link or markup is escaped as its kind asks.
 */

export const TEMPLATE_NAMES = [
  'title',
  'text',
  'event',
  'mark',
  'key',
  'hand_over_id',
  'round',
  'told_at',
  'action',
  'target.type',
  'target.value',
  'target.host',
  'policy',
  'why',
  'source.type',
  'source.id',
  'event_id',
  'event_timestamp',
  'severity',
  'confidence',
  'rule.id',
  'rule.name',
  'nearest_miss.policy',
  'case_id',
  'act_id',
  'decision_id',
  'link',
  'until',
  'without_answer',
  'ending.how',
  'ending.by',
  'ending.at',
  'ending.reason',
  'ticket.id',
  'ticket.url',
  'document',
] as const;
type Name = (typeof TEMPLATE_NAMES)[number];

/** How values are made harmless: as texts of Slack and its likes, of HTML, of Markdown, or not. */
export const ESCAPES = ['none', 'slack', 'html', 'markdown'] as const;
export type Escape = (typeof ESCAPES)[number];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const ESCAPED: Readonly<Record<Escape, (text: string) => string>> = {
  none: (text) => text,
  slack: (text) => text.replace(/[&<>]/g, (char) => ENTITIES[char] ?? char),
  html: (text) => text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char),
  markdown: (text) => text.replace(/[\\`*_{}[\]()<>#+\-.!|~@:]/g, (char) => `\\${char}`),
};

/** A text as an `Escape` makes it harmless. */
export const escaped = (text: string, escape: Escape): string => ESCAPED[escape](text);

/** Written by Reflex alone, and useless in another spelling. */
const AS_IS: ReadonlySet<Name> = new Set(['link', 'key', 'hand_over_id', 'document']);

const valueOf = (document: HandOverDocument, name: Name): unknown => {
  if (name === 'document') return document;
  if (name === 'why') return document.why.join('; ');
  return name
    .split('.')
    .reduce<unknown>((inside, key) => (inside as Record<string, unknown> | undefined)?.[key], document);
};

const textOf = (value: unknown): string =>
  value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);

const PLACE = /\{\{|\}\}|\{([^{}]*)\}|[{}]/g;

const isName = (name: string | undefined): name is Name => (TEMPLATE_NAMES as readonly unknown[]).includes(name);

/** What is wrong with a text of a template; undefined if nothing is. */
const textFault = (template: string): string | undefined => {
  for (const [whole, name] of template.matchAll(PLACE)) {
    if (whole === '{{' || whole === '}}') continue;
    if (!isName(name))
      return `\`${whole}\` is no placeholder: write one of ${TEMPLATE_NAMES.join(', ')}, or \`{{\` for a brace`;
  }
  return undefined;
};

/** What is wrong with a template, with the place; undefined if nothing is. Names of fields have no placeholders. */
export const templateFault = (
  template: unknown,
  path = '',
): { readonly path: string; readonly message: string } | undefined => {
  if (typeof template === 'string') {
    const message = textFault(template);
    return message === undefined ? undefined : { path, message };
  }
  if (typeof template !== 'object' || template === null) return undefined;
  for (const [key, inside] of Object.entries(template)) {
    const fault = templateFault(inside, path === '' ? key : `${path}.${key}`);
    if (fault !== undefined) return fault;
  }
  return undefined;
};

/** A text that is nothing but one placeholder becomes its value, a number a number; missing ones become null. */
const filledText = (template: string, document: HandOverDocument, escape: Escape): unknown => {
  const only = /^\{([^{}]*)\}$/.exec(template)?.[1];
  const shown = (name: Name): unknown => {
    const value = valueOf(document, name);
    return typeof value === 'string' && !AS_IS.has(name) ? ESCAPED[escape](value) : value;
  };
  if (isName(only)) return shown(only) ?? null;
  return template.replace(PLACE, (whole, name?: string) =>
    whole === '{{' ? '{' : whole === '}}' ? '}' : isName(name) ? textOf(shown(name)) : '',
  );
};

/** A template with the values of a message in their places. */
export const filled = (template: unknown, document: HandOverDocument, escape: Escape): unknown => {
  if (typeof template === 'string') return filledText(template, document, escape);
  if (Array.isArray(template)) return template.map((each) => filled(each, document, escape));
  if (typeof template !== 'object' || template === null) return template;
  return Object.fromEntries(Object.entries(template).map(([key, inside]) => [key, filled(inside, document, escape)]));
};

const SEGMENT_NAMES: readonly Name[] = ['hand_over_id', 'case_id', 'act_id', 'ticket.id'];
const SEGMENT = /^[A-Za-z0-9._~-]*$/;

/** What is wrong with the path of a message: plain segments, or one placeholder that is a whole segment. */
export const pathFault = (path: string): string | undefined => {
  if (!path.startsWith('/')) return 'begins with `/`';
  for (const segment of path.slice(1).split('/')) {
    const name = /^\{([^{}]*)\}$/.exec(segment)?.[1];
    if (
      name === undefined
        ? !SEGMENT.test(segment) || segment === '.' || segment === '..'
        : !SEGMENT_NAMES.includes(name as Name)
    )
      return `\`${segment}\` is no plain segment and none of ${SEGMENT_NAMES.map((each) => `\`{${each}}\``).join(', ')}`;
  }
  return undefined;
};

/** The path of a message, each value encoded as one segment; or what is missing. */
export const filledPath = (path: string, document: HandOverDocument): Result<string, string> => {
  const segments: string[] = [];
  for (const segment of path.slice(1).split('/')) {
    const name = /^\{([^{}]*)\}$/.exec(segment)?.[1];
    if (!isName(name)) segments.push(segment);
    else {
      const value = textOf(valueOf(document, name));
      const encoded = asPathSegment(value);
      if (!encoded.ok) return err(value === '' ? `\`${name}\` is not known` : `\`${name}\` ${encoded.error}`);
      segments.push(encoded.value);
    }
  }
  return ok(`/${segments.join('/')}`);
};

const LONGEST_ID = 256;
const LONGEST_URL = 2_048;

/** What an answer says of the ticket, by pointers into it: only what is plain, and an address only of the web. */
export const ticketIn = (
  answer: unknown,
  at: { readonly id?: string; readonly url?: string },
): NonNullable<HandOverDocument['ticket']> | undefined => {
  const textAt = (pointer: string | undefined, longest: number): string | undefined => {
    const found = pointer === undefined ? undefined : follow(answer, pointer);
    const value = found?.found === true ? found.value : undefined;
    if (typeof value !== 'string' && typeof value !== 'number') return undefined;
    const text = String(value);
    return text !== '' && text.length <= longest && /^[\x20-\x7e]+$/.test(text) ? text : undefined;
  };
  const url = textAt(at.url, LONGEST_URL);
  const found = present({
    id: textAt(at.id, LONGEST_ID),
    url: url !== undefined && /^https?:\/\/[^\s"'<>\\]+$/.test(url) ? url : undefined,
  });
  return Object.keys(found).length === 0 ? undefined : found;
};
