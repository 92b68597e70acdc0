/*
 * What the vendors publish of the requests that presets send: facts, in our own words and as JSON Schemas. Sources and
 * the day somebody looked there stand in each preset.
 */

/** One request as its vendor describes it. */
export interface PublishedRequest {
  readonly what: string;
  readonly method: string;
  readonly path: RegExp;
  /** JSON Schema of the query, as texts. */
  readonly query: object;
  /** JSON Schema of the body; missing: it has none. */
  readonly body?: object;
}

const object = (properties: Readonly<Record<string, object>>, required = Object.keys(properties)): object => ({
  type: 'object',
  additionalProperties: false,
  properties,
  required,
});

const NOTHING = object({});
const text = { type: 'string', minLength: 1 };
const ODATA_TEXT = "'[A-Za-z0-9._-]+'";

const defender: readonly PublishedRequest[] = [
  { what: 'look-up', method: 'GET', path: /^\/api\/machines\/[^/]+$/, query: NOTHING },
  {
    what: 'order',
    method: 'POST',
    path: /^\/api\/machines\/[0-9a-f]{40}\/isolate$/,
    query: NOTHING,
    body: object({ Comment: text, IsolationType: { enum: ['Full', 'Selective', 'UnManagedDevice'] } }),
  },
  {
    what: 'undo',
    method: 'POST',
    path: /^\/api\/machines\/[0-9a-f]{40}\/unisolate$/,
    query: NOTHING,
    body: object({ Comment: text }),
  },
  { what: 'operation', method: 'GET', path: /^\/api\/machineactions\/[0-9a-f-]{36}$/, query: NOTHING },
  {
    what: 'look',
    method: 'GET',
    path: /^\/api\/machineactions$/,
    query: object(
      {
        $top: { type: 'string', pattern: '^[0-9]{1,5}$' },
        // Filters over the properties that the list can be filtered by.
        $filter: {
          type: 'string',
          pattern: `^\\(?(machineId|type|status) (eq|ne) ${ODATA_TEXT}( (and|or) \\(?(machineId|type|status) (eq|ne) ${ODATA_TEXT}\\)?)*$`,
        },
      },
      ['$top'],
    ),
  },
];

const USER_OF_GRAPH = '/v1\\.0/users/[^/]+';

const entra: readonly PublishedRequest[] = [
  {
    what: 'look',
    method: 'GET',
    path: new RegExp(`^${USER_OF_GRAPH}$`),
    query: object({ $select: { type: 'string', pattern: '^[a-zA-Z]+(,[a-zA-Z]+)*$' } }),
  },
  {
    what: 'order',
    method: 'PATCH',
    path: new RegExp(`^${USER_OF_GRAPH}$`),
    query: NOTHING,
    body: object({ accountEnabled: { type: 'boolean' } }),
  },
  { what: 'revoke', method: 'POST', path: new RegExp(`^${USER_OF_GRAPH}/revokeSignInSessions$`), query: NOTHING },
];

const okta: readonly PublishedRequest[] = [
  { what: 'look', method: 'GET', path: /^\/api\/v1\/users\/[^/]+$/, query: NOTHING },
  { what: 'order', method: 'POST', path: /^\/api\/v1\/users\/[^/]+\/lifecycle\/suspend$/, query: NOTHING },
  { what: 'undo', method: 'POST', path: /^\/api\/v1\/users\/[^/]+\/lifecycle\/unsuspend$/, query: NOTHING },
  {
    what: 'revoke',
    method: 'DELETE',
    path: /^\/api\/v1\/users\/[^/]+\/sessions$/,
    query: object({ oauthTokens: { enum: ['true', 'false'] } }),
  },
];

const crowdstrike: readonly PublishedRequest[] = [
  {
    what: 'look-up',
    method: 'GET',
    path: /^\/devices\/combined\/devices\/v1$/,
    query: object({ filter: { type: 'string', pattern: "^hostname:'[^']+'$" }, limit: text }),
  },
  {
    what: 'order',
    method: 'POST',
    path: /^\/devices\/entities\/devices-actions\/v2$/,
    query: object({ action_name: { enum: ['contain', 'lift_containment', 'hide_host', 'unhide_host'] } }),
    body: object({
      ids: { type: 'array', minItems: 1, items: { type: 'string', pattern: '^[a-fA-F0-9]{32}$' } },
    }),
  },
  {
    what: 'look',
    method: 'GET',
    path: /^\/devices\/entities\/devices\/v2$/,
    query: object({ ids: { type: 'string', pattern: '^[a-fA-F0-9]{32}$' } }),
  },
];

const sentinelone: readonly PublishedRequest[] = [
  {
    what: 'look',
    method: 'GET',
    path: /^\/web\/api\/v2\.1\/agents$/,
    query: object(
      { computerName__like: text, isDecommissioned: { enum: ['true', 'false'] }, limit: text, ids: text },
      [],
    ),
  },
  {
    what: 'order',
    method: 'POST',
    path: /^\/web\/api\/v2\.1\/agents\/actions\/(dis)?connect$/,
    query: NOTHING,
    body: object({
      filter: object({ ids: { type: 'array', minItems: 1, items: { type: 'string', pattern: '^[0-9]+$' } } }),
    }),
  },
];

/** By the name of the preset. */
export const PUBLISHED: Readonly<Record<string, readonly PublishedRequest[]>> = {
  'defender-for-endpoint': defender,
  'entra-id': entra,
  okta,
  'crowdstrike-falcon': crowdstrike,
  sentinelone,
};
