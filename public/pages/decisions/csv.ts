import type { DecisionBrief } from '../../../common/api/views';
import { csvCell } from '../../format/csv_cell';

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
  ['asker', ({ asked, brief }) => (asked === undefined ? '' : brief.intake.id)],
  [
    'answered',
    ({ asked }) => (asked === undefined ? '' : `${asked.decision ? 'permitted' : 'denied'}: ${asked.reason}`),
  ],
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
