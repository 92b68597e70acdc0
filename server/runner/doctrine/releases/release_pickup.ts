import type { AgentWith, JoinedWith, ShiftWith } from '../../agent/views';
import { find } from '../../keeping/state_docs';
import { leads } from '../../session/leads';
import { findCandidate } from '../candidates/candidate_book';
import type { Candidate, ReleaseClaim } from '../../keeping/kinds/policies';
import { refusal } from '../../record/refusal';
import { announceRelease, headOf, type ReleaseDesk } from './release';
import { isUnderWay } from './release_candidate';
import { changeClaimed, giveBack, publishClaimed } from './release_claim';
import { again } from '../../keeping/in_background';

/*
 * Releases whose host ended in the middle, and versions that were made and not told of: any host goes on with them.
 */

const EVERY_MS = 5_000;
const MOST = 50;
const GIVEN_UP = refusal('unavailable', 'the host that released it ended before anything of it was released');

/** True if nobody goes on with it: its session ended, or is this one and has given it up. */
const isGivenUp = (shift: ShiftWith<'session'>, { session, token }: ReleaseClaim): boolean => {
  const { id, livePeers } = shift.parts.session;
  return session === id ? !isUnderWay(token) : leads(shift.parts.session) && !livePeers.includes(session);
};

const goOn = async (desk: ReleaseDesk, candidate: Candidate, claim: ReleaseClaim): Promise<void> => {
  const { agent } = desk;
  const { id } = candidate;
  const held = { id, token: claim.token };
  if (claim.phase === 'committing') {
    await giveBack(agent, held, { by: 'reflex', why: GIVEN_UP });
    return;
  }
  const session = agent.shift?.parts.session.id ?? '';
  const token = agent.parts.chance.uuid();
  const taken = await changeClaimed(agent, held, (stored) => ({
    candidate: { ...stored, claim: { ...stored.claim, session, token } },
    entry: {
      verb: 'resume_release',
      by: 'reflex',
      object: { type: 'candidate', id },
      digest: stored.digest,
      text: `begun by ${stored.claim.by}`,
    },
  }));
  if (taken.ok) await publishClaimed(desk, { ...taken.value, claim: { ...claim, session, token } }, false);
};

/** A version whose head is there and that no agent was told of. */
const announceNext = async (
  agent: AgentWith<'bundles' | 'chance' | 'clock' | 'evidence' | 'store'> & JoinedWith<'session'>,
  shift: ShiftWith<'session'>,
): Promise<void> => {
  const floor = shift.parts.session.gate?.bundle_floor;
  const next = floor === undefined ? undefined : await headOf(agent, floor + 1);
  if (next) await announceRelease(agent, next, { by: 'reflex', text: 'its host ended before it told the others' });
};

/** Goes on with what others left, once. */
export const pickUpReleases = async (desk: ReleaseDesk): Promise<void> => {
  const { agent } = desk;
  const { shift } = agent;
  if (!shift) return;
  const query = { states: ['releasing'], limit: MOST, fresh: true };
  for (const { content } of await find(agent.parts.store, 'candidate', query)) {
    // Search only proposes: what counts is read.
    const found = await findCandidate(agent, content.id);
    if (!found.ok || found.value.state !== 'releasing' || !found.value.claim) continue;
    if (isGivenUp(shift, found.value.claim)) await goOn(desk, found.value, found.value.claim);
  }
  if (leads(shift.parts.session)) await announceNext(agent, shift);
};

/**
 * Goes on with what others left, until told otherwise.
 *
 * @param isAlone there is nobody who could leave anything
 */
export const followReleases = async (
  desk: ReleaseDesk,
  until: () => boolean,
  isAlone: () => boolean = () => false,
): Promise<void> => {
  const how = { failed: 'releases could not be followed', everyMs: EVERY_MS, until, isUnhurried: isAlone };
  return again(desk.agent.parts, how, () => pickUpReleases(desk));
};
