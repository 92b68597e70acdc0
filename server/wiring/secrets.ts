import { readFileSync } from 'fs';
import type { Settings } from '../hosts/settings';

/** `edge-firewall` is `REFLEX_SECRET_EDGE_FIREWALL` in the environment. */
const variableOf = (name: string): string => `REFLEX_SECRET_${name.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;

const read = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch {
    return undefined;
  }
};

/**
 * The keystore of the connectors: the file that the settings name for a secret, else the environment. Asked when a
 * connector is made; a secret that cannot be read is missing, and the connector says so by its name.
 */
export const secretsOf =
  ({ secrets }: Pick<Settings, 'secrets'>, env: NodeJS.ProcessEnv) =>
  (name: string): string | undefined => {
    const named = secrets.find((secret) => secret.name === name);
    return named === undefined ? env[variableOf(name)] : read(named.file);
  };
