import type { Answered } from '../connector';
import { placeholderIn } from './compiled_request';
import { follow } from './pointer';
import type { Match, Scalar, Where } from './rest_parameters';
import type { TemplateName, TemplateValues } from './template_values';

/** All conditions of a `where`, whichever way it was written. */
export const conditionsOf = (where: Match['where']): readonly Where[] =>
  where === undefined ? [] : Array.isArray(where) ? (where as readonly Where[]) : [where as Where];

/** What a condition compares with. */
export const comparedWith = (where: Where): Scalar | { readonly $: string } =>
  'equals' in where ? where.equals : 'items' in where ? where.items : where.not_equals;

const fulfils = (document: unknown, where: Where, values: TemplateValues): boolean => {
  const found = follow(document, where.pointer);
  // What is not there is neither equal nor different: a login page in the way must not pass for "gone".
  if (!found.found) return false;
  if ('items' in where) return Array.isArray(found.value) && found.value.length === where.items;
  const template = comparedWith(where);
  const name = placeholderIn(template);
  const wanted = name === undefined ? template : (values[name as TemplateName] ?? null);
  return 'equals' in where ? found.value === wanted : found.value !== wanted;
};

/** Whether a parsed document fulfils every condition. */
export const fulfilsAll = (document: unknown, where: Match['where'], values: TemplateValues): boolean =>
  conditionsOf(where).every((each) => fulfils(document, each, values));

/** Whether an answer matches. A condition on a body that did not arrive whole as JSON never does. */
export const matches = ({ status, body }: Answered, match: Match, values: TemplateValues): boolean =>
  match.status.includes(status) &&
  (match.where === undefined || (body.why === undefined && fulfilsAll(body.json, match.where, values)));
