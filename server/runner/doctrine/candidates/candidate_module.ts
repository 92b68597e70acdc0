import type { Guards } from '../../../../common/policy/bundle';
import { err, ok, type Result } from '../../../../common/result';
import { guardsOf, policiesOf } from './candidate_book';
import type { Candidate } from '../../keeping/kinds/policies';
import { troubleWithGuards } from '../drafts/guard_trouble';
import { haveSameGuards } from '../catalog/policy_set';
import { failedTestsWith } from '../catalog/policy_tests';
import type { Refusal } from '../../record/refusal';
import { findRelease } from '../releases/release_book';
import { signedModule, type ReleaseDesk } from '../releases/release';

/** With guards that are not in force yet: whoever proposed it may not have had `opa`. */
const failing = async (desk: ReleaseDesk, candidate: Candidate): Promise<Refusal | undefined> => {
  const { guardBook, model } = desk.agent.parts;
  const asked = await guardBook.forTests(guardsOf(candidate, desk.agent));
  return failedTestsWith(policiesOf(candidate), model(), asked);
};

/** The signed module of the version that a candidate goes back to, so that going back takes no compiler. */
const recall = async (desk: ReleaseDesk, { back_to }: Candidate): Promise<void> => {
  const release = back_to === undefined ? undefined : await findRelease(desk, back_to);
  if (release?.ok === true && release.value.guards) desk.agent.parts.guardBook.keep(release.value.guards);
};

/**
 * The module of a candidate's guards: what other keys have signed already, what is in force if its texts are the same,
 * else compiled here and now.
 */
export const moduleFor = async (
  desk: ReleaseDesk,
  candidate: Candidate,
): Promise<Result<Guards | undefined, Refusal>> => {
  const { guardBook } = desk.agent.parts;
  const texts = guardsOf(candidate, desk.agent);
  const signed = candidate.part_signed && signedModule(candidate.part_signed, texts);
  if (signed) return ok(signed);
  const isInForce = haveSameGuards(texts, guardBook.inForce);
  if (!isInForce) await recall(desk, candidate);
  const module = await guardBook.moduleOf(texts);
  if (!module.ok) return err(troubleWithGuards(module.error));
  // What comes back passed them when it was released, and nothing is to keep it from coming back.
  const isTested = isInForce || candidate.back_to !== undefined;
  const failed = isTested ? undefined : await failing(desk, candidate);
  return failed ? err(failed) : module;
};
