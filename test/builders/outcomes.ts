import type { OutcomeDocument } from '../../common/api/outcome_document';

/** An outcome as it is told. */
export const anOutcome = (more: Partial<OutcomeDocument> = {}): OutcomeDocument => ({
  reflex_outcome: 'v1',
  key: 'command:c1#2',
  sequence: 1,
  transition: 'verified',
  at: '2026-11-22T10:00:02.000Z',
  told_at: '2026-11-22T10:00:03.000Z',
  source: { type: 'webhook', id: 'siem' },
  event_id: 'event-1',
  event_timestamp: '2026-11-22T10:00:00.000Z',
  received_at: '2026-11-22T10:00:00.500Z',
  case_id: 'case:1',
  decision_id: 'd1',
  decided_at: '2026-11-22T10:00:01.000Z',
  verdict: 'permit',
  summary: 'blocked',
  bundle: { version: 1, digest: 'b1' },
  acts: [],
  ...more,
});
