import type * as t from 'io-ts';
import { list, record, text } from '../../../common/codec/codecs';
import type { BadField } from '../../../common/codec/decode';
import { STORED_PREFIX, isStoredName } from '../../../common/stored_secret';
import { isJsonObject } from '../../../common/codec/json_object';

/*
 * Secrets that are written through Reflex and stored, sealed, in OpenSearch. Settings name them like all others, as
 * `stored:NAME`; the keys with which they are sealed are named as secrets that OpenSearch never sees.
 */

const id = text({
  min: 1,
  max: 64,
  pattern: /^[a-z0-9][a-z0-9._-]*$/,
  patternName: 'of lower case letters, digits, dots, lines',
});

/** The first one seals; all of them open. */
export const SecretKeysFile = list(record({ id, secret: text({ min: 1, max: 128 }) }), 16);

export interface SecretKeySetting {
  readonly id: string;
  /** Name of the secret that holds the key. */
  readonly secret: string;
}

const isStored = (name: string): boolean => name.startsWith(STORED_PREFIX);

/** What is wrong with the keys, each with its place. */
export const secretKeyFaults = (keys: t.TypeOf<typeof SecretKeysFile> = []): readonly BadField[] =>
  keys.flatMap((key, index) => {
    const place = `secret_keys.${index}`;
    if (isStored(key.secret))
      return [{ path: `${place}.secret`, message: 'a key cannot be stored where what it seals is stored' }];
    if (keys.findIndex((each) => each.id === key.id) < index)
      return [{ path: `${place}.id`, message: `\`${key.id}\` is the id of another key too` }];
    return keys.findIndex((each) => each.secret === key.secret) < index
      ? [{ path: `${place}.secret`, message: `\`${key.secret}\` is another key too` }]
      : [];
  });

/** A name that means a stored secret is looked for there and nowhere else. */
export const shadowFaults = ({
  secrets = [],
  keystore = {},
}: {
  readonly secrets?: ReadonlyArray<{ readonly name: string }>;
  readonly keystore?: Readonly<Record<string, unknown>>;
}): readonly BadField[] => {
  const message = `names that begin with \`${STORED_PREFIX}\` are those of stored secrets`;
  return [
    ...secrets.flatMap(({ name }, index) => (isStored(name) ? [{ path: `secrets.${index}.name`, message }] : [])),
    ...Object.keys(keystore).flatMap((name) => (isStored(name) ? [{ path: `keystore.${name}`, message }] : [])),
  ];
};

/** Where a setting stands, and what it says. */
interface Reference {
  readonly path: string;
  readonly user: string;
  readonly name: string;
}

const isReferenceKey = (key: string): boolean => key === 'secret' || key.endsWith('_secret');

const SOURCES: Readonly<Record<string, string>> = { kafka: 'kafka', rabbitmq: 'rabbitmq', webhooks: 'webhook' };

const textAt = (tree: unknown, key: string): string | undefined => {
  const found = isJsonObject(tree) ? tree[key] : undefined;
  return typeof found === 'string' ? found : undefined;
};

/** Who uses what stands below this place, as the list of secrets names it; undefined where the place says it itself. */
const userAt = (place: readonly string[], tree: unknown): string | undefined => {
  const [first, second = ''] = place;
  if (first === 'connectors' && place.length === 2) return `connector ${textAt(tree, 'name') ?? second}`;
  const type = SOURCES[second];
  if (first !== 'intake' || type === undefined || place.length !== 3) return undefined;
  const name = textAt(tree, 'name') ?? textAt(tree, 'topic') ?? textAt(tree, 'queue') ?? place[2];
  return `${type}:${name}`;
};

const referencesIn = (value: unknown, place: readonly string[], user?: string): readonly Reference[] => {
  if (Array.isArray(value))
    return value.flatMap((each: unknown, index) => {
      const at = [...place, String(index)];
      return referencesIn(each, at, user ?? userAt(at, each));
    });
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([key, inside]): readonly Reference[] => {
    const path = [...place, key].join('.');
    if (typeof inside === 'string')
      return isReferenceKey(key) && isStored(inside)
        ? [{ path, user: user ?? path, name: inside.slice(STORED_PREFIX.length) }]
        : [];
    return referencesIn(inside, [...place, key], user);
  });
};

/** Names of stored secrets that no stored secret can have, each with its place. */
export const referenceFaults = (settings: unknown): readonly BadField[] =>
  referencesIn(settings, []).flatMap(({ path, name }) =>
    isStoredName(name)
      ? []
      : [
          {
            path,
            message: `\`${STORED_PREFIX}${name}\` names no stored secret: a name has lower case letters, digits, dots and lines, 100 at most`,
          },
        ],
  );

/** Who uses which stored secret by these settings, by the name of the secret. */
export const storedUses = (settings: unknown): Readonly<Record<string, readonly string[]>> => {
  const uses = new Map<string, Set<string>>();
  for (const { name, user } of referencesIn(settings, [])) uses.set(name, (uses.get(name) ?? new Set()).add(user));
  return Object.fromEntries([...uses].map(([name, users]) => [name, [...users].sort()]));
};
