import type { ParsedKey } from 'ssh2';
import { err, ok, type Result } from '../../../common/result';
import { readSecret, renewed, type ParameterFault, type SecretRef, type Secrets } from '../connector';
import { ssh2 } from './library';
import type { SshParameters } from './ssh_parameters';

/** A private key that was read, and the texts that must not be shown. */
interface OwnKey {
  readonly key: ParsedKey;
  readonly secrets: readonly string[];
}

/** What acts, and what only looks; each as it is now. */
interface OwnKeys {
  readonly hand: () => OwnKey;
  readonly observer: () => OwnKey;
}

/** Reads one key; the same text is read once, since what a passphrase protects takes a second. */
const keyReader = (
  ref: SecretRef,
  passphrase: SecretRef | undefined,
  secrets: Secrets,
): (() => Result<OwnKey, string>) => {
  let last: OwnKey | undefined;
  return () => {
    const text = readSecret(ref, secrets);
    if (!text.ok) return text;
    const phrase = passphrase && readSecret(passphrase, secrets);
    if (phrase?.ok === false) return phrase;
    const used = [text.value, ...(phrase ? [phrase.value] : [])];
    if (last !== undefined && last.secrets.join('\n') === used.join('\n')) return ok(last);
    const key = ssh2().utils.parseKey(text.value, phrase?.value);
    // The message never holds a part of it.
    if (key instanceof Error || !key.isPrivateKey())
      return err(`secret \`${ref.secret}\` is no private key that can be read${phrase ? ' with its passphrase' : ''}`);
    last = { key, secrets: used };
    return ok(last);
  };
};

/** The keys of a connector, or every secret that cannot be used. */
export const readKeys = (
  { private_key: hand, observer_key: observer, passphrase }: SshParameters,
  secrets: Secrets,
): Result<OwnKeys, readonly ParameterFault[]> => {
  const refs = Object.entries({ private_key: hand, observer_key: observer, passphrase });
  const missing = refs.flatMap(([path, ref]) => {
    const secret = ref === undefined ? undefined : readSecret(ref, secrets);
    return secret === undefined || secret.ok ? [] : [{ path, message: secret.error }];
  });
  if (missing.length > 0) return err(missing);
  const read = (path: string, ref: SecretRef) => {
    const reader = keyReader(ref, passphrase, secrets);
    return { path, reader, first: reader() };
  };
  const keys = [read('private_key', hand), ...(observer === undefined ? [] : [read('observer_key', observer)])];
  const live = keys.flatMap(({ first, reader }) => (first.ok ? [renewed(first.value, reader)] : []));
  const [acts, looks = acts] = live;
  if (acts === undefined || looks === undefined || live.length < keys.length)
    return err(keys.flatMap(({ path, first }) => (first.ok ? [] : [{ path, message: first.error }])));
  return ok({ hand: acts, observer: looks });
};
