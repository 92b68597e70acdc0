import { present } from '../../../common/present';
import { iso } from '../../../common/iso';
import type { BundleStatement } from '../../../common/policy/bundle';
import { err, ok, type Result } from '../../../common/result';
import { approvedDigest, MANIFEST, signedList } from '../../engine/policy/bundle_files';
import type { SignRequest } from '../../engine/policy/signer';
import { statementDigest, statementIn } from '../../engine/policy/verify_bundle';
import { approvers, isApproved } from '../../runner/record/four_eyes';

/*
 * What a signer puts its name to. The host that asks may be in enemy hands, so the signer goes by what it reads in the
 * request and by what it signed before.
 */

/** One entry of what was signed. */
export interface Signed {
  readonly kind: SignRequest['kind'] | 'adopted';
  readonly at: string;
  readonly version: number;
  readonly statement_digest: string;
  readonly author?: string;
  readonly approvers?: readonly string[];
  readonly not_after?: string;
}

export interface SignerRules {
  /** A fleet without users has nobody who could approve what another one wrote. */
  readonly singleUser: boolean;
  /** Longest time that one statement says a version is the newest for, ms. */
  readonly mostFreshMs: number;
  /** Most signatures within an hour. */
  readonly mostPerHour: number;
}

const HOUR_MS = 3_600_000;
/** How far the clocks of two machines may differ, ms. */
const SKEW_MS = 5 * 60_000;

const highest = (signed: readonly Signed[], kinds: ReadonlyArray<Signed['kind']>): number =>
  signed.reduce((most, { kind, version }) => (kinds.includes(kind) ? Math.max(most, version) : most), 0);

/** What a bundle says of itself, if the manifest is the one on the list. */
const statementOf = ({
  manifest,
  files,
}: Extract<SignRequest, { kind: 'bundle' }>): Result<BundleStatement, string> => {
  const alone = new Map([[MANIFEST, manifest]]);
  const statement = statementIn(alone);
  if (!statement.ok) return err(statement.error.message);
  const [own] = signedList(alone);
  const listed = files.filter(({ name }) => name === MANIFEST);
  if (listed.length !== 1 || listed[0]?.hash !== own?.hash) return err('the list of files is not that of its manifest');
  if (new Set(files.map(({ name }) => name)).size < files.length) return err('a file is on the list twice');
  return ok(statement.value);
};

const bundleJudged = (
  request: Extract<SignRequest, { kind: 'bundle' }>,
  signed: readonly Signed[],
  { rules, now }: { readonly rules: SignerRules; readonly now: number },
): Result<Signed, string> => {
  const read = statementOf(request);
  if (!read.ok) return read;
  const statement = read.value;
  const { version, author, approvals } = statement;
  const newest = highest(signed, ['bundle', 'adopted']);
  if (version < newest)
    return err(`version ${version} is older than version ${newest}, which was signed here; nothing goes back`);
  const authored = { author, writers: [] };
  const digests = [approvedDigest(statement)];
  // The first version of all is the set that Reflex comes with; nobody is there yet who could approve it.
  if (version > 1 && !isApproved({ ...authored, approvals }, { digests, singleUser: rules.singleUser }))
    return err(`version ${version} names nobody besides its author, \`${author}\`, who approved its content`);
  return ok({
    kind: 'bundle',
    at: iso(now),
    version,
    statement_digest: statementDigest(statement),
    author,
    approvers: approvers(authored, approvals, digests),
  });
};

const freshnessJudged = (
  { statement }: Extract<SignRequest, { kind: 'freshness' }>,
  signed: readonly Signed[],
  { rules, now }: { readonly rules: SignerRules; readonly now: number },
): Result<Signed, string> => {
  const { version, statement_digest, issued_at, not_after } = statement;
  const told = highest(signed, ['freshness']);
  if (version < told) return err(`version ${version} is not the newest: version ${told} was called so here`);
  const isKnown = signed.some(
    (each) => each.kind !== 'freshness' && each.version === version && each.statement_digest === statement_digest,
  );
  if (!isKnown)
    return err(`version ${version} was not signed here; if it is in force, \`reflex signer adopt\` takes its bundle`);
  if (Math.abs(Date.parse(issued_at) - now) > SKEW_MS) return err(`it is said to be of ${issued_at}, not of now`);
  if (Date.parse(not_after) - Date.parse(issued_at) > rules.mostFreshMs)
    return err(`until ${not_after} is longer than ${rules.mostFreshMs / HOUR_MS} h`);
  return ok({ kind: 'freshness', at: iso(now), version, statement_digest, not_after });
};

/**
 * Whether a signer signs something, and what it then writes down.
 *
 * @param signed everything that it signed before
 * @returns the entry, or why it does not sign
 */
export const judge = (
  request: SignRequest,
  signed: readonly Signed[],
  by: { readonly rules: SignerRules; readonly now: number },
): Result<Signed, string> => {
  const lately = signed.filter(({ kind, at }) => kind !== 'adopted' && Date.parse(at) > by.now - HOUR_MS).length;
  if (lately >= by.rules.mostPerHour)
    return err(`${lately} signatures within an hour are enough; look at who asks for so many`);
  return request.kind === 'bundle' ? bundleJudged(request, signed, by) : freshnessJudged(request, signed, by);
};

/** The entry by which a version that was signed elsewhere counts as signed here. */
export const adopted = (statement: BundleStatement, now: number): Signed => ({
  kind: 'adopted',
  at: iso(now),
  version: statement.version,
  statement_digest: statementDigest(statement),
  ...present({ author: statement.author }),
});
