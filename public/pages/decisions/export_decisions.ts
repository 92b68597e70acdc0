import { listDecisions } from '../../../common/api/routes';
import type { DecisionBrief } from '../../../common/api/views';
import { ok, type Result } from '../../../common/result';
import type { Api, Refusal } from '../../api_client';
import { queryOfFilter, type DecisionFilter } from './decision_filter';

/** A search does not reach further than this (OpenSearch's `max_result_window`). */
const MOST_EXPORTED = 10_000;
const AT_ONCE = 1_000;

export interface Exported {
  readonly decisions: readonly DecisionBrief[];
  /** How many there are; more than were exported if the list is longer than can be reached. */
  readonly total: number;
}

/** Fetches the whole list of a filter, page by page. */
export const exportDecisions = async (api: Api, filter: DecisionFilter): Promise<Result<Exported, Refusal>> => {
  // Nothing newer than now: otherwise what comes in meanwhile would shift the pages.
  const fixed = { ...filter, to: filter.to === '' ? new Date().toISOString() : filter.to };
  const decisions: DecisionBrief[] = [];
  for (let page = 0; page * AT_ONCE < MOST_EXPORTED; page += 1) {
    const answer = await api.call(listDecisions, { query: queryOfFilter({ ...fixed, page }, AT_ONCE) });
    if (!answer.ok) return answer;
    decisions.push(...answer.value.decisions);
    if (answer.value.decisions.length < AT_ONCE || decisions.length >= answer.value.total) {
      return ok({ decisions, total: answer.value.total });
    }
    if (decisions.length >= MOST_EXPORTED) return ok({ decisions, total: answer.value.total });
  }
  return ok({ decisions, total: decisions.length });
};
