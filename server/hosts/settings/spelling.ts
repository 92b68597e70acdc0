import type { BadField } from '../../../common/codec/decode';
import { err, ok, type Result } from '../../../common/result';
import { FIELD_NAMES, WIRE_FIELDS } from '../../engine/intake/field_map';
import { isJsonObject, type JsonObject } from '../../../common/codec/json_object';

/*
 * One text of settings, read by two hosts. Dashboards takes `a.b: c` for `a: { b: c }` wherever it stands, in lists too
 * and where the key is the name of a field; a YAML parser alone does not. Here both become the one form that the schema
 * knows: settings nested, names of fields with their dots. What says a thing twice is refused.
 */

type Growing = Record<string, unknown>;

const NAMESPACE = 'opensearch_reflex';
/** Kinds of sources with field maps. */
const MAPPED = ['kafka', 'rabbitmq', 'webhooks', 'indices'] as const;
/** Below these the keys are names of fields, or the words of a connector: they are no settings. */
const NO_SETTINGS = new Set(['map', 'parameters']);
/** `source`, `user` …: what a field with a dot begins with. */
const FIRST_PARTS = new Set<string>(WIRE_FIELDS.flatMap((field) => (field.includes('.') ? field.split('.', 1) : [])));

/** Without a prototype, so that no key means anything but itself. */
const growing = (): Growing => Object.create(null) as Growing;

class Spelling {
  readonly faults: BadField[] = [];

  /** A setting may be reached by `a.b` and by `a: { b }`, but said once. */
  private put(into: Growing, [key = '', ...rest]: readonly string[], value: unknown, place: string): void {
    const there = into[key];
    const path = `${place}${key}`;
    const isSaid = there !== undefined && !(isJsonObject(there) && (rest.length > 0 || isJsonObject(value)));
    if (isSaid) {
      this.faults.push({ path, message: 'is said twice, with dots in its name and without; say it once' });
      return;
    }
    if (rest.length === 0 && there === undefined) {
      into[key] = value;
      return;
    }
    const inside = { ...growing(), ...there };
    into[key] = inside;
    if (rest.length > 0) this.put(inside, rest, value, `${path}.`);
    else for (const [each, inner] of Object.entries(value as JsonObject)) this.put(inside, [each], inner, `${path}.`);
  }

  /** `a.b: c` as `a: { b: c }`. */
  nested(value: unknown, place = ''): unknown {
    if (Array.isArray(value)) return value.map((each, index) => this.nested(each, `${place}${index}.`));
    if (!isJsonObject(value)) return value;
    const tree = growing();
    for (const [key, inside] of Object.entries(value)) {
      const parts = key.split('.');
      const isOpaque = parts.some((part) => NO_SETTINGS.has(part));
      const keys = parts.includes('') ? [key] : parts;
      this.put(tree, keys, isOpaque ? inside : this.nested(inside, `${place}${key}.`), place);
    }
    return tree;
  }

  /** Names of places in documents, or words that stand there: `{ a: { b: c } }` as `a.b: c`. */
  private flat(value: unknown, place: string): unknown {
    if (!isJsonObject(value)) return value;
    const names = growing();
    const walk = (tree: JsonObject, before: string): void => {
      for (const [key, inside] of Object.entries(tree)) {
        const name = `${before}${key}`;
        if (isJsonObject(inside) && Object.keys(inside).length > 0) walk(inside, `${name}.`);
        else this.put(names, [name], inside, place);
      }
    };
    walk(value, '');
    return names;
  }

  /** Words and their meanings; also as a list of one pair each, for words that a mapping of Dashboards would lose. */
  private words(value: unknown, place: string): unknown {
    if (!Array.isArray(value) || value.length === 0 || !value.every(isJsonObject)) return this.flat(value, place);
    const all = growing();
    for (const pair of value as readonly JsonObject[])
      for (const [word, meaning] of Object.entries(this.flat(pair, place) as JsonObject))
        this.put(all, [word], meaning, place);
    return all;
  }

  /** A field map with the names of its fields as the wire has them. */
  private fieldMap(map: unknown, place: string): unknown {
    if (!isJsonObject(map)) return map;
    const said = growing();
    const field = (name: string, value: unknown): void => {
      const known = FIELD_NAMES.find((each) => name === each || name.startsWith(`${each}.`));
      const rest = known === undefined || name === known ? [] : name.slice(known.length + 1).split('.');
      const [part = '', ...more] = rest;
      const inside = known === 'only' ? [rest.join('.')] : more.length > 0 ? [part, more.join('.')] : [part];
      this.put(said, known === undefined ? [name] : rest.length === 0 ? [known] : [known, ...inside], value, place);
    };
    for (const [name, value] of Object.entries(map))
      if (FIRST_PARTS.has(name) && isJsonObject(value))
        for (const [part, inner] of Object.entries(value)) field(`${name}.${part}`, inner);
      else field(name, value);
    return Object.fromEntries(
      Object.entries(said).map(([name, rule]) => [name, this.rule(name, rule, `${place}${name}.`)]),
    );
  }

  private rule(name: string, rule: unknown, place: string): unknown {
    if (name === 'only') return this.flat(rule, place);
    if (!isJsonObject(rule)) return rule;
    return {
      ...rule,
      ...('where' in rule ? { where: this.flat(rule.where, `${place}where.`) } : {}),
      ...('values' in rule ? { values: this.words(rule.values, `${place}values.`) } : {}),
    };
  }

  /** Every field map of the sources. */
  mapped(settings: JsonObject): JsonObject {
    const { intake } = settings;
    if (!isJsonObject(intake)) return settings;
    const sources = MAPPED.filter((kind) => Array.isArray(intake[kind])).map((kind) => [
      kind,
      (intake[kind] as readonly unknown[]).map((source, index) =>
        isJsonObject(source) && 'map' in source
          ? { ...source, map: this.fieldMap(source.map, `intake.${kind}.${index}.map.`) }
          : source,
      ),
    ]);
    return { ...settings, intake: { ...intake, ...(Object.fromEntries(sources) as JsonObject) } };
  }
}

/** Settings may stand under `opensearch_reflex`, as in Dashboards' file, but then all of them. */
const withoutNamespace = (settings: JsonObject): Result<JsonObject, readonly BadField[]> => {
  if (!(NAMESPACE in settings)) return ok(settings);
  const others = Object.keys(settings).filter((key) => key !== NAMESPACE);
  const message = `stands beside \`${NAMESPACE}\`; put it below that, or write none of the settings there`;
  if (others.length > 0) return err(others.map((path) => ({ path, message })));
  const inside = settings[NAMESPACE] ?? {};
  return isJsonObject(inside) ? ok(inside) : err([{ path: NAMESPACE, message: 'must be an object' }]);
};

/**
 * Settings in the one form that their schema knows, however they were spelt and by whichever host they were read.
 *
 * @returns every setting that is said twice or stands at two places
 */
export const spelled = (value: unknown): Result<unknown, readonly BadField[]> => {
  const spelling = new Spelling();
  const nested = spelling.nested(value ?? {});
  if (!isJsonObject(nested)) return ok(nested);
  const settings = withoutNamespace(nested);
  if (!settings.ok) return settings;
  const mapped = spelling.mapped(settings.value);
  return spelling.faults.length > 0 ? err(spelling.faults) : ok(mapped);
};
