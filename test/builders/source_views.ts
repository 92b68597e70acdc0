import type * as t from 'io-ts';
import type {
  ChannelView,
  GrantPreviewView,
  IntakeHealthView,
  listSources,
  SourcePlan,
  SourceView,
} from '../../common/api/routes';
import { at, NOW } from './views';

/* What the page of sources gets from the API. */

export const NOTHING_LEFT_OUT: IntakeHealthView['left_out'] = {
  not_ours: 0,
  beyond: 0,
  quarantined: 0,
  no_entity: 0,
  mended: 0,
  placeholder: 0,
  cut: 0,
};

/** A source that is granted something and sent seven events, of which nothing else is to be told. */
export const anIntakeHealth = (overrides: Partial<IntakeHealthView> = {}): IntakeHealthView => ({
  type: 'webhook',
  id: 'siem',
  received: 7,
  duplicates: 0,
  updates: 0,
  quarantined: 0,
  parse_failures: 0,
  left_out: NOTHING_LEFT_OUT,
  not_ours: 0,
  switched_off: 0,
  granted: true,
  per_minute: 0,
  ...overrides,
});

export const aSource = (overrides: Partial<SourceView> = {}): SourceView => ({
  kind: 'monitor',
  id: 'm1',
  name: 'errors per service',
  level: 'bucket',
  enabled: true,
  state: 'not_subscribed',
  triggers: [
    { id: 't1', name: 'service errors', severity: '2', ours: false, other_actions: 1 },
    { id: 't2', name: 'many errors', severity: '1', ours: false, other_actions: 0 },
  ],
  intakes: [{ type: 'alerting', id: 'm1' }],
  ...overrides,
});

export const aSubscribed = (overrides: Partial<SourceView> = {}): SourceView =>
  aSource({
    state: 'subscribed',
    triggers: [{ id: 't1', name: 'service errors', severity: '2', ours: true, other_actions: 1 }],
    subscription: { channel_id: 'reflex-1', by: 'ben', at: at(-3_600), reason: 'new source' },
    health: {
      last_event_at: at(-60),
      parse_failures: 2,
      duplicates: 7,
      updates: 5,
    },
    ...overrides,
  });

export const aChannel = (overrides: Partial<ChannelView> = {}): ChannelView => ({
  id: 'reflex-1',
  url: 'http://127.0.0.1:5601/api/reflex/webhooks/alerting',
  rotated_at: at(-600),
  valid_tokens: 1,
  ...overrides,
});

export const theSources = (
  overrides: Partial<t.TypeOf<typeof listSources.answer>> = {},
): t.TypeOf<typeof listSources.answer> => ({
  as_of: NOW,
  webhook_url: 'http://127.0.0.1:5601/api/reflex/webhooks/alerting',
  notes: [],
  sources: [aSource()],
  ...overrides,
});

export const aSourcePlan = (overrides: Partial<SourcePlan> = {}): SourcePlan => ({
  intent: 'subscribe',
  digest: 'digest-1',
  source: { kind: 'monitor', id: 'm1', name: 'errors per service' },
  channel: { id: 'reflex-1', url: 'http://127.0.0.1:5601/api/reflex/webhooks/alerting', change: 'create' },
  changes: [{ path: 'triggers.0.bucket_level_trigger.actions.1', after: { id: 'reflex-t1', name: 'Reflex' } }],
  before: '{\n  "name": "errors per service"\n}',
  after: '{\n  "name": "errors per service",\n  "action": "Reflex"\n}',
  notes: ['the monitor runs with the rights of whoever saved it last'],
  ...overrides,
});

/** What a grant would have meant for 40 decisions: one act more. */
export const aGrantPreview = (overrides: Partial<GrantPreviewView> = {}): GrantPreviewView => ({
  as_of: NOW,
  days: 7,
  from: at(-604_800),
  version: 12,
  recorded: 40,
  decisions: 40,
  untold: 0,
  events: 38,
  events_otherwise: 31,
  fields: [{ field: 'confidence', granted: 31, claimed: 0 }],
  score_raised: 30,
  score_lowered: 2,
  changed: 1,
  undecidable: 0,
  newly_permitted: 1,
  no_longer_permitted: 0,
  verdicts_before: { permit: 0, escalate: 12, deny: 3, hold: 0, learn: 25 },
  verdicts_after: { permit: 1, escalate: 11, deny: 3, hold: 0, learn: 25 },
  moves: [{ before: 'escalate', after: 'permit', count: 1 }],
  examples: [
    {
      decision_id: 'decision-7',
      case_id: 'case-7',
      at: at(-9_000),
      before: 'escalate',
      after: 'permit',
      recorded: 'escalate',
      score_before: 0.41,
      score_after: 0.93,
      granted: ['confidence', 'rule.origin'],
      acts_before: [{ policy: 'block-known-ioc', action: 'block_ip', target: '203.0.113.7', result: 'escalate' }],
      acts_after: [{ policy: 'block-known-ioc', action: 'block_ip', target: '203.0.113.7', result: 'permit' }],
      undecidable: false,
      summary: 'escalate block_ip of 203.0.113.7',
    },
  ],
  ...overrides,
});
