import { present } from '../../../../common/present';
import { bundleInForce, versionInForce } from '../../trust/in_force';
import type { ReleaseView } from '../../../../common/api/routes/releases';
import type { CandidateView } from '../../../../common/api/policy_views';
import type { BundleFiles, BundleStatement, Guards, PolicyFile } from '../../../../common/policy/bundle';
import { err, ok, type Result } from '../../../../common/result';
import { contentDigest } from '../../../engine/policy/bundle_files';
import { parsePolicies } from '../../../engine/policy/parse_policy';
import { claimedKeyId } from '../../../engine/policy/signature';
import { signaturesOf } from '../../../engine/policy/sign_bundle';
import { guardsIn, statementDigest, statementIn } from '../../../engine/policy/verify_bundle';
import type { BundleArchive } from '../../ports';
import { refusal, type Refusal } from '../../record/refusal';
import type { ReleaseDesk } from './release';

/*
 * What was released, as the archive has it. The keys of an old version may be gone or revoked by now; what proves it
 * is the chain: each statement holds the digest of the one before, up to the one in force, which the keys of today
 * have signed.
 */

export interface Entry {
  readonly statement: BundleStatement;
  readonly keyIds: readonly string[];
  readonly policies: number;
}

/** Released versions never change: what was read of one is kept, without its policies. */
const known = new WeakMap<BundleArchive, Map<string, Entry>>();
const MOST_KNOWN = 10_000;
const AT_ONCE = 4;

const entryOf = (files: BundleFiles): Entry | undefined => {
  const statement = statementIn(files);
  const signatures = signaturesOf(files);
  if (!statement.ok || !signatures.ok) return undefined;
  return {
    statement: statement.value,
    keyIds: signatures.value.flatMap((token) => claimedKeyId(token) ?? []),
    policies: [...files.keys()].filter((path) => path.endsWith('.yaml')).length,
  };
};

const read = async (archive: BundleArchive, version: number, digest: string): Promise<Entry | undefined> => {
  const cache = known.get(archive) ?? new Map<string, Entry>();
  known.set(archive, cache);
  const cached = cache.get(digest);
  if (cached) return cached;
  const files = await archive.get(version, digest);
  const entry = files && entryOf(files);
  // INVARIANT (INV-9): what is filed under a digest counts only if it has that digest.
  if (!entry || statementDigest(entry.statement) !== digest) return undefined;
  if (cache.size >= MOST_KNOWN) cache.clear();
  cache.set(digest, entry);
  return entry;
};

/** The versions from the one in force backwards, as far as the chain of digests is whole. */
export async function* chain({ agent, archive }: ReleaseDesk): AsyncGenerator<Entry> {
  const active = bundleInForce(agent);
  if (!active) return;
  let digest = statementDigest(active.statement);
  for (let { version } = active.statement; version > 0; version -= 1) {
    const entry = await read(archive, version, digest);
    if (!entry) return;
    yield entry;
    digest = entry.statement.prev_digest;
  }
}

const viewOf = ({ statement, keyIds, policies }: Entry, inForce: number): ReleaseView => {
  const { approvals, prev_digest: _prev, guards, ...rest } = statement;
  return {
    ...rest,
    statement_digest: statementDigest(statement),
    approvals: approvals.map((approval) => ({ ...approval })),
    key_ids: [...keyIds],
    policies,
    in_force: statement.version === inForce,
    ...present({ guards: guards && [...guards.names] }),
  };
};

export const MOST_LISTED = 50;

/**
 * Released versions, newest first, one page of them.
 *
 * @param before only versions lower than this one
 */
export const listReleases = async (desk: ReleaseDesk, before = Infinity): Promise<readonly ReleaseView[]> => {
  const inForce = versionInForce(desk.agent);
  const names = await desk.archive.newest();
  // Read side by side first; the walk along the chain then finds them known.
  for (let at = 0; at < names.length; at += AT_ONCE)
    await Promise.all(
      names.slice(at, at + AT_ONCE).map((name) => read(desk.archive, name.version, name.statement_digest)),
    );
  const found: ReleaseView[] = [];
  for await (const entry of chain(desk)) {
    // What is newer is walked along, because only the chain proves what comes after it.
    if (entry.statement.version >= before) continue;
    found.push(viewOf(entry, inForce));
    if (found.length === MOST_LISTED) break;
  }
  return found;
};

/** A released version with its policies, proved by the chain. */
export interface Release {
  readonly view: ReleaseView;
  readonly statement: BundleStatement;
  readonly files: BundleFiles;
  readonly policies: readonly PolicyFile[];
  readonly guards: Guards | undefined;
}

export const findRelease = async (desk: ReleaseDesk, version: number): Promise<Result<Release, Refusal>> => {
  const inForce = versionInForce(desk.agent);
  for await (const entry of chain(desk)) {
    const { statement } = entry;
    if (statement.version !== version) continue;
    const files = await desk.archive.get(version, statementDigest(statement));
    const sources = new Map(
      [...(files ?? [])]
        .filter(([path]) => path.endsWith('.yaml'))
        .map(([path, content]) => [path, new TextDecoder().decode(content)]),
    );
    const guards = files && guardsIn(files, statement);
    if (!files || !guards?.ok || contentDigest(sources) !== statement.digest)
      return err(refusal('bundle_refused', `version ${version} is not in the archive as it was released`));
    const policies = parsePolicies(sources);
    if (policies.ok)
      return ok({ view: viewOf(entry, inForce), statement, files, policies: policies.value, guards: guards.value });
    const [first] = policies.error;
    return err(
      refusal(
        'policy_invalid',
        `version ${version} cannot be read by this version of Reflex any more: ${first?.file ?? ''}:${first?.line ?? 0} ${first?.message ?? ''}`,
      ),
    );
  }
  return err(refusal('not_found', `there is no version ${version} in the archive`));
};

/** What changes from one policy set to another, in order of the ids. */
export const changesBetween = (
  before: readonly PolicyFile[],
  after: readonly PolicyFile[],
): CandidateView['changes'] => {
  const old = new Map(before.map((file) => [file.policy.metadata.id, file]));
  const now = new Map(after.map((file) => [file.policy.metadata.id, file]));
  return [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((policy) => {
    const [was, is] = [old.get(policy), now.get(policy)];
    if (was?.hash === is?.hash) return [];
    return [
      {
        policy,
        change: was === undefined ? ('added' as const) : is === undefined ? ('removed' as const) : ('changed' as const),
        ...present({
          before: was?.source,
          mode_before: was && was.policy.spec.mode,
          after: is?.source,
          mode_after: is && is.policy.spec.mode,
        }),
      },
    ];
  });
};
