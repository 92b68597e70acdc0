import { utils } from 'ssh2';

/** A pair of keys for SSH: a line of the public one, and the private one as OpenSSH writes it. */
interface SshKeyPair {
  readonly public: string;
  readonly private: string;
}

/**
 * Makes a new pair. About one in 300 that the library makes (1.17) lacks a byte, so that nobody can read it; that one
 * is made anew.
 *
 * @param passphrase of the private key
 */
export const newSshKey = (passphrase?: string): SshKeyPair => {
  for (;;) {
    const made =
      passphrase === undefined
        ? utils.generateKeyPairSync('ed25519')
        : utils.generateKeyPairSync('ed25519', { passphrase, cipher: 'aes256-ctr', rounds: 1 });
    const read = [utils.parseKey(made.private, passphrase), utils.parseKey(made.public)];
    if (!read.some((each) => each instanceof Error)) return made;
  }
};
