import * as t from 'io-ts';
import { described, instant, list, number, record } from '../../codec/codecs';
import { Decision } from '../../flow/decision';
import { DetectionEvent } from '../../flow/event';
import { anything, BASE, idText, nothing, reasonText, route } from '../contract';
import { DraftChange, DraftView, GuardDraftView } from '../drafts';
import { CandidateView, GuardView, PolicyFaultView, PolicyView, TestResultView } from '../policy_views';

const id = idText;

export const listPolicies = route({
  method: 'get',
  path: `${BASE}/policies`,
  summary: 'The policies in force, drafts and candidates',
  access: 'read',
  params: nothing,
  query: nothing,
  body: anything,
  answer: record(
    {
      as_of: instant,
      version: number(),
      digest: t.string,
      policies: list(PolicyView, 5000),
      drafts: list(DraftView, 1000),
      candidates: list(CandidateView, 50),
    },
    { guards: list(GuardView, 256), guard_drafts: list(GuardDraftView, 256) },
  ),
});

export const checkPolicy = route({
  method: 'post',
  path: `${BASE}/policies/check`,
  summary: 'Check a policy text: all its faults with line and column, and the results of its tests',
  access: 'read',
  params: nothing,
  query: nothing,
  body: record({ source: t.string }),
  answer: record(
    { faults: list(PolicyFaultView, 500), tests: list(TestResultView, 500) },
    { id, warnings: described(list(PolicyFaultView, 500), 'Probably not meant; nothing is refused for it') },
  ),
});

export const tryPolicy = route({
  method: 'post',
  path: `${BASE}/policies/try`,
  summary: 'What would be decided for an event if this policy text were in force. Nothing is kept, nothing is done',
  access: 'read',
  params: nothing,
  query: nothing,
  body: record({ event: DetectionEvent }, { source: t.string }),
  answer: record({ faults: list(PolicyFaultView, 500) }, { decision: Decision }),
});

export const saveDraft = route({
  method: 'put',
  path: `${BASE}/policies/drafts/{policy_id}`,
  summary: 'Keep a changed policy as a draft; invalid ones are kept too, and never released',
  access: 'author',
  params: record({ policy_id: id }),
  query: nothing,
  body: DraftChange,
  answer: DraftView,
});

export const discardDraft = route({
  method: 'delete',
  path: `${BASE}/policies/drafts/{policy_id}`,
  summary: 'Throw a draft away',
  access: 'author',
  params: record({ policy_id: id }),
  query: nothing,
  body: anything,
  answer: nothing,
});

export const proposeCandidate = route({
  method: 'post',
  path: `${BASE}/policies/candidates`,
  summary: 'Put the drafts together as a candidate for release; refused while one of them has faults or failing tests',
  access: 'author',
  params: nothing,
  query: nothing,
  body: record({ changelog: reasonText }, { policies: list(id, 1000), guards: list(id, 256) }),
  answer: CandidateView,
});

export const approveCandidate = route({
  method: 'post',
  path: `${BASE}/policies/candidates/{candidate_id}/approve`,
  summary: 'Approve a candidate, bound to its digest. Not by its author; in single-user mode a separate step',
  access: 'approve',
  params: record({ candidate_id: id }),
  query: nothing,
  body: record({ reason: reasonText, digest: id }),
  answer: CandidateView,
});

export const withdrawCandidate = route({
  method: 'post',
  path: `${BASE}/policies/candidates/{candidate_id}/withdraw`,
  summary: 'Withdraw a candidate',
  access: 'author',
  params: record({ candidate_id: id }),
  query: nothing,
  body: record({ reason: reasonText }),
  answer: CandidateView,
});

export const releaseCandidate = route({
  method: 'post',
  path: `${BASE}/policies/candidates/{candidate_id}/release`,
  summary: 'Sign an approved candidate and release it as the next version',
  access: 'author',
  params: record({ candidate_id: id }),
  query: nothing,
  body: nothing,
  answer: CandidateView,
});

export const POLICIES_ROUTES = {
  listPolicies,
  checkPolicy,
  tryPolicy,
  saveDraft,
  discardDraft,
  proposeCandidate,
  approveCandidate,
  withdrawCandidate,
  releaseCandidate,
} as const;
