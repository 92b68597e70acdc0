import type { NewCommit, PolicyRepository } from '../../server/runner/ports';
import type { Result } from '../../common/result';

interface PolicyRepositoryUnderTest {
  readonly repository: PolicyRepository;
  /** Another agent's view of the same branch; itself where there can be no other. */
  readonly other: PolicyRepository;
  readonly dispose: () => Promise<void>;
}

const must = async <Value>(result: Promise<Result<Value, unknown>>): Promise<Value> => {
  const settled = await result;
  if (!settled.ok) throw new Error(JSON.stringify(settled.error));
  return settled.value;
};

const ANA = { name: 'Ana Ämter', email: 'ana@example.org' };
const REFLEX = { name: 'Reflex', email: 'reflex@reflex.invalid' };
const AT = Date.parse('2026-11-22T10:00:00.000Z');

const order = (
  parent: string | undefined,
  files: Record<string, string | undefined>,
  message = 'a change\n',
): NewCommit => ({
  parent,
  files: new Map(Object.entries(files)),
  message,
  author: ANA,
  committer: REFLEX,
  at: AT,
});

const ONE = 'policies/action/one.yaml';
const TWO = 'policies/global/two.yaml';

/** Every promise of `PolicyRepository` in ports. */
export const describePolicyRepository = (name: string, makeOne: () => Promise<PolicyRepositoryUnderTest>): void => {
  describe(`policy repository: ${name}`, () => {
    let made: PolicyRepositoryUnderTest;
    let repository: PolicyRepository;
    beforeEach(async () => {
      made = await makeOne();
      repository = made.repository;
    });
    afterEach(() => made.dispose());

    const path = (file: string): string => file.replace(/^policies/, repository.folder);
    const publish = async (
      parent: string | undefined,
      files: Record<string, string | undefined>,
      message?: string,
    ): Promise<string> => {
      const placed = Object.fromEntries(Object.entries(files).map(([file, text]) => [path(file), text]));
      const commit = await must(repository.commit(order(parent, placed, message)));
      expect(await must(repository.publish(commit, parent))).toBe('published');
      return commit;
    };
    const textsAt = async (commit: string): Promise<Record<string, string>> =>
      Object.fromEntries((await must(repository.read(commit))).files);

    it('is empty at first and followed nothing', async () => {
      expect(await must(repository.fetch())).toBeUndefined();
      expect(await must(repository.followed())).toBeUndefined();
    });

    it('gives back what was committed, byte by byte', async () => {
      const text = '\ufeffid: one\r\n# Grüße 🦊\n';
      const commit = await publish(undefined, { [ONE]: text, [TWO]: 'two\n' });
      expect(await must(repository.fetch())).toBe(commit);
      expect(await textsAt(commit)).toEqual({ [path(ONE)]: text, [path(TWO)]: 'two\n' });
    });

    it('changes and removes files, and leaves all others alone', async () => {
      const other = `${repository.folder}/guards/deny.rego`;
      const first = await publish(undefined, {
        [ONE]: 'one\n',
        [TWO]: 'two\n',
        [other]: 'package reflex\n',
        'README.md': 'hello\n',
      });
      const second = await publish(first, { [ONE]: 'changed\n', [TWO]: undefined });
      expect(await textsAt(second)).toEqual({ [path(ONE)]: 'changed\n' });
      expect((await must(repository.read(second))).guards).toEqual(new Map([[other, 'package reflex\n']]));
      expect(await textsAt(first)).toEqual({ [path(ONE)]: 'one\n', [path(TWO)]: 'two\n' });
    });

    it('gives back guards, without their tests and what is no guard', async () => {
      const guard = 'policies/guards/calm.rego';
      const commit = await publish(undefined, {
        [ONE]: 'one\n',
        [guard]: 'package reflex.guards.calm\n',
        'policies/guards/calm_test.rego': 'package reflex.guards.calm_test\n',
        'policies/guards/README.md': 'hello\n',
        'policies/guards/deeper/other.rego': 'package other\n',
        'policies/action/misplaced.rego': 'package misplaced\n',
      });
      const { guards, refused } = await must(repository.read(commit));
      expect([guards, refused]).toEqual([new Map([[path(guard), 'package reflex.guards.calm\n']]), []]);
      const without = await publish(commit, { [path(guard)]: undefined, [guard]: undefined });
      expect((await must(repository.read(without))).guards.size).toBe(0);
    });

    it('remembers the head that was followed, not the one that was fetched', async () => {
      const first = await publish(undefined, { [ONE]: 'one\n' });
      await must(repository.fetch());
      expect(await must(repository.followed())).toBeUndefined();
      await must(repository.follow(first));
      expect(await must(repository.followed())).toBe(first);
    });

    it('does not move the branch from another head than the expected one', async () => {
      const first = await publish(undefined, { [ONE]: 'one\n' });
      const second = await publish(first, { [ONE]: 'second\n' });
      const late = await must(repository.commit(order(first, { [path(ONE)]: 'late\n' })));
      expect(await must(repository.publish(late, first))).toBe('moved');
      expect(await must(repository.publish(late, undefined))).toBe('moved');
      expect(await must(repository.fetch())).toBe(second);
    });

    it('does not move the branch from a head that was not looked at, even if the commit goes on from it', async () => {
      const first = await publish(undefined, { [ONE]: 'one\n' });
      const second = await publish(first, { [ONE]: 'second\n' });
      const third = await must(repository.commit(order(second, { [path(ONE)]: 'third\n' })));
      expect(await must(repository.publish(third, first))).toBe('moved');
      expect(await must(repository.fetch())).toBe(second);
    });

    it('lets one of two agents win', async () => {
      const first = await publish(undefined, { [ONE]: 'one\n' });
      await must(made.other.fetch());
      const [mine, theirs] = await Promise.all([
        must(repository.commit(order(first, { [path(ONE)]: 'mine\n' }))),
        must(made.other.commit(order(first, { [path(ONE)]: 'theirs\n' }))),
      ]);
      const outcomes = await Promise.all([
        must(repository.publish(mine, first)),
        must(made.other.publish(theirs, first)),
      ]);
      expect([...outcomes].sort()).toEqual(['moved', 'published']);
      expect(await must(repository.fetch())).toBe(outcomes[0] === 'published' ? mine : theirs);
    });

    it('knows what comes from what', async () => {
      const first = await publish(undefined, { [ONE]: 'one\n' });
      const second = await publish(first, { [ONE]: 'two\n' });
      expect(await must(repository.descends(second, first))).toBe(true);
      expect(await must(repository.descends(second, second))).toBe(true);
      expect(await must(repository.descends(first, second))).toBe(false);
      expect(await must(repository.descends(second, '0123456789012345678901234567890123456789'))).toBe(false);
    });

    it('tells the commits since one, with their people and words', async () => {
      const first = await publish(undefined, { [ONE]: 'one\n' });
      const second = await publish(first, { [ONE]: 'two\n' }, 'second\n\nReflex-Candidate: 7\n');
      const third = await publish(second, { [TWO]: 'two\n' }, 'third\n');
      const found = await must(repository.log(third, { until: first, most: 10 }));
      expect(found.map(({ id }) => id)).toEqual([third, second]);
      expect(found[1]).toEqual({
        id: second,
        parents: [first],
        message: 'second\n\nReflex-Candidate: 7\n',
        author: ANA,
        committer: REFLEX,
        at: '2026-11-22T10:00:00.000Z',
      });
      expect((await must(repository.log(third, { most: 2 }))).map(({ id }) => id)).toEqual([third, second]);
      expect(await must(repository.log(first, { until: third, most: 10 }))).toEqual([]);
    });

    it('tells the commits that changed a file, also once it is gone', async () => {
      const first = await publish(undefined, { [ONE]: 'one\n' });
      const second = await publish(first, { [TWO]: 'two\n' });
      const third = await publish(second, { [ONE]: undefined, [TWO]: 'two\n' });
      const found = await must(repository.fileLog(third, path(ONE), 10));
      expect(found.map(({ id }) => id)).toEqual([third, first]);
    });

    it('removes the last file', async () => {
      const first = await publish(undefined, { [ONE]: 'one\n' });
      const second = await publish(first, { [ONE]: undefined });
      expect(await textsAt(second)).toEqual({});
    });

    it('says what is wrong where a commit is not there', async () => {
      const read = await repository.read('0123456789012345678901234567890123456789');
      expect(read).toMatchObject({ ok: false, error: { code: 'damaged' } });
    });
  });
};
