import { PROGRESS_STATUSES } from '../../../common/api/progress';
import { ACTIONS } from '../../../common/policy/actions';

/** What the history shows. It lives in the address, so that a link shows the same; '' stands for "any". */
export interface HistoryFilter {
  /** A part of any name that its event or its target has. */
  readonly about: string;
  readonly action: string;
  readonly outcome: string;
  readonly by: string;
  readonly policy: string;
  readonly connector: string;
  /** UTC, RFC 3339. */
  readonly from: string;
  readonly to: string;
  /** Where the page begins; '' for the newest. */
  readonly cursor: string;
}

export const EVERY_ACT: HistoryFilter = {
  about: '',
  action: '',
  outcome: '',
  by: '',
  policy: '',
  connector: '',
  from: '',
  to: '',
  cursor: '',
};

export const HISTORY_OUTCOMES = PROGRESS_STATUSES;

const isKnown = (name: keyof HistoryFilter, value: string): boolean => {
  switch (name) {
    case 'action':
      return ACTIONS.some(({ action }) => action === value);
    case 'outcome':
      return HISTORY_OUTCOMES.some((outcome) => outcome === value);
    case 'from':
    case 'to':
      return !Number.isNaN(Date.parse(value));
    case 'about':
    case 'by':
    case 'policy':
    case 'connector':
    case 'cursor':
      return true;
  }
};

const names = Object.keys(EVERY_ACT) as ReadonlyArray<keyof HistoryFilter>;

/** Reads the filter from the address; what makes no sense there is left out. */
export const historyFilterOf = (search: string): HistoryFilter => {
  const given = new URLSearchParams(search);
  const read = names.map((name) => {
    const value = given.get(name) ?? '';
    return [name, isKnown(name, value) ? value : ''];
  });
  return Object.fromEntries(read);
};

const set = (filter: HistoryFilter): Record<string, string> =>
  Object.fromEntries(Object.entries(filter).filter(([, value]: [string, string]) => value.trim() !== ''));

/** `?action=block_ip`; '' where nothing is left out. */
export const searchOfHistory = (filter: HistoryFilter): string => {
  const search = new URLSearchParams(set(filter)).toString();
  return search === '' ? '' : `?${search}`;
};

/** The query of the route for one page of the history. */
export const historyQueryOf = (filter: HistoryFilter, limit: number) => ({ ...set(filter), limit });

export const isNarrowed = (filter: HistoryFilter): boolean => searchOfHistory({ ...filter, cursor: '' }) !== '';
