import { present } from '../../../common/present';
import type { ActionSpec, Policy, PolicyFault } from '../../../common/policy/policy';
import type { YamlSource } from '../../../common/policy/text/yaml_source';
import { compileCondition, compileText } from './cel/condition';
import { aimingEnvironment, judgingEnvironment, proposingEnvironment } from './cel/environment';
import { lookupFaults, type CheckedCondition, type PlacedFault } from './lookup_faults';

const targetsOf = ({ then }: Pick<ActionSpec, 'then'>, at: CheckedCondition[0]): readonly CheckedCondition[] =>
  Object.entries(then.target).map(([type, expression]): CheckedCondition => [
    [...at, 'then', 'target', type],
    compileText(aimingEnvironment, String(expression)),
  ]);

const conditionsOf = ({ spec }: Policy): readonly CheckedCondition[] => {
  if (spec.layer === 'action') {
    return [
      [['spec', 'when'], compileCondition(proposingEnvironment, spec.when)],
      ...targetsOf(spec, ['spec']),
      ...(spec.ladder ?? []).flatMap((step, index) => {
        const at = ['spec', 'ladder', index];
        const when: CheckedCondition[] =
          step.when === undefined ? [] : [[[...at, 'when'], compileCondition(proposingEnvironment, step.when)]];
        return [...when, ...targetsOf(step, at)];
      }),
    ];
  }
  return (['when', 'require'] as const).flatMap((key): readonly CheckedCondition[] => {
    const condition = spec[key];
    return condition === undefined ? [] : [[['spec', key], compileCondition(judgingEnvironment, condition)]];
  });
};

/**
 * What is wrong with the conditions of a policy, with the expressions that yield targets and with its look-ups, each at
 * its place.
 */
export const conditionFaults = (file: string, yaml: YamlSource, policy: Policy): readonly PolicyFault[] => {
  const conditions = conditionsOf(policy);
  const bad = conditions.flatMap(([path, checked]): readonly PlacedFault[] =>
    checked.ok ? [] : [{ path, code: 'bad_condition', ...checked.error }],
  );
  return [...bad, ...lookupFaults(policy, conditions)].map(({ path, offset, code, message, hint }) => ({
    file,
    ...(offset === undefined ? yaml.placeOf(path) : yaml.placeIn(path, offset)),
    code,
    message,
    ...present({ hint: hint || undefined }),
  }));
};
