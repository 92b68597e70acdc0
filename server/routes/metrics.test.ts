import { TOKEN_RIGHTS, type Access } from '../../common/api/contract';
import { callerWith } from '../../test/builders/route_host';
import { quietLog } from '../../test/builders/store_port';
import type { Caller } from './bind';
import type { HostResponse, HostRoute } from './http';
import { metricsRoute } from './metrics';

const ask = async (
  headers: Record<string, string>,
  known: Record<string, Caller | { refused: string }>,
  person?: Caller,
): Promise<HostResponse> => {
  const routes: HostRoute[] = [];
  metricsRoute({
    router: { add: (route) => routes.push(route) },
    log: quietLog(),
    identify: async () => person,
    tokenOwner: async (token) => known[token],
    loading: () => undefined,
    servesPeople: true,
    metrics: async () => ({ contentType: 'text/plain', text: 'reflex_up 1' }),
  });
  const request = {
    params: {},
    query: {},
    body: undefined,
    headers,
    address: undefined,
    native: undefined,
    whenGone: () => undefined,
  };
  return (await routes[0]?.handle(request)) ?? { status: 0 };
};
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const asToken = (...may: Access[]) => ask(bearer('one'), { one: callerWith('one', ...may) });

describe('metrics', () => {
  it.each(TOKEN_RIGHTS)('are told to a token that may %s only where that is `metrics`', async (right) => {
    expect((await asToken(right)).status).toBe(right === 'metrics' ? 200 : 403);
  });

  it('are told to who may look, and to nobody else', async () => {
    expect((await ask({}, {}, callerWith('ann', 'read'))).status).toBe(200);
    expect((await ask({}, {}, callerWith('ann', 'respond'))).status).toBe(403);
    expect((await ask({}, {})).status).toBe(401);
    expect((await ask(bearer('unknown'), {})).status).toBe(401);
  });

  it('are kept from a token that is taken no longer, whoever is logged in beside it', async () => {
    const refused = { refused: 'the token `old` is revoked' };
    expect(await ask(bearer('old'), { old: refused }, callerWith('ann', 'read'))).toMatchObject({
      status: 401,
      body: { message: 'the token `old` is revoked' },
    });
  });
});
