import { createSecureContext } from 'tls';

/** How to prove who we are and whom to trust. PEM texts. */
export interface TlsMaterial {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** Name to ask for and to check instead of the host of the URL. */
  readonly serverName?: string;
}

export const isSameTls = (one: TlsMaterial, other: TlsMaterial): boolean =>
  one.ca === other.ca && one.cert === other.cert && one.key === other.key && one.serverName === other.serverName;

/** True if certificates and key can be read and belong together, as they do not while one of two files is replaced. */
export const isUsable = ({ ca, cert, key }: TlsMaterial): boolean => {
  try {
    createSecureContext({ ca, cert, key });
    return true;
  } catch {
    return false;
  }
};
