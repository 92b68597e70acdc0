import type { AssetFacts, Counts, HistoryFacts, Score, Target, TargetHistory } from '../../../../common/flow/decision';
import { SEVERITIES, type DetectionEvent, type ReceivedEvent } from '../../../../common/flow/event';

/*
 * What conditions see. Every field always has a value of its type, an empty one where the event has none: a missing
 * user name is "", never an error. Whether an asset is known is a field of its own (`known`).
 * The classes have constructors written out because conditions are evaluated several hundred thousand times a second.
 */

const NOTHING: readonly string[] = Object.freeze([]);

export class IpFacts {
  ip: string;
  domain: string;
  constructor(from: { ip?: string; domain?: string } | undefined) {
    this.ip = from?.ip ?? '';
    this.domain = from?.domain ?? '';
  }
}

export class UserNameFacts {
  name: string;
  constructor(name: string | undefined) {
    this.name = name ?? '';
  }
}

export class ProcessFacts {
  name: string;
  pid: number;
  executable: string;
  hash: string;
  constructor(from: DetectionEvent['process']) {
    this.name = from?.name ?? '';
    this.pid = from?.pid ?? 0;
    this.executable = from?.executable ?? '';
    this.hash = from?.hash ?? '';
  }
}

export class FileFacts {
  name: string;
  path: string;
  hash: string;
  constructor(from: DetectionEvent['file']) {
    this.name = from?.name ?? '';
    this.path = from?.path ?? '';
    this.hash = from?.hash ?? '';
  }
}

export class RuleFacts {
  id: string;
  name: string;
  origin: string;
  status: string;
  constructor(from: DetectionEvent['rule']) {
    this.id = from?.id ?? '';
    this.name = from?.name ?? '';
    this.origin = from?.origin ?? '';
    this.status = from?.status ?? '';
  }
}

export class IntakeFacts {
  type: string;
  id: string;
  constructor(type: string, id: string) {
    this.type = type;
    this.id = id;
  }
}

export class EventFacts {
  event_id: string;
  confidence: number;
  severity: string;
  severity_rank: number;
  src_host: string;
  dst_host: string;
  tags: readonly string[];
  recommended_action: string;
  uncalibrated: boolean;
  source: IpFacts;
  destination: IpFacts;
  user: UserNameFacts;
  process: ProcessFacts;
  file: FileFacts;
  rule: RuleFacts;
  intake: IntakeFacts;
  constructor(received: ReceivedEvent) {
    const { event, intake } = received;
    this.event_id = event.event_id;
    this.confidence = event.confidence;
    this.severity = event.severity;
    this.severity_rank = SEVERITIES.indexOf(event.severity) + 1;
    this.src_host = event.src_host ?? '';
    this.dst_host = event.dst_host ?? '';
    this.tags = event.tags ?? NOTHING;
    this.recommended_action = event.recommended_action ?? '';
    this.uncalibrated = received.uncalibrated ?? false;
    this.source = new IpFacts(event.source);
    this.destination = new IpFacts(event.destination);
    this.user = new UserNameFacts(event.user?.name);
    this.process = new ProcessFacts(event.process);
    this.file = new FileFacts(event.file);
    this.rule = new RuleFacts(event.rule);
    this.intake = new IntakeFacts(intake.type, intake.id);
  }
}

export class ScoreFacts {
  value: number;
  log_odds: number;
  constructor(score: Score) {
    this.value = score.value;
    this.log_odds = score.log_odds_micro / 1e6;
  }
}

export class Asset {
  known: boolean;
  external: boolean;
  value: string;
  name: string;
  criticality: string;
  owner: string;
  tags: readonly string[];
  subnets: readonly string[];
  groups: readonly string[];
  constructor(facts: AssetFacts | undefined) {
    this.known = facts?.known ?? false;
    this.external = facts?.external ?? false;
    this.value = facts?.value ?? '';
    this.name = facts?.name ?? '';
    this.criticality = facts?.criticality ?? '';
    this.owner = facts?.owner ?? '';
    this.tags = facts?.tags ?? NOTHING;
    this.subnets = facts?.subnets ?? NOTHING;
    this.groups = facts?.groups ?? NOTHING;
  }
}

export class Side {
  asset: Asset;
  constructor(facts: AssetFacts | undefined) {
    this.asset = new Asset(facts);
  }
}

export class TargetFacts {
  type: string;
  value: string;
  host: string;
  is_private: boolean;
  asset: Asset;
  constructor(target: Target, isPrivate: boolean, asset: AssetFacts | undefined) {
    this.type = target.type;
    this.value = target.value;
    this.host = target.host ?? '';
    this.is_private = isPrivate;
    this.asset = new Asset(asset);
  }
}

export class ActFacts {
  action: string;
  connector: string;
  policy: string;
  ttl_s: number;
  constructor(action: string, connector: string, policy: string, ttlMs: number | null) {
    this.action = action;
    this.connector = connector;
    this.policy = policy;
    this.ttl_s = (ttlMs ?? 0) / 1000;
  }
}

export class CountFacts {
  events_1h: number;
  events_24h: number;
  events_30d: number;
  acts_1h: number;
  acts_24h: number;
  acts_30d: number;
  true_positives_30d: number;
  false_positives_30d: number;
  constructor(counts: Counts) {
    this.events_1h = counts.events_1h;
    this.events_24h = counts.events_24h;
    this.events_30d = counts.events_30d;
    this.acts_1h = counts.acts_1h;
    this.acts_24h = counts.acts_24h;
    this.acts_30d = counts.acts_30d;
    this.true_positives_30d = counts.true_positives_30d;
    this.false_positives_30d = counts.false_positives_30d;
  }
}

export class CorroborationFacts {
  domains: readonly string[];
  count: number;
  constructor(domains: readonly string[]) {
    this.domains = domains;
    this.count = domains.length;
  }
}

export class HistoryView {
  src: CountFacts;
  host: CountFacts;
  user: CountFacts;
  rule: CountFacts;
  corroboration: CorroborationFacts;
  /** @param domains those that corroborate what the act is aimed at */
  constructor(history: HistoryFacts, domains: readonly string[]) {
    this.src = new CountFacts(history.src);
    this.host = new CountFacts(history.host);
    this.user = new CountFacts(history.user);
    this.rule = new CountFacts(history.rule);
    this.corroboration = new CorroborationFacts(domains);
  }
}

export class TargetHistoryFacts {
  lifted_24h: number;
  overridden_30d: number;
  contained_now: boolean;
  constructor(history: TargetHistory) {
    this.lifted_24h = history.lifted_24h;
    this.overridden_30d = history.overridden_30d;
    this.contained_now = history.contained_now;
  }
}

/** The same for policies that judge an act, which has a target. */
export class JudgedHistoryView {
  src: CountFacts;
  host: CountFacts;
  user: CountFacts;
  rule: CountFacts;
  corroboration: CorroborationFacts;
  target: TargetHistoryFacts;
  /** @param domains those that corroborate what the act is aimed at */
  constructor(history: HistoryFacts, domains: readonly string[], ofTarget: TargetHistory) {
    this.src = new CountFacts(history.src);
    this.host = new CountFacts(history.host);
    this.user = new CountFacts(history.user);
    this.rule = new CountFacts(history.rule);
    this.corroboration = new CorroborationFacts(domains);
    this.target = new TargetHistoryFacts(ofTarget);
  }
}

/** The moment of the decision, in UTC. */
export class TimeFacts {
  hour: number;
  minute: number;
  /** 1 is Monday, 7 is Sunday. */
  weekday: number;
  unix: number;
  constructor(nowMs: number) {
    const minutes = Math.floor(nowMs / 60_000);
    const days = Math.floor(nowMs / 86_400_000);
    this.hour = Math.floor(minutes / 60) % 24;
    this.minute = minutes % 60;
    this.weekday = ((days + 3) % 7) + 1; // 1 January 1970 was a Thursday
    this.unix = Math.floor(nowMs / 1000);
  }
}
