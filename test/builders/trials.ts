import type { ReadingView, TrialView } from '../../common/api/routes';
import { nothingGranted, received } from './events';
import { saidOnWire, voiceOf } from '../../server/engine/intake/voice';
import { aDecision, at } from './views';

/* What the page and the command line get of documents that are tried. */

export const aReading = (overrides: Partial<ReadingView> = {}): ReadingView => ({
  version: 0,
  configured: true,
  in_force: 'preset',
  preset: 'wazuh',
  in_settings: 'wazuh',
  repetition: 'new',
  own_fields: [],
  ...overrides,
});

/** One document with an event of which something was left out, and one that would be in quarantine. */
export const aTrial = (overrides: Partial<TrialView> = {}): TrialView => {
  const source = { type: 'webhook', id: 'siem' } as const;
  const event = received(
    {
      event_id: 'e1',
      timestamp: '2026-11-22T04:17:10.245Z',
      tags: ['attack.t1110'],
      rule: { id: '5712', name: 'brute force' },
      src_host: 'web-01',
    },
    { intake: source },
  );
  const kept = {
    ...event,
    voice: voiceOf(event.event, saidOnWire, nothingGranted.of(source)),
    source_state: 'acknowledged' as const,
    mended: [{ path: 'file.path', how: 'left_out' as const, text: '/x' }],
    as_said: [{ field: 'user.name' as const, text: '-' }],
  };
  return {
    as_of: at(0),
    source,
    reading: aReading(),
    granted: false,
    off: false,
    version: 4,
    documents: [
      {
        line: 1,
        not_ours: [{ path: 'event_type', why: 'other', text: 'flow', count: 2 }],
        faults: [],
        events: [
          {
            faults: [],
            event: kept,
            identity: ['e1'],
            seen: 'new',
            names_nothing: false,
            cut: false,
            decision: aDecision({ verdict: 'escalate', summary: 'block 203.0.113.7: a person is asked' }),
            brakes: [{ act_id: 'act-1', would: 'hold', text: 'a limit is reached' }],
          },
        ],
      },
      { line: 2, not_ours: [], faults: [], events: [{ faults: [{ path: 'timestamp', message: 'is missing' }] }] },
    ],
    not_tried: 3,
    ...overrides,
  };
};
