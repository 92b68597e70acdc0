import { described, list, record, text } from '../../codec/codecs';
import { anything, BASE, route } from '../contract';

const number = text({ min: 1, max: 2_048 });

const PublicKeyView = record(
  {
    kty: text({ min: 1, max: 16 }),
    kid: text({ min: 1, max: 128 }),
    alg: text({ min: 1, max: 16 }),
    use: text({ max: 8 }),
  },
  { crv: text({ min: 1, max: 16 }), x: number, y: number, n: number, e: number },
);

export const getSignalKeys = route({
  method: 'get',
  path: `${BASE}/shared-signals/{name}/jwks.json`,
  summary:
    'Public keys of a connector that sends signed events, as a JWK Set: `jwks_uri` for receivers. Anybody may have them',
  access: 'open',
  isPublic: true,
  whileStarting: 'disk',
  params: record({ name: text({ min: 1, max: 64 }) }),
  // A cache may add words of its own to an address.
  query: anything,
  body: anything,
  answer: record({ keys: described(list(PublicKeyView, 8), 'RFC 7517') }),
});

export const SHARED_SIGNALS_ROUTES = { getSignalKeys } as const;
