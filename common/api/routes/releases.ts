import * as t from 'io-ts';
import { instant, list, number, oneOf, record, text } from '../../codec/codecs';
import { anything, BASE, idText, MIB, nothing, numeric, reasonText, route } from '../contract';
import { ApprovalView, CandidateView, GuardChangeView } from '../policy_views';

const id = idText;
/** Digits; what is no version is answered as one that does not exist. */
const version = id;
const changelog = text({ max: 65_536 });

/** A released version, as its signed statement has it. */
export const ReleaseView = record(
  {
    version: number(),
    digest: id,
    statement_digest: id,
    created_at: instant,
    author: id,
    changelog,
    approvals: list(ApprovalView, 16),
    /** Whose signatures it carries. */
    key_ids: list(id, 16),
    policies: number(),
    in_force: t.boolean,
  },
  { expires_at: instant, guards: list(id, 256) },
);
export type ReleaseView = t.TypeOf<typeof ReleaseView>;

export const listReleases = route({
  method: 'get',
  path: `${BASE}/policies/releases`,
  summary:
    'The released versions, newest first, 50 at a time: when, by whom, why, and who approved them. `before`: only lower versions',
  access: 'read',
  params: nothing,
  query: record({}, { before: numeric(number({ min: 1, max: 1_000_000_000, integer: true })) }),
  body: anything,
  answer: record({ as_of: instant, in_force: number(), releases: list(ReleaseView, 50), more: t.boolean }),
});

export const compareReleases = route({
  method: 'get',
  path: `${BASE}/policies/releases/{version}/changes`,
  summary: 'What a released version has changed since another one, policy by policy; default: the one before it',
  access: 'read',
  params: record({ version }),
  query: record({}, { from: numeric(number({ min: 0, max: 1_000_000_000, integer: true })) }),
  body: anything,
  answer: record({
    release: ReleaseView,
    from: number(),
    changes: list(
      record(
        { policy: id, change: oneOf(['added', 'changed', 'removed']) },
        { before: text({ max: 262_144 }), after: text({ max: 262_144 }), mode_before: id, mode_after: id },
      ),
      5_000,
    ),
    guard_changes: list(GuardChangeView, 256),
  }),
});

export const downloadRelease = route({
  method: 'get',
  path: `${BASE}/policies/releases/{version}/bundle`,
  summary:
    'A released version as a signed bundle (gzipped tar) that Open Policy Agent and `reflex policies verify` read',
  access: 'read',
  params: record({ version }),
  query: nothing,
  body: anything,
  answer: anything,
});

export const proposeRollback = route({
  method: 'post',
  path: `${BASE}/policies/releases/{version}/roll_back`,
  summary: 'Propose the policies of an earlier version as the next one; somebody else approves it like any candidate',
  access: 'author',
  params: record({ version }),
  query: nothing,
  body: record({ reason: reasonText }),
  answer: CandidateView,
});

export const rollBackNow = route({
  method: 'post',
  path: `${BASE}/policies/releases/roll_back_now`,
  summary:
    'Emergency: release the policies of the version before the one in force at once, as the next version; where more keys have to sign than this host holds, it waits for them as an approved candidate',
  access: 'approve',
  params: nothing,
  query: nothing,
  body: record({ reason: reasonText, in_force: number({ min: 1, integer: true }) }),
  answer: record({}, { release: ReleaseView, candidate: CandidateView }),
});

export const downloadCandidate = route({
  method: 'get',
  path: `${BASE}/policies/candidates/{candidate_id}/bundle`,
  summary: 'An approved candidate as a bundle (gzipped tar) with the signatures made so far, to be signed elsewhere',
  access: 'read',
  params: record({ candidate_id: id }),
  query: nothing,
  body: anything,
  answer: anything,
});

export const uploadBundle = route({
  method: 'post',
  path: `${BASE}/policies/bundles`,
  summary: 'Release a bundle (gzipped tar) that was signed elsewhere; checked as every agent checks it',
  access: 'author',
  params: nothing,
  /** An approver says why there is nothing that it could be tried on. */
  query: record({}, { no_history: reasonText }),
  body: anything,
  answer: ReleaseView,
  maxBytes: 64 * MIB,
  raw: true,
});

export const getTrust = route({
  method: 'get',
  path: `${BASE}/policies/trust`,
  summary:
    'Whose signatures are believed, how many are needed, and until when the version in force is known to be the newest',
  access: 'read',
  params: nothing,
  query: nothing,
  body: anything,
  answer: record(
    {
      as_of: instant,
      threshold: number(),
      /** 0: the keys are those of the settings. */
      keyring: number(),
      keys: list(
        record(
          { key_id: id, revoked: t.boolean, signs_here: t.boolean, freshness: t.boolean },
          { not_before: instant, not_after: instant },
        ),
        128,
      ),
      stale: oneOf(['alarm', 'escalate']),
    },
    {
      fresh_until: instant,
      refused_keyring: text({ max: 8192 }),
      /** Ids of the keys that signed the version in force. */
      in_force_signed_by: list(id, 16),
      /** Keyrings one after the other, newest first; `by` handed it in. */
      history: list(
        record(
          {
            number: number(),
            issued_at: instant,
            threshold: number(),
            signed_by: list(id, 16),
            added: list(id, 128),
            removed: list(id, 128),
            revoked: list(id, 128),
          },
          { by: id, at: instant },
        ),
        200,
      ),
    },
  ),
});

export type TrustView = t.TypeOf<typeof getTrust.answer>;

export const postKeyring = route({
  method: 'post',
  path: `${BASE}/policies/keyring`,
  summary: 'Change the trusted keys: a keyring that the keys before and its own have signed. Revoked keys stay revoked',
  access: 'admin',
  params: nothing,
  query: nothing,
  body: record({
    statement: record(
      {
        version: number({ min: 1, max: 1_000_000, integer: true }),
        issued_at: instant,
        threshold: number({ min: 1, max: 8, integer: true }),
        keys: list(
          record(
            { public_key: text({ min: 1, max: 8_192 }) },
            { not_before: instant, not_after: instant, revoked: t.boolean },
          ),
          64,
        ),
      },
      { freshness_keys: list(text({ min: 16, max: 16 }), 64) },
    ),
    signatures: list(text({ min: 1, max: 4_096 }), 16),
  }),
  answer: record({ keyring: number() }),
});

export const postFreshness = route({
  method: 'post',
  path: `${BASE}/policies/freshness`,
  summary: 'Hand in a signed statement that the version in force is the newest, where bundles are signed elsewhere',
  access: 'author',
  params: nothing,
  query: nothing,
  body: record({ statement: text({ min: 1, max: 4_096 }) }),
  answer: record({ version: number(), not_after: instant }),
});

export const RELEASES_ROUTES = {
  listReleases,
  compareReleases,
  downloadRelease,
  proposeRollback,
  rollBackNow,
  downloadCandidate,
  uploadBundle,
  getTrust,
  postKeyring,
  postFreshness,
} as const;
