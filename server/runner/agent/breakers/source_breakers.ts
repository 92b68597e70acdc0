import { speakerOf } from '../../../../common/flow/intake';
import { clearlyAbove } from '../../../engine/brakes/clearly_above';
import { shiftSince } from '../../../engine/brakes/shift_since';
import { readWords, type Words } from '../../facts/read_words';
import type { Basics, EvidenceLog } from '../../ports';
import { recordOf } from '../../record/records';
import type { Session } from '../../session/session';
import { leads } from '../../session/leads';
import { actsOf, type RolloutActs } from '../rollout_acts';
import type { BreakerOrders } from './breaker_orders';
import type { Breakers } from './breakers';

const EVERY_MS = 10_000;
const WINDOW_MS = 7 * 86_400_000;
const CASES_AT_ONCE = 200;
const MOST_DECISIONS = 10_000;
const MOST_WORDS = 50_000;
/** As for policies: to deny what waits overrides nothing. */
const VERBS = ['lift'] as const;

interface SourceBreakerPorts extends Pick<Basics, 'clock'> {
  readonly session: Pick<Session, 'id' | 'livePeers' | 'saysOfItself'>;
  readonly evidence: EvidenceLog;
  readonly breakers: Breakers;
  readonly orders: BreakerOrders;
}

interface Source {
  readonly type: string;
  readonly id: string;
}

/**
 * A breaker for each source: it trips once people override clearly too many of the acts that come of its events, or
 * find them false, whichever policies acted. What people order by hand has none: who orders something and lifts it
 * again has overridden nobody. One agent judges for all, and only when somebody said something since.
 */
export class SourceBreakers {
  private nextAt = -Infinity;
  /** What was known when all sources were judged last. */
  private judged: string | undefined;

  constructor(private readonly ports: SourceBreakerPorts) {}

  /** @throws StoreUnavailable */
  async round(): Promise<void> {
    const { clock, session, breakers } = this.ports;
    const rule = breakers.rules.source;
    if (rule === undefined || rule.overridden_percent >= 100) return;
    if (clock.monotonic() < this.nextAt || !leads(session)) return;
    this.nextAt = clock.monotonic() + EVERY_MS;
    const known = await this.known();
    if (known === undefined || known === this.judged) return;
    await this.judge(rule);
    this.judged = known;
  }

  /** The youngest words of people; undefined while nobody said anything. */
  private async known(): Promise<string | undefined> {
    const { evidence, orders } = this.ports;
    const from = orders.countsFrom('', WINDOW_MS);
    const newest = async (query: Pick<Parameters<EvidenceLog['find']>[0], 'family' | 'where'>): Promise<string> => {
      const { total, entries } = await evidence.find({ ...query, from, limit: 1, order: 'newest' });
      return entries[0] === undefined ? '' : `${entries[0].id} ${total}`;
    };
    const words = [await newest({ family: 'audit', where: { verb: VERBS } }), await newest({ family: 'feedback' })];
    return words.every((each) => each === '') ? undefined : JSON.stringify(words);
  }

  private async judge(rule: { readonly overridden_percent: number; readonly acts: number }): Promise<void> {
    const { evidence, orders } = this.ports;
    const read = await readWords(evidence, orders.countsFrom('', WINDOW_MS), MOST_WORDS, VERBS);
    for (const [scope, { type, id }] of await this.foundWrong(read)) {
      if (orders.isStopped(scope)) continue;
      const from = orders.countsFrom(scope, WINDOW_MS);
      // Who asks does so with the token of a webhook, and is the same source.
      const types = type === 'asker' || type === 'webhook' ? ['asker', 'webhook'] : [type];
      const where = { 'intake.type': types, 'intake.id': id };
      const acts = await actsOf(evidence, { where, isCounted: () => true, from, words: read.words });
      const why = this.whyToTrip(acts, rule);
      if (why === undefined) continue;
      const since = acts.began[shiftSince(acts.causes)] ?? from;
      await orders.trip(scope, why, { wrong: acts.overridden, of: acts.acts, since });
    }
  }

  /** Sources of which people found a case wrong, by the scope of their breaker. */
  private async foundWrong({ words }: Words): Promise<ReadonlyMap<string, Source>> {
    const cases = [...words].flatMap(([caseId, word]) => (word === 'wrong' ? [caseId] : []));
    const found = new Map<string, Source>();
    for (let first = 0; first < cases.length; first += CASES_AT_ONCE) {
      const where = { case_id: cases.slice(first, first + CASES_AT_ONCE) };
      const { entries } = await this.ports.evidence.find({ family: 'decisions', where, limit: MOST_DECISIONS });
      for (const { body } of entries) {
        const { intake } = recordOf('decisions', body).event;
        if (intake.type !== 'analyst') found.set(`source:${speakerOf(intake)}`, intake);
      }
    }
    return found;
  }

  private whyToTrip(
    { acts, overridden, overriddenCritical, causes }: RolloutActs,
    rule: { readonly overridden_percent: number; readonly acts: number },
  ): string | undefined {
    const words = `people overrode ${overridden} of the ${acts} acts that came of it`;
    if (overriddenCritical > 0) return `${words}, ${overriddenCritical} of them on a critical asset`;
    if (acts < rule.acts || clearlyAbove(causes, rule.overridden_percent / 100) === undefined) return undefined;
    return `${words} (${causes.length} causes): clearly more than ${rule.overridden_percent} %`;
  }
}
