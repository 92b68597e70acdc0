import type { BundleFault } from '../../../../common/policy/bundle_fault';
import type { TrustedBundle } from '../../../../common/policy/bundle';
import { err, ok, type Result } from '../../../../common/result';
import type { TrustRules } from '../../../engine/policy/signature';
import { mayFollow, statementIn, verifyBundle } from '../../../engine/policy/verify_bundle';
import { onePath, publicKeysIn, readBundle, wholeNumber } from './bundle_io';
import { POLICY_EXIT, UsageError, type PolicyCommand, type PolicyIo } from './command';
import { optionsIn } from './options';

const verified = (
  path: string,
  after: string | undefined,
  rules: TrustRules,
  io: PolicyIo,
): Result<TrustedBundle, BundleFault> => {
  const files = readBundle(path, io);
  if (!files.ok) return files;
  const bundle = verifyBundle(files.value, rules);
  if (!bundle.ok || after === undefined) return bundle;
  const before = readBundle(after, io);
  const statement = before.ok ? statementIn(before.value) : before;
  if (!statement.ok) throw new UsageError(`\`${after}\`: ${statement.error.message}`);
  const follows = mayFollow(statement.value, statement.value.version, bundle.value.statement);
  return follows.ok ? ok(bundle.value) : err(follows.error);
};

export const verify: PolicyCommand = {
  name: 'verify',
  usage:
    'verify BUNDLE --key FILE,… [--revoked FILE,…] [--threshold N] [--after BUNDLE]   as every agent does; public keys',
  run: async (args, io) => {
    const { paths, format, text } = optionsIn(args, {
      key: 'string',
      revoked: 'string',
      threshold: 'string',
      after: 'string',
    });
    const path = onePath(paths, 'verify', 'one bundle');
    const files = text('key');
    if (files === undefined) throw new UsageError('name the public keys that you trust with --key FILE,…');
    const rules = {
      keys: [...publicKeysIn(files, io), ...publicKeysIn(text('revoked') ?? '', io, true)],
      threshold: wholeNumber(text('threshold'), 'threshold', 1),
      now: io.now,
    };
    const bundle = verified(path, text('after'), rules, io);
    if (!bundle.ok) {
      if (format === 'json') io.out(JSON.stringify({ trusted: false, ...bundle.error }));
      else io.out(`${path}: refused (${bundle.error.code}): ${bundle.error.message}`);
      return POLICY_EXIT.findings;
    }
    const { statement, keyIds, policies } = bundle.value;
    const { version, digest } = statement;
    if (format === 'json')
      io.out(JSON.stringify({ trusted: true, version, digest, key_ids: keyIds, policies: policies.length }));
    else io.out(`${path}: good: version ${version} of ${policies.length} policies, signed by ${keyIds.join(', ')}`);
    return POLICY_EXIT.done;
  },
};
