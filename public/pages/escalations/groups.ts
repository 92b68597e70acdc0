import type { EscalationView } from '../../../common/api/views';
import { msOf } from '../../format/time';
import { aimOf, keyOf } from './escalation_key';

/** What one card asks: one act on one target, for every alert that wants it; or the acts of one rule on several. */
export interface Group {
  readonly key: string;
  /** In the order in which they were given; never empty. */
  readonly items: readonly EscalationView[];
  readonly first: EscalationView;
  /** UTC at which the first of them expires; undefined if none does. */
  readonly expires_at: string | undefined;
  /** On how many different targets they act. */
  readonly targets: number;
}

/** What one rule asks within this time is one card, ms. */
const ONE_STORM_MS = 600_000;
/** Of fewer targets each has its own card: two are soon read. */
const FEWEST_TARGETS = 3;

const earliest = (items: readonly EscalationView[]): string | undefined =>
  items.reduce<string | undefined>(
    (least, { expires_at: at }) => (at !== undefined && (least === undefined || at < least) ? at : least),
    undefined,
  );

const targetsOf = (items: readonly EscalationView[]): number => new Set(items.map(aimOf)).size;

/**
 * What one rule asks by one policy; undefined for what joins no others: what is answered by itself, what one limit
 * refuses, and what only claims its rule, for a name that its source chose must not hide it among others.
 */
const ruleOf = ({ act, brief, breach, alone }: EscalationView): string | undefined =>
  breach !== undefined || alone !== undefined || brief.rule === undefined || brief.claimed.includes('rule')
    ? undefined
    : JSON.stringify([act.action, act.policy.id, brief.rule]);

/** Escalations of one rule, in the storms of ten minutes in which they came. */
const stormsOf = (items: readonly EscalationView[]): ReadonlyArray<readonly EscalationView[]> => {
  const storms: EscalationView[][] = [];
  let until = -Infinity;
  for (const each of [...items].sort((a, b) => msOf(a.waiting_since) - msOf(b.waiting_since))) {
    const at = msOf(each.waiting_since);
    if (at <= until) storms.at(-1)?.push(each);
    else {
      storms.push([each]);
      until = at + ONE_STORM_MS;
    }
  }
  return storms;
};

/** The storm that an escalation is part of, for those that are of one. */
const stormKeys = (waiting: readonly EscalationView[]): ReadonlyMap<EscalationView, string> => {
  const byRule = new Map<string, EscalationView[]>();
  for (const each of waiting) {
    const rule = ruleOf(each);
    if (rule === undefined) continue;
    const items = byRule.get(rule);
    if (items === undefined) byRule.set(rule, [each]);
    else items.push(each);
  }
  const keys = new Map<EscalationView, string>();
  for (const [rule, items] of byRule)
    for (const storm of stormsOf(items))
      if (targetsOf(storm) >= FEWEST_TARGETS)
        for (const each of storm) keys.set(each, `rule ${rule} ${storm[0]?.waiting_since ?? ''}`);
  return keys;
};

/** What is answered by itself has the same card as others on its target only if they are so too. */
const questionOf = (escalation: EscalationView): string =>
  escalation.breach === undefined
    ? `${escalation.alone === undefined ? '' : 'alone '}${aimOf(escalation)}`
    : `limit ${escalation.breach.limit}`;

/** Escalations by what they ask, in the order of the first of each. */
export const groupsOf = (waiting: readonly EscalationView[]): readonly Group[] => {
  const storms = stormKeys(waiting);
  const groups = new Map<string, [EscalationView, ...EscalationView[]]>();
  for (const escalation of waiting) {
    const key = storms.get(escalation) ?? questionOf(escalation);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [escalation]);
    else group.push(escalation);
  }
  return [...groups].map(([key, items]) => ({
    key,
    items,
    first: items[0],
    expires_at: earliest(items),
    targets: targetsOf(items),
  }));
};

/** The group that has this escalation, also as one of those that a limit refuses. */
export const groupWith = (groups: readonly Group[], key: string | undefined): Group | undefined =>
  key === undefined
    ? undefined
    : (groups.find(({ items }) => items.some((each) => keyOf(each) === key)) ??
      groups.find(({ first }) => first.breach?.others.some((other) => keyOf(other) === key)));
