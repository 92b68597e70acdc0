import * as t from 'io-ts';
import { described, instant, list, oneOf, record, text } from '../../codec/codecs';
import { BASE, idText, nothing, reasonText, route, TOKEN_RIGHTS } from '../contract';

const name = text({ min: 1, max: 128 });

/** A token that the settings of this host name. The token itself is nowhere. */
export const TokenView = record(
  {
    name,
    may: list(oneOf(TOKEN_RIGHTS), TOKEN_RIGHTS.length),
    state: oneOf(['valid', 'expired', 'revoked']),
    owners: described(list(text(), 64), 'People who hold it; they approve nothing of what came with it'),
    networks: described(list(text(), 64), 'From where it is taken; empty: from anywhere'),
  },
  {
    by_default: described(t.boolean, 'True: the settings do not say what it may'),
    expires: instant,
    certificate: described(
      text({ max: 256 }),
      'Name or sha256 of the client certificate without which it is not taken',
    ),
    last_used: described(instant, 'At this host, since its start'),
    revoked: record({ by: idText, at: instant, reason: text({ max: 2000 }) }),
  },
);
export type TokenView = t.TypeOf<typeof TokenView>;

export const listTokens = route({
  method: 'get',
  path: `${BASE}/tokens`,
  summary: 'The tokens that the settings of this host name, and which of them are revoked',
  access: 'admin',
  params: nothing,
  query: nothing,
  body: nothing,
  answer: record({ as_of: instant, tokens: list(TokenView, 300) }),
});

export const revokeToken = route({
  method: 'post',
  path: `${BASE}/tokens/{name}/revoke`,
  summary: 'No host takes this token any more, from a few seconds from now on. For ever: its successor is another one',
  access: 'admin',
  params: record({ name }),
  query: nothing,
  body: record({ reason: reasonText }),
  answer: TokenView,
});

export const TOKENS_ROUTES = { listTokens, revokeToken } as const;
