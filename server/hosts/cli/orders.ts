import { randomUUID } from 'crypto';
import {
  closeContainment,
  containNow,
  extendContainment,
  getContainment,
  type OrderedView,
} from '../../../common/api/routes';
import { iso } from '../../../common/iso';
import type { Address } from './address';
import { ask } from './ask';
import type { ContainBody } from './order_arguments';
import { EXIT, type Outcome } from './outcome';

/* Acts that a person orders by hand. */

const UNDER_WAY: ReadonlySet<OrderedView['status']> = new Set<OrderedView['status']>([
  'applying',
  'unknown',
  'present',
  'done',
]);

const words = ({ status, decision_id }: OrderedView): string => {
  if (status === 'present' || status === 'done') return 'it is in effect';
  if (UNDER_WAY.has(status)) return 'it is under way';
  if (status === 'waiting') return 'it waits for somebody else to approve it: `reflex escalations`';
  if (status === 'held') return 'it is held, and tried again by itself';
  if (status === 'kept') return 'it is kept, and decided soon by an agent that decides';
  return decision_id === undefined ? `it was not done: ${status}` : `it was not done (${status})`;
};

const linesOf = (view: OrderedView): readonly string[] => {
  const { action, target, reasons, progress, decision_id, effect_id } = view;
  const on = target.host === undefined ? '' : ` on ${target.host}`;
  return [
    `${action} ${target.value}${on}: ${words(view)}`,
    ...reasons.map(({ text, policy }) => `  ${policy === undefined ? '' : `${policy}: `}${text}`),
    ...progress.flatMap(({ text, stop_reason }) =>
      text === undefined ? [] : [`  ${stop_reason === undefined ? '' : `${stop_reason}: `}${text}`],
    ),
    ...(decision_id === undefined ? [] : [`  decision ${decision_id}`]),
    ...(effect_id === undefined ? [] : [`  containment ${effect_id}`]),
  ];
};

const outcomeOf = (view: OrderedView): Outcome => ({
  exit: UNDER_WAY.has(view.status) ? EXIT.done : EXIT.differs,
  lines: linesOf(view),
});

const failed = (why: string): Outcome => ({ exit: EXIT.error, lines: [why] });

/** Exit code 1 where nothing of it is done yet: it waits, or was refused. */
export const contain = async (address: Address, body: ContainBody): Promise<Outcome> => {
  const answer = await ask(address, containNow, {}, { ...body, order_id: randomUUID() });
  return answer.ok ? outcomeOf(answer.value) : failed(answer.error);
};

/** Puts the end of a containment off, from where it is by so much. */
export const putOffEnd = async (
  address: Address,
  { effectId, byMs, reason }: { readonly effectId: string; readonly byMs: number; readonly reason: string },
): Promise<Outcome> => {
  const now = await ask(address, getContainment, { effect_id: effectId });
  if (!now.ok) return failed(now.error);
  const due = now.value.containment?.due;
  if (due === undefined) return failed('there is nothing to extend: it is not in effect any more');
  if (due === null) return failed('it has no end that could be put off: only a person ends it');
  const until = iso(Date.parse(due) + byMs);
  const body = { until, reason, order_id: randomUUID() };
  const answer = await ask(address, extendContainment, { effect_id: effectId }, body);
  if (!answer.ok) return failed(answer.error);
  const { exit, lines } = outcomeOf(answer.value);
  return { exit, lines: [...lines, `  it ended at ${due}; ordered until ${until}`] };
};

/** Closes what nothing takes back and nobody knows the outcome of, by what a person found at its target. */
export const closeUnknown = async (
  address: Address,
  {
    effectId,
    as,
    reason,
  }: { readonly effectId: string; readonly as: 'happened' | 'not_happened'; readonly reason: string },
): Promise<Outcome> => {
  const answer = await ask(address, closeContainment, { effect_id: effectId }, { as, reason });
  if (!answer.ok) return { exit: EXIT.error, lines: [answer.error] };
  return { exit: EXIT.done, lines: [`closed on your word, ${as.replace('_', ' ')}; Reflex did not see it`] };
};
