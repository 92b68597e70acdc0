import { isTakenForReflex } from '../runner/record/reserved';
import type { CallerIdentity } from './host_parts';
import { PEOPLE_RIGHTS, type PeopleRight, type RightsByRole } from './settings/rights';

/* What the security plugin says of a caller, and what that gives them here. */

/** Whom the plugin takes the caller for; asked with what the caller logs in by. */
export const AUTH_INFO = '/_plugins/_security/authinfo';

/** The rights of somebody with these roles, by the settings. Whoever may do anything may look. */
const rightsOf = (roles: readonly string[], rights: RightsByRole): readonly PeopleRight[] => {
  const given = PEOPLE_RIGHTS.filter((right) => rights[right].some((role) => roles.includes(role)));
  return given.length === 0 ? [] : PEOPLE_RIGHTS.filter((right) => right === 'read' || given.includes(right));
};

/**
 * Who calls, by the body of an answer of `AUTH_INFO`.
 *
 * @returns undefined if it names nobody
 */
export const callerIn = (body: unknown, rights: RightsByRole): CallerIdentity | undefined => {
  const { user_name: name, roles } = (body ?? {}) as { readonly user_name?: unknown; readonly roles?: unknown };
  if (typeof name !== 'string' || name === '' || !Array.isArray(roles)) return undefined;
  const named = roles.map(String);
  const all = rightsOf(named, rights);
  // On record, and before four eyes, whatever they do would be taken for what Reflex does itself.
  const may = isTakenForReflex(name) ? all.filter((right) => right === 'read') : all;
  return { name, may, singleUser: false, roles: named };
};
