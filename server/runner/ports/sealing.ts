import type { Result } from '../../../common/result';

/** A text that only whoever has the key can read or make. Bytes are base64. */
export interface Sealed {
  /** Id of the key, as the settings call it. */
  readonly key: string;
  /** Tells one key from another of the same id, and nothing of either. */
  readonly check: string;
  readonly nonce: string;
  /** With the mark that shows every change of it, of the nonce and of what it is sealed with. */
  readonly data: string;
}

/**
 * Why a sealed text cannot be opened. `no_key`: this host has no key of that id; `wrong_key`: it has another one of
 * that id; `changed`: the text, or what it was sealed with, is not what it was.
 */
export type Unsealable = 'no_key' | 'wrong_key' | 'changed';

/** A key of the settings, as much as anybody is told of it. */
export interface SealingKey {
  readonly id: string;
  /** Name of the secret that holds it. */
  readonly secret: string;
  readonly state: 'there' | 'missing' | 'unusable';
  readonly why?: string;
}

/** Keys that all hosts share and OpenSearch never sees. Each is read anew at each use. */
export interface Sealing {
  /** Id of the key that seals: the first of the settings, and no other one in its place; undefined while it is away. */
  readonly newest: () => string | undefined;
  readonly keys: () => readonly SealingKey[];
  /**
   * Seals with the newest key.
   *
   * @param about what the text belongs to; it is not in the sealed text, and it opens with exactly the same only
   * @returns undefined where no key can seal
   */
  readonly seal: (about: readonly string[], text: string) => Sealed | undefined;
  readonly open: (about: readonly string[], sealed: Sealed) => Result<string, Unsealable>;
  /** A mark over a text by the newest key, base64url; undefined where no key can make one. */
  readonly sign: (text: string) => { readonly key: string; readonly mark: string } | undefined;
  /** Whether a mark was made over exactly this text, with this key; compared in constant time. */
  readonly isSigned: (text: string, by: { readonly key: string; readonly mark: string }) => boolean;
}
