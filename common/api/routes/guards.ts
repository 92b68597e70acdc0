import * as t from 'io-ts';
import { list, record, text } from '../../codec/codecs';
import { anything, BASE, idText, nothing, route } from '../contract';
import { DraftChange, GuardDraftView } from '../drafts';
import { PolicyFaultView } from '../policy_views';

/* Rego guards on their way to a release; those in force are told with the policies. */

const guard = text({
  min: 1,
  max: 80,
  pattern: /^[a-z][a-z0-9_]*$/,
  patternName: 'the name of a guard: small letters, digits and `_`',
});

export const checkGuard = route({
  method: 'post',
  path: `${BASE}/policies/guards/check`,
  summary: 'Compile a Rego guard beside the others: its faults with line and column, or why nobody can compile it here',
  access: 'read',
  params: nothing,
  query: nothing,
  body: record({ guard, source: t.string }),
  answer: record({ faults: list(PolicyFaultView, 500) }, { unchecked: text({ max: 8192 }) }),
});

export const saveGuardDraft = route({
  method: 'put',
  path: `${BASE}/policies/guards/drafts/{guard}`,
  summary: 'Keep a changed Rego guard as a draft; one that does not compile is kept too, and never released',
  access: 'author',
  params: record({ guard: idText }),
  query: nothing,
  body: DraftChange,
  answer: GuardDraftView,
});

export const discardGuardDraft = route({
  method: 'delete',
  path: `${BASE}/policies/guards/drafts/{guard}`,
  summary: 'Throw the draft of a Rego guard away',
  access: 'author',
  params: record({ guard: idText }),
  query: nothing,
  body: anything,
  answer: nothing,
});

export const GUARDS_ROUTES = { checkGuard, saveGuardDraft, discardGuardDraft } as const;
