import { isIP } from 'net';
import {
  listSecrets,
  rekeySecrets,
  removeSecret,
  setSecret,
  type SecretKeyView,
  type SecretView,
} from '../../../common/api/routes';
import { isStoredName, STORED_PREFIX } from '../../../common/stored_secret';
import { err, ok, type Result } from '../../../common/result';
import type { Address } from './address';
import { ask } from './ask';
import { EXIT, type Outcome } from './outcome';

const PLACES: Readonly<Record<SecretView['from'], string>> = {
  file: 'file',
  folder: 'folder',
  keystore: 'keystore of Dashboards',
  environment: 'environment',
  stored: 'stored in OpenSearch',
  nowhere: 'nowhere',
};

const stateOf = ({ state, why }: SecretView): string => {
  if (state === 'there') return 'there';
  return `${state.toUpperCase()}${why === undefined ? '' : `: ${why}`}`;
};

const storedWords = ({ stored, last_used }: SecretView): readonly string[] =>
  stored === undefined
    ? []
    : [
        `version ${stored.version} by ${stored.by} at ${stored.at}`,
        `sealed with ${stored.key}${stored.newest_key ? '' : ', an older key'}`,
        last_used === undefined ? 'not used since this host started' : `last used ${last_used}`,
      ];

/** One secret, for people: everything but what it is. */
export const secretLine = (secret: SecretView): string => {
  const { name, from, place, changed, loose, used_by, stored } = secret;
  const users = [...used_by, ...(stored?.used_elsewhere ?? [])];
  const parts = [
    `${name}: ${stateOf(secret)}`,
    `${PLACES[from]}${place === undefined ? '' : ` ${place}`}`,
    ...(changed === undefined ? [] : [`changed ${changed}`]),
    ...(loose === undefined ? [] : [`CAUTION: ${loose}`]),
    ...storedWords(secret),
    users.length === 0 ? 'nothing asked for it' : `used by ${users.join(', ')}`,
  ];
  return parts.join('; ');
};

/** One key, for people; never what it is. */
const keyLine = ({ id, secret, state, why, seals, sealed }: SecretKeyView): string => {
  const use = seals ? 'seals what is written' : sealed === 0 ? 'seals nothing any more' : 'opens only';
  return `key ${id}: ${why ?? state}; secret ${secret}; ${use}; ${sealed} sealed with it`;
};

/** The secrets of the host; exit code 1 where one that something uses is not there. */
export const secrets = async (address: Address): Promise<Outcome> => {
  const answer = await ask(address, listSecrets);
  if (!answer.ok) return { exit: EXIT.error, lines: [answer.error] };
  const { secrets: found, keys } = answer.value;
  const lacks = found.some(({ state, used_by }) => state !== 'there' && used_by.length > 0);
  const lines = found.length === 0 ? ['this host has no secret, and nothing asked for one'] : found.map(secretLine);
  return { exit: lacks ? EXIT.differs : EXIT.done, lines: [...lines, ...keys.map(keyLine)] };
};

/** A name with or without `stored:` before it. */
const bareName = (name: string): Result<string, string> => {
  const bare = name.startsWith(STORED_PREFIX) ? name.slice(STORED_PREFIX.length) : name;
  return isStoredName(bare)
    ? ok(bare)
    : err(`\`${name}\` is no name of a stored secret: lower case letters, digits, dots and lines, 100 at most`);
};

const isOwnMachine = (url: string): boolean => {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
};

/** Version of a stored secret as the host tells it; 0 for one that there is not. */
const versionOf = async (address: Address, name: string): Promise<Result<number, string>> => {
  const listed = await ask(address, listSecrets);
  if (!listed.ok) return listed;
  return ok(listed.value.secrets.find((each) => each.name === `${STORED_PREFIX}${name}`)?.stored?.version ?? 0);
};

interface Wish {
  readonly secret: string;
  readonly reason: string;
}

const failed = (error: string): Outcome => ({ exit: EXIT.error, lines: [error] });

/**
 * Writes a stored secret.
 *
 * @param read gives what is to be written; it is asked only once all else is right
 */
export const writeSecret = async (
  address: Address,
  { secret, reason }: Wish,
  read: () => Promise<Result<string, string>>,
): Promise<Outcome> => {
  const name = bareName(secret);
  if (!name.ok) return failed(name.error);
  if (address.url.startsWith('http:') && !isOwnMachine(address.url))
    return failed(`\`--url ${address.url}\`: everybody on the way could read the secret; use https`);
  const version = await versionOf(address, name.value);
  if (!version.ok) return failed(version.error);
  const value = await read();
  if (!value.ok) return failed(value.error);
  const body = { version: version.value, value: value.value, reason };
  const answer = await ask(address, setSecret, { name: name.value }, body);
  if (!answer.ok) return failed(answer.error);
  const { version: now, key } = answer.value;
  return { exit: EXIT.done, lines: [`${STORED_PREFIX}${name.value}: version ${now} is stored, sealed with ${key}`] };
};

/** Takes a stored secret away that nothing uses. */
export const dropSecret = async (address: Address, { secret, reason }: Wish): Promise<Outcome> => {
  const name = bareName(secret);
  if (!name.ok) return failed(name.error);
  const version = await versionOf(address, name.value);
  if (!version.ok) return failed(version.error);
  const answer = await ask(address, removeSecret, { name: name.value }, { version: version.value, reason });
  return answer.ok ? { exit: EXIT.done, lines: [`${STORED_PREFIX}${name.value} is taken away`] } : failed(answer.error);
};

/** Seals everything with the newest key; exit code 1 where some could not be. */
export const rekey = async (address: Address, reason: string): Promise<Outcome> => {
  const answer = await ask(address, rekeySecrets, {}, { reason });
  if (!answer.ok) return failed(answer.error);
  const { key, sealed, left } = answer.value;
  return {
    exit: left.length === 0 ? EXIT.done : EXIT.differs,
    lines: [
      `${sealed.length} sealed anew with ${key}`,
      ...left.map(({ name, why }) => `${STORED_PREFIX}${name} is as it was: ${why}`),
    ],
  };
};
