import type { StatusRules } from '../rest/rest_parameters';

/**
 * For undoing a state of a host or an account that Reflex knows by its id: an answer 404 does not say that the state is
 * over, only that our account no longer sees it. So it is not taken for "gone already".
 */
export const NOT_GONE = { already: [410], failed: [404] } as const satisfies StatusRules;
