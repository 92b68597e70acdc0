import type { RouteContract } from '../../common/api/contract';
import { Problem, PROBLEM_STATUS } from '../../common/api/contract';
import { OPENAPI_PATH, ROUTES } from '../../common/api/routes';
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
  security:
    contract.access === 'open'
      ? []
      : contract.access === 'intake' || contract.access === 'ask'
        ? [{ token: [] }]
        : [{ session: [] }, { token: [] }],
  'x-access': contract.access,
  responses: {
    200: { description: 'done', content: { 'application/json': { schema: jsonSchemaOf(contract.answer) } } },
    default: {
      description: 'not done: a problem with its code',
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Problem' } } },
    },
  },
});

/** The OpenAPI 3.1 document of all routes, derived from their contracts. */
export const openApi = (version: string): object => {
  const paths: Record<string, Record<string, object>> = {};
  for (const [name, contract] of Object.entries(ROUTES)) {
    const path = (paths[contract.path] ??= {});
    path[contract.method] = operationOf(name, contract as unknown as AnyContract);
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
        token: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: 'session' },
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
