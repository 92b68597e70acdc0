import * as t from 'io-ts';
import { described, instant, list, number, oneOf, record } from '../../codec/codecs';
import { TARGET_TYPES } from '../../flow/target';
import { HERE_STATES } from './containments';
import { anything, BASE, idText, nothing, route } from '../contract';
import { CallerView, DecisionBrief, LoadingStep, StopView, TroubleView, UndoSuspensionView } from '../views';

const id = idText;

/** What the header of every page shows. */
export const StatusView = record(
  {
    as_of: instant,
    version: t.string,
    /** True until the host is ready to decide. */
    loading: t.boolean,
    /**
     * `demo`: the demo runs on the node that this host started; `observing`: no connector, everything in shadow;
     * `cannot_decide`: this agent is to decide and has no policies in force, its troubles say why.
     */
    mode: oneOf(['demo', 'observing', 'live', 'cannot_decide']),
    host: oneOf(['dashboards', 'standalone', 'agent']),
    stops: list(StopView, 64),
    troubles: list(TroubleView, 16),
    caller: t.union([CallerView, t.null]),
    waiting: number(),
    containments: number(),
    connectors: list(
      record(
        { name: id, kind: id, state: oneOf(['ok', 'degraded', 'down']), text: t.string, actions: list(id, 64) },
        { cannot: described(list(id, 64), 'Of its actions those that its target does not let it do now') },
      ),
      64,
    ),
    agents: list(
      record({ session: id, agent: id, host: id, since: instant, this_one: t.boolean, bundle_version: number() }),
      64,
    ),
  },
  {
    undo_suspended: described(
      list(UndoSuspensionView, 64),
      'Where undoing by itself is suspended; missing where it is not',
    ),
    /** Effects that no agent which runs can undo: their connector or the role to undo is missing everywhere. */
    nobody_can_undo: list(record({ effect_id: id, connector: id, action: id, target: t.string }), 1_000),
    setup_open: described(
      number({ min: 0, integer: true }),
      'Lines of the set-up that are neither green nor set aside, as of the last look; missing until somebody looked',
    ),
    quarantine: described(number(), 'How much waits in quarantine; asked for every 15 s, missing until it is known'),
    here_only: described(
      record(
        { state: oneOf(HERE_STATES), total: number() },
        {
          since: described(instant, 'While OpenSearch is away: when it last answered'),
          next_undo: described(instant, 'When the first of them ends by itself; missing where none does'),
        },
      ),
      'Containments that only the journal of this machine tells of, as in the list; missing where the state answers and knows of everything',
    ),
    /** How live effects are at each connector that keeps some, as the agents say that look after them. */
    live: list(
      record(
        {
          connector: id,
          gone: described(number(), 'Gone before their end: removed by somebody, or lost by the target'),
          unsure: described(number(), 'Of which the target does not say whether they are in effect'),
        },
        {
          seen_since: described(instant, 'All others were seen at the target, and not before this'),
          overdue: described(number({ min: 0, integer: true }), 'Should have ended more than 30 s ago'),
          reapplied: described(
            number({ min: 0, integer: true }),
            'In effect, and applied again after somebody removed them at the target',
          ),
          held_back: described(
            number({ min: 0, integer: true }),
            'Past their end, and left in place because undoing is suspended',
          ),
        },
      ),
      64,
    ),
    bundle: record({ version: number(), digest: id, policies: number() }, { refused: t.string }),
    steps: list(LoadingStep, 64),
    /** Users that a switcher offers; only in the demo. */
    users: list(record({ name: id, about: t.string }), 8),
    counters: record({
      received: number(),
      duplicates: number(),
      updates: number(),
      quarantined: number(),
      accepted: number(),
      refused: number(),
      /** Of those received: counted before by an earlier start, which kept them on the disk. */
      resumed: number(),
      spooled: number(),
    }),
    intake_hint: t.string,
  },
);
export type StatusView = t.TypeOf<typeof StatusView>;

/** All that somebody hears who may not look. */
export const UpView = record({ up: t.literal(true), loading: t.boolean });
export type UpView = t.TypeOf<typeof UpView>;

export const getStatus = route({
  method: 'get',
  path: `${BASE}/status`,
  summary: 'How this Reflex is; who may not look hears that it is up, and whether it is still starting',
  access: 'open',
  params: nothing,
  query: nothing,
  body: anything,
  answer: t.union([StatusView, UpView]),
});

const whole = number({ min: 0, integer: true });

const BecameCounts = record(
  {
    /** When it was counted. */
    at: instant,
    from: instant,
    events: described(whole, 'The sum of the groups'),
    decisions: described(whole, 'More than the events where some were decided again, or only asked'),
    waits: whole,
    failed: whole,
    in_effect: whole,
    ended: whole,
    limits: whole,
    protected: whole,
    brakes: whole,
    policy: whole,
    person: whole,
    shadow: whole,
    nothing: whole,
    not_known: whole,
  },
  {
    looked_through: described(
      whole,
      'Set where there are more decisions: so many of the newest were looked through, and older events are not counted',
    ),
  },
);

/** How much is out of use because of Reflex, by what connectors state of their acts. */
export const DisruptionSumView = record(
  {
    kinds: list(
      record({
        type: oneOf(TARGET_TYPES),
        targets: described(whole, 'So many things of this kind, each once'),
        sum: described(number({ min: 0 }), 'The shares of their work that they lose, added up'),
      }),
      8,
    ),
    unstated: described(whole, 'Containments of which no connector states it'),
  },
  { at_least: described(t.literal(true), 'There is more: only the first 10,000 containments were read') },
);
export type DisruptionSumView = t.TypeOf<typeof DisruptionSumView>;

export const OverviewView = record({
  as_of: instant,
  /** By hour, oldest first, the last 24. */
  hours: list(
    record({ at: instant, permit: number(), escalate: number(), deny: number(), hold: number(), learn: number() }),
    24,
  ),
  verdicts_24h: record({ permit: number(), escalate: number(), deny: number(), hold: number(), learn: number() }),
  shadow_24h: number(),
  became_24h: described(BecameCounts, 'What became of the events that were decided since `from`; the groups add up'),
  policies: list(record({ policy: id, fired: number() }), 20),
  targets: list(record({ target: t.string, count: number() }), 20),
  limits: list(
    record(
      {
        limit: id,
        scope: id,
        used: number(),
        most: number(),
        within_ms: described(number(), '0 where there is no window'),
      },
      {
        keeps: described(
          number({ min: 1, integer: true }),
          'So many of the scope stay untouched; missing where it is a limit',
        ),
      },
    ),
    64,
  ),
  limits_total: described(number(), 'How many there are; the fullest are listed'),
  disruption: described(DisruptionSumView, 'What is out of use because of us, now'),
  latency: described(
    record(
      {},
      {
        median_ms: number(),
        p95_ms: number(),
        count: number(),
        person: described(
          record({ median_ms: number(), p95_ms: number(), count: number() }),
          'The same of acts that waited for a person, which are in no other figure',
        ),
      },
    ),
    'From event to first confirmed effect, of acts that waited for nobody',
  ),
  recent: list(DecisionBrief, 20),
});
export type OverviewView = t.TypeOf<typeof OverviewView>;

export const getOverview = route({
  method: 'get',
  path: `${BASE}/overview`,
  summary: 'What happened in the last 24 hours',
  access: 'read',
  params: nothing,
  query: nothing,
  body: anything,
  answer: OverviewView,
});

export const STATUS_ROUTES = { getStatus, getOverview } as const;
