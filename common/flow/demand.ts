import type * as t from 'io-ts';
import { described, list, number, oneOf, record, text } from '../codec/codecs';

const id = text({ min: 1, max: 256 });

/** What becomes of an act that nobody answers in time, the strictest first. Never a permit. */
export const ON_EXPIRY = ['deny', 'second', 'hold'] as const;
export type OnExpiry = (typeof ON_EXPIRY)[number];

/** Most people whom one policy may ask for. */
export const MOST_ASKED = 5;

const DEMANDED = {
  policy: id,
  by: described(number({ min: 1, integer: true }), 'So many different people'),
};

const HOW = {
  approvers: described(
    list(id, 64),
    'Whose approval counts, by name or as `role:` with a role; missing: of everybody who may approve',
  ),
  on_expiry: described(oneOf(ON_EXPIRY), 'If nobody answers in time; missing: `deny`'),
};

/** How a policy wants an act to be approved; every such demand on an act has to be met. */
export const Demand = record(DEMANDED, HOW);
export type Demand = t.TypeOf<typeof Demand>;

/** A demand, and how far it is met. */
export const DemandState = record(
  { ...DEMANDED, have: described(number({ min: 0, integer: true }), 'So many people approved it') },
  HOW,
);
export type DemandState = t.TypeOf<typeof DemandState>;

/** Before the name of a role among approvers. */
export const ROLE = 'role:';

/** Somebody who approved, with the roles that they had then. */
export interface Approver {
  readonly name: string;
  readonly roles?: readonly string[] | undefined;
}

/**
 * Whether a demand takes somebody's approval. Names go by their letters here: a name that only may be the one listed
 * gives no right.
 */
export const accepts = ({ approvers }: Pick<Demand, 'approvers'>, { name, roles = [] }: Approver): boolean =>
  approvers === undefined ||
  // Who is called like a role has it not.
  approvers.some((each) => (each.startsWith(ROLE) ? roles.includes(each.slice(ROLE.length)) : each === name));

/**
 * The demands as they are now.
 *
 * @param isLate nobody had answered in time: where the policy says so, it takes one more person
 */
export const demandsNow = (demands: readonly Demand[], isLate: boolean): readonly Demand[] =>
  isLate ? demands.map((each) => (each.on_expiry === 'second' ? { ...each, by: each.by + 1 } : each)) : demands;

/**
 * The demands that these people do not meet.
 *
 * @param people no two of whom may be the same person
 */
export const unmetDemands = (demands: readonly Demand[], people: readonly Approver[]): readonly DemandState[] =>
  demands
    .map((demand) => ({ ...demand, have: people.filter((each) => accepts(demand, each)).length }))
    .filter(({ have, by }) => have < by);

/** What becomes of an act that nobody answered in time: of several demands the strictest. */
export const onExpiryOf = (demands: readonly Demand[]): OnExpiry =>
  ON_EXPIRY.find((each) => demands.some(({ on_expiry = 'deny' }) => on_expiry === each)) ?? 'deny';
