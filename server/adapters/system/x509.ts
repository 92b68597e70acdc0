import { createSign, randomBytes, type KeyObject } from 'crypto';
import { isIPv4, isIPv6 } from 'net';
import { iso } from '../../../common/iso';

/* X.509 certificates (RFC 5280), DER by hand: Node makes none, and no other program has to be there. ECDSA, P-256. */

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

const extension = (id: string, value: Buffer, critical = false): Buffer =>
  sequence(oid(id), ...(critical ? [der(0x01, Buffer.from([0xff]))] : []), octets(value));

const addressBytes = (address: string): Buffer => {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number));
  const [head = '', tail] = address.split('::');
  const groups = (part: string): readonly string[] => (part === '' ? [] : part.split(':'));
  const [first, last] = [groups(head), groups(tail ?? '')];
  const zeros = Array<string>(tail === undefined ? 0 : 8 - first.length - last.length).fill('0');
  return Buffer.from([...first, ...zeros, ...last].map((group) => group.padStart(4, '0')).join(''), 'hex');
};

/** Names and addresses that a certificate is good for. */
const alternativeNames = (names: readonly string[]): Buffer =>
  extension(
    '551d11',
    sequence(
      ...names.map((name) =>
        isIPv4(name) || isIPv6(name) ? der(0x87, addressBytes(name)) : der(0x82, Buffer.from(name)),
      ),
    ),
  );

const pem = (certificate: Buffer): string => {
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
};

export interface CertificateOptions {
  readonly subject: { readonly name: string; readonly key: KeyObject };
  /** Itself, or an authority. */
  readonly signer: { readonly name: string; readonly key: KeyObject };
  /** True: it may sign others. */
  readonly authority: boolean;
  /** DNS names and addresses that it is good for. */
  readonly names: readonly string[];
  /** From when to when it is good, ms since 1970; both before 2050. */
  readonly period: readonly [from: number, to: number];
}

/** @returns the certificate, PEM */
export const signCertificate = ({ subject, signer, authority, names, period }: CertificateOptions): string => {
  const basic = extension('551d13', authority ? sequence(der(0x01, Buffer.from([0xff]))) : sequence(), true);
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ECDSA_SHA256,
    nameOf(signer.name),
    sequence(time(period[0]), time(period[1])),
    nameOf(subject.name),
    subject.key.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(basic, ...(names.length === 0 ? [] : [alternativeNames(names)]))),
  );
  return pem(sequence(body, ECDSA_SHA256, bits(createSign('sha256').update(body).sign(signer.key))));
};
