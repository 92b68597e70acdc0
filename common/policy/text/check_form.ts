import { readEntity } from '../../entity/read';
import { present } from '../../present';
import { iso } from '../../iso';
import { ACTIONS, actionNamed, milderThan } from '../actions';
import {
  byPlace,
  millisecondsOf,
  ROLE,
  type ActionSpec,
  type JudgeSpec,
  type Policy,
  type PolicyFault,
} from '../policy';
import { canonicalAddress, parseNetwork } from '../../entity/address';
import { schemaFaults, type SchemaError } from './schema_faults';
import { parseYaml, type YamlSource } from './yaml_source';

/*
 * All that can be said of a policy's text without compiling its conditions. The engine and the page run this same
 * code, so that an author reads the same faults while typing and when saving.
 */

/** A validator of the policy schema: compiled when the engine starts, or when the page is built. */
export interface SchemaCheck {
  (value: unknown): boolean;
  errors?: readonly SchemaError[] | null;
}

interface PolicyForm {
  /** In the order of their places. */
  readonly faults: readonly PolicyFault[];
  /** Undefined if the text is not of the form of a policy: then nothing more can be said of it. */
  readonly policy?: Policy;
  readonly yaml: YamlSource;
}

type Path = ReadonlyArray<string | number>;
type Fault = (path: Path, code: string, message: string, hint?: string) => void;

const checkDurations = (spec: object, fault: Fault, path: Path): void => {
  for (const [key, value] of Object.entries(spec)) {
    if (typeof value === 'object' && value !== null && key !== 'tests') checkDurations(value, fault, [...path, key]);
    else if (['ttl', 'within', 'every', 'max_event_age'].includes(key) && millisecondsOf(String(value)) === undefined) {
      fault(
        [...path, key],
        'bad_duration',
        `\`${String(value)}\` is not a length of time`,
        'such as 90s, 15m, 4h, 30d',
      );
    }
  }
};

const LONGEST_TTL_MS = 30 * 86_400_000;

/** One act that a policy may propose; `at`: where in the text it stands. */
const checkAct = ({ then, rollback }: Pick<ActionSpec, 'then' | 'rollback'>, at: Path, fault: Fault): void => {
  const targets = Object.keys(then.target);
  const definition = actionNamed(then.action);
  if (!definition) return;
  const main = targets.filter((type) => !(type === 'host' && definition.target !== 'host'));
  if (main.length !== 1 || main[0] !== definition.target) {
    const needsHost = definition.target === 'file' || definition.target === 'process';
    fault(
      [...at, 'then', 'target'],
      'bad_target',
      `\`${definition.action}\` acts on one \`${definition.target}\`${needsHost ? ' and the `host` that it is on' : ''}`,
    );
  }
  if (then.network !== undefined && definition.target !== 'ip')
    fault([...at, 'then', 'network'], 'bad_target', `\`${definition.action}\` acts on no address, so on no network`);
  const ttl = then.ttl === undefined ? undefined : millisecondsOf(then.ttl);
  if (definition.undo === null && then.ttl !== undefined) {
    fault([...at, 'then', 'ttl'], 'ttl_without_undo', `\`${definition.action}\` cannot be undone, so it has no ttl`);
  }
  if (definition.undo === null && rollback) {
    fault([...at, 'rollback'], 'bad_rollback', `\`${definition.action}\` cannot be undone`);
  }
  if (definition.undo !== null && rollback && rollback.action !== definition.undo) {
    fault(
      [...at, 'rollback', 'action'],
      'bad_rollback',
      `\`${definition.action}\` is taken back by \`${definition.undo}\``,
    );
  }
  if (ttl !== undefined && (ttl < 30_000 || ttl > LONGEST_TTL_MS)) {
    fault([...at, 'then', 'ttl'], 'bad_duration', 'a ttl is 30 seconds to 30 days');
  }
};

/** What nothing reads would look as if it did something. */
const checkDrift = (spec: ActionSpec, fault: Fault): void => {
  const { on_drift, reapply_at_most, ladder = [] } = spec;
  const steps = [spec, ...ladder];
  if (on_drift === 'reapply' && steps.every(({ then }) => actionNamed(then.action)?.undo === null))
    fault(['spec', 'on_drift'], 'nothing_lasts', `nothing of \`${spec.then.action}\` stays that could be removed`);
  if (reapply_at_most !== undefined && on_drift !== 'reapply')
    fault(['spec', 'reapply_at_most'], 'bad_value', '`reapply_at_most` belongs to `on_drift: reapply`');
};

const checkAction = (spec: ActionSpec, fault: Fault): void => {
  checkAct(spec, ['spec'], fault);
  checkDrift(spec, fault);
  const before = [spec.then.action];
  spec.ladder?.forEach((step, index) => {
    const at = ['spec', 'ladder', index];
    checkAct(step, at, fault);
    const { action } = step.then;
    const harsher = before.find((each) => each === action || milderThan(each).includes(action));
    if (harsher !== undefined) {
      const why = harsher === action ? 'is a step of this ladder already' : `takes away less than \`${harsher}\``;
      fault([...at, 'then', 'action'], 'bad_ladder', `\`${action}\` ${why}`, 'the mildest step comes first');
    }
    before.push(action);
  });
};

/** Code of a listed entry that can never match. Policies that were released before this was checked go on. */
export const CANNOT_MATCH = 'cannot_match';

const NAMED_LISTS = [
  ['hosts', 'host'],
  ['users', 'user'],
  ['domains', 'domain'],
] as const;

const GLOBAL_ONLY = ['keep', 'longest', 'two_intakes_for', 'starts_of_one_intake', 'escalations', 'protect'] as const;

/** What no approval could ever meet would look strict, and be a denial that nobody wrote. */
const checkApprove = ({ approve }: Policy['spec'], fault: Fault): void => {
  const { by = 1, approvers = [], on_expiry } = approve ?? {};
  const isNamed = approvers.length > 0 && approvers.every((each) => !each.startsWith(ROLE));
  const most = on_expiry === 'second' ? by + 1 : by;
  if (isNamed && approvers.length < most)
    fault(
      ['spec', 'approve', 'approvers'],
      'too_few_approvers',
      `up to ${most} people have to approve, and ${approvers.length} are named`,
    );
  approvers.forEach((each, index) => {
    if (each === ROLE) fault(['spec', 'approve', 'approvers', index], 'bad_value', 'it names no role');
  });
};

const SPEAKING = ['when', 'require', 'guard'] as const;

/** A judging policy demands something of the acts that it leaves to a person, and of no others. */
const checkJudgeApprove = (spec: JudgeSpec, fault: Fault): void => {
  if (spec.approve === undefined) return;
  const isAsking = spec.effect === 'escalate' && SPEAKING.some((part) => spec[part] !== undefined);
  if (!isAsking)
    fault(
      ['spec', 'approve'],
      'approves_nothing',
      '`approve` belongs to a policy that leaves acts to a person',
      'say in `when` which acts, with `effect: escalate`',
    );
};

const checkJudge = (spec: JudgeSpec, fault: Fault): void => {
  if (spec.limit !== undefined && spec.layer !== 'global')
    fault(['spec', 'limit'], 'wrong_layer', 'a `limit` belongs in a global policy');
  for (const part of GLOBAL_ONLY)
    if (spec[part] !== undefined && spec.layer !== 'global')
      fault(['spec', part], 'wrong_layer', `\`${part}\` belongs in a global policy`);
  if (spec.layer !== 'global' && spec.on?.actions === undefined) {
    fault(
      ['spec'],
      'missing_on',
      `a ${spec.layer} policy says in \`on.actions\` which actions it speaks of`,
      `such as \`on: { actions: [${ACTIONS[0]?.action ?? ''}] }\``,
    );
  }
  // What cannot be read has no key, so no target is ever found by it: the one list that must not fail would be empty.
  for (const [list, kind] of NAMED_LISTS)
    spec.protect?.[list]?.forEach((text, index) => {
      const read = readEntity(kind, list === 'domains' ? text.trim().replace(/^\*?\./, '') : text);
      const why = read.ok ? undefined : `\`${text}\` protects nothing: ${read.text}`;
      if (why !== undefined) fault(['spec', 'protect', list, index], CANNOT_MATCH, why);
    });
  spec.protect?.ips?.forEach((text, index) => {
    if (canonicalAddress(text) !== undefined) return;
    try {
      parseNetwork(text);
    } catch {
      fault(['spec', 'protect', 'ips', index], 'bad_address', `\`${text}\` is neither an address nor a network`);
    }
  });
};

const checkExpiry = (policy: Policy, fault: Fault): void => {
  const { expires } = policy.spec;
  const at = expires === undefined ? NaN : Date.parse(`${expires}T00:00:00Z`);
  // 30 February is read as 2 March.
  if (expires !== undefined && (Number.isNaN(at) || !iso(at).startsWith(expires)))
    fault(['spec', 'expires'], 'bad_date', `\`${expires}\` is not a day`);
};

/**
 * Checks the form of a policy's text: YAML under limits, JSON Schema, lengths of time, target and rollback that fit the
 * action, addresses. Never throws.
 *
 * @param isPolicy compiled from `POLICY_SCHEMA` with `SCHEMA_OPTIONS`
 * @param file name of the file, for messages
 * @param source the YAML text
 */
export const checkForm = (isPolicy: SchemaCheck, file: string, source: string): PolicyForm => {
  const yaml = parseYaml(file, source);
  if (yaml.faults.length > 0) return { faults: byPlace(yaml.faults), yaml };
  const faults: PolicyFault[] = [];
  const fault: Fault = (path, code, message, hint) => {
    faults.push({ file, ...yaml.placeOf(path), code, message, ...present({ hint: hint || undefined }) });
  };
  if (!isPolicy(yaml.value)) {
    for (const { path, code, message, hint } of schemaFaults(isPolicy.errors ?? [])) fault(path, code, message, hint);
    if (faults.length === 0) fault(['spec'], 'bad_value', '`spec` is not a valid policy');
    return { faults: byPlace(faults), yaml };
  }
  const policy = yaml.value as Policy;
  checkDurations(policy.spec, fault, ['spec']);
  checkExpiry(policy, fault);
  if (policy.spec.layer === 'action') checkAction(policy.spec, fault);
  else {
    checkJudge(policy.spec, fault);
    checkJudgeApprove(policy.spec, fault);
  }
  checkApprove(policy.spec, fault);
  return { faults: byPlace(faults), policy, yaml };
};
