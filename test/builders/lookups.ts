import type { AssetFacts, HistoryFacts } from '../../common/flow/decision';
import type { Lookups } from '../../server/engine/decision/lookups';
import { NO_COUNTS, type HistoryBook } from '../../server/runner/facts/history';

export { NO_COUNTS };

/** A history that takes no notice. */
export const noHistory = (): Pick<HistoryBook, 'noteEvent' | 'noteAct' | 'note'> => ({
  noteEvent: () => ({ keep: () => undefined, takeBack: () => undefined }),
  noteAct: () => undefined,
  note: () => undefined,
});

/** Nothing was seen before but the event's own domain. */
export const aHistory = (overrides: Partial<HistoryFacts> = {}): HistoryFacts => ({
  src: NO_COUNTS,
  host: NO_COUNTS,
  user: NO_COUNTS,
  rule: NO_COUNTS,
  domains: ['network'],
  sightings_ms: [],
  ...overrides,
});

/** Lookups that know everything as an outsider, except what the test says of it by value. */
export const lookupsOf = (
  assets: Readonly<Record<string, Partial<AssetFacts>>> = {},
  history: Partial<HistoryFacts> = {},
): Lookups => ({
  asset: (type, value) => ({ type, value, known: true, external: true, ...assets[value] }),
  history: () => aHistory(history),
});
