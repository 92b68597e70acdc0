import { present } from '../../../../common/present';
import { iso } from '../../../../common/iso';
import type { BundleStatement } from '../../../../common/policy/bundle';
import {
  approvedDigest,
  bundleFiles,
  contentDigest,
  guardsStatement,
  policyPath,
} from '../../../engine/policy/bundle_files';
import { signBundle } from '../../../engine/policy/sign_bundle';
import { statementDigest, statementIn } from '../../../engine/policy/verify_bundle';
import { compiled, guardFindings } from './ask_guards';
import { keyToSignWith, packBundle, readBundle, wholeNumber, writeBytes } from './bundle_io';
import { POLICY_EXIT, UsageError, type PolicyCommand, type PolicyIo } from './command';
import { exitFor, tellFindings } from './findings';
import { lintSet } from './lint';
import { optionsIn, type Options } from './options';
import { readGuards } from './read_guards';
import { readSet } from './read_set';

const USUAL_FILE = 'bundle.tar.gz';

/** Which version it is, and what it follows. */
const placeOf = ({ text }: Options, io: PolicyIo): Pick<BundleStatement, 'version' | 'prev_digest'> => {
  const after = text('after');
  if (after === undefined) {
    const prev = text('prev-digest');
    const version = wholeNumber(text('version'), 'version', 1);
    if (version > 1 && !/^[0-9a-f]{64}$/.test(prev ?? ''))
      throw new UsageError('a version above 1 follows another: name it with --after BUNDLE, or with --prev-digest');
    return { version, prev_digest: prev ?? 'genesis' };
  }
  const files = readBundle(after, io);
  const statement = files.ok ? statementIn(files.value) : files;
  if (!statement.ok) throw new UsageError(`\`${after}\`: ${statement.error.message}`);
  return { version: statement.value.version + 1, prev_digest: statementDigest(statement.value) };
};

const required = ({ text }: Options, name: string, why: string): string => {
  const value = text(name);
  if (value === undefined || value.trim() === '') throw new UsageError(`say ${why} with --${name}`);
  return value;
};

const expiryOf = ({ text }: Options): Pick<BundleStatement, 'expires_at'> => {
  const day = text('expires');
  if (day === undefined) return {};
  const at = Date.parse(day);
  if (Number.isNaN(at)) throw new UsageError(`\`--expires ${day}\` is no date such as 2027-01-31`);
  return { expires_at: iso(at) };
};

const approvalsOf = (options: Options, digest: string, at: string): BundleStatement['approvals'] => {
  const { text } = options;
  const names = (text('approved-by') ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0) return [];
  const author = required(options, 'author', 'who wrote it');
  const reason = required(options, 'reason', 'why it was approved, for example the pull request,');
  return names.map((user) => ({ user, at, reason, digest, four_eyes: user !== author }));
};

interface Built {
  readonly file: string;
  readonly version: number;
  readonly digest: string;
  readonly policies: number;
  readonly signed: boolean;
}

const tellBuilt = (built: Built, format: string, io: PolicyIo): void => {
  const { file, version, policies, signed, digest } = built;
  if (format === 'json') io.out(JSON.stringify({ built: true, ...built }));
  else
    io.out(
      `${file}: version ${version} of ${policies} policies, ${signed ? 'signed' : 'not signed yet'}, digest ${digest}`,
    );
};

export const build: PolicyCommand = {
  name: 'build',
  usage:
    'build [PATH…] --author NAME --changelog TEXT [--after BUNDLE] [--approved-by NAME,… --reason TEXT] [--key FILE] [--out FILE]   the policies as a bundle; --key signs it',
  run: async (args, io) => {
    const options = optionsIn(args, {
      after: 'string',
      version: 'string',
      'prev-digest': 'string',
      author: 'string',
      changelog: 'string',
      'approved-by': 'string',
      reason: 'string',
      expires: 'string',
      key: 'string',
      out: 'string',
      opa: 'string',
    });
    const { paths, format, text } = options;
    const set = await readSet(paths, io);
    const errors = lintSet(set, io).filter(({ level }) => level === 'error');
    if (errors.length > 0 || set.policies.length === 0) {
      if (format === 'json') io.out(JSON.stringify({ built: false, findings: errors }));
      else tellFindings(io, errors, `nothing was built of ${set.files.size} policies`);
      return errors.length > 0 ? exitFor(errors, true) : POLICY_EXIT.findings;
    }
    const policies = set.policies.map((file) => ({ ...file, path: policyPath(file) }));
    const digest = contentDigest(new Map(policies.map((file) => [file.path, file.source])));
    const read = readGuards(paths, set, io);
    const module = await compiled(read, text('opa'));
    if (!module.ok) {
      // Without `opa` the command cannot do its work; a fault in a guard is a finding.
      if (module.error.code === 'no_opa') throw new UsageError(module.error.message);
      const findings = guardFindings(read, module.error);
      if (format === 'json') io.out(JSON.stringify({ built: false, findings }));
      else tellFindings(io, findings, `nothing was built of ${read.texts.size} guards`);
      return POLICY_EXIT.findings;
    }
    const guards = module.value;
    const created_at = iso(io.now);
    const about = { digest, ...present({ guards: guards && guardsStatement(guards) }) };
    const statement: BundleStatement = {
      ...placeOf(options, io),
      ...about,
      created_at,
      author: required(options, 'author', 'who wrote it'),
      changelog: required(options, 'changelog', 'what changed'),
      approvals: approvalsOf(options, approvedDigest(about), created_at),
      ...expiryOf(options),
    };
    const unsigned = bundleFiles(statement, policies, guards);
    const key = text('key');
    const files = key === undefined ? unsigned : signBundle(unsigned, [keyToSignWith(key, io, {})]);
    const file = text('out') ?? USUAL_FILE;
    writeBytes(file, packBundle(files), io);
    const built = { file, version: statement.version, digest, policies: policies.length, signed: key !== undefined };
    tellBuilt(built, format, io);
    return POLICY_EXIT.done;
  },
};
