import { isMissingIndex, unexpected, faultOf } from './answer';
import type { FoundIndex } from './check_index';
import type { IndexDefinition } from './definitions';
import type { OpenSearchTransport } from './transport';

/* Single steps on indices. Each is safe when several agents take it at once. */

/** Making an index waits for its shards. */
const ADMIN_TIMEOUT_MS = 30_000;

/** Everything about an index, or undefined if it is not there. */
export const readIndex = async (transport: OpenSearchTransport, name: string): Promise<FoundIndex | undefined> => {
  const answer = await transport.request(
    { method: 'GET', path: `/${name}`, querystring: { flat_settings: true, include_defaults: true } },
    { timeoutMs: ADMIN_TIMEOUT_MS },
  );
  if (isMissingIndex(answer)) return undefined;
  if (answer.status >= 400) throw unexpected(`the index \`${name}\` could not be read`, answer);
  const all = answer.body as Readonly<
    Record<
      string,
      FoundIndex & { readonly defaults?: Readonly<Record<string, unknown>>; readonly data_stream?: string }
    >
  >;
  const found = all[name];
  if (found === undefined || found.data_stream !== undefined)
    throw new Error(`\`${name}\` is an alias or a data stream; Reflex needs a plain index of that name`);
  return { aliases: found.aliases, mappings: found.mappings, settings: { ...found.defaults, ...found.settings } };
};

/** Makes an index; false if it is there already, whoever made it. */
export const createIndex = async (
  transport: OpenSearchTransport,
  name: string,
  definition: IndexDefinition & { readonly aliases?: Readonly<Record<string, object>> },
): Promise<boolean> => {
  const answer = await transport.request(
    { method: 'PUT', path: `/${name}`, body: { ...definition } },
    { timeoutMs: ADMIN_TIMEOUT_MS },
  );
  if (answer.status < 400) return true;
  if (faultOf(answer.body).type === 'resource_already_exists_exception') return false;
  throw unexpected(`the index \`${name}\` could not be made`, answer);
};

/** Adds the fields of a newer Reflex to an index of an older one. */
export const widenMappings = async (
  transport: OpenSearchTransport,
  name: string,
  mappings: IndexDefinition['mappings'],
): Promise<void> => {
  const answer = await transport.request(
    { method: 'PUT', path: `/${name}/_mapping`, body: { ...mappings } },
    { timeoutMs: ADMIN_TIMEOUT_MS },
  );
  if (answer.status >= 400) throw unexpected(`the mapping of \`${name}\` could not be brought up to date`, answer);
};

/** Waits until the first copy of every shard is up. */
export const awaitPrimary = async (transport: OpenSearchTransport, name: string): Promise<void> => {
  const answer = await transport.request(
    { method: 'GET', path: `/_cluster/health/${name}`, querystring: { wait_for_status: 'yellow', timeout: '20s' } },
    { timeoutMs: ADMIN_TIMEOUT_MS },
  );
  if (answer.status >= 400) throw unexpected(`the health of \`${name}\` could not be read`, answer);
};

/** Puts an index template in place, unless one of the same or a newer version is there. */
export const putTemplate = async (
  transport: OpenSearchTransport,
  template: { readonly name: string; readonly pattern: string },
  definition: IndexDefinition,
): Promise<void> => {
  const path = `/_index_template/${template.name}`;
  const version = definition.mappings._meta.reflex_schema;
  const found = await transport.request({ method: 'GET', path }, { timeoutMs: ADMIN_TIMEOUT_MS });
  const known = found.body as { index_templates?: ReadonlyArray<{ index_template: { version?: number } }> };
  if ((known.index_templates?.[0]?.index_template.version ?? -1) >= version) return;
  const answer = await transport.request(
    { method: 'PUT', path, body: { index_patterns: [template.pattern], priority: 500, version, template: definition } },
    { timeoutMs: ADMIN_TIMEOUT_MS },
  );
  if (answer.status >= 400) throw unexpected(`the index template \`${template.name}\` could not be put`, answer);
};
