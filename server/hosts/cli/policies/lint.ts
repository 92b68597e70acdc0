import { present } from '../../../../common/present';
import { existsSync } from 'fs';
import { basename, dirname, join, resolve } from 'path';
import type { PolicyFile } from '../../../../common/policy/bundle';
import { LAYERS, millisecondsOf } from '../../../../common/policy/policy';
import { missingGuards } from '../../../engine/policy/guard_set';
import { parseYaml } from '../../../../common/policy/text/yaml_source';
import type { PolicyCommand, PolicyIo } from './command';
import { asError, exitFor, inPlace, tellFindings, type Finding } from './findings';
import { optionsIn } from './options';
import { readSet, type ReadSet } from './read_set';

type Path = ReadonlyArray<string | number>;

const found = (
  file: PolicyFile,
  at: Path,
  { level, code, message, hint }: Pick<Finding, 'level' | 'code' | 'message' | 'hint'>,
): Finding => ({
  file: file.path,
  ...parseYaml(file.path, file.source).placeOf(at),
  level,
  code,
  message,
  ...present({ hint }),
});

const misplaced = (file: PolicyFile): Finding[] => {
  const { id } = file.policy.metadata;
  const name = basename(file.path).replace(/\.ya?ml$/, '');
  const folder = basename(dirname(file.path));
  const { layer } = file.policy.spec;
  const isLayer = (LAYERS as readonly string[]).includes(folder);
  return [
    ...(name === id
      ? []
      : [
          found(file, ['metadata', 'id'], {
            level: 'warning',
            code: 'other_name',
            message: `the file is called \`${name}\` and the policy \`${id}\``,
            hint: `call the file \`${id}.yaml\``,
          }),
        ]),
    ...(isLayer && folder !== layer
      ? [
          found(file, ['spec', 'layer'], {
            level: 'error',
            code: 'wrong_folder',
            message: `a policy of layer \`${layer}\` stands in the folder \`${folder}\``,
            hint: `move it to \`${layer}/\``,
          }),
        ]
      : []),
  ];
};

const untested = (file: PolicyFile, { cases }: ReadSet): Finding[] =>
  (file.policy.spec.tests?.length ?? 0) > 0 || cases.some(({ policy }) => policy === file.policy.metadata.id)
    ? []
    : [
        found(file, ['spec'], {
          level: 'warning',
          code: 'no_tests',
          message: `\`${file.policy.metadata.id}\` has no tests`,
          hint: 'write one event that it is for and one that it is not for, in `spec.tests` or a cases file',
        }),
      ];

const outdated = (file: PolicyFile, now: number): Finding[] => {
  const { expires, review } = file.policy.spec;
  const ended = expires !== undefined && Date.parse(`${expires}T00:00:00Z`) <= now;
  return [
    ...(ended
      ? [
          found(file, ['spec', 'expires'], {
            level: 'warning',
            code: 'expired_policy',
            message: `it expired on ${expires} and decides nothing any more`,
            hint: 'give it a later day, or remove it',
          }),
        ]
      : []),
    ...(review === undefined || millisecondsOf(review.every) === undefined
      ? [
          found(file, ['spec'], {
            level: 'warning',
            code: 'no_review',
            message: 'it says not how often a person looks at it again',
            hint: 'add `review: { every: 90d }`',
          }),
        ]
      : []),
  ];
};

/** A guard is a file of its own, in the folder `guards` beside the policies. */
const guardless = (file: PolicyFile, io: PolicyIo): Finding[] => {
  const folder = dirname(resolve(io.cwd, file.path));
  const places = [folder, dirname(folder)];
  const has = (guard: string): boolean => places.some((each) => existsSync(join(each, 'guards', `${guard}.rego`)));
  return missingGuards([file], { has }).map(asError);
};

/** All findings of a set: what a bundle would be refused for, and what is probably not meant. */
export const lintSet = (set: ReadSet, io: PolicyIo): readonly Finding[] =>
  inPlace([
    ...set.findings,
    ...set.policies.flatMap((file) => [
      ...misplaced(file),
      ...untested(file, set),
      ...outdated(file, io.now),
      ...guardless(file, io),
    ]),
  ]);

export const lint: PolicyCommand = {
  name: 'lint',
  usage: 'lint [PATH…] [--strict]             every fault with its place; --strict: warnings are faults too',
  run: async (args, io) => {
    const { paths, format, flag } = optionsIn(args, { strict: 'boolean' });
    const set = await readSet(paths, io);
    const findings = lintSet(set, io);
    if (format === 'json') io.out(JSON.stringify({ files: set.files.size, findings }));
    else tellFindings(io, findings, `${set.files.size} policies`);
    return exitFor(findings, flag('strict'));
  },
};
