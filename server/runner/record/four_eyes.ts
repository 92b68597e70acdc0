import type { Approval } from '../../../common/policy/bundle';
import { distinctPeople, mayBeSamePerson } from './person';

/*
 * Who may approve what (INV-10), in one place for every entry: candidates of the page, of Git, and of going back,
 * overrides of the gate, bundles that are uploaded, and acts that wait.
 */

/** Something that was written, and by whom. */
interface Authored {
  readonly author: string;
  readonly writers: readonly string[];
  /** Addresses that had a hand in it and that nobody knows: each may be anybody's. */
  readonly unknown_writers?: readonly string[];
}

/** INVARIANT (INV-10): nobody approves their own request. */
export const isOwnWork = ({ author, writers }: Authored, name: string): boolean =>
  [author, ...writers].some((writer) => mayBeSamePerson(writer, name));

/**
 * How many different people have to approve. An unknown address may be the approver's own: of two people at least one
 * is somebody else.
 */
export const approvalsNeeded = ({ unknown_writers = [] }: Pick<Authored, 'unknown_writers'>): number =>
  unknown_writers.length > 0 ? 2 : 1;

/** Whether nobody could say who wrote it: then one person's word alone is nobody's. */
export const isByUnknown = (authored: Pick<Authored, 'unknown_writers'>): boolean => approvalsNeeded(authored) > 1;

/** People besides its writers who approved exactly this content, each once. */
export const approvers = (
  authored: Authored,
  approvals: readonly Approval[],
  digests: readonly string[],
): readonly string[] =>
  distinctPeople(
    approvals
      .filter(({ digest, four_eyes, user }) => four_eyes && digests.includes(digest) && !isOwnWork(authored, user))
      .map(({ user }) => user),
  );

/**
 * Whether enough people approved exactly this content.
 *
 * @param singleUser there is nobody else here: then a separate step of the same person is enough, and recorded as such
 */
export const isApproved = (
  authored: Authored & { readonly approvals: readonly Approval[] },
  { digests, singleUser }: { readonly digests: readonly string[]; readonly singleUser: boolean },
): boolean =>
  approvers(authored, authored.approvals, digests).length >= approvalsNeeded(authored) ||
  (singleUser && authored.approvals.some(({ digest }) => digests.includes(digest)));
