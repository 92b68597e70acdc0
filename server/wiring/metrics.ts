import type { AgentWith } from '../runner/agent/views';
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import type { StatusView } from '../../common/api/routes';
import type { Ready } from '../routes/route_parts';
import type { Agent } from '../runner/agent/agent';
import type { BacktestDesk } from '../runner/doctrine/backtest/desk';
import { StoreUnavailable } from '../runner/ports';
import type { SourceHealth } from '../runner/sources/source_health';
import { BrakeMetrics } from './brake_metrics';
import { AnswerMetrics } from './answer_metrics';
import { AuditMetrics } from './audit_metrics';
import { DisruptionMetrics } from './disruption_metrics';
import { HeldMetrics } from './held_metrics';
import { HandOverMetrics } from './hand_over_metrics';
import { OutcomeMetrics } from './outcome_metrics';
import { SecretMetrics } from './secret_metrics';
import { TrialMetrics } from './trial_metrics';

/*
 * What Prometheus scrapes. Everything is read when it is asked for, from the same figures as the page has them; names
 * and units as Prometheus' own conventions want them (base units, `_total` for what only grows).
 */

const PREFIX = 'reflex_';
const CASE_STATES = ['accepted', 'held', 'waiting', 'applying'] as const;

interface Measured extends Pick<Ready, 'agent' | 'sourceHealth' | 'outcomes' | 'handOvers'> {
  readonly tokens: Pick<Ready['tokens'], 'list' | 'overused' | 'shortCounts'>;
  readonly audit: Pick<Ready['audit'], 'figures' | 'anchors'>;
  readonly asks: Pick<Ready['asks'], 'told'>;
  readonly secrets: Pick<Ready['secrets'], 'list' | 'keys'>;
  readonly setup: Pick<Ready['setup'], 'states'>;
  readonly backtests: Pick<BacktestDesk, 'counts'>;
}

/** A counter that is known as a sum already. */
const setTo = (counter: Counter, value: number, labels: Readonly<Record<string, string>> = {}): void =>
  counter.inc({ ...labels }, value);

const countCases = async ({ parts }: AgentWith<'store'>, gauge: Gauge): Promise<void> => {
  try {
    for (const state of CASE_STATES)
      gauge.set({ state }, await parts.store.count({ kinds: ['case'], states: [state] }));
  } catch (cause) {
    // While OpenSearch is away nobody knows; the troubles say so.
    if (!(cause instanceof StoreUnavailable)) throw cause;
    gauge.reset();
  }
};

/** The metrics of one host. */
export class Metrics {
  private readonly registry = new Registry();
  private readonly events = this.counter('events_total', 'Events by what became of them at the door', ['outcome']);
  private readonly pending = this.gauge('events_pending', 'Events that are being decided right now');
  private readonly spooled = this.gauge('events_spooled', 'Events on the local disk, not decided yet');
  private readonly unaccounted = this.gauge(
    'events_unaccounted',
    'received - duplicates - updates - quarantined - accepted - in hand: 0 unless an event was lost',
  );
  private readonly cases = this.gauge('cases', 'Cases that are not closed', ['state']);
  private readonly containments = this.gauge('containments', 'Effects that are there because of us');
  private readonly left = this.gauge('effects_nobody_can_undo', 'Effects that no agent which runs can undo');
  private readonly hereOnly = this.gauge(
    'containments_here_only',
    'Containments that, as far as anybody can tell, only the journal of this machine tells of',
  );
  private readonly gone = this.gauge(
    'containments_gone',
    'Containments that their target does not have any more before their end',
    ['connector'],
  );
  private readonly reapplied = this.gauge(
    'containments_reapplied',
    'Containments in effect that were applied again after somebody removed them at their target',
    ['connector'],
  );
  private readonly undoOverdue = this.gauge(
    'containments_overdue',
    'Containments that should have ended more than 30 s ago, by connector',
    ['connector'],
  );
  private readonly unsure = this.gauge(
    'containments_unsure',
    'Containments of which the target does not say whether they are in effect',
    ['connector'],
  );
  private readonly seenSince = this.gauge(
    'containments_seen_timestamp_seconds',
    'Every containment that is neither gone nor unsure was seen at its target, and not before this',
    ['connector'],
  );
  private readonly heldBack = this.gauge(
    'containments_held_back',
    'Containments past their end that stay because undoing is suspended',
    ['connector'],
  );
  private readonly troubles = this.gauge('trouble', '1 for each thing that keeps this agent from working', ['code']);
  private readonly bundle = this.gauge('bundle_version', 'Policy bundle in force; 0 if none');
  private readonly refused = this.gauge('bundle_refused', '1 while a newer bundle is refused');
  private readonly connectors = this.gauge('connector_up', '1 ok, 0.5 degraded, 0 down', ['connector', 'kind']);
  private readonly cannotAct = this.gauge(
    'connector_cannot_act',
    '1 for each action of a connector that its target does not let it do now',
    ['connector', 'action'],
  );
  private readonly own = this.gauge('never_touched', 'Addresses and names that nothing is done to');
  private readonly ownMissing = this.gauge('never_touched_not_found', 'Places of which it is not known what they are');
  private readonly asked = this.counter(
    'asks_total',
    'Questions by the Authorization API since the start, by asker and by what became of them',
    ['asker', 'outcome'],
  );
  private readonly setup = this.gauge('setup_line', '1 for each line of the set-up that is green, 0 for the others', [
    'line',
  ]);
  private readonly agents = this.gauge('agents', 'Agents that are joined');
  private readonly sourceEvents = this.counter('source_events_total', 'Events of a source by what became of them', [
    'type',
    'source',
    'outcome',
  ]);
  private readonly leftOut = this.counter(
    'source_left_out_total',
    'What of the documents of a source did not become part of an event, by why',
    ['type', 'source', 'why'],
  );
  private readonly sourceLag = this.gauge('source_lag_events', 'Events that wait at a source', ['type', 'source']);
  private readonly sourceUp = this.gauge('source_connected', '1 while a source is connected', ['type', 'source']);
  private readonly sourceOff = this.gauge('source_switched_off', '1 while a source is switched off', [
    'type',
    'source',
  ]);
  private readonly failing = this.gauge(
    'detection_failing',
    '1 for each monitor that Alerting could not run or judge',
    ['type', 'source'],
  );
  private readonly sourceLast = this.gauge('source_last_event_timestamp_seconds', 'When the last event came', [
    'type',
    'source',
  ]);

  private readonly lookUps = this.counter('lookups_total', 'Declared look-ups by what became of them', [
    'lookup',
    'outcome',
  ]);
  private readonly lookUpSeconds = this.counter('lookup_seconds_total', 'Time that look-ups took, all together', [
    'lookup',
  ]);
  private readonly outcomes = new OutcomeMetrics(this.registry, PREFIX);
  private readonly handOvers = new HandOverMetrics(this.registry, PREFIX);
  private readonly brakes = new BrakeMetrics(this.registry, PREFIX);
  private readonly trials = new TrialMetrics(this.registry, PREFIX);
  private readonly held = new HeldMetrics(this.registry, PREFIX);
  private readonly answers = new AnswerMetrics(this.registry, PREFIX);
  private readonly disruption = new DisruptionMetrics(this.registry, PREFIX);
  private readonly secrets = new SecretMetrics(this.registry, PREFIX);
  private readonly audit = new AuditMetrics(this.registry, PREFIX);

  private isProcessMeasured = false;
  private readonly ready: () => Measured | undefined;
  private readonly status: () => Promise<StatusView>;

  /**
   * @param ready undefined while everything is still being got ready
   * @param status as anybody sees it who may look
   */
  constructor(ready: () => Measured | undefined, status: () => Promise<StatusView>) {
    this.ready = ready;
    this.status = status;
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  /** The text of one scrape. */
  async text(): Promise<string> {
    this.measureProcess();
    const parts = this.ready();
    if (parts) {
      this.readDoor(parts.agent);
      this.readStatus(await this.status());
      this.brakes.readTrips(parts.agent.parts.breakers?.trips);
      this.readSources(parts.sourceHealth);
      this.readSwitches(parts.agent);
      this.outcomes.read(parts.outcomes, parts.agent.parts.clock.utc());
      this.handOvers.read(parts.handOvers, parts.agent.parts.clock.utc());
      this.readFailing(parts.agent);
      this.secrets.read(parts);
      this.readAsks(parts.asks);
      this.audit.read(parts.audit);
      this.readOwn(parts.agent);
      this.readSetup(parts);
      this.readLookUps(parts.agent);
      this.trials.read(parts.agent, parts.backtests);
      await countCases(parts.agent, this.cases);
      await this.held.read(parts.agent);
      await this.answers.read(parts.agent);
      await this.disruption.read(parts.agent);
    }
    return this.registry.metrics();
  }

  /**
   * The process itself is measured from the first scrape on: the delay of its event loop takes a timer of 10 ms, which
   * costs a host that nobody scrapes 0.7 % of a core.
   */
  private measureProcess(): void {
    if (this.isProcessMeasured) return;
    this.isProcessMeasured = true;
    collectDefaultMetrics({ register: this.registry, prefix: PREFIX });
  }

  /** Nothing is said of what nobody looked at yet. */
  private readSetup({ setup: { states } }: Pick<Measured, 'setup'>): void {
    this.setup.reset();
    for (const [line, state] of states) this.setup.set({ line }, state === 'green' ? 1 : 0);
  }

  private readAsks(asks: Measured['asks']): void {
    this.asked.reset();
    for (const { asker, outcome, count } of asks.told()) this.asked.inc({ asker, outcome }, count);
  }

  private readOwn({ parts: { own } }: AgentWith<'own'>): void {
    const { things, missing } = own.list;
    this.own.set(things.length);
    this.ownMissing.set(missing.length);
  }

  private readLookUps({ parts: { lookUps } }: AgentWith<'lookUps'>): void {
    this.lookUps.reset();
    this.lookUpSeconds.reset();
    for (const [lookup, { took_ms, ...outcomes }] of lookUps.counts) {
      for (const [outcome, value] of Object.entries(outcomes)) setTo(this.lookUps, value, { lookup, outcome });
      setTo(this.lookUpSeconds, took_ms / 1_000, { lookup });
    }
  }

  private readDoor({ door }: Pick<Agent, 'door'>): void {
    const { received, duplicates, updates, quarantined, accepted, refused, resumed } = door.counters;
    const { pending, spooled } = door.backlog;
    this.events.reset();
    const outcomes = { received, duplicate: duplicates, updated: updates, quarantined, accepted, refused, resumed };
    for (const [outcome, value] of Object.entries(outcomes)) setTo(this.events, value, { outcome });
    this.pending.set(pending);
    this.spooled.set(spooled);
    this.unaccounted.set(door.unaccounted);
  }

  private readStatus(view: StatusView): void {
    const { containments, nobody_can_undo = [], troubles, bundle, connectors, agents, live = [], here_only } = view;
    this.containments.set(containments);
    this.left.set(nobody_can_undo.length);
    this.hereOnly.set(here_only?.total ?? 0);
    this.readLive(live);
    this.brakes.read(view);
    this.troubles.reset();
    for (const { code } of troubles) this.troubles.set({ code }, 1);
    this.bundle.set(bundle?.version ?? 0);
    this.refused.set(troubles.some(({ code }) => code === 'bundle_refused') ? 1 : 0);
    this.connectors.reset();
    this.cannotAct.reset();
    for (const { name, kind, state, cannot = [] } of connectors) {
      this.connectors.set({ connector: name, kind }, { ok: 1, degraded: 0.5, down: 0 }[state]);
      for (const action of cannot) this.cannotAct.set({ connector: name, action }, 1);
    }
    this.agents.set(agents.length);
  }

  private readLive(live: NonNullable<StatusView['live']>): void {
    for (const gauge of [this.gone, this.reapplied, this.unsure, this.undoOverdue, this.heldBack, this.seenSince])
      gauge.reset();
    for (const { connector, gone, unsure, overdue = 0, held_back = 0, reapplied = 0, seen_since } of live) {
      this.gone.set({ connector }, gone);
      this.reapplied.set({ connector }, reapplied);
      this.unsure.set({ connector }, unsure);
      this.undoOverdue.set({ connector }, overdue);
      this.heldBack.set({ connector }, held_back);
      if (seen_since !== undefined) this.seenSince.set({ connector }, Date.parse(seen_since) / 1_000);
    }
  }

  private readSources(sources: SourceHealth): void {
    this.sourceEvents.reset();
    this.leftOut.reset();
    for (const gauge of [this.sourceLag, this.sourceUp, this.sourceLast]) gauge.reset();
    for (const {
      source,
      received,
      duplicates,
      updates,
      quarantined,
      parseFailures,
      notOurs,
      switchedOff,
      lag,
      connected,
      lastEventAt,
    } of sources.list()) {
      const labels = { type: source.type, source: source.id };
      const failures = { quarantined, parse_failure: parseFailures };
      const left = { not_ours: notOurs, switched_off: switchedOff };
      const outcomes = { received, duplicate: duplicates, updated: updates, ...failures, ...left };
      for (const [outcome, value] of Object.entries(outcomes)) setTo(this.sourceEvents, value, { ...labels, outcome });
      for (const [why, value] of Object.entries(sources.leftOut.counts(source)))
        if (value > 0) setTo(this.leftOut, value, { ...labels, why });
      if (lag !== undefined) this.sourceLag.set(labels, lag);
      if (connected !== undefined) this.sourceUp.set(labels, connected ? 1 : 0);
      if (lastEventAt !== undefined) this.sourceLast.set(labels, lastEventAt / 1_000);
    }
  }

  private readSwitches({ parts: { switches } }: AgentWith<'switches'>): void {
    this.sourceOff.reset();
    for (const { source } of switches.all) this.sourceOff.set({ type: source.type, source: source.id }, 1);
  }

  private readFailing({ parts: { failing } }: AgentWith<'failing'>): void {
    this.failing.reset();
    for (const { source } of failing.all) this.failing.set({ type: source.type, source: source.id }, 1);
  }

  private gauge(name: string, help: string, labelNames: readonly string[] = []): Gauge {
    return new Gauge({ name: PREFIX + name, help, labelNames: [...labelNames], registers: [this.registry] });
  }

  private counter(name: string, help: string, labelNames: readonly string[]): Counter {
    return new Counter({ name: PREFIX + name, help, labelNames: [...labelNames], registers: [this.registry] });
  }
}
