import { speakerOf } from '../../../../common/flow/intake';
import { shiftSince } from '../../../engine/brakes/shift_since';
import type { Words } from '../../facts/read_words';
import { UNHURRIED_MS } from '../../keeping/in_background';
import type { Quiet } from '../../keeping/quiet';
import type { Basics, EvidenceLog } from '../../ports';
import type { Session } from '../../session/session';
import { leads } from '../../session/leads';
import { actsOf } from '../rollout_acts';
import type { BreakerOrders } from './breaker_orders';
import type { Breakers } from './breakers';
import { foundWrong, mayBeNewWords, newestWords, whyOverridden, wordsSince } from './overridden';

const EVERY_MS = 10_000;
const WINDOW_MS = 7 * 86_400_000;

interface SourceBreakerPorts extends Pick<Basics, 'clock'> {
  readonly session: Pick<Session, 'id' | 'livePeers' | 'saysOfItself'>;
  readonly evidence: EvidenceLog;
  readonly quiet?: Pick<Quiet, 'isQuiet'>;
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
  private lookedAt = -Infinity;
  /** What was known when all sources were judged last. */
  private judged: string | undefined;

  constructor(private readonly ports: SourceBreakerPorts) {}

  /** @throws StoreUnavailable */
  async round(): Promise<void> {
    const { clock, session, breakers, quiet } = this.ports;
    const rule = breakers.rules.source;
    if (rule === undefined || rule.overridden_percent >= 100) return;
    const pauseMs = mayBeNewWords(quiet) ? EVERY_MS : UNHURRIED_MS;
    if (clock.monotonic() < this.lookedAt + pauseMs || !leads(session)) return;
    this.lookedAt = clock.monotonic();
    const known = await this.known();
    if (known === undefined || known === this.judged) return;
    await this.judge(rule);
    this.judged = known;
  }

  /** The youngest words of people; undefined while nobody said anything. */
  private async known(): Promise<string | undefined> {
    const { evidence, orders } = this.ports;
    const words = await newestWords(evidence, orders.countsFrom('', WINDOW_MS));
    return words && JSON.stringify(words);
  }

  private async judge(rule: { readonly overridden_percent: number; readonly acts: number }): Promise<void> {
    const { evidence, orders } = this.ports;
    const read = await wordsSince(evidence, orders.countsFrom('', WINDOW_MS));
    for (const [scope, { type, id }] of await this.sourcesOfWrong(read)) {
      if (orders.isStopped(scope)) continue;
      const from = orders.countsFrom(scope, WINDOW_MS);
      // Who asks does so with the token of a webhook, and is the same source.
      const types = type === 'asker' || type === 'webhook' ? ['asker', 'webhook'] : [type];
      const where = { 'intake.type': types, 'intake.id': id };
      const acts = await actsOf(evidence, { where, isCounted: () => true, from, words: read.words });
      const said = `people overrode ${acts.overridden} of the ${acts.acts} acts that came of it`;
      const why = whyOverridden(acts, rule, said);
      if (why === undefined) continue;
      const since = acts.began[shiftSince(acts.causes)] ?? from;
      await orders.trip(scope, why, { wrong: acts.overridden, of: acts.acts, since });
    }
  }

  /** Sources of which people found a case wrong, by the scope of their breaker. */
  private async sourcesOfWrong(read: Words): Promise<ReadonlyMap<string, Source>> {
    const decisions = await foundWrong(this.ports.evidence, read);
    const sources = decisions.map(({ event }) => event.intake).filter(({ type }) => type !== 'analyst');
    return new Map(sources.map((intake) => [`source:${speakerOf(intake)}`, intake]));
  }
}
