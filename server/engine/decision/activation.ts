import type { AssetFacts, HistoryFacts, Score, Target } from '../../../common/flow/decision';
import type { ReceivedEvent } from '../../../common/flow/event';
import {
  ActFacts,
  Asset,
  EventFacts,
  HistoryView,
  ScoreFacts,
  Side,
  TargetFacts,
  TimeFacts,
} from '../policy/cel/facts';
import { corroboration } from './seen';
import { isPrivateAddress } from '../../../common/entity/address';

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
}

/** The variables of a condition. Those that few conditions read are made when they are read. */
export class Activation {
  readonly event: EventFacts;
  readonly score: ScoreFacts;
  private readonly known: Known;
  private readonly aim: Target | undefined;
  private readonly sides: { src?: Side; dst?: Side; user?: Asset; history?: HistoryView; time?: TimeFacts } = {};

  /** @param aim what the act would be aimed at: who corroborates that */
  constructor(known: Known, aim?: Target) {
    this.known = known;
    this.aim = aim;
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
    return (this.sides.history ??= new HistoryView(this.known.history, corroboration(this.known.history, this.aim)));
  }
  get time(): TimeFacts {
    return (this.sides.time ??= new TimeFacts(this.known.now));
  }
}

interface JudgedAct {
  readonly action: string;
  readonly connector: string | null;
  readonly policy: string;
  readonly ttlMs: number | null;
  readonly target: Target;
  readonly asset: AssetFacts | undefined;
}

/** The variables of a condition that judges an act. */
export class JudgingActivation extends Activation {
  readonly target: TargetFacts;
  readonly act: ActFacts;

  constructor(known: Known, judged: JudgedAct) {
    super(known, judged.target);
    const { target, asset, action, connector, policy, ttlMs } = judged;
    this.target = new TargetFacts(
      target,
      target.type === 'ip' && isPrivateAddress(target.value.split('/')[0] ?? ''),
      asset,
    );
    this.act = new ActFacts(action, connector ?? '', policy, ttlMs);
  }
}
