import { SEVERITIES } from '../../../common/flow/event';
import { BECAME } from '../../../common/api/became';
import { OUTCOMES } from '../../../common/api/progress';
import { VERDICTS } from '../../../common/flow/decision';

/** What the list shows. It lives in the address, so that a link shows the same; '' stands for "any". */
export interface DecisionFilter {
  readonly outcome: string;
  /** Set: one line an event, by what became of it. */
  readonly became: string;
  readonly verdict: string;
  readonly severity: string;
  readonly policy: string;
  readonly target: string;
  /** Whose questions, by the name of the token. */
  readonly asker: string;
  readonly text: string;
  /** A part of any name. */
  readonly about: string;
  /** UTC, RFC 3339. */
  readonly from: string;
  readonly to: string;
  readonly case_id: string;
  /** From 0. */
  readonly page: number;
}

export const EMPTY_FILTER: DecisionFilter = {
  outcome: '',
  became: '',
  verdict: '',
  severity: '',
  policy: '',
  target: '',
  asker: '',
  text: '',
  about: '',
  from: '',
  to: '',
  case_id: '',
  page: 0,
};

export const PAGE_SIZE = 50;

const known = (value: string | null, list: readonly string[]): string =>
  value !== null && list.includes(value) ? value : '';

const instant = (value: string | null): string =>
  value !== null && !Number.isNaN(Date.parse(value)) ? new Date(value).toISOString() : '';

/** Reads the filter from the address; what makes no sense there is left out. */
export const filterOfSearch = (search: string): DecisionFilter => {
  const given = new URLSearchParams(search);
  const page = Number(given.get('page') ?? '0');
  return {
    outcome: known(given.get('outcome'), OUTCOMES),
    became: known(given.get('became'), BECAME),
    verdict: known(given.get('verdict'), VERDICTS),
    severity: known(given.get('severity'), SEVERITIES),
    policy: given.get('policy') ?? '',
    target: given.get('target') ?? '',
    asker: given.get('asker') ?? '',
    text: given.get('text') ?? '',
    about: given.get('about') ?? '',
    from: instant(given.get('from')),
    to: instant(given.get('to')),
    case_id: given.get('case_id') ?? '',
    page: Number.isSafeInteger(page) && page >= 0 ? page : 0,
  };
};

/** `?verdict=deny&page=2`; '' for the empty filter. */
export const searchOfFilter = (filter: DecisionFilter): string => {
  const entries = Object.entries(filter).filter(([, value]) => value !== '' && value !== 0);
  const search = new URLSearchParams(entries.map(([key, value]) => [key, String(value)])).toString();
  return search === '' ? '' : `?${search}`;
};

const given = (value: string): string | undefined => (value.trim() === '' ? undefined : value.trim());

/** The query of the route for one page of the list. */
export const queryOfFilter = ({ page, ...filter }: DecisionFilter, size = PAGE_SIZE) => ({
  outcome: given(filter.outcome),
  became: given(filter.became),
  verdict: given(filter.verdict),
  severity: given(filter.severity),
  policy: given(filter.policy),
  target: given(filter.target),
  asker: given(filter.asker),
  text: given(filter.text),
  about: given(filter.about),
  from: given(filter.from),
  to: given(filter.to),
  case_id: given(filter.case_id),
  limit: size,
  offset: page * size,
});

export const isFiltered = (filter: DecisionFilter): boolean => searchOfFilter({ ...filter, page: 0 }) !== '';
