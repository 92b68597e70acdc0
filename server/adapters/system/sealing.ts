import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'crypto';
import { err, ok, type Result } from '../../../common/result';
import type { Sealed, Sealing, SealingKey } from '../../runner/ports';

/*
 * Seals texts with AES-256-GCM. Each key of the settings is a root from which one key for each purpose is derived
 * (HKDF-SHA256, RFC 5869), so that no key serves two of them. A nonce is 96 random bits: by NIST SP 800-38D, 8.3, one
 * key may then seal 2^32 texts, and a fleet seals some thousands.
 */

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const CHECK_BYTES = 12;
/** Texts are filled up to a multiple of this, so that the length of what is stored tells little of the secret. */
const BLOCK = 256;
const CIPHER = 'aes-256-gcm';

type Purpose = 'seal' | 'check' | 'sign';

const derived = (root: Buffer, purpose: Purpose, bytes = KEY_BYTES): Buffer =>
  Buffer.from(hkdfSync('sha256', root, Buffer.alloc(0), `reflex stored secrets v1 ${purpose}`, bytes));

const HEX = /^[0-9a-fA-F]{64}$/;
const BASE64 = /^[A-Za-z0-9+/_-]{43}=?$/;

/** @returns the key, or what is wrong with the text, without any of it */
const rootIn = (text: string): Result<Buffer, string> => {
  const trimmed = text.trim();
  if (!HEX.test(trimmed) && !BASE64.test(trimmed))
    return err('it must be 32 random bytes in base64 or hex, as `openssl rand -base64 32` prints them');
  const root = Buffer.from(trimmed, HEX.test(trimmed) ? 'hex' : 'base64');
  if (root.length !== KEY_BYTES) return err('it must be 32 bytes');
  return new Set(root).size < 8 ? err('its bytes are not random') : ok(root);
};

/** Every part with its length, so that no two lists make one text. */
const boundTo = (key: string, about: readonly string[]): Buffer =>
  Buffer.from(JSON.stringify(['reflex', 1, key, ...about]), 'utf8');

const filledUp = (text: string): Buffer => {
  const json = JSON.stringify(text);
  const bytes = Buffer.byteLength(json);
  return Buffer.from(json + ' '.repeat((BLOCK - (bytes % BLOCK)) % BLOCK), 'utf8');
};

const base64Of = (text: string, bytes: number | undefined): Buffer | undefined => {
  const found = Buffer.from(text, 'base64');
  return bytes !== undefined && found.length !== bytes ? undefined : found;
};

/** A key that the settings name. */
export interface NamedKey {
  readonly id: string;
  readonly secret: string;
}

interface Root {
  readonly id: string;
  readonly root: Buffer;
}

/** Keeps what was derived of a key for as long as the key is the same. */
class KeyRing {
  private readonly last = new Map<string, { readonly text: string; readonly found: Result<Buffer, string> }>();

  constructor(
    private readonly named: readonly NamedKey[],
    private readonly secret: (name: string) => string | undefined,
  ) {}

  /** What cannot be read just now, as while its file is replaced, does not take the place of what could. */
  private found({ id, secret }: NamedKey): Result<Buffer, string> | undefined {
    const text = this.secret(secret);
    const last = this.last.get(id);
    if (text === undefined || text.trim() === '') return last?.found.ok === true ? last.found : undefined;
    if (last?.text === text) return last.found;
    const found = rootIn(text);
    if (!found.ok && last?.found.ok === true) return last.found;
    this.last.set(id, { text, found });
    return found;
  }

  of(id: string): Root | undefined {
    const named = this.named.find((each) => each.id === id);
    const found = named && this.found(named);
    return found?.ok === true ? { id, root: found.value } : undefined;
  }

  /** The first and no other: what an older key seals would have to be sealed once more. */
  newest(): Root | undefined {
    const [first] = this.named;
    return first && this.of(first.id);
  }

  list(): readonly SealingKey[] {
    return this.named.map((named): SealingKey => {
      const found = this.found(named);
      const { id, secret } = named;
      if (found === undefined)
        return { id, secret, state: 'missing', why: `the secret \`${secret}\` is missing or empty` };
      return found.ok
        ? { id, secret, state: 'there' }
        : { id, secret, state: 'unusable', why: `the secret \`${secret}\` is no key: ${found.error}` };
    });
  }
}

const checkOf = (root: Buffer): string => derived(root, 'check', CHECK_BYTES).toString('base64');

const sealed = ({ id, root }: Root, about: readonly string[], text: string): Sealed => {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, derived(root, 'seal'), nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(boundTo(id, about));
  const data = Buffer.concat([cipher.update(filledUp(text)), cipher.final(), cipher.getAuthTag()]);
  return { key: id, check: checkOf(root), nonce: nonce.toString('base64'), data: data.toString('base64') };
};

const opened = ({ id, root }: Root, about: readonly string[], { nonce, data }: Sealed): string | undefined => {
  const [iv, all] = [base64Of(nonce, NONCE_BYTES), base64Of(data, undefined)];
  if (iv === undefined || all === undefined || all.length < TAG_BYTES) return undefined;
  try {
    const decipher = createDecipheriv(CIPHER, derived(root, 'seal'), iv, { authTagLength: TAG_BYTES });
    decipher.setAAD(boundTo(id, about));
    decipher.setAuthTag(all.subarray(all.length - TAG_BYTES));
    const text = Buffer.concat([decipher.update(all.subarray(0, all.length - TAG_BYTES)), decipher.final()]);
    return JSON.parse(text.toString('utf8')) as string;
  } catch {
    return undefined;
  }
};

const markOf = ({ id, root }: Root, text: string): Buffer =>
  createHmac('sha256', derived(root, 'sign'))
    .update(JSON.stringify([id, text]))
    .digest();

/**
 * Seals and signs with keys that the settings name.
 *
 * @param named the first one seals and signs; all of them open and check
 * @param secret what a named secret is right now
 */
export const sealingWith = (named: readonly NamedKey[], secret: (name: string) => string | undefined): Sealing => {
  const ring = new KeyRing(named, secret);
  return {
    newest: () => ring.newest()?.id,
    keys: () => ring.list(),
    seal: (about, text) => {
      const root = ring.newest();
      return root && sealed(root, about, text);
    },
    open: (about, given) => {
      const root = ring.of(given.key);
      if (root === undefined) return err('no_key');
      const text = opened(root, about, given);
      if (text !== undefined) return ok(text);
      return err(given.check === checkOf(root.root) ? 'changed' : 'wrong_key');
    },
    sign: (text) => {
      const root = ring.newest();
      return root && { key: root.id, mark: markOf(root, text).toString('base64url') };
    },
    isSigned: (text, { key, mark }) => {
      const root = ring.of(key);
      const given = Buffer.from(mark, 'base64url');
      if (root === undefined || given.toString('base64url') !== mark) return false;
      const wanted = markOf(root, text);
      return given.length === wanted.length && timingSafeEqual(given, wanted);
    },
  };
};
