import { SEVERITIES } from '../../../common/flow/event';
import type { EscalationView } from '../../../common/api/views';
import { stopReasonWords } from '../../format/act_status';
import { INSTANTS } from '../../format/instants';
import { actName } from './escalation_key';

/** `loss`: where a careless answer would cost most first; the default, for nobody who asks can choose it. */
export const ORDERS = ['loss', 'expiry', 'severity'] as const;
export type Order = (typeof ORDERS)[number];

export const orderOf = (text: string | null): Order => ORDERS.find((each) => each === text) ?? 'loss';

/** What the list shows, and in which order. It lives in the address; '' stands for "any". */
export interface EscalationFilter {
  readonly severity: string;
  readonly policy: string;
  readonly reason: string;
  readonly text: string;
  readonly order: Order;
}

export const EVERYTHING: EscalationFilter = { severity: '', policy: '', reason: '', text: '', order: 'loss' };

/** Reads the filter from the address; what makes no sense there is left out. */
export const filterOfSearch = (search: string): EscalationFilter => {
  const given = new URLSearchParams(search);
  const severity = given.get('severity') ?? '';
  return {
    severity: SEVERITIES.some((each) => each === severity) ? severity : '',
    policy: given.get('policy') ?? '',
    reason: given.get('reason') ?? '',
    text: given.get('text') ?? '',
    order: orderOf(given.get('order')),
  };
};

/** `?severity=high&order=severity`; '' for everything, in the usual order. */
export const searchOfFilter = (filter: EscalationFilter): string => {
  const kept = (['severity', 'policy', 'reason', 'text'] as const).flatMap((name) =>
    filter[name] === '' ? [] : [[name, filter[name]]],
  );
  const search = new URLSearchParams([...kept, ...(filter.order === 'loss' ? [] : [['order', filter.order]])]);
  return kept.length === 0 && filter.order === 'loss' ? '' : `?${search.toString()}`;
};

/** Why it waits in a few words, the same for all that wait for the same cause. */
export const causeOf = ({ stop_reason, why, breach }: EscalationView): string => {
  if (breach !== undefined) return breach.limit;
  if (stop_reason !== undefined && stop_reason !== 'not_permitted') return stopReasonWords(stop_reason);
  const said = (why.find(({ code }) => code !== 'policy_matched') ?? why[0])?.text ?? '';
  // Until when is another moment for each.
  return said
    .split(INSTANTS)
    .map((piece, index) => (index % 2 === 0 ? piece : '…'))
    .join('');
};

/** Every policy that proposes it or has a say in it. */
export const policiesOf = ({ act, why }: EscalationView): readonly string[] => [
  ...new Set([act.policy.id, ...why.flatMap(({ policy }) => policy ?? [])]),
];

const lettersOf = (escalation: EscalationView): string => {
  const { act, brief, breach } = escalation;
  const others = breach?.others.map(({ act: { target } }) => target.value) ?? [];
  return [
    actName(escalation),
    act.action,
    act.target.value,
    brief.rule,
    brief.source,
    brief.host,
    brief.user,
    ...others,
  ]
    .join('\n')
    .toLowerCase();
};

const rank = ({ brief }: EscalationView): number => SEVERITIES.indexOf(brief.severity);

const lossOf = ({ loss = 0 }: EscalationView): number => loss;

/** What a filter lets through, in its order: the host gives the first to expire first. */
export const filterEscalations = (
  waiting: readonly EscalationView[],
  { severity, policy, reason, text, order }: EscalationFilter,
): readonly EscalationView[] => {
  const letters = text.trim().toLowerCase();
  const found = waiting.filter(
    (each) =>
      (severity === '' || each.brief.severity === severity) &&
      (policy === '' || policiesOf(each).includes(policy)) &&
      (reason === '' || causeOf(each) === reason) &&
      (letters === '' || lettersOf(each).includes(letters)),
  );
  const by: Readonly<Record<Order, (each: EscalationView) => number>> = {
    loss: lossOf,
    expiry: () => 0,
    severity: rank,
  };
  return [...found].sort((one, other) => by[order](other) - by[order](one));
};
