import { generateKeyPairSync } from 'crypto';
import { signCertificate } from '../../server/adapters/system/x509';

/* Short-lived X.509 certificates for tests, so that no key lies in the repository and no openssl has to be there. */

const DAY_MS = 86_400_000;

export interface TestIdentity {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
}

interface TestAuthority {
  /** PEM of the authority itself. */
  readonly ca: string;
  /** Issues a certificate for a DNS name and for 127.0.0.1 (or for another address). */
  readonly issue: (
    name: string,
    options?: { readonly address?: string; readonly expired?: boolean; readonly until?: number },
  ) => TestIdentity;
}

/** Makes an authority for one test. */
export const testAuthority = (): TestAuthority => {
  const now = Date.now();
  const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signer = { name: 'test authority', key: own.privateKey };
  const period = [now - DAY_MS, now + DAY_MS] as const;
  return {
    ca: signCertificate({
      subject: { name: signer.name, key: own.publicKey },
      signer,
      authority: true,
      names: [],
      period,
    }),
    issue: (name, { address = '127.0.0.1', expired = false, until = period[1] } = {}) => {
      const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      return {
        cert: signCertificate({
          subject: { name, key: pair.publicKey },
          signer,
          authority: false,
          names: [name, address],
          period: expired ? [now - 2 * DAY_MS, now - DAY_MS] : [period[0], until],
        }),
        key: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      };
    },
  };
};
