import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'fs';
import { totalmem } from 'os';
import { join } from 'path';
import { cacheFolder } from './cache_folder';
import { installWithoutStarting } from './debian_packages';
import { askedOnce, outputOf, whyNotProvided, works } from './programs';

/*
 * Keycloak from Maven's central repository by Maven itself, unpacked into a cache folder and built there once: its own
 * build step, and a database with nothing but its first administrator. Java and Maven are the distribution's own.
 */

const VERSION = '26.4.7';
const ARTIFACT = `org.keycloak:keycloak-quarkus-dist:${VERSION}:zip`;
/** It takes half of that; the rest is for the tests. */
const LEAST_MEMORY = 1_500_000_000;
const SLOW = { timeoutMs: 900_000 };

export const FIRST_ADMIN = { username: 'admin', password: 'only-for-this-test' };

const place = (): string => join(cacheFolder(), `keycloak-${VERSION}`);

/** Built beside its place and moved there in one step, so that a broken run leaves nothing half. */
const fetchAndBuild = (): void => {
  mkdirSync(cacheFolder(), { recursive: true });
  const work = mkdtempSync(join(cacheFolder(), 'keycloak-'));
  try {
    outputOf('mvn', ['-B', '-q', 'dependency:unpack', `-Dartifact=${ARTIFACT}`, `-DoutputDirectory=${work}`], SLOW);
    const home = join(work, `keycloak-${VERSION}`);
    const program = join(home, 'bin', 'kc.sh');
    outputOf('sh', [program, 'build', '--db=dev-file', '--health-enabled=false', '--https-client-auth=request'], SLOW);
    outputOf(
      'sh',
      [
        program,
        'bootstrap-admin',
        'user',
        '--optimized',
        '--no-prompt',
        '--username',
        FIRST_ADMIN.username,
        '--password:env',
        'FIRST_PASSWORD',
      ],
      { ...SLOW, env: { FIRST_PASSWORD: FIRST_ADMIN.password, KC_CACHE: 'local' } },
    );
    if (!existsSync(join(home, 'data', 'h2', 'keycloakdb.mv.db'))) throw new Error('Keycloak made no database');
    if (!existsSync(place())) renameSync(home, place());
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
};

const provide = (): void => {
  const missing = [
    ...(works('java', ['-version']) ? [] : ['default-jre-headless']),
    ...(existsSync(place()) || works('mvn', ['-v']) ? [] : ['maven']),
  ];
  if (missing.length > 0) installWithoutStarting(missing);
  if (!existsSync(place())) fetchAndBuild();
};

const findOut = (): string | undefined =>
  totalmem() < LEAST_MEMORY ? 'Keycloak needs more memory than this machine has' : whyNotProvided(provide);

/** Why Keycloak cannot be tested on this machine, or undefined if it can. Fetches and builds it the first time. */
export const whyNotKeycloak = askedOnce(findOut);

/**
 * How the server is started, as its own script does it: without a shell in between, so that the process that a test
 * ends is the server. Only after `whyNotKeycloak` found no reason.
 *
 * @param folder gets a database of its own
 */
export const keycloakStart = (folder: string): { readonly args: readonly string[]; readonly database: string } => {
  const database = join(folder, 'h2');
  cpSync(join(place(), 'data', 'h2'), database, { recursive: true });
  const opened = ['java.util', 'java.util.concurrent', 'java.security'].map(
    (name) => `--add-opens=java.base/${name}=ALL-UNNAMED`,
  );
  const args = [
    ...['-Xms64m', '-Xmx384m', '-XX:MaxMetaspaceSize=256m', '-XX:+ExitOnOutOfMemoryError', ...opened],
    `-Dkc.home.dir=${place()}`,
    `-Djboss.server.config.dir=${join(place(), 'conf')}`,
    '-Djava.util.logging.manager=org.jboss.logmanager.LogManager',
    '-Dpicocli.disable.closures=true',
    ...['-cp', join(place(), 'lib', 'quarkus-run.jar'), 'io.quarkus.bootstrap.runner.QuarkusEntryPoint'],
    ...['start', '--optimized'],
  ];
  return { args, database: join(database, 'keycloakdb') };
};
