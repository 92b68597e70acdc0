import type { DetectionEvent, ReceivedEvent } from '../../common/flow/event';
import { digestOf } from '../../server/engine/digest/digest';

/** A plain detection; override what the test is about. */
export const anEvent = (overrides: Partial<DetectionEvent> = {}): DetectionEvent => ({
  event_id: 'event-1',
  timestamp: '2026-11-22T10:00:00.000Z',
  confidence: 0.9,
  severity: 'high',
  source: { ip: '203.0.113.7' },
  ...overrides,
});

/** The same, as Reflex keeps it. */
export const received = (overrides: Partial<DetectionEvent> = {}, kept: Partial<ReceivedEvent> = {}): ReceivedEvent => {
  const event = anEvent(overrides);
  const intake = kept.intake ?? { type: 'webhook', id: 'siem' };
  return {
    case_id: `case:${digestOf([intake, event.event_id])}`,
    intake,
    digest: digestOf(event),
    received_at: event.timestamp,
    event,
    ...kept,
  };
};
