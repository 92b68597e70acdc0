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

/** Whom a stand-in approves for: an approver who is away, with the roles that they had when they said so. */
export interface StoodFor {
  readonly name: string;
  readonly roles?: readonly string[] | undefined;
}

/** Somebody who approved, with the roles that they had then. */
export interface Approver {
  readonly name: string;
  readonly roles?: readonly string[] | undefined;
  /** They approve for somebody who is away, and who is listed. */
  readonly stands_for?: StoodFor | undefined;
}

const isListed = (approvers: readonly string[], { name, roles = [] }: StoodFor): boolean =>
  // Who is called like a role has it not.
  approvers.some((each) => (each.startsWith(ROLE) ? roles.includes(each.slice(ROLE.length)) : each === name));

/**
 * Whether a demand takes somebody's approval, be it for somebody who is away. Names go by their letters here: a name
 * that only may be the one listed gives no right.
 */
export const accepts = ({ approvers }: Pick<Demand, 'approvers'>, approver: Approver): boolean =>
  approvers === undefined ||
  isListed(approvers, approver) ||
  (approver.stands_for !== undefined && isListed(approvers, approver.stands_for));

/** Whether two names may be those of one person: whoever counts people has its own way to tell. */
export type SamePerson = (one: string, other: string) => boolean;

/** Whose word an approval is: who said it, and for whom. */
const voicesOf = ({ name, stands_for }: Approver): readonly string[] =>
  stands_for === undefined ? [name] : [name, stands_for.name];

/**
 * The people whose words count, each voice once. INVARIANT (INV-10): who is away and who stands in for them count once
 * together, and so do two who stand in for the same person.
 */
export const distinctVoices = <Person extends Approver>(
  people: readonly Person[],
  isSame: SamePerson,
): readonly Person[] =>
  people.reduce<readonly Person[]>(
    (kept, each) => (sharedVoice(kept, each, isSame) === undefined ? [...kept, each] : kept),
    [],
  );

/** Of some people the first one whose word is somebody's word already; undefined if it is nobody's. */
export const sharedVoice = <Person extends Approver>(
  people: readonly Person[],
  one: Approver,
  isSame: SamePerson,
): Person | undefined =>
  people.find((other) => voicesOf(other).some((name) => voicesOf(one).some((each) => isSame(name, each))));

/**
 * The demands as they are now.
 *
 * @param isLate nobody had answered in time: where the policy says so, it takes one more person
 */
export const demandsNow = (demands: readonly Demand[], isLate: boolean): readonly Demand[] =>
  isLate ? demands.map((each) => (each.on_expiry === 'second' ? { ...each, by: each.by + 1 } : each)) : demands;

/**
 * How far these people meet the demands.
 *
 * @param people no two of whom may be the same person; of voices that are one only the first counts
 */
export const demandStates = (
  demands: readonly Demand[],
  people: readonly Approver[],
  isSame: SamePerson,
): readonly DemandState[] => {
  const counted = distinctVoices(people, isSame);
  return demands.map((demand) => ({ ...demand, have: counted.filter((each) => accepts(demand, each)).length }));
};

/** The demands that these people do not meet; `people` as above. */
export const unmetDemands = (...asked: Parameters<typeof demandStates>): readonly DemandState[] =>
  demandStates(...asked).filter(({ have, by }) => have < by);

/** What becomes of an act that nobody answered in time: of several demands the strictest. */
export const onExpiryOf = (demands: readonly Demand[]): OnExpiry =>
  ON_EXPIRY.find((each) => demands.some(({ on_expiry = 'deny' }) => on_expiry === each)) ?? 'deny';
