import type { EvidenceFamily } from '../../../runner/ports';
import { boolean, date, double, integer, ip, keptText, keyword, long, strict, words, type Mapping } from './fields';

/*
 * What evidence is searched by. The complete record is one unindexed string; these fields are read out of it when it
 * is appended. Names follow ECS where ECS has one.
 */

/** One search field: how it is mapped, and where in the record it is; `[]` goes through a list. */
export interface SearchField {
  readonly mapping: Mapping;
  readonly from: readonly string[];
  /** The keys of what is there. They are no words that anybody types: the box does not find them. */
  readonly as?: 'target_keys' | 'event_keys' | 'hop_from';
}

const field = (mapping: Mapping, ...from: string[]): SearchField => ({ mapping, from });

const keysOfTargets = (...from: string[]): SearchField => ({ mapping: keyword, from, as: 'target_keys' });

/** The event, as decisions and feedback carry it (a `ReceivedEvent`). */
const OF_EVENT: Readonly<Record<string, SearchField>> = {
  case_id: field(keyword, 'event.case_id', 'decision.case_id', 'feedback.case_id'),
  'event.id': field(keyword, 'event.event.event_id'),
  'event.start': field(date, 'event.event.timestamp'),
  'event.created': field(date, 'event.received_at'),
  digest: field(keyword, 'event.digest'),
  'intake.type': field(keyword, 'event.intake.type'),
  'intake.id': field(keyword, 'event.intake.id'),
  severity: field(keyword, 'event.event.severity'),
  confidence: field(double, 'event.event.confidence'),
  tags: field(keyword, 'event.event.tags[]'),
  recommended_action: field(keyword, 'event.event.recommended_action'),
  src_host: field(keyword, 'event.event.src_host'),
  dst_host: field(keyword, 'event.event.dst_host'),
  'related.hosts': field(keyword, 'event.event.src_host', 'event.event.dst_host'),
  'related.hash': field(keyword, 'event.event.file.hash', 'event.event.process.hash'),
  'source.ip': field(ip, 'event.event.source.ip'),
  'destination.ip': field(ip, 'event.event.destination.ip'),
  'destination.domain': field(keyword, 'event.event.destination.domain'),
  'user.name': field(keyword, 'event.event.user.name'),
  'process.name': field(keyword, 'event.event.process.name'),
  'process.executable': field(keyword, 'event.event.process.executable'),
  'file.name': field(keyword, 'event.event.file.name'),
  'file.path': field(keyword, 'event.event.file.path'),
  'rule.id': field(keyword, 'event.event.rule.id'),
  'rule.name': field(keyword, 'event.event.rule.name'),
  'rule.origin': field(keyword, 'event.event.rule.origin'),
  'rule.status': field(keyword, 'event.event.rule.status'),
  uncalibrated: field(boolean, 'event.uncalibrated'),
  demo: field(boolean, 'event.demo'),
};

const DECISIONS: Readonly<Record<string, SearchField>> = {
  ...OF_EVENT,
  decision_id: field(keyword, 'decision.decision_id'),
  predecessor: field(keyword, 'decision.predecessor'),
  verdict: field(keyword, 'decision.verdict'),
  summary: field(words, 'decision.summary', 'decision.acts[].summary'),
  score: field(double, 'decision.score.value'),
  act_id: field(keyword, 'decision.acts[].act_id'),
  action: field(keyword, 'decision.acts[].action', 'decision.held[].action'),
  result: field(keyword, 'decision.acts[].result'),
  shadow: field(boolean, 'decision.acts[].shadow'),
  connector: field(keyword, 'decision.acts[].connector'),
  'target.type': field(keyword, 'decision.acts[].target.type', 'decision.held[].target.type'),
  'target.value': field(keyword, 'decision.acts[].target.value', 'decision.held[].target.value'),
  'target.key': keysOfTargets('decision.acts[].target', 'decision.held[].target'),
  // All that it is about: what its event names, and what its acts are aimed at.
  'entity.key': { mapping: keyword, from: ['event.event'], as: 'event_keys' },
  // From where an event leads on to another thing. A source that nobody granted anything makes no hop: it could lead
  // anywhere.
  'hop.from': { mapping: keyword, from: ['event'], as: 'hop_from' },
  'policy.id': field(keyword, 'decision.acts[].policy.id', 'decision.held[].policy.id'),
  'policy.hash': field(keyword, 'decision.acts[].policy.hash'),
  'reason.code': field(keyword, 'decision.reasons[].code', 'decision.acts[].reasons[].code'),
  'reason.policy': field(keyword, 'decision.reasons[].policy', 'decision.acts[].reasons[].policy'),
  decided_at: field(date, 'decision.decided_at'),
  next_review_at: field(date, 'decision.next_review_at'),
  'bundle.version': field(long, 'decision.bundle.version'),
  'bundle.digest': field(keyword, 'decision.bundle.digest'),
  'model.version': field(long, 'decision.model.version'),
  engine_digest: field(keyword, 'decision.engine_digest'),
  hash: field(keyword, 'decision.hash'),
  effectless: field(boolean, 'decision.effectless'),
};

/** Commands in each of their states, and what happened to the health of connectors and agents. */
const ACTIONS: Readonly<Record<string, SearchField>> = {
  command_id: field(keyword, 'command.command_id'),
  case_id: field(keyword, 'command.case_id'),
  decision_id: field(keyword, 'command.decision_id'),
  act_id: field(keyword, 'command.act_id'),
  effect_id: field(keyword, 'effect_id'),
  action: field(keyword, 'command.action'),
  'target.type': field(keyword, 'command.target.type'),
  'target.value': field(keyword, 'command.target.value'),
  connector: field(keyword, 'command.connector', 'connector'),
  'policy.id': field(keyword, 'command.policy.id'),
  'policy.hash': field(keyword, 'command.policy.hash'),
  state: field(keyword, 'state'),
  n: field(integer, 'n'),
  session: field(keyword, 'session'),
  agent: field(keyword, 'agent'),
  by: field(keyword, 'by'),
  attempt: field(integer, 'attempt'),
  duration_ms: field(double, 'duration_ms'),
  'error.code': field(keyword, 'error.code'),
  'error.message': field(words, 'error.message'),
  text: field(words, 'text', 'command.reason'),
  demo: field(boolean, 'demo'),
};

const FEEDBACK: Readonly<Record<string, SearchField>> = {
  ...OF_EVENT,
  feedback_id: field(keyword, 'feedback.feedback_id'),
  decision_id: field(keyword, 'feedback.decision_id'),
  outcome: field(keyword, 'feedback.outcome'),
  label: field(keyword, 'feedback.label'),
  by: field(keyword, 'feedback.by'),
  analyst_override: field(keyword, 'feedback.analyst_override'),
  execution_latency_ms: field(double, 'feedback.execution_latency_ms'),
  confidence_adjustment: field(double, 'feedback.confidence_adjustment'),
  text: field(words, 'feedback.reason'),
};

const QUARANTINE: Readonly<Record<string, SearchField>> = {
  reason: field(keyword, 'reason'),
  'intake.type': field(keyword, 'intake.type'),
  'intake.id': field(keyword, 'intake.id'),
  bad_field: field(keyword, 'fields[].path'),
  text: field(words, 'fields[].message'),
};

/** Who changed or approved what. */
const AUDIT: Readonly<Record<string, SearchField>> = {
  by: field(keyword, 'by', 'who'),
  verb: field(keyword, 'verb'),
  'object.type': field(keyword, 'object.type'),
  'object.id': field(keyword, 'object.id'),
  case_id: field(keyword, 'case_id'),
  decision_id: field(keyword, 'decision_id'),
  act_id: field(keyword, 'act_id'),
  command_id: field(keyword, 'command_id'),
  effect_id: field(keyword, 'effect_id'),
  action: field(keyword, 'action'),
  'target.type': field(keyword, 'target.type'),
  'target.value': field(keyword, 'target.value'),
  'policy.id': field(keyword, 'policy.id'),
  'bundle.version': field(long, 'bundle.version'),
  digest: field(keyword, 'digest'),
  scope: field(keyword, 'scope'),
  outcome: field(keyword, 'outcome'),
  four_eyes: field(boolean, 'four_eyes'),
  session: field(keyword, 'session'),
  'source.ip': field(ip, 'source.ip'),
  demo: field(boolean, 'demo'),
  text: field(words, 'text', 'reason', 'why'),
};

export const SEARCH_FIELDS: Readonly<Record<EvidenceFamily, Readonly<Record<string, SearchField>>>> = {
  decisions: DECISIONS,
  actions: ACTIONS,
  feedback: FEEDBACK,
  quarantine: QUARANTINE,
  audit: AUDIT,
};

const isSearchedAsWords = ({ mapping, as }: SearchField): boolean =>
  as === undefined && (mapping.type === 'keyword' || mapping.type === 'text');

/** Version of the search fields of each family. Raise it with a new field: indices of earlier versions are widened. */
const SCHEMAS: Readonly<Record<EvidenceFamily, number>> = {
  decisions: 5,
  actions: 2,
  feedback: 2,
  quarantine: 2,
  audit: 2,
};

/** Puts `a.b` into `{a: {properties: {b}}}`. */
const nested = (flat: ReadonlyArray<readonly [string, Mapping]>): Record<string, Mapping> => {
  const properties: Record<string, Mapping> = {};
  for (const [name, mapping] of flat) {
    const [head = '', tail] = name.split('.');
    if (tail === undefined) properties[head] = mapping;
    else properties[head] = { properties: { ...(properties[head]?.properties as object), [tail]: mapping } };
  }
  return properties;
};

/** The place of a record in a chain. What earlier versions stored has none. */
const CHAINED: Mapping = {
  properties: { chain: keyword, seq: long, prev: keptText, hash: keptText, salt: keptText },
};

/** Every word of these fields is found in `search` as well: the box at the top of a list. */
export const evidenceMappings = (family: EvidenceFamily) =>
  strict(SCHEMAS[family], {
    '@timestamp': date,
    id: keyword,
    record: keptText,
    audit: CHAINED,
    search: words,
    ...nested(
      Object.entries(SEARCH_FIELDS[family]).map(([name, found]) => [
        name,
        isSearchedAsWords(found) ? { ...found.mapping, copy_to: ['search'] } : found.mapping,
      ]),
    ),
  });
