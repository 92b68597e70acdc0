import { routeHost } from '../../test/builders/route_host';
import type { HostRoute } from './http';
import { openApi } from './openapi';
import { registerRoutes } from './register_routes';

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly security: ReadonlyArray<object> }>>>>;
  readonly components: { readonly securitySchemes: Readonly<Record<string, object>> };
}
const document = openApi('1.0.0') as Document;

describe('the OpenAPI document', () => {
  it('has every route that is registered, and no other', async () => {
    const host = await routeHost();
    const routes: HostRoute[] = [];
    registerRoutes({ ...host.parts, router: { add: (route) => routes.push(route) } }, '1.0.0');
    const listed = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect(listed.sort()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).sort());
  });

  it('names only ways to show who one is that it describes, and none where anybody may call', () => {
    const named = Object.values(document.paths).flatMap((methods) =>
      Object.values(methods).flatMap(({ security }) => security.flatMap((each) => Object.keys(each))),
    );
    expect([...new Set(named)].sort()).toEqual(Object.keys(document.components.securitySchemes).sort());
    const open = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.values(methods).some(({ security }) => security.length === 0) ? [path] : [],
    );
    expect(open.sort()).toEqual([
      '/api/reflex/.well-known/authzen-configuration',
      '/api/reflex/openapi.json',
      '/api/reflex/shared-signals/{name}/jwks.json',
      '/api/reflex/status',
    ]);
  });
});
