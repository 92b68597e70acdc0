import type { HandOverFacts } from '../runner/sources/hand_over/hand_over_watch';
import perfHooks from 'perf_hooks';
import { aStatus } from '../../test/builders/views';
import type { SecretKeyView, SecretView } from '../../common/api/routes';
import type { Agent } from '../runner/agent/agent';
import { StoreUnavailable } from '../runner/ports';
import { SourceHealth } from '../runner/sources/source_health';
import { Metrics } from './metrics';

const handing: HandOverFacts = {
  ...{ name: 'tickets', kind: 'webhook', place: 'https://desk.example', verdictsBy: undefined, error: 'HTTP 503' },
  counts: { told: 4, refused: 1, given_up: 0, failed: 6 },
  content: {
    told: 9,
    refused: 1,
    given_up: 0,
    begun: [],
    failing: { since: '1970-01-01T00:15:00.000Z', why: 'HTTP 503' },
  },
  ...{ behind: 3, heldBack: 2 },
};
const telling = {
  name: 'kafka:alerts>webhook',
  source: { type: 'kafka', id: 'alerts' },
  channel: 'webhook',
  place: 'https://siem.example/outcomes',
  tell: ['verified'],
  counts: { told: 5, refused: 1, given_up: 2, failed: 9 },
  content: {
    ...{ position: {}, sequence: 8, told: 50, refused: 1, given_up: 2 },
    failing: { since: '1970-01-01T00:15:00.000Z', waits_since: '1970-01-01T00:10:00.000Z', why: 'away' },
  },
  error: 'away',
} as const;

const stored = { version: 1, by: 'ann', at: '1970-01-01T00:00:00.000Z', key: 'old', newest_key: false };
const secretViews: SecretView[] = [
  { name: 'edge', from: 'file', state: 'there', used_by: [] },
  { name: 'rabbit', from: 'file', state: 'missing', used_by: [] },
  { name: 'stored:git', from: 'stored', state: 'there', used_by: [], stored },
  { name: 'stored:fw', from: 'stored', state: 'unreadable', used_by: [], stored: { ...stored, newest_key: true } },
];
const keyViews: SecretKeyView[] = [
  { id: 'new', secret: 'seal', state: 'there', seals: true, sealed: 1 },
  { id: 'old', secret: 'seal-0', state: 'missing', seals: false, sealed: 1 },
];

const sceneOf = (overrides: Parameters<typeof aStatus>[0] = {}) => {
  const counters = { received: 10, duplicates: 2, updates: 1, quarantined: 1, accepted: 6, refused: 3 };
  const backlog = { pending: 1, spooled: 4 };
  const clock = { monotonic: () => 0, utc: () => 1_000_000 };
  const sources = new SourceHealth(clock);
  let away = false;
  const store = {
    count: async ({ states }: { states: readonly string[] }) => {
      if (away) throw new StoreUnavailable('away');
      return states[0] === 'waiting' ? 7 : 0;
    },
    search: async () => {
      if (away) throw new StoreUnavailable('away');
      return [];
    },
  };
  const door = {
    counters,
    backlog,
    get unaccounted() {
      return counters.received - 10;
    },
  };
  const agent = {
    door,
    parts: {
      store,
      clock,
      switches: { all: [{ source: { type: 'kafka', id: 'alerts' }, off: true }] },
      failing: { all: [{ source: { type: 'alerting', id: 'm1' } }] },
      evidence: { find: async () => ({ total: 0, entries: [] }) },
      breakers: { trips: new Map([['connector:edge', 2]]) },
      people: { approvers: () => 0 },
      absences: { all: [] },
      reminders: { told: new Map() },
      bundles: { brakeRules: () => ({}) },
      own: { list: { things: [1, 2, 3], missing: ['gateways'] } },
      lookUps: {
        counts: new Map([['lateral_chain', { asked: 7, answered: 4, missing: 3, shared: 2, took_ms: 1_500 }]]),
      },
    },
  } as unknown as Agent;
  const askedOf = [{ asker: 'soar', outcome: 'permitted', count: 4 }] as const;
  const backtests = { counts: { done: 3, failed: 1, cancelled: 2, refused: 4, took_ms: 7_500 } };
  const status = aStatus({ troubles: [{ code: 'clock_off', text: 'x' }], ...overrides });
  const metrics = new Metrics(
    () => ({
      agent,
      backtests,
      sourceHealth: sources,
      outcomes: { list: () => [telling], troubles: () => [] },
      handOvers: { list: () => [handing], troubles: () => [] },
      audit: {
        figures: { chained: 12, waiting: 3, size: 40, at: '2026-11-22T10:00:00.000Z' },
        anchors: [
          { anchor: 'file', state: 'ok' },
          { anchor: 'index', state: 'failing', why: 'away' },
        ],
      },
      setup: { states: new Map([['folder', 'green'] as const, ['key', 'amber'] as const]) },
      secrets: { list: () => secretViews, keys: () => keyViews },
      tokens: { list: () => [], overused: new Map(), shortCounts: { minted: new Map([['siem', 3]]), refused: 2 } },
      asks: { told: () => askedOf },
    }),
    async () => status,
  );
  const value = async (line: string): Promise<number | undefined> => {
    const found = (await metrics.text()).split('\n').find((each) => each.startsWith(`${line} `));
    return found === undefined ? undefined : Number(found.slice(line.length + 1));
  };
  return { counters, backlog, sources, metrics, value, goAway: () => (away = true) };
};

describe('the metrics', () => {
  it('count questions by who asked and what was answered, once however often they are read', async () => {
    const { value } = sceneOf();
    const line = 'reflex_asks_total{asker="soar",outcome="permitted"}';
    expect([await value(line), await value(line)]).toEqual([4, 4]);
  });
  it('tell how far the audit is, and which anchor fails', async () => {
    const { value } = sceneOf();
    expect(await value('reflex_audit_records_total')).toBe(12);
    expect(await value('reflex_audit_records_waiting')).toBe(3);
    expect(await value('reflex_audit_checkpoint_size')).toBe(40);
    expect(await value('reflex_audit_checkpoint_timestamp_seconds')).toBe(Date.parse('2026-11-22T10:00:00Z') / 1_000);
    expect(await value('reflex_audit_anchor_up{anchor="file"}')).toBe(1);
    expect(await value('reflex_audit_anchor_up{anchor="index"}')).toBe(0);
  });

  it('tell what connectors cannot do now, and forget it', async () => {
    const edge = { name: 'edge', kind: 'rest', state: 'degraded', text: '', actions: ['block_ip'] } as const;
    const connectors = [{ ...edge, actions: [...edge.actions], cannot: ['block_ip'] }];
    const { value } = sceneOf({ connectors });
    const line = 'reflex_connector_cannot_act{connector="edge",action="block_ip"}';
    expect([await value(line), await value('reflex_connector_up{connector="edge",kind="rest"}')]).toEqual([1, 0.5]);
    connectors.splice(0, 1, { ...edge, actions: [...edge.actions], cannot: [] });
    expect(await value(line)).toBeUndefined();
  });

  it('tell what became of events, the same at every scrape', async () => {
    const { value, counters } = sceneOf();
    expect(await value('reflex_events_total{outcome="received"}')).toBe(10);
    expect(await value('reflex_events_total{outcome="received"}')).toBe(10);
    counters.received = 12;
    expect(await value('reflex_events_total{outcome="received"}')).toBe(12);
    expect(await value('reflex_events_spooled')).toBe(4);
  });
  it('tell how much is never touched, and what of it could not be found', async () => {
    const { value } = sceneOf();
    expect([await value('reflex_never_touched'), await value('reflex_never_touched_not_found')]).toEqual([3, 1]);
  });
  it('tell which lines of the set-up are green', async () => {
    const { value } = sceneOf();
    const lines = ['folder', 'key', 'role'].map((line) => value(`reflex_setup_line{line="${line}"}`));
    expect(await Promise.all(lines)).toEqual([1, 0, undefined]);
  });
  it('tell what became of look-ups and how long they took, the same at every scrape', async () => {
    const { value } = sceneOf();
    const labelled = (outcome: string) => value(`reflex_lookups_total{lookup="lateral_chain",outcome="${outcome}"}`);
    const outcomes = ['asked', 'answered', 'missing', 'shared', 'asked'];
    const counted: unknown[] = [];
    for (const outcome of outcomes) counted.push(await labelled(outcome));
    expect(counted).toEqual([7, 4, 3, 2, 7]);
    expect(await value('reflex_lookup_seconds_total{lookup="lateral_chain"}')).toBe(1.5);
  });
  it('tell of grants that were tried', async () => {
    expect(await sceneOf().value('reflex_grant_previews_total{outcome="done"}')).toBe(0);
  });
  it('tell what became of backtests and how long they took, the same at every scrape', async () => {
    const { value } = sceneOf();
    const counted: unknown[] = [];
    for (const outcome of ['done', 'failed', 'cancelled', 'refused', 'done'])
      counted.push(await value(`reflex_backtests_total{outcome="${outcome}"}`));
    expect(counted).toEqual([3, 1, 2, 4, 3]);
    expect(await value('reflex_backtest_seconds_total')).toBe(7.5);
  });
  it('tell of documents that were tried', async () => {
    expect(await sceneOf().value('reflex_document_trials_total{outcome="done"}')).toBe(0);
  });
  it('notice an event that is nowhere (INV-3)', async () => {
    const { value, counters } = sceneOf();
    expect(await value('reflex_events_unaccounted')).toBe(0);
    counters.received += 1;
    expect(await value('reflex_events_unaccounted')).toBe(1);
  });
  it('tell of cases, troubles and each source', async () => {
    const { value, sources } = sceneOf();
    const kafka = { type: 'kafka', id: 'alerts' } as const;
    sources.note(kafka, 'received', 5_000);
    for (let n = 0; n < 2; n += 1) sources.note(kafka, 'not_ours');
    sources.leftOut.note(kafka, { why: 'mended', path: 'tags', how: 'several' });
    sources.gauge(kafka, { lag: 42, connected: false });
    expect(await value('reflex_cases{state="waiting"}')).toBe(7);
    expect(await value('reflex_trouble{code="clock_off"}')).toBe(1);
    expect(await value('reflex_source_events_total{type="kafka",source="alerts",outcome="received"}')).toBe(1);
    expect(await value('reflex_source_events_total{type="kafka",source="alerts",outcome="not_ours"}')).toBe(2);
    expect(await value('reflex_source_left_out_total{type="kafka",source="alerts",why="mended"}')).toBe(1);
    expect(await value('reflex_source_lag_events{type="kafka",source="alerts"}')).toBe(42);
    expect(await value('reflex_detection_failing{type="alerting",source="m1"}')).toBe(1);
    sources.noteOff(kafka, 3);
    expect(await value('reflex_source_events_total{type="kafka",source="alerts",outcome="switched_off"}')).toBe(3);
    expect(await value('reflex_source_switched_off{type="kafka",source="alerts"}')).toBe(1);
    expect(await value('reflex_source_connected{type="kafka",source="alerts"}')).toBe(0);
    expect(await value('reflex_source_last_event_timestamp_seconds{type="kafka",source="alerts"}')).toBe(5);
  });
  it('tell of outcomes that were told and were not, the same at every scrape', async () => {
    const { value } = sceneOf();
    const labels = 'type="kafka",source="alerts",channel="webhook"';
    const told: unknown[] = [];
    for (const result of ['told', 'refused', 'given_up', 'failed', 'told'])
      told.push(await value(`reflex_outcomes_told_total{${labels},result="${result}"}`));
    expect(told).toEqual([5, 1, 2, 9, 5]);
    expect(await value(`reflex_outcomes_lag_seconds{${labels}}`)).toBe(400);
  });
  it('tell of messages about acts that wait, how far a channel is behind, and since when it fails', async () => {
    const { value } = sceneOf();
    const labels = 'channel="tickets",kind="webhook"';
    const told: unknown[] = [];
    for (const result of ['told', 'refused', 'given_up', 'failed', 'told'])
      told.push(await value(`reflex_hand_over_messages_total{${labels},result="${result}"}`));
    expect(told).toEqual([4, 1, 0, 6, 4]);
    expect(await value(`reflex_hand_over_behind{${labels}}`)).toBe(3);
    expect(await value(`reflex_hand_over_failing_seconds{${labels}}`)).toBe(100);
  });
  it('tell what is gone before its end, what nobody knows of, and since when the rest is seen', async () => {
    const seen_since = '1970-01-01T00:00:07.000Z';
    const { value, metrics } = sceneOf({
      live: [
        { connector: 'edge', gone: 2, unsure: 0, seen_since },
        { connector: 'edr', gone: 0, unsure: 3, overdue: 4 },
      ],
    });
    expect(await value('reflex_containments_overdue{connector="edr"}')).toBe(4);
    expect(await value('reflex_containments_overdue{connector="edge"}')).toBe(0);
    expect(await value('reflex_containments_gone{connector="edge"}')).toBe(2);
    expect(await value('reflex_containments_unsure{connector="edr"}')).toBe(3);
    expect(await value('reflex_containments_seen_timestamp_seconds{connector="edge"}')).toBe(7);
    expect(await metrics.text()).not.toContain('reflex_containments_seen_timestamp_seconds{connector="edr"}');
  });
  it('tell how far an order to stop has come, and how long it took', async () => {
    const at = '2026-11-28T10:00:00.000Z';
    const order = { who: 'ann', why: 'too much', at };
    const stops = [
      { ...order, scope: 'all', state: 'acknowledged' as const, acknowledged_ms: 812 },
      { ...order, scope: 'action:block_ip', state: 'overdue' as const },
    ];
    const text = await sceneOf({ stops }).metrics.text();
    expect(text).toContain('reflex_stop_state{scope="all",state="acknowledged"} 1');
    expect(text).toContain('reflex_stop_state{scope="action:block_ip",state="overdue"} 1');
    expect(text).toContain('reflex_stop_acknowledged_seconds{scope="all"} 0.812');
    expect(text).not.toContain('reflex_stop_acknowledged_seconds{scope="action:block_ip"}');
  });
  it('tell which breakers are open, and how often each tripped', async () => {
    const at = '2026-11-28T10:00:00.000Z';
    const breaker = { wrong: 5, of: 6, since: at, round: 1, trying: false };
    const stops = [
      { scope: 'connector:edge', who: 'reflex breaker', why: 'it fails', at, breaker },
      { scope: 'all', who: 'ann', why: 'odd', at },
    ];
    const { metrics } = sceneOf({ stops });
    const text = await metrics.text();
    expect(text).toContain('reflex_breaker_open{scope="connector:edge"} 1');
    expect(text).not.toContain('reflex_breaker_open{scope="all"}');
    // A scrape does not count again.
    expect(await metrics.text()).toContain('reflex_breaker_trips_total{scope="connector:edge"} 2');
  });
  it('say nothing of cases rather than something old while OpenSearch is away', async () => {
    const { value, goAway } = sceneOf();
    await value('reflex_cases{state="waiting"}');
    goAway();
    expect(await value('reflex_cases{state="waiting"}')).toBeUndefined();
  });
  it('count secrets by place and state, keys, and short-lived tokens; names of secrets are in none of it', async () => {
    const { value, metrics } = sceneOf();
    for (const [line, expected] of [
      ['reflex_secrets{from="file",state="there"}', 1],
      ['reflex_secrets{from="file",state="missing"}', 1],
      ['reflex_secrets{from="stored",state="unreadable"}', 1],
      ['reflex_stored_secrets_older_key', 1],
      ['reflex_secret_key_usable{key="new"}', 1],
      ['reflex_secret_key_usable{key="old"}', 0],
      ['reflex_tokens_minted_total{token="siem"}', 3],
      ['reflex_short_tokens_refused_total', 2],
    ] as const)
      expect([line, await value(line)]).toEqual([line, expected]);
    expect(await metrics.text()).not.toContain('rabbit');
  });
  it('are there before the host is ready', async () => {
    const metrics = new Metrics(
      () => undefined,
      async () => aStatus({}),
    );
    expect(await metrics.text()).toContain('reflex_process_cpu_seconds_total');
  });
  it('start the timer that measures the event loop with the first scrape, and once', async () => {
    const measured = jest.spyOn(perfHooks, 'monitorEventLoopDelay');
    const { metrics } = sceneOf();
    expect(measured).not.toHaveBeenCalled();
    await metrics.text();
    expect(await metrics.text()).toContain('reflex_nodejs_eventloop_lag_p99_seconds');
    expect(measured).toHaveBeenCalledTimes(1);
    measured.mockRestore();
  });
});
