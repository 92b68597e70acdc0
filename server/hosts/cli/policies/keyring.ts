import { present } from '../../../../common/present';
import { iso } from '../../../../common/iso';
import { readKeyring } from '../../../engine/policy/keyring';
import { pemsIn, publicKeysIn, wholeNumber, writeBytes } from './bundle_io';
import { POLICY_EXIT, UsageError, type PolicyCommand } from './command';
import { optionsIn } from './options';

export const keyring: PolicyCommand = {
  name: 'keyring',
  usage:
    'keyring --number N --keys FILE,… [--revoke FILE,…] [--threshold N] [--freshness FILE,…] [--out FILE]   which keys are trusted from now on; sign it with the old and the new ones',
  run: async (args, io) => {
    const { paths, text } = optionsIn(args, { number: 'string', keys: 'string', revoke: 'string', threshold: 'string', freshness: 'string', out: 'string' }); // prettier-ignore
    const number = text('number');
    const keys = text('keys');
    if (paths.length > 0 || number === undefined || keys === undefined)
      throw new UsageError(
        '`reflex policies keyring` takes --number N (one more than the keyring in force) and --keys',
      );
    const freshness = text('freshness');
    const statement = {
      version: wholeNumber(number, 'number', 1),
      issued_at: iso(io.now),
      threshold: wholeNumber(text('threshold'), 'threshold', 1),
      keys: [
        ...pemsIn(keys, io).map(({ pem }) => ({ public_key: pem })),
        ...pemsIn(text('revoke') ?? '', io).map(({ pem }) => ({ public_key: pem, revoked: true })),
      ],
      ...present({
        freshness_keys: freshness === undefined ? undefined : publicKeysIn(freshness, io).map(({ keyId }) => keyId),
      }),
    };
    const made = readKeyring({ statement, signatures: [] });
    if (!made.ok) throw new UsageError(made.error.message);
    const out = text('out') ?? 'keyring.json';
    writeBytes(out, `${JSON.stringify(made.value, undefined, 2)}\n`, io);
    io.out(`${out}: keyring ${statement.version} of ${statement.keys.length} keys, not signed yet`);
    return POLICY_EXIT.done;
  },
};
