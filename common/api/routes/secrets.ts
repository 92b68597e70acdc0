import type * as t from 'io-ts';
import { described, instant, list, oneOf, record, text } from '../../codec/codecs';
import { BASE, nothing, route } from '../contract';

/** A secret of this host, as much as anybody is told of it. */
export const SecretView = record(
  {
    name: text({ min: 1, max: 256 }),
    from: described(
      oneOf(['file', 'folder', 'keystore', 'environment', 'nowhere']),
      'Where it is looked for: the file that the settings name for it, the folder of secrets, the keystore of Dashboards, the environment',
    ),
    state: oneOf(['there', 'empty', 'missing']),
    used_by: described(list(text({ max: 512 }), 256), 'Who asked for it since the start'),
  },
  {
    place: described(text({ max: 8192 }), 'The file, or the variable of the environment'),
    why: described(text({ max: 512 }), 'Why it is missing'),
    loose: described(text({ max: 512 }), 'Who else on this machine may read or change it'),
    changed: described(instant, 'When its file was written last'),
  },
);
export type SecretView = t.TypeOf<typeof SecretView>;

export const listSecrets = route({
  method: 'get',
  path: `${BASE}/secrets`,
  summary: 'The secrets of this host: names, where each comes from and whether it is there. Never what they are',
  access: 'admin',
  whileStarting: 'disk',
  params: nothing,
  query: nothing,
  body: nothing,
  answer: record({ as_of: instant, secrets: list(SecretView, 1_000) }),
});

export const SECRETS_ROUTES = { listSecrets } as const;
