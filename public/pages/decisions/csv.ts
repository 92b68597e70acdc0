import type { DecisionBrief } from '../../../common/api/views';

/**
 * One cell. A text that a spreadsheet would take for a formula gets a leading apostrophe (OWASP, CSV injection):
 * alert fields come from attackers.
 */
export const csvCell = (value: string | number): string => {
  const text = String(value);
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
};

const COLUMNS: ReadonlyArray<readonly [string, (decision: DecisionBrief) => string | number]> = [
  ['decided_at', ({ decided_at }) => decided_at],
  ['verdict', ({ verdict }) => verdict],
  ['summary', ({ summary }) => summary],
  ['severity', ({ brief }) => brief.severity],
  ['confidence', ({ brief }) => brief.confidence],
  ['score', ({ score }) => score],
  ['rule', ({ brief }) => brief.rule ?? ''],
  ['source', ({ brief }) => brief.source ?? ''],
  ['host', ({ brief }) => brief.host ?? ''],
  ['user', ({ brief }) => brief.user ?? ''],
  ['acts', ({ acts }) => acts.map((act) => `${act.action} ${act.target.value} (${act.result})`).join('; ')],
  ['policies', ({ acts }) => [...new Set(acts.map((act) => act.policy))].join('; ')],
  ['bundle_version', ({ bundle_version }) => bundle_version],
  ['demo', ({ demo }) => String(demo)],
  ['event_id', ({ brief }) => brief.event_id],
  ['case_id', ({ case_id }) => case_id],
  ['decision_id', ({ decision_id }) => decision_id],
];

/** Comma separated, CRLF between lines (RFC 4180), one line a decision. */
export const csvOf = (decisions: readonly DecisionBrief[]): string =>
  [COLUMNS.map(([name]) => name), ...decisions.map((decision) => COLUMNS.map(([, of]) => csvCell(of(decision))))]
    .map((cells) => `${cells.join(',')}\r\n`)
    .join('');

/** One JSON document a line, as the API gives them. */
export const ndjsonOf = (decisions: readonly DecisionBrief[]): string =>
  decisions.map((decision) => `${JSON.stringify(decision)}\n`).join('');
