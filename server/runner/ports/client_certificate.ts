/** The certificate that a caller proved to hold the key of, when it connected with TLS. */
export interface ClientCertificate {
  /** Of the whole certificate; hex, lower case. */
  readonly sha256: string;
  /** The common name of its subject; undefined if it has none. */
  readonly name: string | undefined;
  /** True if an authority signed it that the host trusts for callers. */
  readonly trusted: boolean;
  /** From when to when it is good, ms since 1970. */
  readonly validFrom: number;
  readonly validTo: number;
}

/** The certificate without which a token, or a source, is not taken: this one, or one of this name. */
export type CertificatePin = { readonly sha256: string } | { readonly name: string };

/**
 * True if the certificate is the one that is asked for, at this moment. A name counts only as signed by an authority;
 * a digest is the one certificate, whoever signed it.
 *
 * @param now ms since 1970
 */
export const isPinned = (pin: CertificatePin, certificate: ClientCertificate | undefined, now: number): boolean => {
  // So that a time that nobody can read is none that holds.
  if (certificate === undefined || !(now >= certificate.validFrom && now <= certificate.validTo)) return false;
  return 'sha256' in pin
    ? certificate.sha256 === pin.sha256
    : certificate.trusted && certificate.name !== undefined && certificate.name === pin.name;
};
