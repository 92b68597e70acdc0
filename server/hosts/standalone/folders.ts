import { chmodSync, mkdirSync } from 'fs';
import { homedir } from 'os';
import { join, resolve } from 'path';
import type { Options } from './options';

/** Where things are kept on this machine. */
export interface Folders {
  /** Downloads and what was unpacked of them; can be deleted at any time. */
  readonly cache: string;
  readonly data: string;
  /** Within `data`: what this agent alone knows. */
  readonly agent: string;
  /** Within `data`: configuration, data and logs of the OpenSearch node. */
  readonly node: string;
}

const isRoot = (): boolean => process.getuid?.() === 0;

const underXdg = (variable: string, fallback: string): string => {
  const named = process.env[variable];
  return join(named !== undefined && named.startsWith('/') ? named : join(homedir(), fallback), 'reflex');
};

/**
 * The folders by the options, else the usual ones of this system. Root's are not under its home: OpenSearch does not
 * run as root, and the user it runs as must get at them.
 */
export const foldersFor = ({ cache, data }: Pick<Options, 'cache' | 'data'>): Folders => {
  const root = isRoot();
  const dataFolder = resolve(data ?? (root ? '/var/lib/reflex' : underXdg('XDG_DATA_HOME', '.local/share')));
  return {
    cache: resolve(cache ?? (root ? '/var/cache/reflex' : underXdg('XDG_CACHE_HOME', '.cache'))),
    data: dataFolder,
    agent: join(dataFolder, 'agent'),
    node: join(dataFolder, 'node'),
  };
};

/** Others may pass through, and see nothing; only root's folders have others in them. */
const PASSABLE = 0o711;
const PRIVATE = 0o700;
const READABLE = 0o755;

/** Makes the folders with the least rights that work. Throws if the system does not let it. */
export const makeFolders = ({ cache, data, agent }: Folders): void => {
  mkdirSync(cache, { recursive: true, mode: READABLE });
  mkdirSync(data, { recursive: true, mode: PRIVATE });
  mkdirSync(agent, { recursive: true, mode: PRIVATE });
  if (isRoot()) chmodSync(data, PASSABLE);
};
