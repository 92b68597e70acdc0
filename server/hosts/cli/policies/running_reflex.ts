import { join } from 'path';
import { foldersFor } from '../../standalone/folders';
import type { Address } from '../address';
import { addressIn, DEFAULT_URL } from '../arguments';
import { UsageError } from './command';
import type { Options } from './options';

/** The options of commands that ask the running Reflex. */
export const ADDRESS_OPTIONS = { url: 'string', 'token-file': 'string' } as const;

/** @throws UsageError if what was given is no address */
export const addressOf = ({ text }: Pick<Options, 'text'>): Address => {
  const address = addressIn(text('url') ?? DEFAULT_URL, text('token-file') ?? join(foldersFor({}).data, 'key'));
  if (!address.ok) throw new UsageError(address.error);
  return address.value;
};
