import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { publicPemOf, signingKey, verificationKey } from '../../engine/policy/signature';
import { ownKeyFile, trustedFolder } from '../key_files';
import { EXIT, type Outcome } from './outcome';

/**
 * Shows the public key whose policies the agent of a folder signs, so that other hosts can trust it.
 *
 * @param folder of that agent
 */
export const showKey = (folder: string): Outcome => {
  const path = ownKeyFile(folder);
  if (!existsSync(path))
    return {
      exit: EXIT.error,
      lines: [`there is no signing key in ${folder}; is --data right, or does \`signing\` in the settings name one?`],
    };
  const key = signingKey(readFileSync(path, 'utf8'));
  return { exit: EXIT.done, lines: [publicPemOf(key).trim()] };
};

/**
 * Lets the agent of a folder believe the policies that a key signs, from its next start on. It holds no signing key of
 * its own any more: policies are released where the key is.
 *
 * @param folder of that agent
 * @param file with the public key (SPKI, PEM), as `reflex keys show` prints it
 */
export const trustKey = (folder: string, file: string): Outcome => {
  try {
    const pem = readFileSync(file, 'utf8');
    if (pem.includes('PRIVATE KEY'))
      throw new Error('it is a private key, which stays where it is; send its public one');
    const { keyId } = verificationKey(pem);
    const trusted = trustedFolder(folder);
    mkdirSync(trusted, { recursive: true, mode: 0o700 });
    writeFileSync(join(trusted, `${keyId}.pem`), pem, { mode: 0o600 });
    return {
      exit: EXIT.done,
      lines: [
        `Key ${keyId} is trusted here from the next start of this Reflex on. Compare the id with the one that the page`,
        'Policies shows where the policies are in force. Policies are released there, not here, from then on.',
      ],
    };
  } catch (cause) {
    return { exit: EXIT.error, lines: [`the key cannot be trusted: ${(cause as Error).message}`] };
  }
};
