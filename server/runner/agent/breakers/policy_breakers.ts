import { shiftSince } from '../../../engine/brakes/shift_since';
import type { CompiledAction } from '../../../engine/policy/compiled';
import { UNHURRIED_MS } from '../../keeping/in_background';
import type { Quiet } from '../../keeping/quiet';
import type { Basics, EvidenceLog } from '../../ports';
import type { Session } from '../../session/session';
import { leads } from '../../session/leads';
import { proposersInForce, versionInForce, type HasBundle } from '../../trust/in_force';
import { rolloutActs, type RolloutActs } from '../rollout_acts';
import type { BreakerOrders } from './breaker_orders';
import type { Breakers } from './breakers';
import { foundWrong, mayBeNewWords, newestWords, whyOverridden, wordsSince } from './overridden';

const EVERY_MS = 10_000;
const WINDOW_MS = 7 * 86_400_000;

type PolicyBreakerPorts = HasBundle['parts'] &
  Pick<Basics, 'clock'> & {
    readonly session: Pick<Session, 'id' | 'livePeers' | 'saysOfItself'>;
    readonly evidence: EvidenceLog;
    readonly quiet?: Pick<Quiet, 'isQuiet'>;
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
  private lookedAt = -Infinity;
  /** What was known when all policies were judged last. */
  private judged: string | undefined;

  constructor(private readonly ports: PolicyBreakerPorts) {}

  /** @throws StoreUnavailable */
  async round(): Promise<void> {
    const { clock, session, orders, quiet } = this.ports;
    const pauseMs = mayBeNewWords(quiet) ? EVERY_MS : UNHURRIED_MS;
    if (clock.monotonic() < this.lookedAt + pauseMs || !leads(session)) return;
    this.lookedAt = clock.monotonic();
    const policies = proposersInForce({ parts: this.ports }).filter(
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
    const words = await newestWords(evidence, orders.countsFrom('', WINDOW_MS));
    if (words === undefined) return undefined;
    return JSON.stringify([words, versionInForce({ parts: this.ports }), policies.map(({ ref }) => ref.id)]);
  }

  private async judge(policies: readonly CompiledAction[]): Promise<void> {
    const { evidence, orders } = this.ports;
    const read = await wordsSince(evidence, orders.countsFrom('', WINDOW_MS));
    const decisions = await foundWrong(evidence, read);
    // Texts of policies that acted in a case which people found wrong.
    const overridden = new Set(decisions.flatMap(({ decision }) => decision.acts.map(({ policy }) => policy.hash)));
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

  private whyToTrip(acts: RolloutActs): string | undefined {
    const rule = this.ports.breakers.rules.policy;
    if (rule.overridden_percent >= 100) return undefined;
    return whyOverridden(acts, rule, `people overrode ${acts.overridden} of its ${acts.acts} acts`);
  }
}
