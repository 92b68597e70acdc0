import { err, ok, type Result } from '../../../common/result';
import { HASH_BYTES, type Hash } from './merkle';
import { fromBase64 } from './verifier_key';

/* The text of a checkpoint (c2sp.org/tlog-checkpoint): origin, size of the tree, its root, and lines of our own. */

export interface Checkpoint {
  /** Which log it is; the name of its key, too. */
  readonly origin: string;
  readonly size: number;
  readonly root: Hash;
  /** None empty. */
  readonly extensions: readonly string[];
}

export const checkpointText = ({ origin, size, root, extensions }: Checkpoint): string =>
  [origin, String(size), Buffer.from(root).toString('base64'), ...extensions].map((line) => `${line}\n`).join('');

/** Reads the text of a checkpoint. The error is a sentence. */
export const parseCheckpoint = (text: string): Result<Checkpoint, string> => {
  const [origin = '', size = '', root = '', ...extensions] = text.replace(/\n$/, '').split('\n');
  const hash = fromBase64(root);
  const isSize = /^(0|[1-9]\d*)$/.test(size) && Number.isSafeInteger(Number(size));
  if (origin === '' || !isSize || hash?.length !== HASH_BYTES || extensions.includes(''))
    return err('this is no checkpoint');
  return ok({ origin, size: Number(size), root: hash, extensions });
};
