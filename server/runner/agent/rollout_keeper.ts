import { present } from '../../../common/present';
import { iso } from '../../../common/iso';
import type { RolloutView } from '../../../common/api/routes/comparison';
import type { CompiledAction } from '../../engine/policy/compiled';
import { auditRecord, type AuditEntry } from '../record/audit';
import type { AgentParts, ShiftParts } from './parts';
import { inBackground, sayFailed } from '../keeping/in_background';
import { StoreUnavailable } from '../ports';
import { contentOf, readMany } from '../keeping/state_docs';
import type { RolloutStop } from '../keeping/kinds/policies';
import { readWords, type Words } from '../facts/read_words';
import type { Rollouts } from '../facts/rollouts';
import { clearlyAbove } from '../../engine/brakes/clearly_above';
import { proposersInForce } from '../trust/in_force';
import { nap } from '../keeping/nap';
import { rolloutActs, type RolloutActs } from './rollout_acts';

const DAY_MS = 86_400_000;
const WINDOW_MS = 7 * DAY_MS;
const FOLLOW_MS = 5_000;
const JUDGE_MS = 30_000;
const DEFAULT_STOP = { overridden_percent: 20, acts: 10 };
const ROLLOUT_STOPPED = 'rollout_stopped';
const RESUMED = 'rollout_resumed';

const stopId = (policy: string): string => `rollout:${policy}`;
const keyOf = (policy: string, hash: string): string => `${policy}@${hash}`;

/**
 * Watches policies that are rolled out to a share of their targets. Where people override too many of the acts the
 * rollout stops: from then on the policy asks a person, on every agent, until somebody lets it go on or releases
 * another text. What a decision was told of that is in its inputs.
 */
export class RolloutKeeper implements Rollouts {
  private stops: ReadonlyMap<string, RolloutStop> = new Map();
  /** Rollouts of which it is known whether they stopped. */
  private known: ReadonlySet<string> = new Set();
  private nextJudging = 0;

  constructor(
    readonly parts: Omit<AgentParts, 'rollouts'>,
    private readonly shift: () => { readonly parts: Pick<ShiftParts, 'commits'> } | undefined,
  ) {
    parts.bundles.whenActivated(() => inBackground(parts, 'reading which rollouts stopped', this.load()));
  }

  /** True too while it is not known: what cannot be read must not act (INV-13). */
  isStopped(policy: string, hash: string): boolean {
    const key = keyOf(policy, hash);
    const stop = this.stops.get(key);
    return !this.known.has(key) || (stop !== undefined && stop.resumed === undefined);
  }

  /** The rollouts in force that have stopped themselves, as far as is known. */
  get stopped(): readonly RolloutStop[] {
    return [...this.stops.values()].filter(
      ({ policy, hash, resumed }) => resumed === undefined && this.known.has(keyOf(policy, hash)),
    );
  }

  /** Follows what other agents found, and judges the rollouts in force; costs nothing while there are none. */
  async run(until: () => boolean): Promise<void> {
    const { clock, log } = this.parts;
    while (!until()) {
      try {
        if (this.rollouts.length > 0) await this.follow();
      } catch (cause) {
        sayFailed(log, 'rollouts could not be judged', cause);
      }
      await nap(clock, FOLLOW_MS);
    }
  }

  /** How each rollout in force fares. */
  async view(): Promise<readonly RolloutView[]> {
    if (this.rollouts.length === 0) return [];
    await this.load();
    const read = await readWords(this.parts.evidence, this.windowStart);
    return Promise.all(
      this.rollouts.map(async (policy) => {
        const { capped, acts, overridden } = await this.countsOf(policy, read);
        const stop = this.stops.get(keyOf(policy.ref.id, policy.ref.hash));
        const rule = ruleOf(policy);
        return {
          policy: policy.ref.id,
          percent: policy.spec.rollout?.percent ?? 100,
          acts,
          overridden,
          stops_above_percent: rule.overridden_percent,
          stops_after: rule.acts,
          ...present({ capped: capped || undefined }),
          ...(stop && stop.resumed === undefined ? { stopped_at: stop.stopped_at, why: stop.why } : {}),
        };
      }),
    );
  }

  /** A person lets a stopped rollout go on. @returns false if it is not stopped */
  async resume(policy: string, word: { readonly by: string; readonly reason: string }): Promise<boolean> {
    await this.load();
    const stop = [...this.stops.values()].find((each) => each.policy === policy && each.resumed === undefined);
    if (!stop) return false;
    const at = iso(this.parts.clock.utc());
    const entry = { verb: 'resume_rollout', by: word.by, digest: stop.hash, text: word.reason };
    const resumed = await this.change(stop, entry, (stored) =>
      stored?.hash === stop.hash && stored.resumed === undefined ? { ...stored, resumed: { ...word, at } } : undefined,
    );
    await this.load();
    return resumed;
  }

  private get rollouts(): readonly CompiledAction[] {
    return proposersInForce(this).filter(({ spec }) => spec.rollout && spec.mode === 'enforce');
  }

  private get windowStart(): string {
    return iso(this.parts.clock.utc() - WINDOW_MS);
  }

  private async follow(): Promise<void> {
    await this.load();
    const { clock } = this.parts;
    if (clock.monotonic() < this.nextJudging || !this.shift()) return;
    this.nextJudging = clock.monotonic() + JUDGE_MS;
    await this.judge();
  }

  private async load(): Promise<void> {
    const { rollouts } = this;
    if (rollouts.length === 0) return;
    const ids = rollouts.map(({ ref }) => stopId(ref.id));
    const stops = await readMany(this.parts.store, 'rollout_stop', ids);
    this.stops = new Map([...stops.values()].map((stop) => [keyOf(stop.policy, stop.hash), stop]));
    this.known = new Set(rollouts.map(({ ref }) => keyOf(ref.id, ref.hash)));
  }

  /** Stops every rollout that has gone too far. */
  async judge(): Promise<void> {
    const running = this.rollouts.filter(({ ref }) => !this.isStopped(ref.id, ref.hash));
    if (running.length === 0) return;
    const read = await readWords(this.parts.evidence, this.windowStart);
    for (const policy of running) {
      const why = whyToStop(await this.countsOf(policy, read), ruleOf(policy));
      if (why !== undefined) await this.stop(policy, why);
    }
  }

  private async countsOf({ ref }: CompiledAction, read: Words): Promise<RolloutActs> {
    const since = this.stops.get(keyOf(ref.id, ref.hash))?.resumed?.at ?? '';
    const from = since > this.windowStart ? since : this.windowStart;
    const counted = await rolloutActs(this.parts.evidence, { hash: ref.hash, from, words: read.words });
    return { ...counted, capped: counted.capped || read.capped };
  }

  private async stop({ ref }: CompiledAction, why: string): Promise<void> {
    const stop: RolloutStop = { policy: ref.id, hash: ref.hash, stopped_at: iso(this.parts.clock.utc()), why };
    const judged = this.stops.get(keyOf(ref.id, ref.hash));
    // What somebody said since it was judged counts: it is judged again, with that.
    const stopped = await this.change(
      stop,
      { verb: 'stop_rollout', by: 'reflex', digest: ref.hash, text: why },
      (stored) => (stored?.hash !== ref.hash || stored.resumed?.at === judged?.resumed?.at ? stop : undefined),
    );
    if (stopped) this.parts.log.warn('a rollout has stopped itself', { policy: ref.id, why });
    await this.load();
  }

  /**
   * Writes what is to be of a stop at the very moment of writing, with its entry in the audit: both or neither.
   *
   * @param next pure, may be asked more than once; undefined: nothing is to be written
   * @returns whether it was written
   */
  private async change(
    { policy }: RolloutStop,
    entry: Omit<AuditEntry, 'object'>,
    next: (stored: RolloutStop | undefined) => RolloutStop | undefined,
  ): Promise<boolean> {
    const commits = this.shift()?.parts.commits;
    if (!commits) throw new StoreUnavailable('OpenSearch does not answer right now');
    const id = stopId(policy);
    const record = auditRecord(this);
    const at = iso(this.parts.clock.utc());
    commits.forget(id);
    return commits.settle<boolean>({
      reads: [id],
      build: (view) => {
        const content = next(contentOf('rollout_stop', view.get(id)));
        if (content === undefined) return { docs: [], answer: false };
        const facets = { state: content.resumed ? RESUMED : ROLLOUT_STOPPED, at, policy };
        const records = [record({ ...entry, object: { type: 'policy', id: policy }, policy: { id: policy } })];
        return { docs: [{ id, kind: 'rollout_stop', content, facets, records }], answer: true };
      },
    });
  }
}

type StopRule = NonNullable<NonNullable<CompiledAction['spec']['rollout']>['stop']>;

/** Why a rollout has to stop, in words; undefined while it may go on. */
const whyToStop = (
  { acts, overridden, overriddenCritical, causes }: RolloutActs,
  rule: StopRule,
): string | undefined => {
  const words = `people overrode ${overridden} of its ${acts} acts`;
  // One is enough: nobody waits for a second wrong containment of what matters most.
  if (overriddenCritical > 0) return `${words}, ${overriddenCritical} of them on a critical asset`;
  if (acts < rule.acts || clearlyAbove(causes, rule.overridden_percent / 100) === undefined) return undefined;
  return `${words} (${causes.length} causes): clearly more than ${rule.overridden_percent} %`;
};

const ruleOf = ({ spec }: CompiledAction) => spec.rollout?.stop ?? DEFAULT_STOP;
