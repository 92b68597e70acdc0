import type { SignedKeyring } from '../../../../common/policy/trust';
import { readKeyring, signKeyring } from '../../../engine/policy/keyring';
import { addSignature, signaturesOf } from '../../../engine/policy/sign_bundle';
import { claimedKeyId, type SigningKey } from '../../../engine/policy/signature';
import { statementIn } from '../../../engine/policy/verify_bundle';
import { keyToSignWith, onePath, packBundle, readBundle, readBytes, writeBytes } from './bundle_io';
import { POLICY_EXIT, UsageError, type PolicyCommand, type PolicyIo } from './command';
import { optionsIn } from './options';

/** A keyring is JSON, a bundle begins with the bytes of gzip. */
const keyringIn = (bytes: Buffer): SignedKeyring | undefined => {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return undefined;
  try {
    const keyring = readKeyring(JSON.parse(bytes.toString('utf8')));
    if (keyring.ok) return keyring.value;
    throw new UsageError(keyring.error.message);
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError('this is neither a bundle nor a keyring');
  }
};

interface Signed {
  readonly bytes: Uint8Array | string;
  readonly what: string;
  readonly keyIds: readonly string[];
}

const signed = (path: string, key: SigningKey, io: PolicyIo): Signed | string => {
  const keyring = keyringIn(readBytes(path, io));
  if (keyring) {
    const after = signKeyring(keyring, key);
    const keyIds = after.signatures.flatMap((token) => claimedKeyId(token) ?? []);
    return {
      bytes: `${JSON.stringify(after, undefined, 2)}\n`,
      what: `keyring ${after.statement.version}`,
      keyIds,
    };
  }
  const files = readBundle(path, io);
  if (!files.ok) return files.error.message;
  const statement = statementIn(files.value);
  if (!statement.ok) return statement.error.message;
  const after = addSignature(files.value, key);
  if (!after.ok) return after.error.message;
  const tokens = signaturesOf(after.value);
  return {
    bytes: packBundle(after.value),
    what: `version ${statement.value.version}, digest ${statement.value.digest}`,
    keyIds: tokens.ok ? tokens.value.flatMap((token) => claimedKeyId(token) ?? []) : [],
  };
};

export const sign: PolicyCommand = {
  name: 'sign',
  usage:
    'sign FILE --key FILE [--out FILE]   adds a signature to a bundle or a keyring; without --key: REFLEX_SIGNING_KEY',
  run: async (args, io) => {
    const { paths, format, text } = optionsIn(args, { key: 'string', out: 'string' });
    const path = onePath(paths, 'sign', 'one bundle or keyring');
    const key = keyToSignWith(text('key'), io, process.env);
    const result = signed(path, key, io);
    if (typeof result === 'string') {
      io.err(`reflex: \`${path}\` is not signed: ${result}`);
      return POLICY_EXIT.findings;
    }
    const out = text('out') ?? path;
    writeBytes(out, result.bytes, io);
    if (format === 'json') io.out(JSON.stringify({ file: out, key_id: key.keyId, key_ids: result.keyIds }));
    else io.out(`${out}: ${result.what}, signed by ${result.keyIds.join(', ')}`);
    return POLICY_EXIT.done;
  },
};
