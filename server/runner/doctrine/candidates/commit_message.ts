import type { Approval, BundleStatement } from '../../../../common/policy/bundle';
import type { CommitInfo, CommitPerson } from '../../ports';

/* What commits of Reflex say, and what is read from the commits of others. */

/** Addresses that nobody can have: they only say who it was here. */
const DOMAIN = 'reflex.invalid';

export const REFLEX: CommitPerson = { name: 'Reflex', email: `reflex@${DOMAIN}` };

const MOST_SUBJECT = 72;

/** One line, without what would end a name or begin a trailer. */
const plain = (text: string): string => text.replace(/[\u0000-\u001f\u007f<>\s]+/g, ' ').trim();

const trailers = (entries: ReadonlyArray<readonly [name: string, value: string]>): string =>
  entries.map(([name, value]) => `${name}: ${plain(value)}`).join('\n');

/** First line short, the whole text below it if it is longer. */
const worded = (changelog: string): string => {
  const text = changelog.replace(/\r/g, '').trim();
  const first = text.split('\n')[0] ?? '';
  if (first === text && first.length <= MOST_SUBJECT) return text;
  return `${first.slice(0, MOST_SUBJECT).trim()}\n\n${text}`;
};

export const seedMessage = ({ version, digest, changelog }: BundleStatement): string =>
  `The policies in force, version ${version}: ${plain(changelog).slice(0, MOST_SUBJECT)}\n\n${trailers([
    ['Reflex-Bundle-Version', String(version)],
    ['Reflex-Bundle-Digest', digest],
  ])}\n`;

interface CommitWords {
  readonly candidate: string;
  readonly digest: string;
  readonly changelog: string;
  readonly approvals: readonly Approval[];
  /** Who wrote parts of it besides its author. */
  readonly others: readonly CommitPerson[];
}

export const candidateMessage = ({ candidate, digest, changelog, approvals, others }: CommitWords): string =>
  `${worded(changelog)}\n\n${trailers([
    ...approvals.map(({ user, four_eyes }) => ['Approved-by', `${user} (four-eyes ${four_eyes})`] as const),
    ['Reflex-Candidate', candidate],
    ['Reflex-Digest', digest],
  ])}${others.map(({ name, email }) => `\nCo-authored-by: ${plain(name)} <${plain(email)}>`).join('')}\n`;

/** Trailers by name in lower case: lines of the last paragraph, if all of it is trailers. */
export const trailersOf = (message: string): ReadonlyMap<string, readonly string[]> => {
  const last =
    message
      .trim()
      .split(/\n\s*\n/)
      .slice(1)
      .at(-1) ?? '';
  const found = new Map<string, string[]>();
  for (const line of last.split('\n')) {
    const [, name, value] = /^([A-Za-z][A-Za-z0-9-]*): (.+)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) return new Map();
    found.set(name.toLowerCase(), [...(found.get(name.toLowerCase()) ?? []), value.trim()]);
  }
  return found;
};

/** A user of this Reflex as a person of a commit. */
export const personOf = (user: string, people: ReadonlyMap<string, string>): CommitPerson => {
  const known = [...people].find(([, name]) => name === user)?.[0];
  const local = user.toLowerCase().replace(/[^a-z0-9._+-]+/g, '-') || 'nobody';
  return { name: plain(user) || 'nobody', email: known ?? `${local}@users.${DOMAIN}` };
};

/** Who a person of a commit is here: by the settings, or as this Reflex named them itself. */
export const userOf = ({ name, email }: CommitPerson, people: ReadonlyMap<string, string>): string | undefined => {
  const address = email.trim().toLowerCase();
  if (address === REFLEX.email) return 'reflex';
  return people.get(address) ?? (address.endsWith(`@users.${DOMAIN}`) ? name : undefined);
};

/** A line that names somebody else who wrote it; one that cannot be read still says that there was somebody. */
const coAuthorIn = (value: string): CommitPerson => {
  const open = value.lastIndexOf('<');
  const email = value.slice(open + 1, -1);
  return open < 0 || !value.endsWith('>') || email === '' || email.includes('>')
    ? { name: value, email: '' }
    : { name: value.slice(0, open).trim(), email };
};

/** Everybody who had a hand in a commit: author, committer, and those it was written with, wherever it says so. */
export const handsIn = ({ author, committer, message }: CommitInfo): readonly CommitPerson[] => [
  author,
  committer,
  ...[...message.matchAll(/^[ \t]*co-authored-by[ \t]*:(.*)$/gim)].flatMap(([, value = '']) =>
    value.trim() === '' ? [] : [coAuthorIn(value.trim())],
  ),
];
