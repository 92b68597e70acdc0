import { listSecrets, type SecretView } from '../../../common/api/routes';
import type { Address } from './address';
import { ask } from './ask';
import { EXIT, type Outcome } from './outcome';

const PLACES: Readonly<Record<SecretView['from'], string>> = {
  file: 'file',
  folder: 'folder',
  keystore: 'keystore of Dashboards',
  environment: 'environment',
  nowhere: 'nowhere',
};

const stateOf = ({ state, why }: SecretView): string => {
  if (state === 'there') return 'there';
  return `${state.toUpperCase()}${why === undefined ? '' : `: ${why}`}`;
};

/** One secret, for people: everything but what it is. */
export const secretLine = (secret: SecretView): string => {
  const { name, from, place, changed, loose, used_by } = secret;
  const parts = [
    `${name}: ${stateOf(secret)}`,
    `${PLACES[from]}${place === undefined ? '' : ` ${place}`}`,
    ...(changed === undefined ? [] : [`changed ${changed}`]),
    ...(loose === undefined ? [] : [`CAUTION: ${loose}`]),
    used_by.length === 0 ? 'nothing asked for it' : `used by ${used_by.join(', ')}`,
  ];
  return parts.join('; ');
};

/** The secrets of the host; exit code 1 where one that something uses is not there. */
export const secrets = async (address: Address): Promise<Outcome> => {
  const answer = await ask(address, listSecrets);
  if (!answer.ok) return { exit: EXIT.error, lines: [answer.error] };
  const found = answer.value.secrets;
  const lacks = found.some(({ state, used_by }) => state !== 'there' && used_by.length > 0);
  const lines = found.length === 0 ? ['this host has no secret, and nothing asked for one'] : found.map(secretLine);
  return { exit: lacks ? EXIT.differs : EXIT.done, lines };
};
