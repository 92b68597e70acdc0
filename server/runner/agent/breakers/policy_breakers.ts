import { clearlyAbove } from '../../../engine/brakes/clearly_above';
import { shiftSince } from '../../../engine/brakes/shift_since';
import type { CompiledAction } from '../../../engine/policy/compiled';
import { readWords, type Words } from '../../facts/read_words';
import type { Basics, EvidenceLog } from '../../ports';
import { recordOf } from '../../record/records';
import type { Session } from '../../session/session';
import { leads } from '../../session/leads';
import { actionsInForce, versionInForce, type HasBundle } from '../../trust/in_force';
import { rolloutActs, type RolloutActs } from '../rollout_acts';
import type { BreakerOrders } from './breaker_orders';
import type { Breakers } from './breakers';

const EVERY_MS = 10_000;
const WINDOW_MS = 7 * 86_400_000;
const CASES_AT_ONCE = 200;
const MOST_DECISIONS = 10_000;
const MOST_WORDS = 50_000;
/** What was done and taken back. To deny what waits overrides nothing: a brake had held it, this breaker perhaps. */
const VERBS = ['lift'] as const;

type PolicyBreakerPorts = HasBundle['parts'] &
  Pick<Basics, 'clock'> & {
    readonly session: Pick<Session, 'id' | 'livePeers' | 'saysOfItself'>;
    readonly evidence: EvidenceLog;
    readonly breakers: Breakers;
    readonly orders: BreakerOrders;
  };

const scopeOf = ({ ref }: CompiledAction): string => `policy:${ref.id}`;

/**
 * A breaker for each policy that acts: it trips once people override clearly too many of its acts, or one on a critical
 * asset. One agent judges for all, and only when somebody said something since. A policy in rollout has its own rule
 * (`rollout_keeper.ts`).
 */
export class PolicyBreakers {
  private nextAt = -Infinity;
  /** What was known when all policies were judged last. */
  private judged: string | undefined;

  constructor(private readonly ports: PolicyBreakerPorts) {}

  /** @throws StoreUnavailable */
  async round(): Promise<void> {
    const { clock, session, orders } = this.ports;
    if (clock.monotonic() < this.nextAt || !leads(session)) return;
    this.nextAt = clock.monotonic() + EVERY_MS;
    const policies = actionsInForce({ parts: this.ports }).filter(
      (each) => each.spec.mode === 'enforce' && each.spec.rollout === undefined && !orders.isStopped(scopeOf(each)),
    );
    const known = policies.length === 0 ? undefined : await this.known(policies);
    if (known === undefined || known === this.judged) return;
    await this.judge(policies);
    this.judged = known;
  }

  /** The youngest words of people, and what they are judged by; undefined while nobody said anything. */
  private async known(policies: readonly CompiledAction[]): Promise<string | undefined> {
    const { evidence, orders } = this.ports;
    const from = orders.countsFrom('', WINDOW_MS);
    const newest = async (query: Pick<Parameters<EvidenceLog['find']>[0], 'family' | 'where'>): Promise<string> => {
      const { total, entries } = await evidence.find({ ...query, from, limit: 1, order: 'newest' });
      return entries[0] === undefined ? '' : `${entries[0].id} ${total}`;
    };
    const words = [await newest({ family: 'audit', where: { verb: VERBS } }), await newest({ family: 'feedback' })];
    if (words.every((each) => each === '')) return undefined;
    return JSON.stringify([words, versionInForce({ parts: this.ports }), policies.map(({ ref }) => ref.id)]);
  }

  private async judge(policies: readonly CompiledAction[]): Promise<void> {
    const { evidence, orders } = this.ports;
    const read = await readWords(evidence, orders.countsFrom('', WINDOW_MS), MOST_WORDS, VERBS);
    const overridden = await this.overridden(read);
    for (const policy of policies) {
      if (!overridden.has(policy.ref.hash)) continue;
      const from = orders.countsFrom(scopeOf(policy), WINDOW_MS);
      const acts = await rolloutActs(evidence, { hash: policy.ref.hash, from, words: read.words });
      const why = this.whyToTrip(acts);
      if (why === undefined) continue;
      const since = acts.began[shiftSince(acts.causes)] ?? from;
      await orders.trip(scopeOf(policy), why, { wrong: acts.overridden, of: acts.acts, since });
    }
  }

  /** Texts of policies that acted in a case which people found wrong. */
  private async overridden({ words }: Words): Promise<ReadonlySet<string>> {
    const cases = [...words].flatMap(([caseId, word]) => (word === 'wrong' ? [caseId] : []));
    const hashes = new Set<string>();
    for (let first = 0; first < cases.length; first += CASES_AT_ONCE) {
      const where = { case_id: cases.slice(first, first + CASES_AT_ONCE) };
      const found = await this.ports.evidence.find({ family: 'decisions', where, limit: MOST_DECISIONS });
      for (const { body } of found.entries)
        for (const { policy } of recordOf('decisions', body).decision.acts) hashes.add(policy.hash);
    }
    return hashes;
  }

  private whyToTrip({ acts, overridden, overriddenCritical, causes }: RolloutActs): string | undefined {
    const rule = this.ports.breakers.rules.policy;
    if (rule.overridden_percent >= 100) return undefined;
    const words = `people overrode ${overridden} of its ${acts} acts`;
    // One is enough: nobody waits for a second wrong containment of what matters most.
    if (overriddenCritical > 0) return `${words}, ${overriddenCritical} of them on a critical asset`;
    if (acts < rule.acts || clearlyAbove(causes, rule.overridden_percent / 100) === undefined) return undefined;
    return `${words} (${causes.length} causes): clearly more than ${rule.overridden_percent} %`;
  }
}
