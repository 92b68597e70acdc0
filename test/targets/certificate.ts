import { iso } from '../../common/iso';
import { createSign, generateKeyPairSync, randomBytes, type KeyObject } from 'crypto';

/*
 * Short-lived X.509 certificates for tests (RFC 5280, DER by hand), so that no key lies in the repository and no
 * openssl has to be there.
 */

const der = (tag: number, ...content: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(content);
  if (body.length < 0x80) return Buffer.concat([Buffer.from([tag, body.length]), body]);
  const bytes = body.length < 0x100 ? [0x81, body.length] : [0x82, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...bytes]), body]);
};
const sequence = (...content: readonly Buffer[]): Buffer => der(0x30, ...content);
const set = (...content: readonly Buffer[]): Buffer => der(0x31, ...content);
const octets = (content: Buffer): Buffer => der(0x04, content);
const bits = (content: Buffer): Buffer => der(0x03, Buffer.from([0]), content);
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));
const time = (at: number): Buffer => der(0x17, Buffer.from(`${iso(at).replace(/[-:T]/g, '').slice(2, 14)}Z`));
const nameOf = (text: string): Buffer => sequence(set(sequence(oid('550403'), der(0x0c, Buffer.from(text)))));

const ECDSA_SHA256 = sequence(oid('2a8648ce3d040302'));
const DAY_MS = 86_400_000;

export interface TestIdentity {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
}

interface Signer {
  readonly name: string;
  readonly key: KeyObject;
}

interface TestAuthority {
  /** PEM of the authority itself. */
  readonly ca: string;
  /** Issues a certificate for a DNS name and for 127.0.0.1 (or for another address). */
  readonly issue: (
    name: string,
    options?: { readonly address?: readonly number[]; readonly expired?: boolean },
  ) => TestIdentity;
}

const pem = (certificate: Buffer): string => {
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
};

const extension = (id: string, value: Buffer, critical = false): Buffer =>
  sequence(oid(id), ...(critical ? [der(0x01, Buffer.from([0xff]))] : []), octets(value));

const certificate = (
  subject: { readonly name: string; readonly key: KeyObject },
  signer: Signer,
  extensions: readonly Buffer[],
  [from, to]: readonly [number, number],
): string => {
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ECDSA_SHA256,
    nameOf(signer.name),
    sequence(time(from), time(to)),
    nameOf(subject.name),
    subject.key.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  );
  return pem(sequence(body, ECDSA_SHA256, bits(createSign('sha256').update(body).sign(signer.key))));
};

/** Makes an authority for one test. */
export const testAuthority = (): TestAuthority => {
  const now = Date.now();
  const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signer = { name: 'test authority', key: own.privateKey };
  const basic = extension('551d13', sequence(der(0x01, Buffer.from([0xff]))), true);
  const period = [now - DAY_MS, now + DAY_MS] as const;
  return {
    ca: certificate({ name: signer.name, key: own.publicKey }, signer, [basic], period),
    issue: (name, { address = [127, 0, 0, 1], expired = false } = {}) => {
      const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const names = sequence(der(0x82, Buffer.from(name)), der(0x87, Buffer.from(address)));
      return {
        cert: certificate(
          { name, key: pair.publicKey },
          signer,
          [extension('551d11', names)],
          expired ? [now - 2 * DAY_MS, now - DAY_MS] : period,
        ),
        key: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      };
    },
  };
};
