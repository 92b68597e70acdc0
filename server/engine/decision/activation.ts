import type { AssetFacts, HistoryFacts, Score, Target, TargetHistory } from '../../../common/flow/decision';
import type { ReceivedEvent } from '../../../common/flow/event';
import {
  ActFacts,
  Asset,
  EventFacts,
  HistoryView,
  JudgedHistoryView,
  ScoreFacts,
  Side,
  TargetFacts,
  TimeFacts,
} from '../policy/cel/facts';
import type { LookupQuery } from '../../../common/flow/lookup';
import { LookupsView } from '../policy/cel/lookup_facts';
import type { CompiledLookups } from '../policy/compiled';
import { answered } from './look_up';
import type { LookupSaid } from './lookups';
import { corroboration } from './seen';
import { isPrivate } from '../../../common/entity/carried';

/** What is known when a decision starts. */
export interface Known {
  /** As it counts, or as it is claimed. */
  readonly received: ReceivedEvent;
  readonly score: Score;
  readonly history: HistoryFacts;
  readonly source: AssetFacts | undefined;
  readonly destination: AssetFacts | undefined;
  readonly user: AssetFacts | undefined;
  readonly now: number;
  /** What people said of the target of an act. */
  readonly aboutTarget: (target: Target) => TargetHistory;
  /** What was answered to a declared look-up. */
  readonly lookUp: (query: LookupQuery) => LookupSaid;
}

/** Of whom a condition is: what its act would be aimed at, and the look-ups that its policy declares. */
export interface ConditionOf {
  readonly aim?: Target | undefined;
  readonly lookups?: CompiledLookups | undefined;
}

/** The variables of a condition. Those that few conditions read are made when they are read. */
export class Activation {
  readonly event: EventFacts;
  readonly score: ScoreFacts;
  protected readonly known: Known;
  private readonly of: ConditionOf | undefined;
  private readonly sides: { src?: Side; dst?: Side; user?: Asset; history?: HistoryView; time?: TimeFacts } = {};

  /** @param of its `aim` says who corroborates */
  constructor(known: Known, of?: ConditionOf) {
    this.known = known;
    this.of = of;
    this.event = new EventFacts(known.received);
    this.score = new ScoreFacts(known.score);
  }
  get src(): Side {
    return (this.sides.src ??= new Side(this.known.source));
  }
  get dst(): Side {
    return (this.sides.dst ??= new Side(this.known.destination));
  }
  get user(): Asset {
    return (this.sides.user ??= new Asset(this.known.user));
  }
  get history(): HistoryView {
    return (this.sides.history ??= new HistoryView(
      this.known.history,
      corroboration(this.known.history, this.of?.aim),
    ));
  }
  get time(): TimeFacts {
    return (this.sides.time ??= new TimeFacts(this.known.now));
  }
  get lookups(): LookupsView {
    const { received, lookUp } = this.known;
    const declared = this.of?.lookups;
    const subject = { event: received.event, target: this.judgedAim };
    return new LookupsView(answered(declared, subject, lookUp), declared?.search?.keys() ?? []);
  }
  /** The target of the act that is judged: one that is only proposed is nothing to ask about. */
  protected get judgedAim(): Target | undefined {
    return undefined;
  }
}

interface JudgedAct {
  readonly action: string;
  readonly connector: string | null;
  readonly policy: string;
  readonly ttlMs: number | null;
  readonly target: Target;
  readonly asset: AssetFacts | undefined;
  readonly lookups: CompiledLookups | undefined;
}

/** The variables of a condition that judges an act. */
export class JudgingActivation extends Activation {
  readonly target: TargetFacts;
  readonly act: ActFacts;
  private readonly judgedTarget: Target;
  private judgedHistory?: JudgedHistoryView;

  constructor(known: Known, judged: JudgedAct) {
    super(known, { aim: judged.target, lookups: judged.lookups });
    const { target, asset, action, connector, policy, ttlMs } = judged;
    this.target = new TargetFacts(target, target.type === 'ip' && isPrivate(target.value), asset);
    this.judgedTarget = target;
    this.act = new ActFacts(action, connector ?? '', policy, ttlMs);
  }
  override get history(): JudgedHistoryView {
    return (this.judgedHistory ??= this.judge());
  }
  protected override get judgedAim(): Target {
    return this.judgedTarget;
  }

  private judge(): JudgedHistoryView {
    const { history, aboutTarget } = this.known;
    const domains = corroboration(history, this.judgedTarget);
    return new JudgedHistoryView(history, domains, aboutTarget(this.judgedTarget));
  }
}
