import { mkdirSync, readdirSync, writeFileSync } from 'fs';
import { join } from 'path';
import { installMissing } from './debian_packages';
import { askedOnce, outputOf, whyNotProvided } from './programs';

/* SoftHSM, a PKCS #11 module in software, and OpenSC's tool for such modules, from the distribution's own packages. */

const findOut = (): string | undefined =>
  process.platform === 'linux'
    ? whyNotProvided(() =>
        installMissing([
          ['softhsm2-util', 'softhsm2'],
          ['pkcs11-tool', 'opensc'],
        ]),
      )
    : 'its packages are for Linux';

/** Why SoftHSM cannot be tested on this machine, or undefined if it can. Installs what is missing. */
export const whyNotSoftHsm = askedOnce(findOut);

const MODULE_PLACES = ['/usr/lib/softhsm', '/usr/lib/x86_64-linux-gnu/softhsm', '/usr/lib/aarch64-linux-gnu/softhsm'];

const moduleOf = (): string => {
  for (const folder of MODULE_PLACES) {
    try {
      if (readdirSync(folder).includes('libsofthsm2.so')) return join(folder, 'libsofthsm2.so');
    } catch {
      // It lies elsewhere on this machine.
    }
  }
  throw new Error('the package brought no module');
};

export interface SoftHsm {
  readonly module: string;
  readonly token: string;
  readonly label: string;
  readonly pinFile: string;
  /** What a process needs in its environment to use it. */
  readonly env: Readonly<Record<string, string>>;
}

/** A token with a new key on P-256 that cannot be taken out of it. */
export const makeSoftHsm = (folder: string): SoftHsm => {
  const tokens = join(folder, 'tokens');
  mkdirSync(tokens);
  const config = join(folder, 'softhsm2.conf');
  writeFileSync(config, `directories.tokendir = ${tokens}\nobjectstore.backend = file\nlog.level = ERROR\n`);
  const pinFile = join(folder, 'pin');
  writeFileSync(pinFile, '4711\n', { mode: 0o600 });
  const env = { SOFTHSM2_CONF: config };
  const [module, token, label] = [moduleOf(), 'reflex-test', 'releases'];
  outputOf('softhsm2-util', ['--init-token', '--free', '--label', token, '--so-pin', '4712', '--pin', '4711'], { env });
  const made = ['--module', module, '--token-label', token, '--login', '--pin', '4711'];
  outputOf('pkcs11-tool', [...made, '--keypairgen', '--key-type', 'EC:prime256v1', '--label', label, '--id', '01'], {
    env,
  });
  return { module, token, label, pinFile, env };
};
