import { iso } from '../../../common/iso';
import { present } from '../../../common/present';
import { dueAt, isSettled } from '../../engine/execution/due';
import { inBackground } from '../keeping/in_background';
import type { LiveReport } from '../keeping/kinds/session';
import type { Connector, Verification } from '../ports';
import type { Session } from '../session/session';
import { ASK_TWICE_MS, noteHeard, pauseFor, saysGone, UNSURE_TRIES, VERIFY_EVERY_MS } from './ask_again';
import type { EffectKeeperPorts } from './effect_keeper_ports';
import { clocksOf } from './keeper_clocks';
import type { KeptEffect } from './kept_effect';
import { handleOf, verifyEffect } from './undo';

/*
 * Effects in place are asked for again and again: somebody may remove one at its target, and the target may lose it.
 * Asking changes nothing, runs beside everything else, and is never waited for: no undoing is late because of it.
 */

/** Questions under way at one connector. */
const AT_ONCE = 4;
/** After an answer that told nothing the connector is left alone for so long, then twice as long, and so on, ms. */
const FIRST_REST_MS = 1_000;
const LONGEST_REST_MS = 60_000;
/** Reports are made for each heartbeat; with many effects that is too often, ms. */
const REPORT_EVERY_MS = 1_000;

/** An end that did not come within so long, or twice the settle time, is overdue, ms: usually it takes a request. */
const OVERDUE_AFTER_MS = 30_000;

/** How the effects at one connector are. */
interface Counted {
  gone: number;
  unsure: number;
  overdue: number;
  heldBack: number;
  reapplied: number;
  seenAt: number;
}

interface Asking {
  readonly id: string;
  readonly kept: KeptEffect;
  readonly connector: Connector;
}

/** The questions to one connector: each has its own pace, and a slow one holds up no other. */
interface Lane {
  readonly waiting: Asking[];
  open: number;
  /** Answers in a row that told nothing. */
  unsure: number;
  rest: number;
  restUntil: number;
}

interface CheckPorts extends Pick<
  EffectKeeperPorts,
  'basics' | 'clockTrusted' | 'connectors' | 'suspensions' | 'verifyEveryMs'
> {
  readonly session: Pick<Session, 'noPermit'>;
  /** What is in care by now. */
  readonly kept: ReadonlyMap<string, KeptEffect>;
  /** Told that an effect is gone, or is there again; told again if that fails. */
  readonly found: (id: string, kept: KeptEffect, isThere: boolean) => Promise<void>;
}

type Reports = Readonly<Record<string, LiveReport>>;

export class LiveChecks {
  private readonly lanes = new Map<string, Lane>();
  /** Since when undoing is seen to be under way, monotonic ms. */
  private readonly undoingSince = new WeakMap<KeptEffect, number>();
  private reports: { readonly at: number; readonly value: Reports } = { at: -Infinity, value: {} };

  constructor(private readonly ports: CheckPorts) {}

  /** Asks for an effect in place again, if that is due. Returns at once. */
  look(id: string, kept: KeptEffect, connector: Connector): void {
    const { heard } = kept;
    const lane = this.laneOf(connector.name);
    heard.next ??= this.now + pauseFor(id, heard, this.everyMs(connector));
    if (!heard.underWay && heard.next <= this.now) {
      heard.underWay = true;
      lane.waiting.push({ id, kept, connector });
    }
    this.askNext(lane);
  }

  /** Notes what a target said of an effect, whoever asked. */
  heard({ heard }: KeptEffect, { name }: Pick<Connector, 'name'>, answer: Verification, askedAt: number): void {
    const lane = this.laneOf(name);
    noteHeard(heard, answer, askedAt);
    const isUnsure = answer.state === 'unknown';
    lane.unsure = isUnsure ? lane.unsure + 1 : 0;
    lane.restUntil = isUnsure ? this.now + lane.rest : -Infinity;
    lane.rest = isUnsure ? Math.min(LONGEST_REST_MS, lane.rest * 2) : FIRST_REST_MS;
  }

  /** How the effects in care are, by connector. */
  get report(): Reports {
    if (this.now - this.reports.at >= REPORT_EVERY_MS) this.reports = { at: this.now, value: this.count() };
    return this.reports.value;
  }

  private get now(): number {
    return this.ports.basics.clock.monotonic();
  }

  private everyMs({ name }: Connector): number {
    return this.ports.verifyEveryMs?.(name) ?? VERIFY_EVERY_MS;
  }

  /** Until then it is no wonder that a target does not say what came of an order, ms. */
  private settleMs(connector: string): number {
    return this.ports.connectors.get(connector)?.capabilities.settle_time_ms ?? 0;
  }

  private laneOf(name: string): Lane {
    const lane = this.lanes.get(name) ?? {
      waiting: [],
      open: 0,
      unsure: 0,
      rest: FIRST_REST_MS,
      restUntil: -Infinity,
    };
    this.lanes.set(name, lane);
    return lane;
  }

  private askNext(lane: Lane): void {
    while (lane.waiting.length > 0 && lane.open < (lane.unsure === 0 ? AT_ONCE : 1) && lane.restUntil <= this.now) {
      const asking = lane.waiting.shift();
      if (asking === undefined) return;
      if (!this.mayAsk(asking)) {
        asking.kept.heard.underWay = false;
        continue;
      }
      lane.open += 1;
      const asked = this.ask(asking).finally(() => {
        lane.open -= 1;
        asking.kept.heard.underWay = false;
        this.askNext(lane);
      });
      inBackground(this.ports.basics, 'asking for an effect again', asked);
    }
  }

  /**
   * Only the session that keeps it asks, and only with a permit: without one somebody else may keep it by now. Nothing
   * is asked while an order may still be on its way, nor shortly before the end: what is about to end is not missed.
   */
  private mayAsk({ id, kept, connector }: Asking): boolean {
    const { session } = this.ports;
    const { settle_time_ms, request_timeout_ms } = connector.capabilities;
    const clocks = clocksOf(this.ports);
    const left = (dueAt(kept, clocks) ?? Infinity) - clocks.monotonic;
    return (
      this.ports.kept.get(id) === kept &&
      kept.effect.state === 'present' &&
      session.noPermit() === undefined &&
      isSettled(kept, clocks, settle_time_ms) &&
      left > request_timeout_ms + ASK_TWICE_MS
    );
  }

  private async ask(asking: Asking): Promise<void> {
    const { id, kept, connector } = asking;
    const { clock } = this.ports.basics;
    const { fence } = kept.effect;
    const { lastSentAt } = kept;
    const askedAt = clock.utc();
    kept.heard.asked += 1;
    const answer = await verifyEffect(clock, connector, handleOf(id, kept.effect));
    const isSame =
      this.ports.kept.get(id) === kept &&
      kept.effect.state === 'present' &&
      kept.effect.fence === fence &&
      kept.lastSentAt === lastSentAt;
    // Something was ordered meanwhile: what was asked is out of date.
    if (isSame) await this.conclude(asking, answer, askedAt);
  }

  private async conclude({ id, kept, connector }: Asking, answer: Verification, askedAt: number): Promise<void> {
    const { heard } = kept;
    const isGone = kept.effect.gone !== undefined;
    this.heard(kept, connector, answer, askedAt);
    const isMissed = answer.state === 'absent' && !isGone;
    const isFound = isGone ? answer.state === 'present' : isMissed && saysGone(heard);
    heard.next = this.now + ASK_TWICE_MS;
    if (isFound) await this.ports.found(id, kept, answer.state === 'present');
    else if (isMissed) return;
    heard.next = this.now + pauseFor(id, heard, this.everyMs(connector));
  }

  private count(): Reports {
    const reports = new Map<string, Counted>();
    for (const kept of this.ports.kept.values()) {
      const { effect, heard, verified } = kept;
      const report = reports.get(effect.connector) ?? {
        ...{ gone: 0, unsure: 0, overdue: 0, heldBack: 0, reapplied: 0 },
        seenAt: Infinity,
      };
      reports.set(effect.connector, report);
      if (this.isHeldBack(kept)) report.heldBack += 1;
      else if (this.isOverdue(kept)) report.overdue += 1;
      const isGone = effect.state === 'present' && effect.gone !== undefined;
      if (isGone) report.gone += 1;
      else if (effect.drift !== undefined && effect.state === 'present') report.reapplied += 1;
      if (
        isSettled(kept, clocksOf(this.ports), this.settleMs(effect.connector)) &&
        (heard.unsure >= UNSURE_TRIES || (heard.unsure > 0 && this.laneOf(effect.connector).unsure >= UNSURE_TRIES))
      )
        report.unsure += 1;
      if (effect.state === 'present' && verified && !isGone) report.seenAt = Math.min(report.seenAt, heard.seenAt ?? 0);
    }
    return Object.fromEntries(
      [...reports].map(([connector, { gone, unsure, overdue, heldBack, reapplied, seenAt }]) => [
        connector,
        {
          gone,
          unsure,
          ...present({ overdue: overdue || undefined, held_back: heldBack || undefined }),
          ...present({ reapplied: reapplied || undefined }),
          ...present({ seen_since: seenAt === Infinity ? undefined : iso(seenAt) }),
        },
      ]),
    );
  }

  /** Whether an effect is past its end, and only left in place because undoing is suspended. */
  private isHeldBack(kept: KeptEffect): boolean {
    const clocks = clocksOf(this.ports);
    const { effect } = kept;
    if (effect.state === 'undoing' || (effect.lift !== undefined && effect.lift.by !== 'reflex')) return false;
    return (dueAt(kept, clocks) ?? Infinity) <= clocks.monotonic && this.ports.suspensions.holds(effect);
  }

  /** Whether an effect should have ended a while ago: its time is over, or somebody has had it undone. */
  private isOverdue(kept: KeptEffect): boolean {
    const clocks = clocksOf(this.ports);
    if (kept.effect.state === 'undoing' && !this.undoingSince.has(kept)) this.undoingSince.set(kept, clocks.monotonic);
    const since = Math.min(this.undoingSince.get(kept) ?? Infinity, dueAt(kept, clocks) ?? Infinity);
    const after = Math.max(OVERDUE_AFTER_MS, 2 * this.settleMs(kept.effect.connector));
    return since + after <= clocks.monotonic;
  }
}
