import { actionNamed } from '../../../common/policy/actions';
import type { TargetType } from '../../../common/flow/decision';
import type { ParameterFault } from '../connector';
import { compileRequest, type Fault } from './compile_request';
import { placeholderIn, type CompiledRequest } from './compiled_request';
import { comparedWith, conditionsOf } from './match_answer';
import type {
  ActionTemplate,
  ListTemplate,
  Match,
  OperationTemplate,
  ReadyTemplate,
  ResolveTemplate,
  RestParameters,
  StatusRules,
  VerifyTemplate,
} from './rest_parameters';
import { NAMES_FOR } from './template_values';

/** An order with how its answers are read. */
interface CompiledOrder {
  readonly request: CompiledRequest;
  readonly rules: StatusRules;
}

export interface CompiledVerify {
  readonly request: CompiledRequest;
  readonly present: Match;
  /** Any of them says so. */
  readonly absent: readonly Match[];
  /** Asked once for each command, because its id is part of the question. */
  readonly perCommand: boolean;
}

interface CompiledReady {
  readonly request: CompiledRequest;
  readonly can: Match;
  readonly cannot: Match;
}

export interface CompiledOperation {
  readonly request: CompiledRequest;
  readonly accepted: readonly number[];
  readonly reading: OperationTemplate;
}

export interface CompiledAction {
  readonly targetType: TargetType;
  readonly ready?: CompiledReady;
  /** How it is asked which one a name stands for. */
  readonly resolve?: { readonly request: CompiledRequest; readonly reading: ResolveTemplate };
  readonly execute: CompiledOrder;
  readonly onlyIfAbsent: boolean;
  /** How it is asked what became of an order that was only taken. */
  readonly operation?: CompiledOperation;
  readonly verify?: CompiledVerify;
  readonly undo?: CompiledOrder;
  readonly extend?: CompiledOrder;
  readonly cancel?: CompiledRequest;
  readonly list?: { readonly request: CompiledRequest; readonly reading: ListTemplate };
  readonly unchanged?: NonNullable<ActionTemplate['unchanged']>;
}

const within =
  (fault: Fault, place: string): Fault =>
  (path, message) =>
    fault(path === '' ? place : `${place}.${path}`, message);

/** @returns whether it compares with the id of a command */
export const checkMatch = (
  match: Match,
  fault: Fault,
  use: 'verify' | 'host_status' | 'ready' | 'operation' | 'resolve' = 'verify',
): boolean => {
  const compared = conditionsOf(match.where).map((each) => placeholderIn(comparedWith(each)));
  for (const name of compared)
    if (name !== undefined && !(NAMES_FOR[use] as readonly string[]).includes(name))
      fault('where', `\`${name}\` is not known here`);
  return compared.includes('command_id');
};

const compileVerify = (template: VerifyTemplate, fault: Fault): CompiledVerify => {
  const request = compileRequest(template, 'verify', fault);
  const { present } = template;
  const absent = Array.isArray(template.absent) ? (template.absent as readonly Match[]) : [template.absent as Match];
  const compared = [
    checkMatch(present, within(fault, 'present')),
    ...absent.map((each) => checkMatch(each, within(fault, 'absent'))),
  ];
  return { request, present, absent, perCommand: request.names.has('command_id') || compared.includes(true) };
};

const compileReady = (template: ReadyTemplate, fault: Fault): CompiledReady => {
  const { can, cannot } = template;
  checkMatch(can, within(fault, 'can'), 'ready');
  checkMatch(cannot, within(fault, 'cannot'), 'ready');
  return { request: compileRequest(template, 'ready', fault), can, cannot };
};

const ONLY_TAKEN = [202];

const compileResolve = (reading: ResolveTemplate, fault: Fault): NonNullable<CompiledAction['resolve']> => {
  checkMatch(reading.found, within(fault, 'found'), 'resolve');
  const request = compileRequest(reading, 'resolve', fault);
  if (!request.names.has('target.value') && !request.names.has('target.upn'))
    fault('', 'must name `target.value` or `target.upn`: it is what is looked up');
  return { request, reading };
};

/** An id that nobody looked up is none, and one that no order names was looked up for nothing. */
const checkIds = (
  resolve: ResolveTemplate | undefined,
  requests: Readonly<Record<string, CompiledRequest | undefined>>,
  fault: Fault,
): void => {
  for (const [name, request] of Object.entries(requests))
    if (resolve === undefined && request?.names.has('target.id') === true)
      fault(name, '`target.id` needs `resolve`: nobody would know it');
  if (resolve !== undefined && requests.execute?.names.has('target.id') !== true)
    fault('resolve', 'is of no use: `execute` does not name `target.id`');
};

/** What the target works on is not in effect yet, so its answer must not count as done. */
const compileOperation = (reading: OperationTemplate, { execute }: ActionTemplate, fault: Fault): CompiledOperation => {
  const { accepted = ONLY_TAKEN } = reading;
  for (const state of ['done', 'failed', 'pending'] as const)
    checkMatch(reading[state], within(fault, state), 'operation');
  const request = compileRequest(reading, 'operation', fault);
  if (!request.names.has('ref')) fault('path', 'must name `ref`: the answer is about one operation');
  const listed = ([execute.expect, execute.already, execute.retry, execute.failed, execute.unknown] as const).flatMap(
    (list) => list ?? [],
  );
  for (const status of accepted)
    if (listed.includes(status)) fault('accepted', `${status} has another meaning in \`execute\``);
  return { request, accepted, reading };
};

const compileAction = (name: string, template: ActionTemplate, fault: Fault): CompiledAction | undefined => {
  const definition = actionNamed(name);
  if (definition === undefined) fault('', 'is not an action that policies may name');
  const { ready, resolve, execute, operation, verify, undo, extend, cancel, list, unchanged } = template;
  const compiled = {
    onlyIfAbsent: template.only_if_absent === true,
    execute: { request: compileRequest(execute, 'execute', within(fault, 'execute')), rules: execute },
    ...(operation && { operation: compileOperation(operation, template, within(fault, 'operation')) }),
    ...(ready && { ready: compileReady(ready, within(fault, 'ready')) }),
    ...(resolve && { resolve: compileResolve(resolve, within(fault, 'resolve')) }),
    ...(verify && { verify: compileVerify(verify, within(fault, 'verify')) }),
    ...(undo && { undo: { request: compileRequest(undo, 'undo', within(fault, 'undo')), rules: undo } }),
    ...(extend && {
      extend: { request: compileRequest(extend, 'extend', within(fault, 'extend')), rules: extend },
    }),
    ...(cancel && { cancel: compileRequest(cancel, 'cancel', within(fault, 'cancel')) }),
    ...(list && { list: { request: compileRequest(list, 'list', within(fault, 'list')), reading: list } }),
    ...(unchanged && { unchanged }),
  };
  checkIds(
    resolve,
    {
      execute: compiled.execute.request,
      operation: compiled.operation?.request,
      verify: compiled.verify?.request,
      undo: compiled.undo?.request,
      extend: compiled.extend?.request,
    },
    fault,
  );
  if (list && conditionsOf(list.where).some((each) => placeholderIn(comparedWith(each)) !== undefined))
    fault('list.where', 'must compare with fixed values');
  if (list?.most_pages !== undefined && list.next === undefined) fault('list.most_pages', 'needs `next`');
  if (unchanged && verify === undefined) fault('unchanged', 'needs `verify`');
  if (definition === undefined) return undefined;
  if (definition.undo !== null && undo === undefined)
    fault('undo', `is missing: \`${name}\` must be able to be taken back`);
  if (undo !== undefined && verify === undefined) fault('verify', 'is missing: nobody could see whether it was undone');
  return { targetType: definition.target, ...compiled };
};

/** An effect that its target ends by itself is either kept longer on an order, or never. */
const checkExtension = (
  extend: CompiledOrder | undefined,
  undo: CompiledOrder | undefined,
  expires: boolean,
  fault: Fault,
): void => {
  if (extend === undefined) return;
  const { names } = extend.request;
  if (!expires) fault('extend', 'needs `native_ttl`: only what ends by itself can be kept longer');
  if (undo === undefined) fault('extend', 'needs `undo`: nothing of this action lasts');
  if (!names.has('ttl_s') && !names.has('deadline')) fault('extend', 'must send `ttl_s` or `deadline`');
};

/** What the connector promises must be in the requests. */
const checkPromises = (
  action: CompiledAction,
  { tagged, idempotency, native_ttl: expires }: RestParameters,
  given: ActionTemplate,
  fault: Fault,
): void => {
  const { execute, undo, extend, verify } = action;
  if ((tagged || idempotency === 'key') && !execute.request.names.has('command_id'))
    fault('execute', 'must send `command_id`, because the connector is `tagged` or deduplicates by `key`');
  if (idempotency === 'none' && (given.execute.retry ?? []).some((status) => status >= 500))
    fault('execute.retry', 'must have no 5xx: behind a gateway the order may have been taken, and each sending counts');
  if (action.onlyIfAbsent && verify === undefined) fault('only_if_absent', 'needs `verify`');
  // A repetition would find what the first one did, and call it somebody else's.
  if (action.onlyIfAbsent && (tagged || idempotency !== 'none'))
    fault('only_if_absent', 'needs `idempotency` `none` and no `tagged`');
  checkExtension(extend, undo, expires !== undefined, fault);
  if (undo === undefined) return;
  if (tagged && !undo.request.names.has('command_id'))
    fault('undo', 'must name `command_id`, because the connector is `tagged`: only our own may be removed');
  if (tagged && verify !== undefined && !verify.perCommand)
    fault('verify', 'must name `command_id`, because the connector is `tagged`: an effect of others is not ours');
  if (!tagged && given.execute.already !== undefined)
    fault('execute.already', 'needs `tagged`: undoing could not tell what was there before from its own');
};

/** Compiles every action of a connector and reports everything that is wrong with them. */
export const compileActions = (
  parameters: RestParameters,
): { readonly actions: ReadonlyMap<string, CompiledAction>; readonly faults: readonly ParameterFault[] } => {
  const faults: ParameterFault[] = [];
  const actions = new Map<string, CompiledAction>();
  for (const [name, template] of Object.entries(parameters.actions)) {
    const fault: Fault = (path, message) =>
      void faults.push({ path: path === '' ? `actions.${name}` : `actions.${name}.${path}`, message });
    const action = compileAction(name, template, fault);
    if (action === undefined) continue;
    checkPromises(action, parameters, template, fault);
    actions.set(name, action);
  }
  const lasting = [...actions].filter(([, { undo }]) => undo !== undefined);
  if (lasting.some(([, { extend }]) => extend !== undefined))
    for (const [name, { extend }] of lasting)
      if (extend === undefined)
        faults.push({ path: `actions.${name}.extend`, message: 'is missing: another action of this connector has it' });
  return { actions, faults };
};
