import { foldWord } from '../../../common/words';
import { placeholderIn, type CompiledRequest, type Slot } from './compiled_request';
import { asQueryValue } from './encode';
import type { BodyTemplate, Placeholder, RequestTemplate, WithinText } from './rest_parameters';
import { NAMES_FOR, TEMPLATE_NAMES, type RequestUse, type TemplateName } from './template_values';

/** Collects what is wrong, by its place within the template. */
export type Fault = (path: string, message: string) => void;

/** Headers that the connection itself sets, or that would change what the request is. */
const OWN_HEADERS =
  /^(host|connection|content-length|content-type|transfer-encoding|te|trailer|upgrade|expect|keep-alive|proxy-.*)$/;
const JSON_TYPE = /^application\/([a-z0-9.-]+\+)?json$/;
const HEADER_NAME = /^[a-z0-9!#$%&'*+.^_`|~-]+$/;
const FIXED_SEGMENT = /^[A-Za-z0-9._~!$&'()*+,;=:@-]+$/;
const UNSAFE_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/** Names that may not stand in these places although the request may use them. */
const ONLY_IN_BODY: ReadonlySet<TemplateName> = new Set(['reason']);
const IN_HEADERS: ReadonlySet<TemplateName> = new Set(['command_id', 'fence']);

/** What is wrong with a header's name, or undefined. Also used for the headers of every request. */
export const headerNameFault = (name: string): string | undefined => {
  if (!HEADER_NAME.test(foldWord(name))) return 'is not a header name';
  return OWN_HEADERS.test(foldWord(name)) ? 'is set by the connection itself' : undefined;
};

/** Finds the name that a placeholder names, or reports why it may not. */
const nameIn = (
  text: string,
  use: RequestUse,
  allowed: (name: TemplateName) => boolean,
): { readonly name: TemplateName } | { readonly fault: string } => {
  const name = TEMPLATE_NAMES.find((each) => each === text);
  const usable = (NAMES_FOR[use] as readonly TemplateName[]).filter(allowed);
  if (name !== undefined && usable.includes(name)) return { name };
  const known = usable.map((each) => `\`${each}\``).join(', ');
  return { fault: `\`${text}\` is not known here; known: ${known === '' ? 'nothing' : known}` };
};

const anywhere = (): boolean => true;
const inUrl = (name: TemplateName): boolean => !ONLY_IN_BODY.has(name);
const inHeader = (name: TemplateName): boolean => IN_HEADERS.has(name);

class Compiler {
  readonly names = new Set<TemplateName>();
  private readonly use: RequestUse;
  private readonly fault: Fault;

  constructor(use: RequestUse, fault: Fault) {
    this.use = use;
    this.fault = fault;
  }

  path(path: string): readonly Slot[] {
    if (!path.startsWith('/')) this.fault('path', 'must start with `/`');
    return path
      .slice(1)
      .split('/')
      .map((segment, index, all) => this.segment(segment, index === all.length - 1));
  }

  /** `text` stands for what the request is checked with after a fault; such a request is never used. */
  slot(place: string, template: Placeholder, allowed: (name: TemplateName) => boolean): Slot {
    const found = nameIn(template.$, this.use, allowed);
    if ('name' in found) {
      this.names.add(found.name);
      return { kind: 'value', name: found.name };
    }
    this.fault(place, found.fault);
    return { kind: 'fixed', text: '' };
  }

  body(place: string, template: BodyTemplate): void {
    if (typeof template !== 'object' || template === null) return;
    const name = placeholderIn(template);
    if (name !== undefined) {
      if (Object.keys(template).length > 1) this.fault(place, 'a placeholder must have `$` and nothing else');
      this.slot(place, { $: name }, anywhere);
      return;
    }
    if (Array.isArray(template))
      return template.forEach((item: BodyTemplate, index) => this.body(`${place}.${index}`, item));
    for (const [key, value] of Object.entries(template)) {
      if (UNSAFE_KEYS.has(key)) this.fault(`${place}.${key}`, 'is not a usable key');
      else this.body(`${place}.${key}`, value);
    }
  }

  header(name: string, value: string | Placeholder): readonly [string, Slot] {
    const place = `headers.${name}`;
    if (foldWord(name) === 'content-type') return [foldWord(name), this.contentType(place, value)];
    const wrong = headerNameFault(name);
    if (wrong !== undefined) this.fault(place, wrong);
    if (typeof value !== 'string') return [foldWord(name), this.slot(place, value, inHeader)];
    if (!/^[\x20-\x7e]*$/.test(value)) this.fault(place, 'has characters that no header can carry');
    if (isSensitiveHeader(name)) this.fault(place, 'must come from the keystore; set it in `headers` of the connector');
    return [foldWord(name), { kind: 'fixed', text: value }];
  }

  query(name: string, value: string | number | boolean | WithinText): readonly [string, Slot] {
    if (typeof value === 'object') {
      const slot = this.slot(`query.${name}`, value, inUrl);
      const { before = '', after = '' } = value;
      const isWithin = slot.kind === 'value' && before + after !== '';
      return [this.encodedFixed(name), isWithin ? { ...slot, around: { before, after } } : slot];
    }
    return [this.encodedFixed(name), { kind: 'fixed', text: this.encodedFixed(String(value)) }];
  }

  private contentType(place: string, value: string | Placeholder): Slot {
    const text = typeof value === 'string' ? value : '';
    if (!JSON_TYPE.test(text)) this.fault(place, 'must be a kind of JSON, such as `application/json-patch+json`');
    return { kind: 'fixed', text };
  }

  private segment(text: string, isLast: boolean): Slot {
    const placeholder = /^\{([^{}]*)\}$/.exec(text);
    if (placeholder) return this.slot('path', { $: placeholder[1] ?? '' }, inUrl);
    if (text === '.' || text === '..') this.fault('path', 'must not have dot segments');
    else if (text === '' ? !isLast : !FIXED_SEGMENT.test(text))
      this.fault('path', `segment \`${text}\` must be plain text or one whole placeholder such as \`{target.value}\``);
    return { kind: 'fixed', text };
  }

  private encodedFixed(text: string): string {
    const encoded = asQueryValue(text);
    if (!encoded.ok) this.fault('query', `\`${text}\` ${encoded.error}`);
    return encoded.ok ? encoded.value : '';
  }
}

/** True for headers that usually carry credentials: their values come by reference only. */
export const isSensitiveHeader = (name: string): boolean =>
  /^(authorization|cookie)$|(key|token|secret|password|credential)s?$/i.test(name);

/**
 * Checks a request template once, when the connector is built, and takes it apart. Unknown names, placeholders that
 * are not a whole segment or leaf, and headers that the connection owns are faults.
 */
export const compileRequest = (template: RequestTemplate, use: RequestUse, fault: Fault): CompiledRequest => {
  const compiler = new Compiler(use, fault);
  const { method, path, query = {}, headers = {}, body } = template;
  if (method === 'GET' && body !== undefined) fault('body', 'a GET request has no body');
  if (body !== undefined) compiler.body('body', body);
  return {
    method,
    segments: compiler.path(path),
    query: Object.entries(query).map(([name, value]) => compiler.query(name, value)),
    headers: Object.entries(headers).map(([name, value]) => compiler.header(name, value)),
    body,
    names: compiler.names,
  };
};
