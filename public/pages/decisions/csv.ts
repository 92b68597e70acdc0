import type { DecisionBrief } from '../../../common/api/views';

/** What begins a formula, in the spellings that spreadsheets fold. */
const BEGINS_FORMULA = '[=+\\-@\\u2212\\ufe62\\ufe63\\ufe66\\ufe6b\\uff0b\\uff0d\\uff1d\\uff20]';
/** Spreadsheets skip blanks, quotes and what nobody sees; a tab or a line end is a beginning of its own. */
const FORMULA = new RegExp(`^(?:[\\t\\r\\n]|["'\\s\\p{C}]*${BEGINS_FORMULA})`, 'u');
/** Some split at these whatever is quoted: a German one at the semicolon. */
const SPLIT_FORMULA = new RegExp(`([;\\t\\r\\n]["'\\s\\p{C}]*)(?=${BEGINS_FORMULA})`, 'gu');

/**
 * One cell. A text that a spreadsheet would take for a formula gets a leading apostrophe (OWASP, CSV injection), also
 * behind what it might take for a separator: alert fields come from attackers. Every text is quoted.
 */
export const csvCell = (value: string | number): string => {
  if (typeof value === 'number') return String(value);
  const inside = value.replace(SPLIT_FORMULA, "$1'");
  const safe = FORMULA.test(inside) ? `'${inside}` : inside;
  return `"${safe.replace(/"/g, '""')}"`;
};

const COLUMNS: ReadonlyArray<readonly [string, (decision: DecisionBrief) => string | number]> = [
  ['decided_at', ({ decided_at }) => decided_at],
  ['outcome', ({ outcome }) => outcome],
  ['verdict', ({ verdict }) => verdict],
  ['summary', ({ summary }) => summary],
  ['severity', ({ brief }) => brief.severity],
  ['confidence', ({ brief }) => brief.confidence],
  ['score', ({ score }) => score],
  ['rule', ({ brief }) => brief.rule ?? ''],
  ['claimed', ({ brief }) => brief.claimed.join('; ')],
  ['source', ({ brief }) => brief.source ?? ''],
  ['host', ({ brief }) => brief.host ?? ''],
  ['user', ({ brief }) => brief.user ?? ''],
  [
    'acts',
    ({ acts }) =>
      acts.map((act) => `${act.action} ${act.target.value} (${act.progress?.status ?? act.result})`).join('; '),
  ],
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
