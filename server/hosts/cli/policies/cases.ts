import type { PolicyFile } from '../../../../common/policy/bundle';
import type { PolicyTest } from '../../../../common/policy/policy';
import { parseYaml } from '../../../../common/policy/text/yaml_source';
import type { ReadSet } from './read_set';

/** A test with the place that it is written at. */
interface PlacedTest {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly test: PolicyTest;
}

/** All tests of a policy, those in it and those beside it. */
export const testsOf = (file: PolicyFile, { cases }: Pick<ReadSet, 'cases'>): readonly PlacedTest[] => {
  const yaml = parseYaml(file.path, file.source);
  return [
    ...(file.policy.spec.tests ?? []).map((test, index) => ({
      file: file.path,
      ...yaml.placeOf(['spec', 'tests', index]),
      test,
    })),
    ...cases
      .filter(({ policy }) => policy === file.policy.metadata.id)
      .flatMap(({ path, cases: more }) =>
        more.map(({ line, column, ...test }) => ({ file: path, line, column, test })),
      ),
  ];
};
