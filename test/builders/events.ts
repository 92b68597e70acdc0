import type { DetectionEvent, ReceivedEvent } from '../../common/flow/event';
import type { Voice } from '../../common/flow/voice';
import type { FailingBook } from '../../server/runner/facts/failing_detections';
import type { Switches } from '../../server/runner/facts/switches';
import { digestOf } from '../../server/engine/digest/digest';
import { EVERYTHING_GRANTED, saidOnWire, voiceOf, type Grants } from '../../server/engine/intake/voice';

/** A plain detection; override what the test is about. */
export const anEvent = (overrides: Partial<DetectionEvent> = {}): DetectionEvent => ({
  event_id: 'event-1',
  timestamp: '2026-11-22T10:00:00.000Z',
  confidence: 0.9,
  severity: 'high',
  source: { ip: '203.0.113.7' },
  ...overrides,
});

/** Every source may say everything. */
export const everythingGranted: Grants = { of: () => EVERYTHING_GRANTED, isFixed: () => false, hasOwn: () => true };

/** The same, and each speaks for a domain. */
export const everythingGrantedFor = (domain: NonNullable<Voice['domain']>): Grants => ({
  ...everythingGranted,
  of: () => ({ ...EVERYTHING_GRANTED, grant: { ...EVERYTHING_GRANTED.grant, domain } }),
});

/** Nobody may say anything. */
export const nothingGranted: Grants = { of: () => undefined, isFixed: () => false, hasOwn: () => false };

/** No source is switched off. */
export const allOn: Switches = { all: [], off: () => undefined, markOf: () => undefined, note: async () => undefined };

/** Every monitor works. */
export const noneFails: Pick<FailingBook, 'all' | 'of' | 'note'> = {
  all: [],
  of: () => undefined,
  note: () => undefined,
};

/** The same, as Reflex keeps it from a source that is granted everything. */
export const received = (overrides: Partial<DetectionEvent> = {}, kept: Partial<ReceivedEvent> = {}): ReceivedEvent => {
  const event = anEvent(overrides);
  const intake = kept.intake ?? { type: 'webhook', id: 'siem' };
  return {
    case_id: `case:${digestOf([intake, event.event_id])}`,
    intake,
    digest: digestOf(event),
    received_at: event.timestamp,
    event,
    voice: voiceOf(event, saidOnWire, EVERYTHING_GRANTED, { uncalibrated: kept.uncalibrated }),
    ...kept,
  };
};

/** The same of a source that nobody granted anything. */
export const claimed = (overrides: Partial<DetectionEvent> = {}, kept: Partial<ReceivedEvent> = {}): ReceivedEvent => {
  const whole = received(overrides, kept);
  return { ...whole, voice: voiceOf(whole.event, saidOnWire, undefined) };
};
