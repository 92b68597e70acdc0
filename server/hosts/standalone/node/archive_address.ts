import { readFileSync } from 'fs';
import { homedir } from 'os';
import { join } from 'path';
import artifactUrl from 'mvn-artifact-url';
import type { Artifact } from './release';

const MIRROR = /<mirror>[\s\S]*?<\/mirror>/g;
const inTag = (name: string, xml: string): string | undefined =>
  new RegExp(`<${name}>\\s*([^<\\s]+)\\s*</${name}>`).exec(xml)?.[1];

/** The mirror of the central repository that Maven's settings name, if any. */
export const mirrorIn = (settings: string): string | undefined => {
  const uncommented = settings.replace(/<!--[\s\S]*?-->/g, '');
  const mirrors = uncommented.match(MIRROR) ?? [];
  const fits = mirrors.find((mirror) => (inTag('mirrorOf', mirror) ?? '').split(',').some(isCentral));
  return fits === undefined ? undefined : inTag('url', fits);
};

const isCentral = (name: string): boolean => ['*', 'external:*', 'central'].includes(name.trim());

const mirrorOfMaven = (): string | undefined => {
  try {
    return mirrorIn(readFileSync(join(homedir(), '.m2', 'settings.xml'), 'utf8'));
  } catch {
    return undefined;
  }
};

/**
 * Where an artifact is: at the mirror that the environment or Maven's settings name, else in the central repository.
 */
export const archiveAddress = async (artifact: Artifact, env: NodeJS.ProcessEnv): Promise<string> => {
  const mirror = env.MAVEN_REPOSITORY || mirrorOfMaven();
  return artifactUrl({ ...artifact }, mirror === undefined ? undefined : `${mirror.replace(/\/+$/, '')}/`);
};
