import { markValues, readMark, type Mark } from './mark';
import { isJsonObject, type JsonObject } from '../../../common/codec/json_object';

/** An account as Keycloak shows it. */
export interface Account {
  readonly id: string;
  readonly username: string;
  readonly enabled: boolean;
  /** Tokens that were given before this second do not count, s since 1970. */
  readonly notBefore: number;
  readonly attributes: Readonly<Record<string, readonly string[]>>;
  readonly requiredActions: readonly string[];
  /** False: our account may not change it. */
  readonly manageable: boolean;
  /** What must go back with every change, for Keycloak deletes what a change leaves out. */
  readonly kept: Readonly<Record<string, unknown>>;
}

const fieldsOf = (value: unknown): JsonObject | undefined => (isJsonObject(value) ? value : undefined);

const textsIn = (value: unknown): readonly string[] | undefined =>
  Array.isArray(value) && value.every((each) => typeof each === 'string') ? value : undefined;

const readAttributes = (value: unknown): Account['attributes'] | undefined => {
  const fields = fieldsOf(value ?? {});
  if (fields === undefined) return undefined;
  const entries = Object.entries(fields).map(([name, texts]) => [name, textsIn(texts)] as const);
  return entries.some(([, texts]) => texts === undefined)
    ? undefined
    : (Object.fromEntries(entries) as Account['attributes']);
};

/** Fields that an update of an account with attributes deletes where it leaves them out. */
const KEPT = ['username', 'email', 'emailVerified', 'firstName', 'lastName'] as const;

/** Undefined if anything that counts cannot be read. */
export const readAccount = (value: unknown): Account | undefined => {
  const fields = fieldsOf(value);
  if (fields === undefined) return undefined;
  const { id, username, enabled, notBefore, access } = fields;
  const attributes = readAttributes(fields.attributes);
  const requiredActions = textsIn(fields.requiredActions ?? []);
  if (typeof id !== 'string' || id === '' || typeof username !== 'string' || typeof enabled !== 'boolean')
    return undefined;
  if (!Number.isSafeInteger(notBefore) || attributes === undefined || requiredActions === undefined) return undefined;
  return {
    id,
    username,
    enabled,
    notBefore: Number(notBefore),
    attributes,
    requiredActions,
    manageable: fieldsOf(access)?.manage !== false,
    kept: Object.fromEntries(KEPT.flatMap((name) => (fields[name] === undefined ? [] : [[name, fields[name]]]))),
  };
};

/** The mark on an account; undefined where there is none, or where the attribute holds something else. */
export const markOn = ({ attributes }: Pick<Account, 'attributes'>, name: string): Mark | undefined =>
  readMark(attributes[name] ?? []);

/** With attributes Keycloak takes what an update leaves out for deleted, so all of it goes back. */
export const updateOf = (
  { kept, attributes }: Account,
  {
    attribute,
    mark,
    ...change
  }: { attribute: string; mark: Mark | undefined; enabled: boolean; requiredActions?: object },
): object => {
  const { [attribute]: _before, ...others } = attributes;
  return {
    ...kept,
    ...change,
    attributes: mark === undefined ? others : { ...others, [attribute]: markValues(mark) },
  };
};

/** A session as Keycloak lists it; ms since 1970, whole seconds. */
export interface Session {
  readonly start: number;
  /** When a token of it was last given. */
  readonly lastAccess: number;
}

/** Undefined if any of it cannot be read: a hole would hide a session. */
export const readSessions = (value: unknown): readonly Session[] | undefined => {
  if (!Array.isArray(value)) return undefined;
  const read = value.flatMap((each: unknown): readonly Session[] => {
    const { start, lastAccess } = fieldsOf(each) ?? {};
    return typeof start === 'number' && typeof lastAccess === 'number' ? [{ start, lastAccess }] : [];
  });
  return read.length === value.length ? read : undefined;
};

/** The clients that hold an offline token of an account, by their ids. Undefined if the answer cannot be read. */
export const readOfflineClients = (value: unknown): readonly string[] | undefined => {
  if (!Array.isArray(value)) return undefined;
  const grants = value.flatMap((each: unknown) => {
    const more = fieldsOf(each)?.additionalGrants ?? [];
    return Array.isArray(more) ? (more as unknown[]) : [undefined];
  });
  const clients = grants.map((grant) => fieldsOf(grant)?.client);
  return clients.every((each) => typeof each === 'string') ? [...new Set(clients)] : undefined;
};

/** Whether the realm keeps several values of an attribute that administrators write; else why not. */
export const whyNotKept = (profile: unknown, attribute: string): string | undefined => {
  const { attributes, unmanagedAttributePolicy: policy } = fieldsOf(profile) ?? {};
  if (!Array.isArray(attributes)) return 'the user profile of the realm cannot be read';
  const declared = attributes.map(fieldsOf).find((each) => each?.name === attribute);
  if (declared === undefined)
    return policy === 'ENABLED' || policy === 'ADMIN_EDIT'
      ? undefined
      : `the user profile of the realm has no attribute \`${attribute}\` and drops what it does not have`;
  if (declared.multivalued !== true) return `the attribute \`${attribute}\` of the user profile is not \`multivalued\``;
  return textsIn(fieldsOf(declared.permissions)?.edit)?.includes('admin') === true
    ? undefined
    : `the attribute \`${attribute}\` of the user profile may not be edited by administrators`;
};
