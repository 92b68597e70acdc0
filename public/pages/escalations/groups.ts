import type { EscalationView } from '../../../common/api/views';
import { aimOf, keyOf } from './escalation_key';

/** What one card asks: the same act on the same target, for every alert that wants it. */
export interface Group {
  readonly key: string;
  /** In the order in which they were given; never empty. */
  readonly items: readonly EscalationView[];
  readonly first: EscalationView;
  /** UTC at which the first of them expires; undefined if none does. */
  readonly expires_at: string | undefined;
}

const earliest = (items: readonly EscalationView[]): string | undefined =>
  items.reduce<string | undefined>(
    (least, { expires_at: at }) => (at !== undefined && (least === undefined || at < least) ? at : least),
    undefined,
  );

/** What one limit refuses is one question already, on many targets. */
const questionOf = (escalation: EscalationView): string =>
  escalation.breach === undefined ? aimOf(escalation) : `limit ${escalation.breach.limit}`;

/** Escalations by what they ask, in the order of the first of each. */
export const groupsOf = (waiting: readonly EscalationView[]): readonly Group[] => {
  const groups = new Map<string, [EscalationView, ...EscalationView[]]>();
  for (const escalation of waiting) {
    const key = questionOf(escalation);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [escalation]);
    else group.push(escalation);
  }
  return [...groups].map(([key, items]) => ({ key, items, first: items[0], expires_at: earliest(items) }));
};

/** The group that has this escalation, also as one of those that a limit refuses. */
export const groupWith = (groups: readonly Group[], key: string | undefined): Group | undefined =>
  key === undefined
    ? undefined
    : (groups.find(({ items }) => items.some((each) => keyOf(each) === key)) ??
      groups.find(({ first }) => first.breach?.others.some((other) => keyOf(other) === key)));
