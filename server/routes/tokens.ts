import { iso } from '../../common/iso';
import { listTokens, mintToken, revokeToken } from '../../common/api/routes';
import { ok } from '../../common/result';
import { bearerOf, serve } from './bind';
import type { Serving } from './route_parts';

/** The tokens of the settings, ending them without a restart, and tokens that end by themselves soon. */
export const tokenRoutes = (parts: Serving<'agent' | 'tokens'>): void => {
  serve(parts, listTokens, async () => {
    const { agent, tokens } = parts.ready();
    return ok({ as_of: iso(agent.parts.clock.utc()), tokens: [...tokens.list()] });
  });
  serve(parts, mintToken, async ({ body, request }) => {
    const { agent, tokens } = parts.ready();
    const { address: from, certificate } = request;
    const { name, may, ttl_s: ttlS } = body;
    const minted = await tokens.mint(agent, { token: bearerOf(request), from, certificate, name, may, ttlS });
    return minted.ok ? ok({ ...minted.value, may: [...minted.value.may] }) : minted;
  });
  serve(parts, revokeToken, ({ params, body, caller }) => {
    const { agent, tokens } = parts.ready();
    return tokens.revoke(agent, params.name, { by: caller.name, reason: body.reason });
  });
};
