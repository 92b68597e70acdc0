import { present } from '../../../common/present';
import type { Policy, PolicyFault } from '../../../common/policy/policy';
import type { YamlSource } from '../../../common/policy/text/yaml_source';
import type { Result } from '../../../common/result';
import { compileCondition, compileText, type ConditionFault } from './cel/condition';
import { judgingEnvironment, proposingEnvironment } from './cel/environment';

type Path = ReadonlyArray<string | number>;
type CheckedCondition = readonly [Path, Result<unknown, ConditionFault>];

const conditionsOf = ({ spec }: Policy): readonly CheckedCondition[] => {
  if (spec.layer === 'action') {
    return [
      [['spec', 'when'], compileCondition(proposingEnvironment, spec.when)],
      ...Object.entries(spec.then.target).map(([type, expression]): CheckedCondition => [
        ['spec', 'then', 'target', type],
        compileText(proposingEnvironment, String(expression)),
      ]),
    ];
  }
  return (['when', 'require'] as const).flatMap((key): readonly CheckedCondition[] => {
    const condition = spec[key];
    return condition === undefined ? [] : [[['spec', key], compileCondition(judgingEnvironment, condition)]];
  });
};

/** What is wrong with the conditions of a policy and with the expressions that yield targets, each at its place. */
export const conditionFaults = (file: string, yaml: YamlSource, policy: Policy): readonly PolicyFault[] =>
  conditionsOf(policy).flatMap(([path, checked]) => {
    if (checked.ok) return [];
    const { offset, message, hint } = checked.error;
    return [
      { file, ...yaml.placeIn(path, offset), code: 'bad_condition', message, ...present({ hint: hint || undefined }) },
    ];
  });
