import type * as t from 'io-ts';
import type { ChannelView, listSources, SourcePlan, SourceView } from '../../common/api/routes';
import { at, NOW } from './views';

/* What the page of sources gets from the API. */

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
