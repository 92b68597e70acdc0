import { present } from '../../../common/present';
import { err, ok, type Result } from '../../../common/result';
import type { HttpRequest, Method } from '../connector';
import { asHeaderValue, asPathSegment, asQueryValue } from './encode';
import type { BodyTemplate, Scalar } from './rest_parameters';
import type { TemplateName, TemplateValues } from './template_values';

/** A value that is fixed, or one that the command gives. */
export type Slot =
  | { readonly kind: 'fixed'; readonly text: string }
  | {
      readonly kind: 'value';
      readonly name: TemplateName;
      /** Fixed text around the value, which then may be plain letters alone. */
      readonly around?: { readonly before: string; readonly after: string };
    };

/** Nothing that could end a quotation, add a word or stand for several values. */
const PLAIN = /^[A-Za-z0-9._-]{1,256}$/;

/** A request template after every check: what `renderRequest` fills in. */
export interface CompiledRequest {
  readonly method: Method;
  readonly segments: readonly Slot[];
  readonly query: ReadonlyArray<readonly [name: string, slot: Slot]>;
  readonly headers: ReadonlyArray<readonly [name: string, slot: Slot]>;
  readonly body: BodyTemplate | undefined;
  /** Names that appear anywhere in it. */
  readonly names: ReadonlySet<TemplateName>;
}

/** The name in a placeholder leaf, or undefined for anything else. */
export const placeholderIn = (template: BodyTemplate): string | undefined =>
  typeof template === 'object' && template !== null && !Array.isArray(template) && '$' in template
    ? String((template as { $: Scalar }).$)
    : undefined;

const fill = (template: BodyTemplate, values: TemplateValues): unknown => {
  const name = placeholderIn(template);
  if (name !== undefined) return values[name as TemplateName] ?? null;
  if (Array.isArray(template)) return template.map((item: BodyTemplate) => fill(item, values));
  if (typeof template !== 'object' || template === null) return template;
  return Object.fromEntries(Object.entries(template).map(([key, value]) => [key, fill(value, values)]));
};

type Encoder = (text: string) => Result<string, string>;

/** Encodes one slot; undefined if the command has no such value. */
const encoded = (slot: Slot, values: TemplateValues, encode: Encoder): Result<string | undefined, string> => {
  if (slot.kind === 'fixed') return ok(slot.text);
  const value = values[slot.name] ?? null;
  if (value === null) return ok(undefined);
  const { around } = slot;
  if (around !== undefined && !PLAIN.test(String(value)))
    return err(`\`${slot.name}\` may have only letters, digits, \`.\`, \`_\` and \`-\` within a text`);
  const result = encode(around === undefined ? String(value) : `${around.before}${String(value)}${around.after}`);
  return result.ok ? result : err(`\`${slot.name}\` ${result.error}`);
};

const renderPath = (segments: readonly Slot[], values: TemplateValues): Result<string, string> => {
  const parts: string[] = [];
  for (const slot of segments) {
    const part = encoded(slot, values, asPathSegment);
    if (!part.ok) return err(`cannot stand in a path: ${part.error}`);
    if (part.value === undefined) return err('cannot stand in a path: there is no such value for this command');
    parts.push(part.value);
  }
  return ok(`/${parts.join('/')}`);
};

const renderPairs = (
  pairs: CompiledRequest['query'],
  values: TemplateValues,
  encode: Encoder,
): Result<ReadonlyArray<readonly [string, string]>, string> => {
  const rendered: Array<readonly [string, string]> = [];
  for (const [name, slot] of pairs) {
    const value = encoded(slot, values, encode);
    if (!value.ok) return value;
    if (value.value !== undefined) rendered.push([name, value.value]);
  }
  return ok(rendered);
};

/**
 * Puts the values of a command into a request. Each lands whole in its place: one path segment, one query value, one
 * header, one JSON leaf; what cannot be encoded for its place is refused, and a parameter without value is left out.
 *
 * @param headers of every request of the connector
 */
export const renderRequest = (
  { method, segments, query, headers: own, body }: CompiledRequest,
  values: TemplateValues,
  headers: Readonly<Record<string, string>>,
): Result<HttpRequest, string> => {
  const path = renderPath(segments, values);
  if (!path.ok) return path;
  const search = renderPairs(query, values, asQueryValue);
  if (!search.ok) return err(`cannot stand in a query: ${search.error}`);
  const extra = renderPairs(own, values, asHeaderValue);
  if (!extra.ok) return err(`cannot stand in a header: ${extra.error}`);
  const text = search.value.map(([name, value]) => `${name}=${value}`).join('&');
  return ok({
    method,
    path: text === '' ? path.value : `${path.value}?${text}`,
    headers: {
      accept: 'application/json',
      ...present({ 'content-type': body === undefined ? undefined : 'application/json' }),
      ...headers,
      ...Object.fromEntries(extra.value),
    },
    ...present({ body: body === undefined ? undefined : JSON.stringify(fill(body, values)) }),
  });
};
