import type { ActView } from '../../../common/api/routes';
import { csvCell } from '../../format/csv_cell';

const COLUMNS: ReadonlyArray<readonly [string, (act: ActView) => string]> = [
  ['decided_at', ({ decided_at }) => decided_at],
  ['status', ({ progress }) => progress.status],
  ['action', ({ action }) => action],
  ['target_type', ({ target }) => target.type],
  ['target', ({ target }) => target.value],
  ['host', ({ target }) => target.host ?? ''],
  ['stop_reason', ({ progress }) => progress.stop_reason ?? ''],
  ['stop_why', ({ progress }) => (progress.stop_reason === undefined ? '' : (progress.text ?? ''))],
  ['until', ({ progress }) => progress.until ?? ''],
  ['ended_at', ({ progress }) => progress.ended?.at ?? ''],
  ['ended_by', ({ progress }) => progress.ended?.by ?? ''],
  ['ended_how', ({ progress }) => progress.ended?.text ?? ''],
  ['said', ({ progress }) => progress.resolution?.verb ?? ''],
  ['said_by', ({ progress }) => progress.resolution?.by ?? ''],
  ['said_why', ({ progress }) => progress.resolution?.reason ?? ''],
  ['severity', ({ severity }) => severity],
  ['rule', ({ rule }) => rule ?? ''],
  ['policy', ({ policy }) => policy],
  ['connector', ({ connector }) => connector ?? ''],
  ['demo', ({ demo }) => String(demo)],
  ['act_id', ({ act_id }) => act_id],
  ['case_id', ({ case_id }) => case_id],
  ['decision_id', ({ decision_id }) => decision_id],
];

/** Comma separated, CRLF between lines (RFC 4180), one line an act. */
export const historyCsvOf = (acts: readonly ActView[]): string =>
  [COLUMNS.map(([name]) => name), ...acts.map((act) => COLUMNS.map(([, of]) => csvCell(of(act))))]
    .map((cells) => `${cells.join(',')}\r\n`)
    .join('');
