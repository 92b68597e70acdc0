import { iso } from '../../common/iso';
import { listTokens, revokeToken } from '../../common/api/routes';
import { ok } from '../../common/result';
import { serve } from './bind';
import type { Serving } from './route_parts';

/** The tokens of the settings, and ending them without a restart. */
export const tokenRoutes = (parts: Serving<'agent' | 'tokens'>): void => {
  serve(parts, listTokens, async () => {
    const { agent, tokens } = parts.ready();
    return ok({ as_of: iso(agent.parts.clock.utc()), tokens: [...tokens.list()] });
  });
  serve(parts, revokeToken, ({ params, body, caller }) => {
    const { agent, tokens } = parts.ready();
    return tokens.revoke(agent, params.name, { by: caller.name, reason: body.reason });
  });
};
