import { iso } from '../../../../common/iso';
import { signFreshness } from '../../../engine/policy/freshness';
import { statementDigest, statementIn } from '../../../engine/policy/verify_bundle';
import { keyToSignWith, onePath, readBundle, wholeNumber, writeBytes } from './bundle_io';
import { POLICY_EXIT, type PolicyCommand } from './command';
import { optionsIn } from './options';

const HOUR_MS = 3_600_000;

export const fresh: PolicyCommand = {
  name: 'fresh',
  usage:
    'fresh BUNDLE --key FILE [--hours N] [--out FILE]   signs that it is the newest version, for so long (24 hours)',
  run: async (args, io) => {
    const { paths, format, text } = optionsIn(args, { key: 'string', hours: 'string', out: 'string' });
    const path = onePath(paths, 'fresh', 'the bundle that is in force');
    const files = readBundle(path, io);
    const statement = files.ok ? statementIn(files.value) : files;
    if (!statement.ok) {
      io.err(`reflex: \`${path}\`: ${statement.error.message}`);
      return POLICY_EXIT.findings;
    }
    const key = keyToSignWith(text('key'), io, process.env);
    const said = {
      version: statement.value.version,
      statement_digest: statementDigest(statement.value),
      issued_at: iso(io.now),
      not_after: iso(io.now + wholeNumber(text('hours'), 'hours', 24) * HOUR_MS),
    };
    const token = signFreshness(said, key);
    const out = text('out');
    if (out !== undefined) writeBytes(out, `${token}\n`, io);
    if (format === 'json') io.out(JSON.stringify({ statement: token, ...said }));
    else io.out(out === undefined ? token : `${out}: version ${said.version} is the newest until ${said.not_after}`);
    return POLICY_EXIT.done;
  },
};
