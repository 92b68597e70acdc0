import { firedSince } from '../record/fired';
import type { AgentWith } from '../agent/views';
import { policiesInForce, policyInForce } from '../trust/in_force';
import { recordOf } from '../record/records';
import { iso } from '../../../common/iso';
import type { RhythmView } from '../../../common/api/routes/rhythm';
import { err, ok, type Result } from '../../../common/result';
import { policyRhythm } from '../../engine/learning/rhythm';
import { readWords } from '../facts/read_words';
import { audit } from '../record/audit';
import type { ReleaseDesk } from '../doctrine/releases/release';
import { releasedChanges } from '../doctrine/releases/release_changes';
import { refusal, type Refusal } from '../record/refusal';

const DAY_MS = 86_400_000;
const CASES_AT_ONCE = 500;
const MOST_REVIEWS = 5_000;
const REVIEWED = 'review_policy';

/** When a person looked at each policy last. */
const reviewsOf = async ({ parts }: AgentWith<'evidence'>): Promise<ReadonlyMap<string, number>> => {
  const found = await parts.evidence.find({
    family: 'audit',
    where: { verb: REVIEWED },
    order: 'newest',
    limit: MOST_REVIEWS,
  });
  const reviewed = new Map<string, number>();
  for (const { at, body } of found.entries) {
    const policy = recordOf('audit', body).object.id;
    if (policy !== undefined && !reviewed.has(policy)) reviewed.set(policy, Date.parse(at));
  }
  return reviewed;
};

const firstReleaseOf = async ({ parts }: AgentWith<'clock' | 'evidence'>): Promise<number> => {
  const { entries } = await parts.evidence.find({
    family: 'audit',
    where: { verb: 'release' },
    order: 'oldest',
    limit: 1,
  });
  return entries[0] ? Date.parse(entries[0].at) : parts.clock.utc();
};

/** Cases by policy that were permitted and that people found wrong. */
const overriddenOf = async ({ parts }: AgentWith<'evidence'>, from: string): Promise<ReadonlyMap<string, number>> => {
  const { words } = await readWords(parts.evidence, from);
  const wrong = [...words].filter(([, word]) => word === 'wrong').map(([caseId]) => caseId);
  const cases = new Map<string, Set<string>>();
  for (let first = 0; first < wrong.length; first += CASES_AT_ONCE) {
    const found = await parts.evidence.find({
      family: 'decisions',
      where: { case_id: wrong.slice(first, first + CASES_AT_ONCE), verdict: 'permit' },
      limit: 10 * CASES_AT_ONCE,
    });
    for (const { body } of found.entries) {
      const { decision } = recordOf('decisions', body);
      for (const { policy, shadow, result } of decision.acts) {
        if (shadow || result !== 'permit') continue;
        cases.set(policy.id, (cases.get(policy.id) ?? new Set()).add(decision.case_id));
      }
    }
  }
  return new Map([...cases].map(([policy, of]) => [policy, of.size]));
};

/** The battle rhythm of the policies in force. */
export const rhythm = async (desk: ReleaseDesk, days: number): Promise<RhythmView> => {
  const { agent } = desk;
  const now = agent.parts.clock.utc();
  const from = iso(now - days * DAY_MS);
  const [released, reviewed, firstRelease, fired, overridden] = await Promise.all([
    releasedChanges(desk),
    reviewsOf(agent),
    firstReleaseOf(agent),
    firedSince(agent.parts.evidence, from),
    overriddenOf(agent, from),
  ]);
  return policyRhythm({
    now,
    days,
    policies: policiesInForce(agent),
    firstRelease,
    released,
    reviewed,
    fired,
    overridden,
  });
};

/** A person looked at a policy again and leaves it as it is. */
export const markReviewed = async (
  agent: AgentWith<'bundles' | 'chance' | 'clock' | 'evidence'>,
  policyId: string,
  { by, reason }: { readonly by: string; readonly reason: string },
): Promise<Result<true, Refusal>> => {
  const file = policyInForce(agent, policyId);
  if (!file) return err(refusal('not_found', `there is no policy \`${policyId}\` in force`));
  await audit(agent, {
    verb: REVIEWED,
    by,
    object: { type: 'policy', id: policyId },
    policy: { id: policyId },
    digest: file.hash,
    text: reason,
  });
  return ok(true);
};
