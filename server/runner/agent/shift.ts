import { rekind } from '../session/rekind';
import { STATE_KINDS } from '../keeping/kinds';
import { read } from '../keeping/state_docs';
import { iso } from '../../../common/iso';
import { CaseKeeper } from '../undoing/case_keeper';
import { CommitQueue } from '../keeping/commit_queue';
import { EffectKeeper } from '../undoing/effect_keeper';
import { EvidenceCopier } from '../keeping/evidence_copier';
import { runJanitor } from '../undoing/janitor';
import { publishLocalStop } from '../session/kill_switch';
import { LedgerSweep } from '../undoing/ledger_sweep';
import { processEvent, type ProcessHooks, type Receipt } from '../executing/process_event';
import type { ReceivedEvent } from '../../../common/flow/event';
import { contentOf, bodyOf } from '../keeping/state_docs';
import { sessionId } from '../keeping/kinds/session';
import type { Gate } from '../keeping/kinds/gate';
import { materialise } from '../keeping/evidence_copier';
import { StoreUnavailable, type LocalStop } from '../ports';
import { Session } from '../session/session';
import type { AgentParts, ShiftParts } from '../executing/shift_parts';
import { inBackground } from '../keeping/in_background';
import { undoStarted } from '../../engine/execution/effect';
import { effectDraft } from '../keeping/kinds/effect';

export interface ShiftOptions {
  readonly parts: AgentParts;
  readonly localStop: LocalStop;
  readonly agent: string;
  readonly host: string;
  readonly roles: readonly string[];
  readonly generation: string | undefined;
  readonly schema?: number | undefined;
  readonly counters: () => Readonly<Record<string, number>>;
}

/** Everything that one session does, from joining to being lost. Nothing of it outlives the session. */
export class Shift {
  readonly session: Session;
  readonly parts: ShiftParts;
  readonly effects: EffectKeeper;
  readonly cases: CaseKeeper;
  private readonly options: ShiftOptions;
  private readonly ledgers: LedgerSweep;
  private readonly hooks: ProcessHooks;
  private ended = false;
  private readonly sweptWriters = new Set<string>();

  constructor(options: ShiftOptions) {
    this.options = options;
    const { parts } = options;
    const copier = new EvidenceCopier(parts);
    this.session = new Session({
      store: parts.store,
      clock: parts.clock,
      chance: parts.chance,
      log: parts.log,
      agent: options.agent,
      host: options.host,
      roles: options.roles,
      engineDigest: parts.engineDigest,
      generation: options.generation,
      schema: options.schema,
      clockTrusted: parts.clockTrusted,
      vitals: () => ({
        bundle_version: parts.bundles.status?.version ?? 0,
        copied_through: copier.copiedThrough,
        counters: options.counters(),
      }),
    });
    const commits = new CommitQueue({ ...parts, copier, session: this.session.id });
    this.parts = { ...parts, session: this.session, commits, copier };
    this.ledgers = new LedgerSweep(this.parts);
    this.effects = new EffectKeeper(this.parts, () => this.ledgers.hurry());
    const hooks: Omit<ProcessHooks, 'open'> = {
      executes: (effectId, execution) => this.effects.executes(effectId, execution),
      executed: (outcome) => this.effects.keep(outcome),
    };
    this.cases = new CaseKeeper(this.parts, hooks, this.effects);
    this.hooks = { ...hooks, open: (content) => this.cases.watch(content) };
    this.session.whenLost(() => this.end());
    this.session.whenGateChanges((gate) => inBackground(this.parts, 'following the gate', this.followGate(gate)));
  }

  private async followGate({ bundle_floor }: Gate): Promise<void> {
    const { bundles, changed } = this.parts;
    const before = bundles.status?.version;
    await bundles.follow(bundle_floor);
    if (bundles.status?.version !== before) changed('bundle', String(bundle_floor));
  }

  get processing(): ProcessHooks {
    return this.hooks;
  }

  get isOver(): boolean {
    return this.ended;
  }

  /**
   * Joins: what was undone offline is put right first, an order on this host's disk is published before anything can
   * start. Then keeps everything going until the session is lost or left.
   */
  async begin(): Promise<void> {
    await this.reconcileJournal();
    await this.session.join();
    await rekind(this.parts, this.session.gate, (change) => this.session.changeGate(change));
    await publishLocalStop({ session: this.session, clock: this.parts.clock, localStop: this.options.localStop });
    await this.parts.bundles.follow(this.session.gate?.bundle_floor ?? 0);
    const over = (): boolean => this.ended;
    inBackground(this.parts, 'the heartbeat', this.session.keepAlive(over));
    inBackground(this.parts, 'looking after effects', this.effects.run(over));
    inBackground(this.parts, 'looking after cases', this.cases.run(over));
    inBackground(this.parts, 'sweeping ledgers', this.ledgers.run(over));
    inBackground(this.parts, 'recovering evidence', this.recoverEvidence(over));
    inBackground(this.parts, 'tidying the state', runJanitor(this.parts, over));
  }

  /** Takes one event; resolves once it is durable. */
  process(received: ReceivedEvent): Promise<Receipt> {
    return processEvent(this.parts, received, this.hooks);
  }

  /** Leaves in order: evidence copied, session closed. Effects stay; their undoing goes on at the next start. */
  async leave(): Promise<void> {
    if (this.ended) return;
    await Promise.race([this.parts.copier.drained(), this.parts.clock.sleep(3_000)]);
    this.ended = true;
    await this.session.leave();
    this.end();
  }

  private end(): void {
    this.ended = true;
    this.parts.commits.abandon();
    this.parts.copier.stop();
  }

  /** Before joining: effects that this agent began to undo alone are `undoing` in the state as well. */
  private async reconcileJournal(): Promise<void> {
    const { journal, store, clock, chance, evidence } = this.parts;
    for (const entry of journal.open()) {
      const doc = await store.get(entry.effect_id);
      const effect = contentOf('effect', doc);
      const named = effect?.reasons.some((reason) => reason.command.command_id === entry.command_id) ?? false;
      if (!doc || !effect || !named || effect.state === 'absent') {
        await journal.close([entry.command_id]);
        continue;
      }
      if (entry.undone_offline !== true || effect.state === 'undoing') continue;
      const moment = { at: iso(clock.utc()), session: effect.session, effectId: entry.effect_id };
      const undoing = undoStarted(
        effect,
        { by: 'reflex', why: 'ttl', text: 'undone while OpenSearch was away' },
        moment,
      );
      const draft = effectDraft(entry.effect_id, undoing, iso(clock.utc()));
      // INVARIANT (INV-4): refused means that somebody else changed it meanwhile; then it is read again next time.
      await store.bulk([
        {
          id: doc.id,
          expect: doc.version,
          body: {
            ...bodyOf(doc),
            write_id: chance.uuid(),
            facets: draft.facets,
            content: draft.content,
          },
        },
      ]);
      await evidence.append((draft.records ?? []).map((record) => materialise(record, draft)));
    }
  }

  /** Records that a dead session wrote into state but did not copy to the evidence any more. */
  private async recoverEvidence(over: () => boolean): Promise<void> {
    const { clock, session, store, evidence } = this.parts;
    while (!over()) {
      for (const writer of session.deadSessions) {
        if (this.sweptWriters.has(writer) || (session.deadForMs(writer) ?? 0) < 1_000) continue;
        try {
          const dead = await read(store, 'session', sessionId(writer));
          const docs = await store.search({
            kinds: STATE_KINDS,
            writers: [writer],
            ordinalAbove: dead?.copied_through ?? 0,
            limit: 5_000,
          });
          const entries = docs.flatMap((doc) => doc.outbox.map((entry) => materialise(entry, doc)));
          if (entries.length > 0) await evidence.append(entries);
          this.sweptWriters.add(writer);
        } catch (cause) {
          if (!(cause instanceof StoreUnavailable)) throw cause;
        }
      }
      await clock.sleep(2_000);
    }
  }
}
