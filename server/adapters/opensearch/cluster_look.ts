import {
  StoreUnavailable,
  type ClusterLook,
  type IndexLook,
  type OwnAccount,
  type RightProbe,
} from '../../runner/ports';
import { faultOf, isMissingIndex, type OpenSearchAnswer } from './answer';
import { schemaOf, type FoundIndex } from './check_index';
import { DEFAULT_PREFIX, familyDefinitions, plainDefinitions, stateDefinition, stateIndexOf } from './definitions';
import { readIndex } from './index_admin';
import type { OpenSearchRequest, OpenSearchTransport } from './transport';

/*
 * What our account may do and how our indices are, found out by requests that change nothing: what is to be written is
 * a document that is not there, so that OpenSearch judges the right and then finds nothing to write.
 */

const LOOK_MS = 10_000;
/** No document has this id. */
const NOBODY = 'reflex-set-up-look';
const NEVER = Number.MAX_SAFE_INTEGER;
const MOST_SAID = 300;

const BLOCKS = ['index.blocks.write', 'index.blocks.read_only', 'index.blocks.read_only_allow_delete'];

interface Probe {
  readonly what: string;
  readonly request: OpenSearchRequest;
}

const probesOf = (prefix: string): readonly Probe[] => {
  const state = stateIndexOf(prefix);
  const all = `/${prefix}*`;
  const look = (what: string, path: string): Probe => ({ what, request: { method: 'GET', path } });
  return [
    look('see the cluster', '/'),
    look('see its health', '/_cluster/health'),
    look('see index templates', `/_index_template/${prefix}decisions`),
    look('see its indices', `/${state}`),
    look('see their aliases', `/${state}/_alias`),
    look('see their sizes', `${all}/_stats/docs`),
    { what: 'search its records', request: { method: 'POST', path: `${all}/_search`, body: { size: 0 } } },
    {
      what: 'read its state',
      request: { method: 'POST', path: '/_mget', body: { docs: [{ _index: state, _id: NOBODY }] } },
    },
    { what: 'refresh its state', request: { method: 'POST', path: `/${state}/_refresh` } },
    {
      what: 'write its state',
      request: {
        method: 'POST',
        path: '/_bulk',
        // INVARIANT: a look makes no index. Of all writes only a delete makes none where there is none: an update would
        // put an empty index where the state was, which nobody could adopt any more. The version that it wants was
        // never written, so that nothing is, not even a tombstone.
        bulkBody: `${JSON.stringify({ delete: { _index: state, _id: NOBODY, if_seq_no: NEVER, if_primary_term: 1 } })}\n`,
      },
    },
  ];
};

interface BulkBody {
  readonly items?: ReadonlyArray<Readonly<Record<string, { readonly status?: number; readonly error?: unknown }>>>;
  readonly docs?: ReadonlyArray<{ readonly error?: unknown }>;
}

/** The refusal of one item within an answer that is none as a whole. */
const refusedWithin = (body: unknown): string | undefined => {
  const { items = [], docs = [] } = (body ?? {}) as BulkBody;
  const all = [...items.flatMap((item) => Object.values(item)), ...docs];
  return all.map((each) => faultOf(each)).find(({ type }) => type === 'security_exception')?.text;
};

/** A document or an index that is not there was looked for by somebody who may. */
const judged = ({ status, body }: OpenSearchAnswer): Pick<RightProbe, 'answer' | 'said'> => {
  const within = refusedWithin(body);
  if (within !== undefined) return { answer: 'refused', said: within };
  if (status < 400 || status === 404) return { answer: 'allowed', said: String(status) };
  const { text } = faultOf(body);
  return { answer: status === 401 || status === 403 ? 'refused' : 'failed', said: `${status} ${text}` };
};

const isUnknownRoute = ({ status, body }: OpenSearchAnswer): boolean =>
  status === 404 || status === 405 || (status === 400 && faultOf(body).text.startsWith('no handler found'));

const blockOf = ({ settings }: FoundIndex): string | undefined =>
  BLOCKS.find((name) => String(settings[name]) === 'true');

interface Health {
  readonly indices?: Readonly<Record<string, { readonly status?: string }>>;
}

interface Templates {
  readonly index_templates?: ReadonlyArray<{ readonly index_template: { readonly version?: number } }>;
}

/** Looks at the cluster as our own account. */
export const clusterLook = (transport: OpenSearchTransport, prefix = DEFAULT_PREFIX): ClusterLook => {
  const ask = (request: OpenSearchRequest): Promise<OpenSearchAnswer> =>
    transport.request(request, { timeoutMs: LOOK_MS, anyAnswer: true });

  const account = async (): Promise<OwnAccount> => {
    const answer = await ask({ method: 'GET', path: '/_plugins/_security/authinfo' });
    if (isUnknownRoute(answer)) return { security: 'missing' };
    const { user_name: user, roles } = (answer.body ?? {}) as { user_name?: unknown; roles?: unknown };
    return {
      security: 'there',
      ...(typeof user === 'string' ? { user } : {}),
      ...(Array.isArray(roles) ? { roles: roles.map(String) } : {}),
    };
  };

  const probed = async ({ what, request }: Probe): Promise<RightProbe> => {
    const named = { what, request: `${request.method} ${request.path}` };
    const { answer, said } = judged(await ask(request));
    return { ...named, answer, said: said.slice(0, MOST_SAID) };
  };

  const rights = async (): Promise<readonly RightProbe[]> => {
    const found: RightProbe[] = [];
    for (const probe of probesOf(prefix)) found.push(await probed(probe));
    return found;
  };

  const indexLook = async (name: string, wanted: number): Promise<IndexLook> => {
    const found = await readIndex(transport, name);
    if (found === undefined) return { name, wanted };
    const blocked = blockOf(found);
    return { name, wanted, found: schemaOf(found), ...(blocked === undefined ? {} : { blocked }) };
  };

  const templateLook = async (name: string, wanted: number): Promise<IndexLook> => {
    const answer = await ask({ method: 'GET', path: `/_index_template/${name}` });
    const version = (answer.body as Templates | undefined)?.index_templates?.[0]?.index_template.version;
    const shown = `${name}-*`;
    return version === undefined ? { name: shown, wanted } : { name: shown, wanted, found: version };
  };

  const down = async (): Promise<readonly string[]> => {
    const answer = await ask({
      method: 'GET',
      path: `/_cluster/health/${prefix}*`,
      querystring: { level: 'indices' },
    });
    if (isMissingIndex(answer)) return [];
    if (answer.status >= 400) throw new StoreUnavailable(`the health of the indices is not told: ${answer.status}`);
    return Object.entries((answer.body as Health).indices ?? {})
      .filter(([, { status }]) => status === 'red')
      .map(([name]) => name)
      .sort();
  };

  return {
    account,
    rights,
    indices: async () => {
      const indices = [
        await indexLook(stateIndexOf(prefix), stateDefinition({}).mappings._meta.reflex_schema),
        ...(await Promise.all(
          [...plainDefinitions({})].map(([end, { mappings }]) =>
            indexLook(`${prefix}${end}`, mappings._meta.reflex_schema),
          ),
        )),
        ...(await Promise.all(
          [...familyDefinitions({})].map(([family, { mappings }]) =>
            templateLook(`${prefix}${family}`, mappings._meta.reflex_schema),
          ),
        )),
      ];
      return { indices, down: await down() };
    },
  };
};
