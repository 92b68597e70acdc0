import { X509Certificate } from 'crypto';
import { readFileSync } from 'fs';
import { createSecureContext } from 'tls';
import { present } from '../../../../common/present';
import type { HostProblem } from '../../host_parts';

/** Files of a listener, PEM. */
interface Files {
  readonly cert: string;
  readonly key: string;
  readonly clientCa?: string;
}

/** What a listener shows, and whom it trusts to sign the certificates of callers; PEM. */
export interface ServerMaterial {
  readonly cert: string;
  readonly key: string;
  readonly ca?: string;
}

/** A certificate that ends sooner is told of, ms. */
const ENDS_SOON_MS = 14 * 86_400_000;

const contentOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Error(`the file \`${file}\` cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'error'})`);
  }
};

/** @throws Error that names the file, and nothing of what is in it */
const read = ({ cert, key, clientCa }: Files): ServerMaterial => {
  const material = {
    cert: contentOf(cert),
    key: contentOf(key),
    ...present({ ca: clientCa === undefined ? undefined : contentOf(clientCa) }),
  };
  try {
    createSecureContext(material);
    new X509Certificate(material.cert);
  } catch (cause) {
    const { code = 'error' } = cause as NodeJS.ErrnoException;
    throw new Error(`\`${cert}\` and \`${key}\` are no certificate and key that belong together (${code})`);
  }
  return material;
};

/** The certificate of a listener, which may change while it listens. */
export class TlsFiles {
  private last: ServerMaterial;
  private fault: string | undefined;

  /** @throws Error if the files cannot be used */
  constructor(
    private readonly files: Files,
    private readonly utc: () => number,
  ) {
    this.last = read(files);
  }

  get material(): ServerMaterial {
    return this.last;
  }

  /** Looks at the files again. Those that cannot be used, as while one of two is replaced, change nothing. */
  changed(): ServerMaterial | undefined {
    try {
      const now = read(this.files);
      this.fault = undefined;
      const { cert, key, ca } = this.last;
      if (now.cert === cert && now.key === key && now.ca === ca) return undefined;
      this.last = now;
      return now;
    } catch (cause) {
      this.fault = (cause as Error).message;
      return undefined;
    }
  }

  /** Upper case with colons, as browsers show it. */
  get fingerprint(): string {
    return new X509Certificate(this.last.cert).fingerprint256;
  }

  problems(): readonly HostProblem[] {
    const { validTo } = new X509Certificate(this.last.cert);
    const isEnding = Date.parse(validTo) - this.utc() < ENDS_SOON_MS;
    return [
      ...(this.fault === undefined
        ? []
        : [{ code: 'tls_files', text: `the certificate of this host is not renewed: ${this.fault}` }]),
      ...(isEnding ? [{ code: 'tls_ends', text: `the certificate of this host is good until ${validTo}` }] : []),
    ];
  }
}
