import type { OpenSearchAnswer } from './answer';
import { clusterLook } from './cluster_look';
import { familyDefinitions, plainDefinitions, stateDefinition } from './definitions';
import type { OpenSearchRequest } from './transport';

const refused = { status: 403, body: { error: { type: 'security_exception', reason: 'no permissions for [x]' } } };
const NOT_THERE = { status: 404, body: { error: { type: 'index_not_found_exception', reason: 'no such index' } } };

const looking = (answer: (request: OpenSearchRequest) => OpenSearchAnswer | undefined) => {
  const asked: OpenSearchRequest[] = [];
  const look = clusterLook({
    request: async (request) => {
      asked.push(request);
      return answer(request) ?? { status: 200, body: {} };
    },
  });
  return { look, asked };
};
const to =
  (path: string, answer: OpenSearchAnswer) =>
  (request: OpenSearchRequest): OpenSearchAnswer | undefined =>
    request.path === path ? answer : undefined;

describe('whom OpenSearch takes us for', () => {
  const AUTH = '/_plugins/_security/authinfo';

  it('is told by the security plugin', async () => {
    const { look } = looking(to(AUTH, { status: 200, body: { user_name: 'r', roles: ['reflex_own'] } }));
    expect(await look.account()).toEqual({ security: 'there', user: 'r', roles: ['reflex_own'] });
  });

  it.each([
    { status: 400, body: { error: 'no handler found for uri [/_plugins/_security/authinfo] and method [GET]' } },
    { status: 404, body: {} },
  ])('is told by nobody where there is none: %j', async (answer) => {
    expect(await looking(to(AUTH, answer)).look.account()).toEqual({ security: 'missing' });
  });

  it('is not "nobody" where the plugin refuses us', async () => {
    expect(await looking(to(AUTH, refused)).look.account()).toEqual({ security: 'there' });
  });
});

describe('what our account may do', () => {
  it('is tried without changing anything: nothing is written but a document that is not there', async () => {
    const { look, asked } = looking(() => undefined);
    expect((await look.rights()).every(({ answer }) => answer === 'allowed')).toBe(true);
    const writes = asked.filter(({ method }) => method === 'PUT' || method === 'DELETE');
    expect(writes).toEqual([]);
    expect(asked.flatMap(({ bulkBody }) => bulkBody ?? [])).toEqual([
      '{"delete":{"_index":"reflex-state","_id":"reflex-set-up-look","if_seq_no":9007199254740991,"if_primary_term":1}}\n',
    ]);
  });

  const answersTo = async (path: string, answer: OpenSearchAnswer) =>
    (await looking(to(path, answer)).look.rights()).filter((each) => each.answer !== 'allowed');

  it('is refused as a whole, or within an answer', async () => {
    expect(await answersTo('/_cluster/health', refused)).toEqual([
      {
        what: 'see its health',
        request: 'GET /_cluster/health',
        answer: 'refused',
        said: '403 security_exception: no permissions for [x]',
      },
    ]);
    const item = { delete: { status: 403, ...refused.body } };
    expect(await answersTo('/_bulk', { status: 200, body: { errors: true, items: [item] } })).toMatchObject([
      { what: 'write its state', answer: 'refused' },
    ]);
    expect(await answersTo('/_mget', { status: 200, body: { docs: [refused.body] } })).toMatchObject([
      { what: 'read its state', answer: 'refused' },
    ]);
  });

  it('is allowed where only the document is missing, and not known where OpenSearch fails', async () => {
    const missing = { delete: { status: 409, error: { type: 'version_conflict_engine_exception', reason: 'x' } } };
    expect(await answersTo('/_bulk', { status: 200, body: { items: [missing] } })).toEqual([]);
    expect(await answersTo('/', { status: 503, body: {} })).toMatchObject([{ answer: 'failed' }]);
  });
});

describe('how our indices are', () => {
  const version = (mappings: { readonly _meta: { readonly reflex_schema: number } }) => mappings._meta.reflex_schema;
  const wanted = new Map([
    ['/reflex-state', version(stateDefinition({}).mappings)],
    ...[...plainDefinitions({})].map(([end, { mappings }]) => [`/reflex-${end}`, version(mappings)] as const),
  ]);
  const whole = ({ path }: OpenSearchRequest): OpenSearchAnswer | undefined => {
    const schema = wanted.get(path);
    if (schema !== undefined) {
      const index = { aliases: {}, mappings: { _meta: { reflex_schema: schema } }, settings: {} };
      return { status: 200, body: { [path.slice(1)]: index } };
    }
    const family = /^\/_index_template\/reflex-(\w+)$/.exec(path)?.[1];
    const definition = family === undefined ? undefined : familyDefinitions({}).get(family);
    return (
      definition && {
        status: 200,
        body: { index_templates: [{ index_template: { version: version(definition.mappings) } }] },
      }
    );
  };

  it('is told of each of them with the version that it has', async () => {
    const { indices, down } = await looking(whole).look.indices();
    expect(indices).toHaveLength(1 + plainDefinitions({}).size + familyDefinitions({}).size);
    expect(indices.every(({ found, wanted: want }) => found === want)).toBe(true);
    expect(down).toEqual([]);
  });

  it('finds what is missing, blocked or lost', async () => {
    const { indices, down } = await looking((request) => {
      if (request.path === '/reflex-state') return NOT_THERE;
      if (request.path === '/reflex-assets')
        return {
          status: 200,
          body: { 'reflex-assets': { aliases: {}, mappings: {}, settings: { 'index.blocks.write': 'true' } } },
        };
      if (request.path === '/_cluster/health/reflex-*')
        return { status: 200, body: { indices: { 'reflex-a': { status: 'red' }, 'reflex-b': { status: 'yellow' } } } };
      return whole(request);
    }).look.indices();
    const of = (name: string) => indices.find((each) => each.name === name);
    expect(of('reflex-state')?.found).toBeUndefined();
    expect(of('reflex-assets')?.blocked).toBe('index.blocks.write');
    expect(down).toEqual(['reflex-a']);
  });
});
