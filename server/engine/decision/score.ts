import type { AssetFacts, HistoryFacts, Score } from '../../../common/flow/decision';
import type { ReceivedEvent } from '../../../common/flow/event';
import type { Model, Table } from './model';

/** Whole-number linear interpolation; outside the table its first or last value. */
const interpolate = (table: Table, at: number): number => {
  const first = table[0];
  if (!first) return 0;
  if (at <= first[0]) return first[1];
  for (let index = 1; index < table.length; index += 1) {
    const next = table[index] ?? first;
    if (!(at <= next[0])) continue;
    const [x0, y0] = table[index - 1] ?? first;
    const [x1, y1] = next;
    return y0 + Math.floor(((y1 - y0) * (at - x0)) / (x1 - x0));
  }
  return table[table.length - 1]?.[1] ?? 0;
};

/** Value of the last step that `at` has reached, 0 before the first. */
const stepOf = (table: Table, at: number): number => {
  let value = 0;
  for (const [from, weight] of table) if (at >= from) value = weight;
  return value;
};

/** A weight by name; a tag may be called `constructor`. */
const weightOf = (weights: Readonly<Record<string, number>>, name: string): number =>
  Object.prototype.hasOwnProperty.call(weights, name) ? (weights[name] ?? 0) : 0;

export interface ScoreFactors {
  readonly received: ReceivedEvent;
  readonly history: HistoryFacts;
  readonly source: AssetFacts | undefined;
  readonly destination: AssetFacts | undefined;
}

/**
 * The response score of an event: how sure one can be that acting is right, from confidence, severity, context and
 * history with corroboration. A naive-Bayes sum of log-odds in whole millionths, computed with + − × ÷ only, so that
 * replay on another machine gives the same bits.
 */
export const scoreOf = ({ weights }: Model, { received, history, source, destination }: ScoreFactors): Score => {
  const { event } = received;
  const terms: Array<{ name: string; micro: number }> = [];
  let sum = 0;
  const add = (name: string, micro: number): void => {
    if (micro === 0) return;
    sum += micro;
    terms.push({ name, micro });
  };
  add('bias', weights.bias);
  add('confidence', interpolate(weights.confidence, Math.round(event.confidence * 1_000_000)));
  add('severity', weights.severity[event.severity]);
  if (received.uncalibrated === true) add('uncalibrated', weights.uncalibrated);
  add('corroboration', weights.corroboration * Math.min(3, Math.max(0, history.domains.length - 1)));
  add('repetition', stepOf(weights.repetition, history.src.events_24h));
  const { true_positives_30d: right, false_positives_30d: wrong } = history.rule;
  if (right + wrong > 0) {
    add(
      'rule_precision',
      Math.trunc((weights.rule_precision * (right - wrong)) / (right + wrong + weights.rule_prior)),
    );
  }
  for (const tag of source?.tags ?? []) add(`source_tag:${tag}`, weightOf(weights.source_tags, tag));
  if (destination?.criticality)
    add('destination_criticality', weightOf(weights.destination_criticality, destination.criticality));
  return { log_odds_micro: sum, value: interpolate(weights.display, sum) / 1_000_000, terms };
};
