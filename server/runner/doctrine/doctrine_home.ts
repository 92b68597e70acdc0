import { present } from '../../../common/present';
import type { ShiftWith } from '../agent/views';
import { iso } from '../../../common/iso';
import type { RepositoryPlace } from '../ports';
import type { CommitMark, PolicyHome } from '../keeping/kinds/policies';
import { contentOf } from '../keeping/state_docs';

/*
 * Which repository counts: one document in the state, named after the repository and changed by compare-and-set.
 * Agents with one remote share it; agents without each have one of their own, and only the first that came may edit.
 */

const HOME_ID = 'cursor:policy-repository';
const MOST_MARKS = 20;

export interface Claimant {
  readonly place: RepositoryPlace;
  readonly agent: string;
  readonly host: string;
  /** This agent has just started; then its own earlier repository, lost with the disk, is given up. */
  readonly isNew: boolean;
}

/** One name for one repository, however many agents look at it. */
export const nameOfRepository = (place: RepositoryPlace): string => {
  switch (place.kind) {
    case 'embedded':
      return `embedded:${place.id}`;
    case 'remote':
      return `remote:${place.remote}#${place.branch}:${place.path}`;
  }
};

const isLive = ({ parts: { session } }: ShiftWith<'session'>, holder: PolicyHome['holder']): boolean =>
  holder.session === session.id || session.livePeers.includes(holder.session);

/**
 * An agent without the id of its data folder: the id is lost with the disk, like the repository, and agents of earlier
 * versions have none.
 */
const withoutId = (agent: string): string => agent.split('#')[0] ?? agent;

const mayClaim = (shift: ShiftWith<'session'>, home: PolicyHome, { place, agent, isNew }: Claimant): boolean => {
  if (isLive(shift, home.holder)) return false;
  if (place.kind === 'remote') return true;
  return isNew && home.kind === 'embedded' && withoutId(home.holder.agent) === withoutId(agent);
};

/** Writes the document by compare-and-set; what `change` leaves as it is is not written. */
const changeHome = async (
  shift: ShiftWith<'clock' | 'commits'>,
  change: (home: PolicyHome | undefined) => PolicyHome | undefined,
): Promise<PolicyHome | undefined> => {
  shift.parts.commits.forget(HOME_ID);
  return shift.parts.commits.settle<PolicyHome | undefined>({
    reads: [HOME_ID],
    build: (view) => {
      const stored = contentOf('policy_home', view.get(HOME_ID));
      const wanted = change(stored);
      if (wanted === stored || wanted === undefined) return { docs: [], answer: stored };
      const facets = { at: iso(shift.parts.clock.utc()) };
      return { docs: [{ id: HOME_ID, kind: 'policy_home', facets, content: wanted }], answer: wanted };
    },
  });
};

const holderOf = ({ parts: { session } }: ShiftWith<'session'>, { agent, host }: Claimant): PolicyHome['holder'] => ({
  session: session.id,
  agent,
  host,
});

/**
 * The repository that counts, which is this agent's if nobody else's does.
 *
 * @returns whether it is this agent's, and whether its holder runs
 */
export const claimHome = async (
  shift: ShiftWith<'clock' | 'commits' | 'session'>,
  claimant: Claimant,
): Promise<{ readonly home: PolicyHome; readonly isMine: boolean; readonly isHolderLive: boolean }> => {
  const repository = nameOfRepository(claimant.place);
  const holder = holderOf(shift, claimant);
  const fresh: PolicyHome = { repository, kind: claimant.place.kind, holder, marks: [] };
  const home =
    (await changeHome(shift, (stored) => {
      if (stored === undefined) return fresh;
      if (stored.repository !== repository) return mayClaim(shift, stored, claimant) ? fresh : stored;
      const isSame = stored.kind === 'remote' || stored.holder.session === holder.session;
      return isSame ? stored : { ...stored, holder };
    })) ?? fresh;
  return { home, isMine: home.repository === repository, isHolderLive: isLive(shift, home.holder) };
};

/** Takes over by a person's order; nothing happens while the other holder runs. */
export const takeHome = async (
  shift: ShiftWith<'clock' | 'commits' | 'session'>,
  claimant: Claimant,
): Promise<boolean> => {
  const repository = nameOfRepository(claimant.place);
  const fresh: PolicyHome = { repository, kind: claimant.place.kind, holder: holderOf(shift, claimant), marks: [] };
  const home = await changeHome(shift, (stored) => {
    if (stored === undefined) return fresh;
    return stored.repository === repository || isLive(shift, stored.holder) ? stored : fresh;
  });
  return home?.repository === repository;
};

/** A head of the branch, and what is known of its policies. */
export interface HeadNote {
  readonly head: string;
  readonly mark?: Omit<CommitMark, 'commit'> | undefined;
}

/**
 * Remembers a head for all agents, and that its policies are in force, or are about to be.
 *
 * @returns the repository that counts, as it is from now on
 */
export const rememberHead = async (
  shift: ShiftWith<'clock' | 'commits'>,
  repository: string,
  { head, mark }: HeadNote,
): Promise<PolicyHome | undefined> =>
  changeHome(shift, (stored) => {
    if (stored === undefined || stored.repository !== repository) return stored;
    const same = stored.marks.find(({ commit, digest }) => commit === head && digest === mark?.digest);
    const isKnown = mark === undefined || (same !== undefined && (same.released || !mark.released));
    if (stored.head === head && isKnown) return stored;
    const others = stored.marks.filter((each) => each !== same);
    const own = same?.own === true || mark?.own === true;
    const marks = isKnown
      ? stored.marks
      : [{ commit: head, ...mark, ...present({ own: own || undefined }) }, ...others];
    return { ...stored, head, marks: marks.slice(0, MOST_MARKS) };
  });
