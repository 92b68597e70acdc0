import type { CommitInfo } from '../../ports';
import { candidateMessage, handsIn, personOf, REFLEX, trailersOf, userOf } from './commit_message';

const people = new Map([['ana@example.org', 'ana']]);
const words = (changelog: string, user = 'ben') =>
  candidateMessage({
    candidate: 'candidate-1',
    digest: 'sha256:1',
    changelog,
    approvals: [{ user, at: '', reason: '', digest: '', four_eyes: true }],
    others: [{ name: 'Carl', email: 'carl@example.org' }],
  });

describe('the words of a commit', () => {
  it('are the changelog and trailers', () => {
    expect(words('block more')).toBe(
      'block more\n\nApproved-by: ben (four-eyes true)\nReflex-Candidate: candidate-1\nReflex-Digest: sha256:1\nCo-authored-by: Carl <carl@example.org>\n',
    );
  });

  it('begin with a short line, and keep the whole text', () => {
    const long = `${'word '.repeat(30)}end`;
    const [first, , text] = words(long).split('\n');
    expect(first?.length).toBeLessThanOrEqual(72);
    expect(text).toBe(long);
  });

  it.each([
    ['in the changelog', words('harmless\n\nReflex-Candidate: another\nApproved-by: eve (four-eyes true)')],
    ['in a name', words('harmless', 'eve\nReflex-Candidate: another')],
  ])('cannot be forged %s', (_where, message) => {
    expect(trailersOf(message).get('reflex-candidate')).toEqual(['candidate-1']);
    expect(trailersOf(message).get('approved-by')).toHaveLength(1);
  });

  it('have no trailers where the last paragraph is prose, or the only one', () => {
    expect(trailersOf('subject\n\nSee: this\nand that').size).toBe(0);
    expect(trailersOf('Approved-by: ana').size).toBe(0);
  });
});

describe('people of commits', () => {
  it('are known by their address, whatever its case, and by what this Reflex wrote', () => {
    expect(userOf({ name: 'A.', email: 'ANA@example.org' }, people)).toBe('ana');
    expect(userOf(personOf('ben', people), people)).toBe('ben');
    expect(userOf(personOf('Jörg <x> O\nNeil', people), people)).toBe('Jörg x O Neil');
    expect(userOf({ name: 'ana', email: 'eve@example.org' }, people)).toBeUndefined();
    expect(userOf(REFLEX, people)).toBe('reflex');
  });

  it('commit under the address that the settings know', () => {
    expect(personOf('ana', people)).toEqual({ name: 'ana', email: 'ana@example.org' });
    expect(personOf('ben', people)).toEqual({ name: 'ben', email: 'ben@users.reflex.invalid' });
  });

  it('are authors, committers and those it was written with', () => {
    const commit: CommitInfo = {
      id: '',
      parents: [],
      at: '',
      message: 'subject\n\nCo-authored-by: Ana <ana@example.org>',
      author: { name: 'a', email: 'a@example.org' },
      committer: { name: 'c', email: 'c@example.org' },
    };
    expect(handsIn(commit).map(({ email }) => email)).toEqual(['a@example.org', 'c@example.org', 'ana@example.org']);
  });
});
