import {
  getUndoSuspensions,
  releaseSwitch,
  resumeUndo as resumeUndoRoute,
  suspendUndo as suspendUndoRoute,
  throwSwitch,
} from '../../../common/api/routes';
import type { UndoSuspensionView } from '../../../common/api/views';
import { present } from '../../../common/present';
import type { Address } from './address';
import { ask } from './ask';
import { EXIT, type Outcome } from './outcome';

/* The kill switch, pauses, and undoing that is suspended. */

/** Exit code 1 where something may still start somewhere: scripts must not take that for a stop. */
export const stop = async (
  address: Address,
  { scope, reason, forMs }: { readonly scope: string; readonly reason?: string; readonly forMs?: number },
): Promise<Outcome> => {
  const answer = await ask(address, throwSwitch, {}, { scope, ...present({ reason, for_ms: forMs }) });
  if (!answer.ok) return { exit: EXIT.error, lines: [answer.error] };
  const { acknowledged, took_ms, in_gate, on_the_wire, wire_known, until } = answer.value;
  const first = acknowledged
    ? `stopped: ${scope}; acknowledged after ${took_ms} ms, nothing of it starts anywhere any more`
    : in_gate
      ? `ordered: ${scope}; not every agent has confirmed it after ${took_ms} ms, \`reflex status\` says when`
      : `this host stands still (${scope}); the others are told once OpenSearch answers`;
  const wire = on_the_wire.map(({ action, target }) => `  was on the wire: ${action} ${target}`);
  return {
    exit: acknowledged ? EXIT.done : EXIT.differs,
    lines: [
      first,
      ...(until === undefined ? [] : [`ends by itself at ${until}, unless it is given again`]),
      ...wire,
      ...(wire_known ? [] : ['  what was on the wire at other agents is not known']),
    ],
  };
};

/** Lets acts of a scope start again. */
export const resume = async (
  address: Address,
  { scope, reason }: { readonly scope: string; readonly reason: string },
): Promise<Outcome> => {
  const answer = await ask(address, releaseSwitch, {}, { scope, reason });
  if (!answer.ok) return { exit: EXIT.error, lines: [answer.error] };
  const left = answer.value.stops.map((each) => `  still in force: ${each.scope}, ordered by ${each.who}`);
  const then = `what it held waits for a person: \`reflex held --scope ${scope}\` counts it, \`reflex held decide\` has it decided again`;
  return { exit: EXIT.done, lines: [`resumed: ${scope}`, ...left, then] };
};

const lineOf = ({ scope, who, why, until }: UndoSuspensionView): string =>
  `suspended: ${scope}${until === undefined ? '' : ` until ${until}`} (${who}: ${why})`;

const linesOf = (all: readonly UndoSuspensionView[]): readonly string[] =>
  all.length === 0 ? ['undoing is suspended nowhere'] : all.map(lineOf);

/** Where undoing is suspended, and what is past its end because of that. */
export const undoing = async (address: Address): Promise<Outcome> => {
  const answer = await ask(address, getUndoSuspensions);
  if (!answer.ok) return { exit: EXIT.error, lines: [answer.error] };
  const { suspensions, overdue, at_least, as_of } = answer.value;
  const count = at_least === true ? `at least ${overdue.length}` : String(overdue.length);
  const past =
    suspensions.length === 0 ? [] : [`${count} containments are past their end because of that, as of ${as_of}`];
  const each = overdue.map((one) => `  ${one.action} ${one.target} (${one.connector}), was to end at ${one.due}`);
  return { exit: EXIT.done, lines: [...linesOf(suspensions), ...past, ...each] };
};

/** Undoes nothing of a scope by itself for a while. */
export const suspendUndo = async (
  address: Address,
  { scope, reason, forMs }: { readonly scope: string; readonly reason: string; readonly forMs: number },
): Promise<Outcome> => {
  const answer = await ask(address, suspendUndoRoute, {}, { scope, reason, for_ms: forMs });
  return answer.ok
    ? { exit: EXIT.done, lines: linesOf(answer.value.suspensions) }
    : { exit: EXIT.error, lines: [answer.error] };
};

/** Undoes a scope by itself again. */
export const resumeUndo = async (
  address: Address,
  { scope, reason }: { readonly scope: string; readonly reason: string },
): Promise<Outcome> => {
  const answer = await ask(address, resumeUndoRoute, {}, { scope, reason });
  return answer.ok
    ? { exit: EXIT.done, lines: linesOf(answer.value.suspensions) }
    : { exit: EXIT.error, lines: [answer.error] };
};
