import type * as t from 'io-ts';
import { described, instant, list, number, oneOf, record, text } from '../../codec/codecs';
import { anything, BASE, idText, MIB, nothing, route } from '../contract';

const sentence = text({ max: 8192 });
const place = number({ min: 0, integer: true });

/**
 * What was done to evidence.
 *
 * - `edited`, `swapped` (two records have each other's content), `moved` (stored under another id), `misplaced` (in an
 *   index that it does not belong to), `inserted`
 * - `deleted` (from the middle), `truncated` (the end of an index), `index_gone`, `rolled_back` (the index was made
 *   again or restored, and records are missing)
 * - `rewritten`: the records of a checkpoint fit each other, and not the checkpoint
 * - `two_checkpoints`: two of one size with different roots; `forged_checkpoint`: a signature is wrong
 */
export const FINDING_KINDS = [
  'edited',
  'swapped',
  'moved',
  'misplaced',
  'inserted',
  'deleted',
  'truncated',
  'index_gone',
  'rolled_back',
  'rewritten',
  'two_checkpoints',
  'forged_checkpoint',
] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

export const AuditFinding = record(
  { kind: oneOf(FINDING_KINDS), text: sentence },
  {
    chain: idText,
    seq: place,
    to_seq: described(place, 'Where it is more than one: the last of them'),
    family: idText,
    id: idText,
    at: instant,
    index: idText,
    expected: described(idText, 'Hash that the record must have'),
    found: described(idText, 'Hash that it has'),
  },
);
export type AuditFinding = t.TypeOf<typeof AuditFinding>;

/** Records of one chain, from a place to a place. */
export const AuditStretch = record(
  { chain: idText, from_seq: place, to_seq: place, records: place },
  { since: instant, until: instant, log: idText },
);
export type AuditStretch = t.TypeOf<typeof AuditStretch>;

/** What is not as it is elsewhere, and why that is no change. */
export const AuditExplanation = record({
  why: oneOf(['unanswered', 'there_already', 'refused', 'fields', 'chain', 'late', 'upgrade']),
  records: place,
  text: sentence,
});
export type AuditExplanation = t.TypeOf<typeof AuditExplanation>;

/**
 * - `intact`: every record is what it was, and a checkpoint covers all but the newest
 * - `unanchored`: nothing was found changed, but for some older records no checkpoint vouches
 * - `changed`: see the findings
 */
export const AUDIT_VERDICTS = ['intact', 'unanchored', 'changed'] as const;

export const AuditReport = record(
  {
    verdict: oneOf(AUDIT_VERDICTS),
    as_of: instant,
    records: described(place, 'Records that were read'),
    checkpoints: described(place, 'Checkpoints that were compared'),
    logs: list(
      record({
        origin: idText,
        key: oneOf(['trusted', 'unknown']),
        checkpoints: place,
        size: described(place, 'Records that the last checkpoint covers'),
      }),
      1_000,
    ),
    anchored: described(list(AuditStretch, 1_000), 'What checkpoints vouch for'),
    unanchored: described(list(AuditStretch, 1_000), 'What no checkpoint vouches for, yet or ever'),
    before_chain: described(place, 'Records that were stored before there were chains: nothing vouches for them'),
    explained: list(AuditExplanation, 16),
    findings: described(list(AuditFinding, 1_000), 'The first of them'),
    found: described(place, 'How many there are in all'),
  },
  { from: instant, to: instant },
);
export type AuditReport = t.TypeOf<typeof AuditReport>;

/** One verification, under way or over. */
export const VerificationView = record(
  { state: oneOf(['running', 'done', 'failed']), started_at: instant, by: idText, records: place },
  { of_records: place, why: sentence, report: AuditReport },
);
export type VerificationView = t.TypeOf<typeof VerificationView>;

export const AuditView = record(
  {
    as_of: instant,
    /** Of this agent. */
    chain: idText,
    chained: described(place, 'Records that this agent appended since it started'),
    waiting: described(place, 'Of these, how many no checkpoint covers yet'),
    size: described(place, 'Records that the last checkpoint of this agent covers'),
    anchors: list(
      record(
        { anchor: oneOf(['file', 'index', 'stdout']), state: oneOf(['ok', 'failing', 'two_checkpoints']) },
        { since: instant, why: sentence },
      ),
      3,
    ),
  },
  { checkpoint_at: instant, vkey: text({ max: 1024 }), verification: VerificationView },
);
export type AuditView = t.TypeOf<typeof AuditView>;

const MOST_NOTES = 10_000;

export const getAudit = route({
  method: 'get',
  path: `${BASE}/audit`,
  summary: 'The chain of this agent, its checkpoints, where they are anchored, and the last verification',
  access: 'read',
  params: nothing,
  query: nothing,
  body: anything,
  answer: AuditView,
});

export const verifyAudit = route({
  method: 'post',
  path: `${BASE}/audit/verify`,
  summary: 'Check the stored records against their chains and checkpoints; answers at once, `GET /audit` how it goes',
  access: 'read',
  params: nothing,
  query: nothing,
  maxBytes: 16 * MIB,
  body: record(
    {},
    {
      from: instant,
      to: instant,
      notes: described(
        list(text({ max: 65_536 }), MOST_NOTES),
        'Checkpoints that were kept elsewhere: signed notes that must not contradict those that are known here',
      ),
      keys: described(list(text({ max: 1024 }), 64), 'Verifier keys to trust besides those that the settings name'),
    },
  ),
  answer: VerificationView,
});

export const AUDIT_ROUTES = { getAudit, verifyAudit } as const;
