import Ajv2020 from 'ajv/dist/2020';
import { ACTIONS, actionNamed } from '../../../common/policy/actions';
import type { PolicyFile } from '../../../common/policy/bundle';
import {
  millisecondsOf,
  type ActionSpec,
  type JudgeSpec,
  type Policy,
  type PolicyFault,
} from '../../../common/policy/policy';
import { POLICY_SCHEMA } from '../../../common/policy/policy_schema';
import { err, ok, type Result } from '../../../common/result';
import { compileCondition, compileText, type ConditionFault } from './cel/condition';
import { judgingEnvironment, proposingEnvironment } from './cel/environment';
import { canonicalAddress, parseNetwork } from '../addresses/network';
import { sha256 } from './digest';
import { schemaFaults } from './schema_faults';
import { parseYaml, type YamlSource } from './yaml_source';

const validateSchema = new Ajv2020({ allErrors: true, strict: false, verbose: true }).compile(POLICY_SCHEMA);

type Path = ReadonlyArray<string | number>;

interface Checker {
  readonly fault: (path: Path, code: string, message: string, hint?: string) => void;
  readonly condition: (path: Path, checked: Result<unknown, ConditionFault>) => void;
}

const checkerFor = (file: string, yaml: YamlSource, faults: PolicyFault[]): Checker => ({
  fault: (path, code, message, hint) => {
    faults.push({ file, ...yaml.placeOf(path), code, message, ...(hint ? { hint } : {}) });
  },
  condition: (path, checked) => {
    if (checked.ok) return;
    const { offset, message, hint } = checked.error;
    faults.push({ file, ...yaml.placeIn(path, offset), code: 'bad_condition', message, ...(hint ? { hint } : {}) });
  },
});

const checkDurations = (spec: object, check: Checker, path: Path): void => {
  for (const [key, value] of Object.entries(spec)) {
    if (typeof value === 'object' && value !== null && key !== 'tests')
      checkDurations(value as object, check, [...path, key]);
    else if (['ttl', 'within', 'every', 'max_event_age'].includes(key) && millisecondsOf(String(value)) === undefined) {
      check.fault(
        [...path, key],
        'bad_duration',
        `\`${String(value)}\` is not a length of time`,
        'such as 90s, 15m, 4h, 30d',
      );
    }
  }
};

const LONGEST_TTL_MS = 30 * 86_400_000;

const checkAction = (spec: ActionSpec, check: Checker): void => {
  check.condition(['spec', 'when'], compileCondition(proposingEnvironment, spec.when));
  const targets = Object.entries(spec.then.target);
  for (const [type, expression] of targets) {
    check.condition(['spec', 'then', 'target', type], compileText(proposingEnvironment, String(expression)));
  }
  const definition = actionNamed(spec.then.action);
  if (!definition) return;
  const main = targets.map(([type]) => type).filter((type) => !(type === 'host' && definition.target !== 'host'));
  if (main.length !== 1 || main[0] !== definition.target) {
    const needsHost = definition.target === 'file' || definition.target === 'process';
    check.fault(
      ['spec', 'then', 'target'],
      'bad_target',
      `\`${definition.action}\` acts on one \`${definition.target}\`${needsHost ? ' and the `host` that it is on' : ''}`,
    );
  }
  const ttl = spec.then.ttl === undefined ? undefined : millisecondsOf(spec.then.ttl);
  if (definition.undo === null && spec.then.ttl !== undefined) {
    check.fault(
      ['spec', 'then', 'ttl'],
      'ttl_without_undo',
      `\`${definition.action}\` cannot be undone, so it has no ttl`,
    );
  }
  if (definition.undo === null && spec.rollback) {
    check.fault(['spec', 'rollback'], 'bad_rollback', `\`${definition.action}\` cannot be undone`);
  }
  if (definition.undo !== null && spec.rollback && spec.rollback.action !== definition.undo) {
    check.fault(
      ['spec', 'rollback', 'action'],
      'bad_rollback',
      `\`${definition.action}\` is taken back by \`${definition.undo}\``,
    );
  }
  if (ttl !== undefined && (ttl < 30_000 || ttl > LONGEST_TTL_MS)) {
    check.fault(['spec', 'then', 'ttl'], 'bad_duration', 'a ttl is 30 seconds to 30 days');
  }
};

const checkJudge = (spec: JudgeSpec, check: Checker): void => {
  if (spec.when !== undefined) check.condition(['spec', 'when'], compileCondition(judgingEnvironment, spec.when));
  if (spec.require !== undefined)
    check.condition(['spec', 'require'], compileCondition(judgingEnvironment, spec.require));
  if (spec.limit !== undefined && spec.layer !== 'global')
    check.fault(['spec', 'limit'], 'wrong_layer', 'a `limit` belongs in a global policy');
  if (spec.protect !== undefined && spec.layer !== 'global')
    check.fault(['spec', 'protect'], 'wrong_layer', '`protect` belongs in a global policy');
  if (spec.layer !== 'global' && spec.on?.actions === undefined) {
    check.fault(
      ['spec'],
      'missing_on',
      `a ${spec.layer} policy says in \`on.actions\` which actions it speaks of`,
      `such as \`on: { actions: [${ACTIONS[0]?.action ?? ''}] }\``,
    );
  }
  spec.protect?.ips?.forEach((text, index) => {
    if (canonicalAddress(text) !== undefined) return;
    try {
      parseNetwork(text);
    } catch {
      check.fault(['spec', 'protect', 'ips', index], 'bad_address', `\`${text}\` is neither an address nor a network`);
    }
  });
};

const checkExpiry = (policy: Policy, check: Checker): void => {
  const { expires } = policy.spec;
  const at = expires === undefined ? NaN : Date.parse(`${expires}T00:00:00Z`);
  // 30 February is read as 2 March.
  if (expires !== undefined && (Number.isNaN(at) || !new Date(at).toISOString().startsWith(expires)))
    check.fault(['spec', 'expires'], 'bad_date', `\`${expires}\` is not a day`);
};

/**
 * Reads one policy and checks all that can be checked without other policies: YAML under limits, JSON Schema,
 * conditions against the declared types, RE2 patterns, targets, rollback.
 *
 * @param path name of the file, for messages
 * @param source the YAML text
 * @returns the policy with the hash of its text, or all its faults with their places
 */
export const parsePolicy = (path: string, source: string): Result<PolicyFile, readonly PolicyFault[]> => {
  const yaml = parseYaml(path, source);
  if (yaml.faults.length > 0) return err(yaml.faults);
  const faults: PolicyFault[] = [];
  const check = checkerFor(path, yaml, faults);
  if (!validateSchema(yaml.value)) {
    for (const { path: at, code, message, hint } of schemaFaults(validateSchema.errors ?? []))
      check.fault(at, code, message, hint);
    if (faults.length === 0) check.fault(['spec'], 'bad_value', '`spec` is not a valid policy');
    return err(faults);
  }
  const policy = yaml.value as Policy;
  checkDurations(policy.spec, check, ['spec']);
  checkExpiry(policy, check);
  if (policy.spec.layer === 'action') checkAction(policy.spec, check);
  else checkJudge(policy.spec, check);
  return faults.length > 0 ? err(faults) : ok({ path, source, hash: sha256(source), policy });
};

/** Policies that were right, by path and text: a release reads the same set several times, and changes little of it. */
const known = new Map<string, PolicyFile>();
const MOST_KNOWN = 8_192;

const parseOnce = (path: string, source: string): ReturnType<typeof parsePolicy> => {
  const key = `${path} ${sha256(source)}`;
  const found = known.get(key);
  if (found) return ok(found);
  const parsed = parsePolicy(path, source);
  if (!parsed.ok) return parsed;
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(key, parsed.value);
  return parsed;
};

/**
 * Reads the files of a policy set.
 *
 * @param files YAML texts by path
 * @returns the policies in order of their ids, or the faults of all files, ids used twice included
 */
export const parsePolicies = (
  files: ReadonlyMap<string, string>,
): Result<readonly PolicyFile[], readonly PolicyFault[]> => {
  const faults: PolicyFault[] = [];
  const policies: PolicyFile[] = [];
  const paths = new Map<string, string>();
  for (const [path, source] of files) {
    const parsed = parseOnce(path, source);
    if (!parsed.ok) {
      faults.push(...parsed.error);
      continue;
    }
    const { id } = parsed.value.policy.metadata;
    const other = paths.get(id);
    if (other !== undefined)
      faults.push({
        file: path,
        line: 1,
        column: 1,
        code: 'id_used_twice',
        message: `id \`${id}\` is also used in \`${other}\``,
      });
    paths.set(id, path);
    policies.push(parsed.value);
  }
  const inOrder = policies.sort((a, b) => (a.policy.metadata.id < b.policy.metadata.id ? -1 : 1));
  return faults.length > 0 ? err(faults) : ok(inOrder);
};
