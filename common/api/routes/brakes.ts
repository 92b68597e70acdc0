import * as t from 'io-ts';
import { described, instant, list, number, oneOf, record, text } from '../../codec/codecs';
import {
  LONGEST_PAUSE_MS,
  LONGEST_SUSPENSION_MS,
  MOST_SCOPE,
  SCOPE_FORM,
  SCOPE_WORDS,
  SHORTEST_PAUSE_MS,
  SHORTEST_SUSPENSION_MS,
  UNDO_SCOPE_FORM,
  UNDO_SCOPE_WORDS,
} from '../../flow/stop_scope';
import { BASE, idText, nothing, reasonText, route } from '../contract';
import { StopView, UndoSuspensionView } from '../views';

const id = idText;

const Scope = described(
  text({ min: 3, max: MOST_SCOPE, pattern: SCOPE_FORM, patternName: SCOPE_WORDS }),
  'What stands still: everything, or the acts of one action, of one connector, that one policy proposes, or that come of one source. `layer:action` means `all`',
);

export const SwitchView = record(
  {
    acknowledged: described(
      t.boolean,
      'True: no effect starts anywhere any more. False: this host stands still, of some others nothing is known',
    ),
    took_ms: number(),
    agents: list(record({ session: id, how: oneOf(['this', 'obeyed', 'dead', 'permit_lapsed', 'unknown']) }), 200),
    in_gate: described(
      t.boolean,
      'True: every agent reads the order with its next heartbeat. False: this host gives it before it starts anything again',
    ),
    on_the_wire: described(
      list(record({ effect_id: id, action: id, target: t.string }), 1000),
      'Sent before the stop, and not answered or of an unknown outcome',
    ),
    wire_known: described(t.boolean, 'False: OpenSearch does not tell; what is listed is of this host alone'),
  },
  {
    until: described(
      instant,
      'When a pause ends by itself; missing where the order has no end, or none was reckoned yet',
    ),
  },
);

export const throwSwitch = route({
  method: 'post',
  path: `${BASE}/brakes/stop`,
  summary: 'The kill switch: nothing new is started until it is released; undoing goes on',
  access: 'respond',
  whileStarting: 'host',
  params: nothing,
  query: nothing,
  body: record(
    { scope: Scope },
    {
      reason: described(reasonText, 'May follow by `/brakes/stop/reason`'),
      for_ms: described(
        number({ min: SHORTEST_PAUSE_MS, max: LONGEST_PAUSE_MS, integer: true }),
        'A pause of a policy: it ends by itself after so long, unless it is given again. Only with a scope `policy:<id>`',
      ),
    },
  ),
  answer: SwitchView,
});

export const explainSwitch = route({
  method: 'post',
  path: `${BASE}/brakes/stop/reason`,
  summary: 'Say why an order to stop was given that has no reason yet',
  access: 'respond',
  params: nothing,
  query: nothing,
  body: record({ scope: Scope, reason: reasonText, at: described(instant, 'When the order was given') }),
  answer: record({ stops: list(StopView, 64) }),
});

export const releaseSwitch = route({
  method: 'post',
  path: `${BASE}/brakes/resume`,
  summary: 'Let acts of a scope start again',
  access: 'approve',
  params: nothing,
  query: nothing,
  body: record(
    { scope: Scope, reason: reasonText },
    {
      at: described(
        instant,
        'When the order was given that is to end, as its view says: another one stays in force, and is answered with `changed`',
      ),
    },
  ),
  answer: record({ stops: list(StopView, 64) }),
});

export const getHeldByStop = route({
  method: 'get',
  path: `${BASE}/brakes/held`,
  summary:
    'How many acts wait only because of an order to stop, of a person or a breaker, and would not once this scope is released',
  access: 'read',
  params: nothing,
  query: record({}, { scope: described(Scope, 'Default `all`') }),
  body: nothing,
  answer: record(
    { as_of: instant, scope: id, acts: number() },
    { at_least: described(t.literal(true), 'There may be more: only the first 2,000 cases that wait were read') },
  ),
});

export const decideAgain = route({
  method: 'post',
  path: `${BASE}/brakes/decide_again`,
  summary: 'Decide what only an order to stop held again, once it is over. It approves nothing',
  access: 'approve',
  params: nothing,
  query: nothing,
  body: record({ scope: Scope, reason: reasonText }),
  answer: record({
    cases: described(number(), 'Are decided again now; those of other agents within half a minute'),
    acts: described(number(), 'Acts of these cases that only an order to stop held'),
    more: described(t.boolean, 'True: one order takes 1,000 cases; ask again for the next'),
  }),
});

/** How the commands of one connector fare at the agent that answers. */
export const ConnectorBreakerView = record(
  {
    connector: id,
    fails: described(number({ min: 0, integer: true }), 'Commands of this agent that failed within the window'),
    of: described(number({ min: 0, integer: true }), 'All of them'),
  },
  {
    since: described(instant, 'The first failure that counts'),
    why: described(t.string, 'What went wrong last'),
    own: described(
      record({ error_percent: number(), at_least: number(), window_ms: number() }),
      'Its own rule, where the settings say one',
    ),
  },
);
export type ConnectorBreakerView = t.TypeOf<typeof ConnectorBreakerView>;

export const BreakersView = record(
  {
    as_of: instant,
    watching: described(t.boolean, 'False: this agent has no breakers'),
    open: described(list(StopView, 64), 'Breakers that tripped'),
    connectors: list(ConnectorBreakerView, 64),
  },
  {
    rules: record(
      {
        error_percent: described(number(), 'Clearly more than this share of failures trips a connector; 100 never'),
        at_least: described(number(), 'From so many commands on'),
        window_ms: number(),
        overridden_percent: described(number(), 'The same for overridden acts of a policy'),
        acts: number(),
      },
      {
        source_percent: described(number(), 'The same for overridden acts that come of one source'),
        source_acts: number(),
        starts: described(number(), 'More starts than that within `starts_ms` stop everything'),
        starts_ms: number(),
      },
    ),
  },
);
export type BreakersView = t.TypeOf<typeof BreakersView>;

export const getBreakers = route({
  method: 'get',
  path: `${BASE}/brakes/breakers`,
  summary: 'What Reflex stops by itself: which breakers tripped, on what, and how each connector fares',
  access: 'read',
  params: nothing,
  query: nothing,
  body: nothing,
  answer: BreakersView,
});

const UndoScope = described(
  text({ min: 3, max: 200, pattern: UNDO_SCOPE_FORM, patternName: UNDO_SCOPE_WORDS }),
  'What is not undone by itself',
);

/** An effect that is past its end and left in place. */
export const OverdueUndo = record({
  effect_id: id,
  action: id,
  connector: id,
  target: t.string,
  due: described(instant, 'When it was to end'),
});
export type OverdueUndo = t.TypeOf<typeof OverdueUndo>;

export const getUndoSuspensions = route({
  method: 'get',
  path: `${BASE}/brakes/undo`,
  summary: 'Where undoing by itself is suspended, and what is past its end because of that',
  access: 'read',
  params: nothing,
  query: nothing,
  body: nothing,
  answer: record(
    { as_of: instant, suspensions: list(UndoSuspensionView, 64), overdue: list(OverdueUndo, 1_000) },
    {
      at_least: described(t.literal(true), 'There may be more: only the first 1,000 that are past their end were read'),
    },
  ),
});

export const suspendUndo = route({
  method: 'post',
  path: `${BASE}/brakes/undo/suspend`,
  summary: 'Undo nothing of a scope by itself for a while, 4 h at the most; people still can',
  access: 'approve',
  params: nothing,
  query: nothing,
  body: record({
    scope: UndoScope,
    reason: reasonText,
    for_ms: number({ min: SHORTEST_SUSPENSION_MS, max: LONGEST_SUSPENSION_MS, integer: true }),
  }),
  answer: record({ suspensions: list(UndoSuspensionView, 64) }),
});

export const resumeUndo = route({
  method: 'post',
  path: `${BASE}/brakes/undo/resume`,
  summary: 'Undo a scope by itself again; what is past its end ends within seconds',
  access: 'respond',
  params: nothing,
  query: nothing,
  body: record({ scope: UndoScope, reason: reasonText }),
  answer: record({ suspensions: list(UndoSuspensionView, 64) }),
});

export const NeverTouchedView = record({
  as_of: instant,
  settled: described(t.boolean, 'False: it was not found yet what belongs to this host, so it starts nothing'),
  things: described(
    list(record({ text: text({ max: 4096 }), from: text({ max: 4096 }) }), 20_000),
    'Addresses and names that nothing is done to, whatever policies and people say, each with where it was found',
  ),
  missing: described(list(text({ max: 4096 }), 1_000), 'What could not be found, in sentences'),
});
export type NeverTouchedView = t.TypeOf<typeof NeverTouchedView>;

export const getNeverTouched = route({
  method: 'get',
  path: `${BASE}/brakes/never_touched`,
  summary: 'What this host itself stands on: acts on it are refused, so that Reflex locks nobody out',
  access: 'read',
  params: nothing,
  query: nothing,
  body: nothing,
  answer: NeverTouchedView,
});

export const BRAKES_ROUTES = {
  throwSwitch,
  explainSwitch,
  releaseSwitch,
  getHeldByStop,
  decideAgain,
  getBreakers,
  getUndoSuspensions,
  suspendUndo,
  resumeUndo,
  getNeverTouched,
} as const;
