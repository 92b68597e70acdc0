import type { RouteContract } from '../../common/api/contract';
import { isByToken, Problem, PROBLEM_STATUS, type Access } from '../../common/api/contract';
import { OPENAPI_PATH, OTHER_ROUTES, ROUTES } from '../../common/api/routes';
import { fieldsOf } from '../../common/codec/codecs';
import { jsonSchemaOf } from '../../common/codec/json_schema';
import type { HostRouter } from './http';

type AnyContract = RouteContract<unknown, unknown, unknown, unknown>;

const parametersOf = (contract: AnyContract): object[] => {
  const list = (place: 'path' | 'query', codec: AnyContract['params']): object[] =>
    [...(fieldsOf(codec) ?? [])].map(([name, field]) => ({
      name,
      in: place,
      required: place === 'path' || field.required,
      schema: jsonSchemaOf(field.codec),
    }));
  return [...list('path', contract.params), ...list('query', contract.query)];
};

const BY_LOGIN = [{ login: [] }, { key: [] }];
/** What a source of the settings shows: its own token, or a signature over each request. */
const OF_A_SOURCE = [{ token: [] }, { signature: [] }];

/** What a device shows that fetches a list. */
const OF_A_DEVICE = [{ token: [] }];

const securityOf = (access: Access): object[] =>
  access === 'open' ? [] : isByToken(access) ? [{ token: [] }] : BY_LOGIN;

const NOT_DONE = {
  description: 'not done: a problem with its code',
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

const requiredOf = ({ isPublic, ownAuthentication, method, access }: AnyContract): object[] => {
  if (isPublic === true) return [];
  if (ownAuthentication !== true) return securityOf(access);
  return method === 'get' ? OF_A_DEVICE : OF_A_SOURCE;
};

const contentOf = ({ answer, answerTypes = ['application/json'] }: AnyContract): object =>
  Object.fromEntries(answerTypes.map((type) => [type, { schema: jsonSchemaOf(answer) }]));

const operationOf = (name: string, contract: AnyContract): object => ({
  operationId: name,
  summary: contract.summary,
  tags: [contract.path.split('/')[3] ?? 'reflex'],
  parameters: parametersOf(contract),
  ...(contract.method === 'post' || contract.method === 'put'
    ? {
        requestBody: {
          required: contract.raw !== true,
          content: { 'application/json': { schema: jsonSchemaOf(contract.body) } },
        },
      }
    : {}),
  security: requiredOf(contract),
  'x-access': contract.access,
  responses: {
    200: { description: 'done', content: contentOf(contract) },
    default: NOT_DONE,
  },
});

type OtherRoute = (typeof OTHER_ROUTES)[keyof typeof OTHER_ROUTES];

const otherOperationOf = (name: string, { path, summary, access, answers }: OtherRoute): object => ({
  operationId: name,
  summary,
  tags: [path.split('/')[3] ?? 'reflex'],
  security: access === 'metrics' ? [{ token: [] }, ...BY_LOGIN] : securityOf(access),
  'x-access': access,
  responses: { 200: { description: 'done', content: { [answers]: {} } }, default: NOT_DONE },
});

/** The OpenAPI 3.1 document of all routes, derived from their contracts. */
export const openApi = (version: string): object => {
  const paths: Record<string, Record<string, object>> = {};
  for (const [name, contract] of Object.entries(ROUTES)) {
    const path = (paths[contract.path] ??= {});
    path[contract.method] = operationOf(name, contract as unknown as AnyContract);
  }
  for (const [name, other] of Object.entries(OTHER_ROUTES)) {
    const path = (paths[other.path] ??= {});
    path[other.method] = otherOperationOf(name, other);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Reflex',
      version,
      description: 'Signed policies decide what a security alert may do.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths,
    components: {
      schemas: {
        Problem: { ...jsonSchemaOf(Problem), description: `Codes: ${Object.keys(PROBLEM_STATUS).join(', ')}` },
      },
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          description: 'A token of the settings; `x-access` says what it must be good for',
        },
        login: {
          type: 'apiKey',
          in: 'cookie',
          name: 'reflex_session_5680',
          description:
            'At the standalone host, with its port in the name. In OpenSearch Dashboards: as its login wants it',
        },
        key: {
          type: 'apiKey',
          in: 'header',
          name: 'authorization',
          description: 'At the standalone host: `Reflex ` and the key of its data folder',
        },
        signature: {
          type: 'apiKey',
          in: 'header',
          name: 'x-reflex-signature',
          description: 'HMAC-SHA256 over timestamp, dot and body; the settings of the source name the headers',
        },
      },
    },
  };
};

/** Serves the document. */
export const openApiRoute = ({ router }: { readonly router: HostRouter }, version: string): void => {
  router.add({
    method: 'get',
    path: OPENAPI_PATH,
    raw: false,
    maxBytes: 0,
    ownAuthentication: false,
    handle: async () => ({ status: 200, headers: { 'content-type': 'application/json' }, body: openApi(version) }),
  });
};
