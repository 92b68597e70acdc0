import * as t from 'io-ts';
import { described, instant, json, list, number, oneOf, record, text } from '../../codec/codecs';
import { anything, BASE, idText, nothing, route } from '../contract';

const id = idText;
const share = number({ min: 0, max: 1 });
const ms = number({ min: 0, integer: true });

const ActionPromiseView = record(
  {
    disruption: described(
      record({ usual: share }, { by_tag: t.record(t.string, share) }),
      'Share of its work that the target loses; by tag of the inventory for kinds that lose more or less',
    ),
    offline: described(
      record(
        { order: oneOf(['not_needed', 'refused', 'queued']) },
        { for_s: number({ min: 1, integer: true }), ends: oneOf(['cancelled', 'by_itself']) },
      ),
      'What becomes of an order for a target that is off or asleep',
    ),
    needs: described(list(text({ max: 200 }), 16), 'Permissions of our account at the target'),
  },
  { second_observer: described(text({ max: 200 }), 'Another system that says whether it is in effect') },
);

const ConnectorActionView = record(
  {
    action: id,
    milder: described(list(id, 16), 'Actions that take away less against the same danger, the nearest first'),
  },
  {
    undo: described(id, 'The action that takes it back; missing where nothing can'),
    d3fend: id,
    openc2: record({ action: id, target: id }, { undo: id }),
    cannot: described(t.string, 'Why its target does not let it do this now'),
    test_on: described(t.string, 'What a self-test would act on; missing where it cannot be tested'),
    promises: described(ActionPromiseView, 'Missing where the configuration states nothing'),
  },
);

export const SelfTestView = record({
  action: id,
  target: t.string,
  by: id,
  at: instant,
  state: oneOf(['running', 'passed', 'failed']),
  steps: described(
    list(
      record({
        step: oneOf(['brakes', 'before', 'act', 'seen', 'undo', 'gone']),
        ok: t.boolean,
        text: text({ max: 1_024 }),
      }),
      16,
    ),
    'Those that are over, in their order',
  ),
});
export type SelfTestView = t.TypeOf<typeof SelfTestView>;

export const ConnectorView = record(
  {
    name: id,
    kind: id,
    state: oneOf(['ok', 'degraded', 'down']),
    text: t.string,
    idempotency: described(oneOf(['key', 'set', 'none']), 'What its target does with an order that is repeated'),
    native_ttl: described(t.boolean, 'Its target ends an effect by itself'),
    settle_time_ms: described(ms, 'Longest time between sending and taking effect'),
    request_timeout_ms: ms,
    tagged: described(t.boolean, 'An effect carries our command, so that exactly ours is removed'),
    second_observer: described(t.boolean, 'Another system confirms what it does'),
    retries: described(list(id, 64), 'Errors after which an order may be tried again; all others are final'),
    actions: list(ConnectorActionView, 64),
  },
  {
    authorised: described(t.boolean, 'Whether its target takes our credentials; missing where that was not told'),
    since: described(instant, 'How long it has been so'),
    asked_at: instant,
    test: described(SelfTestView, 'The last self-test that this agent made'),
    seen_at: described(instant, 'When an effect was last seen at its target; missing where none was'),
  },
);
export type ConnectorView = t.TypeOf<typeof ConnectorView>;

export const listConnectors = route({
  method: 'get',
  path: `${BASE}/connectors`,
  summary: 'Connectors: what each promises of its actions, what it cannot do now, and how it is',
  access: 'read',
  params: nothing,
  query: nothing,
  body: anything,
  answer: record({ as_of: instant, connectors: list(ConnectorView, 64) }),
});

export const testConnector = route({
  method: 'post',
  path: `${BASE}/connectors/{name}/test`,
  summary:
    'Begin a self-test: act on an address of nobody, or on what the configuration names for it, see it, take it back, see it gone. Never where a kill switch covers it',
  access: 'admin',
  params: record({ name: id }),
  query: nothing,
  body: record({}, { action: described(id, 'Default: the first that can be tested') }),
  answer: SelfTestView,
});

export const CONNECTOR_STATES = ['ok', 'degraded', 'down'] as const;
export type ConnectorState = (typeof CONNECTOR_STATES)[number];

export const HealthHistoryView = record({
  name: id,
  spans: described(
    list(
      record({ from: instant, to: instant, state: oneOf([...CONNECTOR_STATES, 'unknown']) }, { text: t.string }),
      1_000,
    ),
    'One after the other without a gap; `unknown`: nobody had asked it, or it is not on record',
  ),
});
export type HealthHistoryView = t.TypeOf<typeof HealthHistoryView>;

export const getConnectorHealth = route({
  method: 'get',
  path: `${BASE}/connectors/health`,
  summary: 'How the connectors of this host were in the last 24 hours, as it saw them',
  access: 'read',
  params: nothing,
  query: nothing,
  body: anything,
  answer: record({ from: instant, to: instant, connectors: list(HealthHistoryView, 64) }),
});

export const ConnectorKindView = record({
  kind: id,
  title: t.string,
  parameters: described(json(262_144), 'JSON Schema (2020-12) of what the settings say under `parameters`'),
});
export type ConnectorKindView = t.TypeOf<typeof ConnectorKindView>;

export const ConnectorPresetView = record({
  name: id,
  title: t.string,
  kind: id,
  product: t.string,
  version: described(t.string, 'Of its interface, in the words of its vendor'),
  sources: described(list(t.string, 16), 'Where that is published'),
  looked_at: described(t.string, 'When somebody looked there, as a date'),
  mark: described(t.string, 'How far it was tried: nobody ran it against the product'),
  actions: list(
    record(
      { action: id, does: t.string, states: list(record({ state: t.string, means: t.string }), 16) },
      { undo: described(t.string, 'What undoing does there; missing where nothing can') },
    ),
    16,
  ),
  needs: described(list(t.string, 16), 'Permissions of our account there'),
  limits: described(list(t.string, 16), 'What it cannot know or do'),
  example: described(json(262_144), 'Parameters filled in with examples, to be changed'),
});
export type ConnectorPresetView = t.TypeOf<typeof ConnectorPresetView>;

export const listConnectorKinds = route({
  method: 'get',
  path: `${BASE}/connectors/kinds`,
  summary: 'The kinds of connectors, with the schema of their parameters, and presets for products',
  access: 'read',
  params: nothing,
  query: nothing,
  body: anything,
  answer: record({ kinds: list(ConnectorKindView, 64), presets: list(ConnectorPresetView, 64) }),
});

export const checkConnector = route({
  method: 'post',
  path: `${BASE}/connectors/check`,
  summary:
    'Tell everything that is wrong with a connector that is to be configured. It is made and thrown away: nothing is called, and nothing is kept',
  access: 'admin',
  params: nothing,
  query: nothing,
  body: record({ name: text({ max: 64 }), kind: id, parameters: t.record(t.string, json(262_144)) }),
  answer: record({
    faults: described(
      list(record({ path: t.string, message: t.string }), 256),
      'None: it would start. A path begins with `name`, `kind` or `parameters`',
    ),
    actions: described(list(id, 64), 'What it would be able to do'),
  }),
});

export const CONNECTOR_ROUTES = {
  listConnectors,
  testConnector,
  getConnectorHealth,
  listConnectorKinds,
  checkConnector,
} as const;
