import { err, ok, type Result } from '../../../../common/result';
import type { Doctrine, HeadSet } from '../doctrine';
import type { CommitInfo, CommitPerson } from '../../ports';
import { handsIn, userOf } from './commit_message';
import { distinctNames } from '../../record/person';
import { refusal, type Refusal } from '../../record/refusal';

/** Who had a hand in commits. */
interface Writers {
  readonly users: readonly string[];
  /** `Name <address>` of those that nobody here knows. */
  readonly unknown: readonly string[];
}

const MOST_UNRELEASED = 5_000;
/** So many are asked for, to know that there are more. */
export const MOST_ASKED = MOST_UNRELEASED + 1;
const MOST_NAME = 250;

const addressed = ({ name, email }: CommitPerson): string =>
  `${name.slice(0, MOST_NAME)} <${email.slice(0, MOST_NAME)}>`;

/**
 * Everybody who had a hand in commits.
 *
 * @param isOurs whether this Reflex made a commit: only then the addresses that it makes up for its users say anything
 */
export const writersIn = (
  commits: readonly CommitInfo[],
  people: ReadonlyMap<string, string>,
  isOurs: (commit: string) => boolean,
): Writers => {
  const users: string[] = [];
  const unknown = new Map<string, string>();
  for (const commit of commits) {
    for (const person of handsIn(commit)) {
      const user =
        people.get(person.email.trim().toLowerCase()) ?? (isOurs(commit.id) ? userOf(person, people) : undefined);
      if (user !== undefined) users.push(user);
      else unknown.set(person.email.trim().toLowerCase() || person.name, addressed(person));
    }
  }
  return { users: distinctNames(users), unknown: [...unknown.values()] };
};

/** Everybody who had a hand in what is not in force yet. Refused where there is more of it than is looked through. */
export const writersOf = async (doctrine: Doctrine, head: HeadSet): Promise<Result<Writers, Refusal>> => {
  const commits = await doctrine.unreleased(head, MOST_ASKED);
  if (!commits.ok) return commits;
  if (commits.value.length > MOST_UNRELEASED)
    return err(
      refusal(
        'too_large',
        `more than ${MOST_UNRELEASED} commits are not released yet, so nobody can say who wrote them; release from an earlier commit first, or begin with a branch of fewer commits`,
      ),
    );
  return ok(writersIn(commits.value, doctrine.options.people, (commit) => doctrine.isOwnCommit(commit)));
};
