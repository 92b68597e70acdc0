import type { PeerCertificate } from 'tls';
import type { ClientCertificate } from '../runner/ports/client_certificate';

/** What both hosts know of a caller's connection; without TLS it has none of this. */
export interface PeerSocket {
  readonly authorized?: boolean;
  readonly getPeerCertificate?: (detailed?: false) => Partial<PeerCertificate> | null;
}

/** A subject may have the same field more than once: then it has no one name. */
const commonName = (subject: Partial<PeerCertificate>['subject']): string | undefined => {
  const name: unknown = subject?.CN;
  return typeof name === 'string' ? name : undefined;
};

/** The certificate that a caller showed; undefined if none, or if the host cannot tell. */
export const peerCertificate = (socket: PeerSocket | undefined): ClientCertificate | undefined => {
  const shown = socket?.getPeerCertificate?.();
  if (shown?.fingerprint256 === undefined) return undefined;
  return {
    sha256: shown.fingerprint256.replace(/:/g, '').toLowerCase(),
    name: commonName(shown.subject),
    trusted: socket?.authorized === true,
    validFrom: Date.parse(shown.valid_from ?? ''),
    validTo: Date.parse(shown.valid_to ?? ''),
  };
};
