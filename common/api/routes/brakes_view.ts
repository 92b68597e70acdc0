import * as t from 'io-ts';
import { described, instant, list, number, oneOf, record, text } from '../../codec/codecs';
import { StopReason } from '../../flow/clearance';
import { Reason, Target } from '../../flow/decision';
import { Demand } from '../../flow/demand';
import { BASE, idText, nothing, numeric, route } from '../contract';
import { DisruptionView, LimitFilled } from '../many_as_one';

/* The brakes as they are now, and what they would say of an act. Nothing is changed here. */

const id = idText;
const count = number({ min: 0, integer: true });
const sentence = text({ max: 4096 });

/** Most lines of one answer. */
export const MOST_BRAKE_LINES = 200;

const paging = {
  limit: numeric(number({ min: 1, max: MOST_BRAKE_LINES, integer: true })),
  offset: numeric(number({ min: 0, max: 1_000_000, integer: true })),
};

/** What holds a number down: a limit of a policy, what a policy keeps of a role, the bound of one source. */
export const GAUGE_KINDS = ['limit', 'role', 'source'] as const;

/** How full a limit is in one of its scopes. */
export const BrakeGauge = record(
  {
    kind: oneOf(GAUGE_KINDS),
    limit: described(id, 'The policy that sets it; `One-intake` for the bound that is there without any'),
    scope: id,
    used: count,
    most: count,
    counts: described(oneOf(['targets', 'starts']), 'Distinct targets that are taken away, or every start'),
    within_ms: described(count, '0 where there is no window'),
  },
  {
    population: described(count, 'How many there are of what it counts in'),
    keeps: described(count, 'So many of the role stay untouched'),
    unseen: described(count, 'So many of the role cannot be reached now; they count as away'),
    frees_in_ms: described(
      count,
      'After so long at the latest it allows more. Missing: nothing of it is only waiting, it takes an undo',
    ),
  },
);
export type BrakeGauge = t.TypeOf<typeof BrakeGauge>;

export const listLimits = route({
  method: 'get',
  path: `${BASE}/brakes/limits`,
  summary: 'How full each limit is, in each of its scopes, fullest first',
  access: 'read',
  params: nothing,
  query: record({}, { kind: oneOf(GAUGE_KINDS), ...paging }),
  body: nothing,
  answer: record({
    as_of: instant,
    total: described(count, 'How many there are of what was asked for'),
    gauges: list(BrakeGauge, MOST_BRAKE_LINES),
    untouched: described(list(id, 1_000), 'Limits and roles in force in which nothing was counted yet'),
  }),
});

export const PROTECTED_FROM = ['own', 'policy', 'inventory'] as const;

/** What is not acted on, or not on the word of one source alone. */
export const ProtectedThing = record(
  {
    text: described(text({ max: 4096 }), 'As it is written there'),
    from: described(
      oneOf(PROTECTED_FROM),
      '`own`: Reflex stands on it. `policy`: a policy in force protects it. Nobody can act on either. `inventory`: listed as critical, so a machine acts on it only where two sources report it',
    ),
    where: described(text({ max: 4096 }), 'Where that was found: a place, the policy, who listed it'),
  },
  { kind: described(id, 'What it is, where that is known') },
);
export type ProtectedThing = t.TypeOf<typeof ProtectedThing>;

export const listProtected = route({
  method: 'get',
  path: `${BASE}/brakes/protected`,
  summary: 'Protected targets: what Reflex stands on, what policies protect, what the inventory lists as critical',
  access: 'read',
  params: nothing,
  query: record(
    {},
    {
      text: described(text({ max: 256 }), 'A part of what is written, of another name of it, or of where it was found'),
      from: oneOf(PROTECTED_FROM),
      ...paging,
    },
  ),
  body: nothing,
  answer: record({
    as_of: instant,
    settled: described(t.boolean, 'False: it was not found yet what belongs to this host, so it starts nothing'),
    total: described(count, 'How many `text` and `from` let through'),
    counts: described(record({ own: count, policy: count, inventory: count }), 'How many `text` lets through'),
    things: list(ProtectedThing, MOST_BRAKE_LINES),
    missing: described(list(text({ max: 4096 }), 1_000), 'What could not be found, in sentences'),
    two_sources: described(
      t.boolean,
      'False: a policy loosened it, so one source is enough for what the inventory lists as critical',
    ),
  }),
});

/** What would become of one act. */
export const WouldSay = record(
  { would: described(oneOf(['permit', 'hold', 'escalate', 'deny']), '`escalate`: it would wait for a person') },
  { stop_reason: StopReason, limit: id, text: sentence },
);
export type WouldSay = t.TypeOf<typeof WouldSay>;

export const WouldAnswer = record(
  {
    policies: described(
      list(id, 200),
      'Action policies in force whose act this would become of; empty where none executes the action: as if one did',
    ),
    now: described(WouldSay, 'If a policy permitted it'),
    approved: described(WouldSay, 'If whoever asks approved it'),
  },
  {
    resumed: described(WouldSay, 'If a policy permitted it and no order to stop were in force; missing where none is'),
  },
);
export type WouldAnswer = t.TypeOf<typeof WouldAnswer>;

/** What would become of an order of whoever asks. */
export const WouldOrder = record(
  {
    would: described(
      oneOf(['permit', 'hold', 'escalate', 'deny']),
      '`escalate`: somebody else has to approve it. `deny`: no policy in force allows it, or a brake refuses it',
    ),
    reasons: described(list(Reason, 64), 'What the policies say'),
  },
  {
    policy: described(id, 'The policy that would do it'),
    ttl_ms: described(count, 'How long it would last'),
    demands: described(list(Demand, 64), 'How it would have to be approved'),
    stop_reason: StopReason,
    limit: id,
    text: sentence,
  },
);
export type WouldOrder = t.TypeOf<typeof WouldOrder>;

export const WouldView = record(
  {
    as_of: instant,
    action: id,
    target: Target,
    also_as: described(list(text({ max: 8192 }), 256), 'Its other names'),
    answers: described(list(WouldAnswer, 200), 'One for all policies to which the same would happen'),
    policies_total: described(count, 'How many policies in force execute the action; the first 200 are answered for'),
    limits: described(list(LimitFilled, 64), 'The limits that it would count in, fullest first'),
  },
  {
    critical: described(
      oneOf(['listed', 'unknown']),
      '`listed`: the inventory says that it is critical. `unknown`: nobody listed it, and critical ones may be where it is',
    ),
    disruption: described(DisruptionView, 'Missing where no connector states it'),
    ordered: described(WouldOrder, 'If whoever asks ordered it; only where `ordered` was asked for'),
  },
);
export type WouldView = t.TypeOf<typeof WouldView>;

export const getWould = route({
  method: 'get',
  path: `${BASE}/brakes/would`,
  summary:
    'What would happen to a target: what the brakes would say of an act on it now, and why. Nothing is reserved, written or sent',
  access: 'read',
  params: nothing,
  query: record(
    { action: id, target: text({ min: 1, max: 4096 }) },
    {
      host: described(text({ min: 1, max: 256 }), 'Of a file or a process: the host that it is on'),
      policy: described(id, 'Only as an act of this policy'),
      source: described(text({ min: 3, max: 300 }), 'Whose event it would be, as `type:id`: its bound counts'),
      sources: described(
        numeric(number({ min: 0, max: 16, integer: true })),
        'So many sources of different domains report the target; default 1',
      ),
      ordered: described(oneOf(['true']), 'Also what would become of it if whoever asks ordered it by hand'),
      ttl_ms: described(numeric(number({ min: 1, integer: true })), 'Of an order: for how long'),
      extends: described(id, 'Of an order: the containment that would end later, with `until`'),
      until: described(instant, 'Of an order to extend: when it would end'),
    },
  ),
  body: nothing,
  answer: WouldView,
});

export const BRAKES_VIEW_ROUTES = { listLimits, listProtected, getWould } as const;
