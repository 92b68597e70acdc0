import * as t from 'io-ts';
import { described, instant, list, number, oneOf, record, text } from '../../codec/codecs';
import { STORED_NAME } from '../../stored_secret';
import { BASE, idText, nothing, reasonText, route } from '../contract';

const count = number({ min: 0, max: 1e12, integer: true });
const short = text({ max: 512 });
const storedName = text({
  min: 1,
  max: 100,
  pattern: STORED_NAME,
  patternName: 'of lower case letters, digits, dots and lines',
});

const StoredView = record(
  {
    version: described(count, 'Name it to write the next one'),
    by: idText,
    at: instant,
    key: described(text({ max: 64 }), 'Id of the key that it is sealed with'),
    newest_key: described(t.boolean, 'False: `POST /secrets/rekey` seals it with the first key of the settings'),
  },
  { used_elsewhere: described(list(short, 256), 'Who uses it at other agents, as their settings say') },
);

/** A secret of this host, as much as anybody is told of it. */
export const SecretView = record(
  {
    name: described(text({ min: 1, max: 256 }), 'As settings name it; a stored one begins with `stored:`'),
    from: described(
      oneOf(['file', 'folder', 'keystore', 'environment', 'stored', 'nowhere']),
      'Where it is looked for: the file that the settings name for it, the folder of secrets, the keystore of Dashboards, the environment, or sealed in OpenSearch',
    ),
    state: described(
      oneOf(['there', 'empty', 'missing', 'unreadable']),
      '`unreadable`: what is stored cannot be believed or opened; `why` says why, and whether an earlier one goes on',
    ),
    used_by: described(list(short, 256), 'Who asked for it since the start, or would by the settings'),
  },
  {
    place: described(text({ max: 8192 }), 'The file, or the variable of the environment'),
    why: described(short, 'Why it is missing or unreadable'),
    loose: described(short, 'Who else on this machine may read or change it'),
    changed: described(instant, 'When its file was written last'),
    last_used: described(instant, 'When somebody of this host got it last; missing: never since the start'),
    stored: described(StoredView, 'Of a stored one'),
  },
);
export type SecretView = t.TypeOf<typeof SecretView>;

/** A key that seals stored secrets, as much as anybody is told of it. */
export const SecretKeyView = record(
  {
    id: text({ max: 64 }),
    secret: described(text({ max: 128 }), 'Name of the secret that holds it'),
    state: oneOf(['there', 'missing', 'unusable']),
    seals: described(t.boolean, 'It is the first one: what is written is sealed with it'),
    sealed: described(count, 'So many stored secrets are sealed with it; without any, an older one can be taken away'),
  },
  { why: described(short, 'What is wrong with it') },
);
export type SecretKeyView = t.TypeOf<typeof SecretKeyView>;

export const listSecrets = route({
  method: 'get',
  path: `${BASE}/secrets`,
  summary: 'The secrets of this host: names, where each comes from and whether it is there. Never what they are',
  access: 'admin',
  whileStarting: 'disk',
  params: nothing,
  query: nothing,
  body: nothing,
  answer: record({
    as_of: instant,
    secrets: list(SecretView, 2_000),
    keys: described(list(SecretKeyView, 16), 'Keys that seal stored secrets, as the settings of this host name them'),
  }),
});

/** What was written, without what it is. */
export const WrittenSecretView = record({
  name: storedName,
  version: count,
  by: idText,
  at: instant,
  removed: t.boolean,
  key: text({ max: 64 }),
});
export type WrittenSecretView = t.TypeOf<typeof WrittenSecretView>;

const params = record({ name: described(storedName, 'Without `stored:`') });

export const setSecret = route({
  method: 'put',
  path: `${BASE}/secrets/{name}`,
  summary:
    'Write a stored secret, if its version is still the one given; 0 for a new one. Every agent uses it within seconds. Nothing ever tells what it is',
  access: 'admin',
  params,
  query: nothing,
  body: record({
    version: count,
    value: described(text({ max: 65_536 }), 'One line break at its end is not part of it'),
    reason: reasonText,
  }),
  answer: WrittenSecretView,
});

export const removeSecret = route({
  method: 'post',
  path: `${BASE}/secrets/{name}/remove`,
  summary: 'Take a stored secret away, if its version is still the one given and no agent that lives uses it',
  access: 'admin',
  params,
  query: nothing,
  body: record({ version: count, reason: reasonText }),
  answer: WrittenSecretView,
});

export const rekeySecrets = route({
  method: 'post',
  path: `${BASE}/secrets/rekey`,
  summary: 'Seal every stored secret with the first key of the settings; afterwards the older keys can be taken away',
  access: 'admin',
  params: nothing,
  query: nothing,
  body: record({ reason: reasonText }),
  answer: record({
    key: text({ max: 64 }),
    sealed: described(list(text({ max: 100 }), 2_000), 'Those that were sealed anew'),
    left: described(list(record({ name: text({ max: 100 }), why: short }), 2_000), 'Those that could not be, and why'),
  }),
});

export const SECRETS_ROUTES = { listSecrets, setSecret, removeSecret, rekeySecrets } as const;
