import { iso } from '../../common/iso';
import { listTokens, makeToken, mintToken, revokeToken } from '../../common/api/routes';
import { canonicalAddress, canonicalNetwork } from '../../common/entity/address';
import { err, ok } from '../../common/result';
import { bearerOf, serve } from './bind';
import type { Serving } from './route_parts';

const networkFaults = (networks: readonly string[]): ReadonlyArray<{ path: string; message: string }> =>
  networks.flatMap((each, index) =>
    (canonicalNetwork(each) ?? canonicalAddress(each)) === undefined
      ? [{ path: `networks.${index}`, message: `\`${each}\` is no address and no network` }]
      : [],
  );

/** The tokens of the settings, making others, ending them without a restart, and tokens that end by themselves soon. */
export const tokenRoutes = (parts: Serving<'agent' | 'tokens'>): void => {
  serve(parts, listTokens, async () => {
    const { agent, tokens } = parts.ready();
    return ok({ as_of: iso(agent.parts.clock.utc()), tokens: [...tokens.list()] });
  });
  serve(parts, makeToken, async ({ body: { owners = [], networks = [], may, ...wish }, caller }) => {
    const { agent, tokens } = parts.ready();
    const fields = networkFaults(networks);
    if (fields.length > 0) return err({ code: 'invalid' as const, message: 'the body is not valid', fields });
    const { name: by } = caller;
    const made = await tokens.make(agent, {
      ...wish,
      by,
      may: [...new Set(may)],
      owners: [...new Set([by, ...owners])],
      networks,
    });
    return made.ok ? ok(made.value) : made;
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
