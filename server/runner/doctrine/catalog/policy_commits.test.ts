import { join } from 'path';
import type { PolicyFile } from '../../../../common/policy/bundle';
import { BLOCK_KNOWN_IOC } from '../../../../test/builders/policies';
import { temporaryFolder } from '../../../../test/contracts/temporary_folder';
import { embeddedRepository } from '../../../adapters/git/git_repository';
import { parsePolicy } from '../../../engine/policy/parse_policy';
import type { Doctrine, HeadSet } from '../doctrine';
import { REFLEX, trailersOf } from '../candidates/commit_message';
import { catchUp } from './policy_commits';
import { digestOfSet } from '../releases/release';

const policy = (id: string, confidence = '0.85'): PolicyFile => {
  const parsed = parsePolicy(`${id}.yaml`, BLOCK_KNOWN_IOC.replace('block-known-ioc', id).replace('0.85', confidence));
  if (!parsed.ok) throw new Error('not valid');
  return parsed.value;
};

describe('what was released without the repository', () => {
  it('is committed to an embedded one, as it is in force, and nothing else is touched', async () => {
    const { folder, remove } = temporaryFolder();
    const repository = await embeddedRepository(join(folder, 'policies.git'));
    const paths = new Map([
      ['stays', 'policies/action/renamed.yaml'],
      ['changes', 'policies/action/changes.yaml'],
      ['goes', 'policies/action/goes.yaml'],
    ]);
    const before = [policy('changes'), policy('goes'), policy('stays')];
    const texts = before.map((file) => [paths.get(file.policy.metadata.id) ?? '', file.source] as const);
    const first = await repository.commit({
      parent: undefined,
      files: new Map([...texts, ['policies/guards/a.rego', 'package a\n']]),
      message: 'first\n',
      author: REFLEX,
      committer: REFLEX,
      at: 0,
    });
    if (!first.ok) throw new Error(first.error.message);
    await repository.publish(first.value, undefined);
    const [commit] = await repository.log(first.value, { most: 1 }).then((log) => (log.ok ? log.value : []));
    const after = [policy('changes', '0.9'), policy('new'), policy('stays')];
    const digest = digestOfSet(after);
    const noted: string[] = [];
    const doctrine = {
      options: {
        repository,
        people: new Map(),
        agent: {
          shift: {},
          parts: {
            clock: { utc: () => 0 },
            bundles: {
              active: {
                bundle: {
                  policies: after,
                  guards: { sources: new Map([['b', 'package b\n']]) },
                  statement: { version: 7, digest, changelog: 'from CI', author: 'ana' },
                },
              },
            },
          },
        },
      },
      notePublished: async (_shift: unknown, id: string) => void noted.push(id),
    } as unknown as Doctrine;
    await catchUp(doctrine, {
      commit,
      policies: before,
      guards: new Map([['a', 'package a\n']]),
      faults: [],
      paths,
      digest: digestOfSet(before),
    } as HeadSet);
    const head = await repository.fetch();
    const id = head.ok ? (head.value ?? '') : '';
    const tree = await repository.read(id);
    expect(tree.ok && Object.fromEntries(tree.value.files)).toEqual({
      'policies/action/renamed.yaml': policy('stays').source,
      'policies/action/changes.yaml': policy('changes', '0.9').source,
      'policies/action/new.yaml': policy('new').source,
    });
    expect(tree.ok && Object.fromEntries(tree.value.guards)).toEqual({ 'policies/guards/b.rego': 'package b\n' });
    const log = await repository.log(id, { most: 1 });
    const [made] = log.ok ? log.value : [];
    expect(made?.author.name).toBe('ana');
    expect(trailersOf(made?.message ?? '').get('reflex-bundle-version')).toEqual(['7']);
    expect(noted).toEqual([id]);
    remove();
  });
});
