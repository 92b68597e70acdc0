import type { CompiledPolicies } from '../../engine/policy/compiled';
import { confirmedBy } from '../../engine/decision/seen';
import type { CaseContent } from '../keeping/kinds/case';
import type { Clock } from '../ports';

/*
 * Which held cases wait to see what, and which of them are looked at because it was seen again. A burst of N reports
 * must not decide M waiting cases N times: sightings of one thing are put together, and only so many cases wake at
 * once.
 */

/** Sightings of one thing within so long wake what waits for it once, ms. */
const TOGETHER_MS = 200;
const MOST_AT_ONCE = 50;
/** More than that wait for one thing: they are looked at when their time is over. */
const MOST_WAITING = 1_000;
/** More things than that at once: what waits for the others is looked at when its time is over. */
const MOST_SIGHTED = 10_000;

/** Names of what would confirm the held acts of a case, as its policies in force say. */
export const awaitedBy = (
  { state, decision }: CaseContent,
  policies: Pick<CompiledPolicies, 'actions'> | undefined,
): readonly string[] => {
  const things = decision?.inputs.history.entities;
  if (state !== 'held' || decision?.held === undefined || things === undefined) return [];
  const names = decision.held.flatMap((act) => {
    const confirm = policies?.actions.all.find(({ ref }) => ref.id === act.policy.id)?.confirm;
    return confirm ? confirmedBy(confirm, act.target, things).flatMap((thing) => thing.names) : [];
  });
  return [...new Set(names)];
};

/** Something that was named again. */
export interface Sighting {
  readonly names: readonly string[];
  /** By the event of this case. */
  readonly caseId: string;
}

interface Last {
  readonly caseId: string;
  /** UTC ms. */
  readonly at: number;
}

export class WakeHeld {
  private readonly waiting = new Map<string, Set<string>>();
  private readonly names = new Map<string, readonly string[]>();
  /** Since when, monotonic ms; the first sighting counts. */
  private readonly sightings = new Map<string, number>();
  private readonly waking = new Set<string>();
  /** What was seen lately, whether or not somebody waits for it: a case waits only once its decision is written. */
  private readonly lately = new Map<string, Last>();
  /** When a case that waits was woken last, UTC ms. */
  private readonly woken = new Map<string, number>();

  constructor(private readonly clock: Pick<Clock, 'monotonic' | 'utc'>) {}

  /**
   * A case waits for one of these to be seen again.
   *
   * @param decidedAt when it was decided, UTC ms: what was seen since wakes it, too
   */
  await(caseId: string, names: readonly string[], decidedAt: number): void {
    this.leave(caseId);
    const taken = names.filter((name) => (this.waiting.get(name)?.size ?? 0) < MOST_WAITING);
    if (taken.length === 0) return this.forget(caseId);
    this.names.set(caseId, taken);
    const since = Math.max(decidedAt, this.woken.get(caseId) ?? 0);
    for (const name of taken) {
      const cases = this.waiting.get(name) ?? new Set();
      this.waiting.set(name, cases.add(caseId));
      const last = this.lately.get(name);
      if (last && last.caseId !== caseId && last.at >= since) this.toBeWoken(name);
    }
  }

  /** A case that may be held is in care: it waits for what its policies want to see again. */
  watch(content: CaseContent, policies: Parameters<typeof awaitedBy>[1]): void {
    const decidedAt = Date.parse(content.decision?.decided_at ?? '');
    this.await(content.received.case_id, awaitedBy(content, policies), decidedAt);
  }

  /** A case waits for nothing any more. */
  forget(caseId: string): void {
    this.leave(caseId);
    this.woken.delete(caseId);
  }

  private leave(caseId: string): void {
    this.waking.delete(caseId);
    for (const name of this.names.get(caseId) ?? []) {
      const cases = this.waiting.get(name);
      cases?.delete(caseId);
      if (cases?.size === 0) this.waiting.delete(name);
    }
    this.names.delete(caseId);
  }

  /** Things were seen again. Costs the same however many cases wait for them. */
  sighted({ names, caseId }: Sighting): void {
    const at = this.clock.utc();
    for (const name of names) {
      this.lately.delete(name);
      this.lately.set(name, { caseId, at });
      if (this.waiting.has(name)) this.toBeWoken(name);
    }
    for (const name of this.lately.keys()) {
      if (this.lately.size <= MOST_SIGHTED) break;
      this.lately.delete(name);
    }
  }

  private toBeWoken(name: string): void {
    if (!this.sightings.has(name) && this.sightings.size < MOST_SIGHTED)
      this.sightings.set(name, this.clock.monotonic());
  }

  /** The cases to look at now. */
  due(): readonly string[] {
    const [now, utc] = [this.clock.monotonic(), this.clock.utc()];
    for (const [name, since] of this.sightings) {
      if (now - since < TOGETHER_MS || this.waking.size >= MOST_AT_ONCE) continue;
      this.sightings.delete(name);
      for (const caseId of this.waiting.get(name) ?? []) this.waking.add(caseId);
    }
    const due = [...this.waking].slice(0, MOST_AT_ONCE);
    for (const caseId of due) {
      this.waking.delete(caseId);
      this.woken.set(caseId, utc);
    }
    return due;
  }
}
