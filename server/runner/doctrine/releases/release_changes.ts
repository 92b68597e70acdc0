import { recordOf } from '../../record/records';
import type { BundleStatement } from '../../../../common/policy/bundle';
import type { Released } from '../../../engine/learning/rhythm';
import { digestOf } from '../../../engine/digest/digest';
import { statementDigest } from '../../../engine/policy/verify_bundle';
import { chain } from './release_book';
import type { ReleaseDesk } from './release';

/*
 * What each released version changed, as the archive has it: candidates, uploaded bundles and emergencies alike.
 */

/** Policies older than so many versions count as last changed by the oldest of them. */
const MOST_VERSIONS = 200;
const MOST_RELEASES = 1_000;

/** Digest of each text by policy id. */
type Texts = ReadonlyMap<string, string>;

/** Released versions never change: what was read of one is kept. */
const known = new WeakMap<ReleaseDesk['archive'], Map<string, Texts>>();

const idOf = (path: string): string => (path.split('/').pop() ?? path).replace(/\.yaml$/, '');

const textsOf = async ({ archive }: ReleaseDesk, statement: BundleStatement): Promise<Texts> => {
  const cache = known.get(archive) ?? new Map<string, Texts>();
  known.set(archive, cache);
  const digest = statementDigest(statement);
  const cached = cache.get(digest);
  if (cached) return cached;
  const files = (await archive.get(statement.version, digest)) ?? new Map<string, Uint8Array>();
  const texts = new Map(
    [...files]
      .filter(([path]) => path.endsWith('.yaml'))
      .map(([path, bytes]) => [idOf(path), digestOf(new TextDecoder().decode(bytes))]),
  );
  if (cache.size >= 2 * MOST_VERSIONS) cache.clear();
  cache.set(digest, texts);
  return texts;
};

const changesBetween = (before: Texts, after: Texts): Released['changes'] =>
  [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((policy) => {
    const [was, is] = [before.get(policy), after.get(policy)];
    if (was === is) return [];
    return [{ policy, change: was === undefined ? 'added' : is === undefined ? 'removed' : 'changed' }] as const;
  });

/** When each version came into force; a bundle that was signed elsewhere may have been made long before. */
const releaseTimes = async ({ agent }: ReleaseDesk): Promise<ReadonlyMap<string, string>> => {
  const found = await agent.parts.evidence.find({
    family: 'audit',
    where: { verb: 'release', 'object.type': 'bundle' },
    order: 'newest',
    limit: MOST_RELEASES,
  });
  return new Map(found.entries.map(({ at, body }) => [recordOf('audit', body).object.id, at]));
};

/** Released versions with what they changed, newest first. */
export const releasedChanges = async (desk: ReleaseDesk): Promise<readonly Released[]> => {
  const times = await releaseTimes(desk);
  const released: Released[] = [];
  let newer: { readonly statement: BundleStatement; readonly texts: Texts } | undefined;
  const add = (before: Texts): void => {
    if (!newer) return;
    const { statement, texts } = newer;
    released.push({
      created_at: times.get(String(statement.version)) ?? statement.created_at,
      author: statement.author,
      changelog: statement.changelog,
      released_version: statement.version,
      changes: changesBetween(before, texts),
    });
  };
  for await (const { statement } of chain(desk)) {
    const texts = await textsOf(desk, statement);
    add(texts);
    newer = { statement, texts };
    if (released.length >= MOST_VERSIONS) return released;
  }
  // The first version is where everything began, not a change; a chain that breaks off earlier tells nothing of it.
  return released;
};
