import type { AgentWith } from '../../agent/views';
import { recordOf } from '../../record/records';
import { iso } from '../../../../common/iso';
import type { ComparisonView } from '../../../../common/api/routes/comparison';
import type { DecisionRecord } from '../../../../common/flow/decision';
import { ShadowComparison } from '../../../engine/learning/shadow_comparison';
import type { EvidenceQuery } from '../../ports';
import { readWords } from '../../facts/read_words';
import { proposersInForce } from '../../trust/in_force';

const DAY_MS = 86_400_000;
/** Search pages no deeper. */
const MOST_DECISIONS = 10_000;
const PAGE = 500;
const KEPT_MS = 30_000;
const SLICE_MS = 8;

/** The youngest decisions that fit, oldest first. */
const youngest = async (
  { parts }: AgentWith<'clock' | 'evidence'>,
  where: NonNullable<EvidenceQuery['where']>,
  from: string,
): Promise<{ readonly records: readonly DecisionRecord[]; readonly partial: boolean }> => {
  const records: DecisionRecord[] = [];
  for (;;) {
    const span = { from, limit: PAGE, offset: records.length, order: 'newest' as const };
    const found = await parts.evidence.find({ family: 'decisions', where, ...span });
    records.push(...found.entries.map(({ body }) => recordOf('decisions', body)));
    const whole = found.entries.length < PAGE;
    if (whole || records.length >= MOST_DECISIONS) return { records: records.reverse(), partial: !whole };
    await parts.clock.sleep(1);
  }
};

const compare = async (
  agent: AgentWith<'bundles' | 'clock' | 'evidence' | 'rollouts'>,
  days: number,
): Promise<ComparisonView> => {
  const { clock, evidence, rollouts } = agent.parts;
  const from = iso(clock.utc() - days * DAY_MS);
  const active = proposersInForce(agent);
  const rolledOut = new Set(active.filter(({ spec }) => spec.rollout).map(({ ref }) => ref.id));
  const comparison = new ShadowComparison((policy, arm) => arm !== 'in_force' || rolledOut.has(policy));
  const [{ words, capped }, shadows, canaries, rolling] = await Promise.all([
    readWords(evidence, from),
    youngest(agent, { shadow: true }, from),
    rolledOut.size === 0 ? { records: [], partial: false } : youngest(agent, { 'policy.id': [...rolledOut] }, from),
    rollouts.view(),
  ]);
  let began = clock.monotonic();
  for (const record of [...shadows.records, ...canaries.records]) {
    comparison.add(record);
    if (clock.monotonic() - began < SLICE_MS) continue;
    await clock.sleep(1);
    began = clock.monotonic();
  }
  return {
    as_of: iso(clock.utc()),
    days,
    partial: shadows.partial || canaries.partial || capped,
    policies: [...comparison.report((caseId) => words.get(caseId))],
    rollouts: [...rolling],
  };
};

/** What a comparison takes of an agent. */
type ComparingAgent = AgentWith<'bundles' | 'clock' | 'evidence' | 'rollouts'>;

/** Compares shadow and canary with what people did; many pages that ask at once share one reading. */
export class PolicyComparer {
  private readonly kept = new Map<number, { readonly at: number; readonly view: Promise<ComparisonView> }>();

  constructor(private readonly agent: ComparingAgent) {}

  compare(days: number): Promise<ComparisonView> {
    const now = this.agent.parts.clock.monotonic();
    const known = this.kept.get(days);
    if (known && now - known.at < KEPT_MS) return known.view;
    const view = compare(this.agent, days);
    this.kept.set(days, { at: now, view });
    view.catch(() => this.kept.delete(days));
    return view;
  }

  /** What was read before is not so any more. */
  forget(): void {
    this.kept.clear();
  }
}
