import { present } from '../../../common/present';
import { isLookupName, LONGEST_LOOKUP_MS, LOOKUP_NAMES } from '../../../common/flow/lookup';
import { millisecondsOf, type Policy, type PolicyFault } from '../../../common/policy/policy';
import type { YamlSource } from '../../../common/policy/text/yaml_source';
import type { Result } from '../../../common/result';
import { compileCondition, compileText, type CompiledCondition, type ConditionFault } from './cel/condition';
import { aimingEnvironment, judgingEnvironment, proposingEnvironment } from './cel/environment';

type Path = ReadonlyArray<string | number>;
type CheckedCondition = readonly [Path, Result<unknown, ConditionFault>];

const conditionsOf = ({ spec }: Policy): readonly CheckedCondition[] => {
  if (spec.layer === 'action') {
    return [
      [['spec', 'when'], compileCondition(proposingEnvironment, spec.when)],
      ...Object.entries(spec.then.target).map(([type, expression]): CheckedCondition => [
        ['spec', 'then', 'target', type],
        compileText(aimingEnvironment, String(expression)),
      ]),
    ];
  }
  return (['when', 'require'] as const).flatMap((key): readonly CheckedCondition[] => {
    const condition = spec[key];
    return condition === undefined ? [] : [[['spec', key], compileCondition(judgingEnvironment, condition)]];
  });
};

type Placed = Omit<PolicyFault, 'file' | 'line' | 'column'> & { readonly path: Path; readonly offset?: number };

/** Look-ups that conditions read and the policy does not declare: nobody would know what to ask. */
const undeclared = ({ spec }: Policy, conditions: readonly CheckedCondition[]): readonly Placed[] =>
  conditions.flatMap(([path, checked]) => {
    const { source, reads } = checked.ok ? (checked.value as Partial<CompiledCondition>) : {};
    const read = [...(reads ?? [])]
      .filter((each) => each.split('.')[0] === 'lookups')
      .map((each) => each.split('.')[1]);
    return [...new Set(read)]
      .filter((name) => name === undefined || !isLookupName(name) || spec.lookups?.[name] === undefined)
      .map((name): Placed => {
        const written = name === undefined ? 'lookups' : `lookups.${name}`;
        return {
          path,
          offset: Math.max(0, source?.indexOf(written) ?? 0),
          code: 'undeclared_lookup',
          message: name === undefined ? '`lookups` is read as a whole' : `look-up \`${name}\` is not declared`,
          hint: `name it under \`spec.lookups\`; there are ${LOOKUP_NAMES.join(' and ')}`,
        };
      });
  });

const tooLong = ({ spec: { lookups } }: Policy): readonly Placed[] => {
  const within = lookups?.lateral_chain?.within;
  if (within === undefined || (millisecondsOf(within) ?? 0) <= LONGEST_LOOKUP_MS) return [];
  const path = ['spec', 'lookups', 'lateral_chain', 'within'];
  return [{ path, code: 'lookup_too_long', message: 'a look-up reaches back 24 hours at most', hint: 'write `24h`' }];
};

/**
 * What is wrong with the conditions of a policy, with the expressions that yield targets and with its look-ups, each at
 * its place.
 */
export const conditionFaults = (file: string, yaml: YamlSource, policy: Policy): readonly PolicyFault[] => {
  const conditions = conditionsOf(policy);
  const bad = conditions.flatMap(([path, checked]): readonly Placed[] =>
    checked.ok ? [] : [{ path, code: 'bad_condition', ...checked.error }],
  );
  return [...bad, ...undeclared(policy, conditions), ...tooLong(policy)].map(
    ({ path, offset, code, message, hint }) => ({
      file,
      ...(offset === undefined ? yaml.placeOf(path) : yaml.placeIn(path, offset)),
      code,
      message,
      ...present({ hint: hint || undefined }),
    }),
  );
};
