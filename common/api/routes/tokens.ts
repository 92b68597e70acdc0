import * as t from 'io-ts';
import { described, instant, list, number, oneOf, record, text } from '../../codec/codecs';
import { BASE, idText, nothing, reasonText, route, TOKEN_RIGHTS } from '../contract';

const name = text({ min: 1, max: 128 });

/** A token that the settings of this host name, or that somebody made. The token itself is nowhere. */
export const TokenView = record(
  {
    name,
    may: list(oneOf(TOKEN_RIGHTS), TOKEN_RIGHTS.length),
    state: oneOf(['valid', 'expired', 'revoked']),
    owners: described(list(text(), 64), 'People who hold it; they approve nothing of what came with it'),
    networks: described(list(text(), 64), 'From where it is taken; empty: from anywhere'),
  },
  {
    by_certificate_only: described(
      t.boolean,
      'True: it is no token itself; short-lived ones are minted against its client certificate',
    ),
    minted: described(
      number({ min: 0, integer: true }),
      'Short-lived tokens that this host minted for it since its start',
    ),
    by_default: described(t.boolean, 'True: the settings do not say what it may'),
    expires: instant,
    certificate: described(
      text({ max: 256 }),
      'Name or sha256 of the client certificate without which it is not taken',
    ),
    last_used: described(instant, 'At this host, since its start'),
    rate_per_minute: described(
      number({ min: 1, integer: true }),
      'Requests a minute at each host; missing: any number',
    ),
    made: described(
      record({ by: idText, at: instant }),
      'Who made it on the page or by the API; missing: the settings name it',
    ),
    revoked: record({ by: idText, at: instant, reason: text({ max: 2000 }) }),
  },
);
export type TokenView = t.TypeOf<typeof TokenView>;

export const listTokens = route({
  method: 'get',
  path: `${BASE}/tokens`,
  summary: 'The tokens that the settings of this host name, those that somebody made, and which of them are revoked',
  access: 'admin',
  params: nothing,
  query: nothing,
  body: nothing,
  answer: record({ as_of: instant, tokens: list(TokenView, 500) }),
});

export const makeToken = route({
  method: 'post',
  path: `${BASE}/tokens`,
  summary:
    'Make a token for a program. It is told this once; every host takes it within a few seconds, and keeps its digest alone. Who makes it is one of its owners',
  access: 'admin',
  params: nothing,
  query: nothing,
  body: record(
    {
      name,
      may: list(oneOf(TOKEN_RIGHTS), TOKEN_RIGHTS.length),
      expires: described(instant, 'At most 400 days away'),
      reason: reasonText,
    },
    {
      owners: described(list(name, 63), 'People who hold it besides; they approve nothing of what came with it'),
      networks: described(
        list(text({ min: 2, max: 64 }), 64),
        'Addresses and networks (CIDR) from where it is taken; missing: from anywhere',
      ),
      rate_per_minute: number({ min: 1, max: 1_000_000, integer: true }),
    },
  ),
  answer: record({ token: described(text({ max: 256 }), 'Told this once; shown as a bearer'), view: TokenView }),
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

export const mintToken = route({
  method: 'post',
  path: `${BASE}/tokens/mint`,
  summary:
    'Get a short-lived token, with a token of the settings as the bearer, or with the client certificate that one is bound to. It may no more than its parent, comes from its owners, and ends with it',
  access: 'open',
  ownAuthentication: true,
  params: nothing,
  query: nothing,
  body: record(
    {},
    {
      name: described(name, 'Which token of the settings, where the client certificate alone says whose it is'),
      may: described(list(oneOf(TOKEN_RIGHTS), TOKEN_RIGHTS.length), 'Less than the parent may; default all of it'),
      ttl_s: described(number({ min: 10, max: 3_600, integer: true }), 'Default 600'),
    },
  ),
  answer: record({
    token: described(text({ max: 4_096 }), 'Told this once; shown as a bearer'),
    name,
    may: list(oneOf(TOKEN_RIGHTS), TOKEN_RIGHTS.length),
    expires: instant,
  }),
});

export const TOKENS_ROUTES = { listTokens, makeToken, revokeToken, mintToken } as const;
