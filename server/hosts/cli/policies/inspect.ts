import type { BundleFiles, BundleStatement } from '../../../../common/policy/bundle';
import { approvedDigest } from '../../../engine/policy/bundle_files';
import { parsePolicies } from '../../../engine/policy/parse_policy';
import { claimedKeyId } from '../../../engine/policy/signature';
import { signaturesOf } from '../../../engine/policy/sign_bundle';
import { statementDigest, statementIn } from '../../../engine/policy/verify_bundle';
import { onePath, readBundle } from './bundle_io';
import { POLICY_EXIT, type PolicyCommand } from './command';
import { optionsIn } from './options';

interface Inspected extends BundleStatement {
  readonly statement_digest: string;
  readonly key_ids: readonly string[];
  readonly policies: ReadonlyArray<{ readonly id: string; readonly layer: string; readonly mode: string }>;
  readonly faults: readonly string[];
}

const inspected = (files: BundleFiles, statement: BundleStatement): Inspected => {
  const sources = new Map(
    [...files]
      .filter(([path]) => path.endsWith('.yaml'))
      .map(([path, content]) => [path, new TextDecoder().decode(content)]),
  );
  const parsed = parsePolicies(sources);
  const tokens = signaturesOf(files);
  return {
    ...statement,
    statement_digest: statementDigest(statement),
    key_ids: tokens.ok ? tokens.value.flatMap((token) => claimedKeyId(token) ?? []) : [],
    policies: parsed.ok
      ? parsed.value.map(({ policy: { metadata, spec } }) => ({ id: metadata.id, layer: spec.layer, mode: spec.mode }))
      : [],
    faults: parsed.ok
      ? []
      : parsed.error.map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`),
  };
};

const linesOf = (bundle: Inspected): readonly string[] => [
  `version    ${bundle.version}`,
  `digest     ${bundle.digest}`,
  `statement  ${bundle.statement_digest}`,
  `follows    ${bundle.prev_digest}`,
  `made       ${bundle.created_at} by ${bundle.author}`,
  ...(bundle.expires_at === undefined ? [] : [`expires    ${bundle.expires_at}`]),
  `changelog  ${bundle.changelog}`,
  ...(bundle.approvals.length === 0
    ? ['approved   by nobody']
    : bundle.approvals.map(
        ({ user, at, reason, digest, four_eyes }) =>
          `approved   by ${user} at ${at}: ${reason}${four_eyes ? '' : ' (alone)'}${[bundle.digest, approvedDigest(bundle)].includes(digest) ? '' : ' (of other content)'}`,
      )),
  bundle.key_ids.length === 0
    ? 'signed     by nobody'
    : `signed     by ${bundle.key_ids.join(', ')} (not checked here: \`reflex policies verify\`)`,
  ...(bundle.guards ? [`guards     ${bundle.guards.names.join(', ')}`] : []),
  `policies   ${bundle.policies.length}`,
  ...bundle.policies.map(({ id, layer, mode }) => `  ${layer}/${id} (${mode})`),
  ...bundle.faults.map((fault) => `FAULT ${fault}`),
];

export const inspect: PolicyCommand = {
  name: 'inspect',
  usage: 'inspect BUNDLE                      what a bundle says of itself; believes nothing',
  run: async (args, io) => {
    const { paths, format } = optionsIn(args);
    const path = onePath(paths, 'inspect', 'one bundle');
    const files = readBundle(path, io);
    const statement = files.ok ? statementIn(files.value) : files;
    if (!files.ok || !statement.ok) {
      const fault = files.ok ? (statement.ok ? undefined : statement.error) : files.error;
      if (format === 'json') io.out(JSON.stringify({ readable: false, ...fault }));
      else io.out(`${path}: cannot be read (${fault?.code ?? ''}): ${fault?.message ?? ''}`);
      return POLICY_EXIT.findings;
    }
    const bundle = inspected(files.value, statement.value);
    if (format === 'json') io.out(JSON.stringify({ readable: true, ...bundle }));
    else for (const line of linesOf(bundle)) io.out(line);
    return bundle.faults.length > 0 ? POLICY_EXIT.findings : POLICY_EXIT.done;
  },
};
