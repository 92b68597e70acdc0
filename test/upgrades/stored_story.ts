import type { SourcePlan } from '../../common/api/routes';
import type { CandidateView } from '../../common/api/policy_views';
import type { ContainmentView, EscalationView } from '../../common/api/views';
import type { ClusterTransport } from '../../server/runner/ports';
import { aBucketAlert, ALERT_MAPPINGS, aDocumentAlert, aQueryAlert } from '../builders/alerts';
import type { AgentProcess } from '../targets/agent_process';
import type { AlertingServer } from '../targets/alerting_server';
import type { BlockServer } from '../targets/block_server';
import type { FaultProxy, SeenRequest } from '../targets/fault_proxy';
import { until } from '../targets/until';

/*
 * What a busy installation has in its store and on its disks when it is killed: a story told by two agents of one
 * version, so that a later version can be shown to take all of it over (`protocol.md` 8, Upgrades).
 */

const ACTION = (id: string, origin: string, ttl: string, spec = ''): string => `apiVersion: reflex/v1
kind: Policy
metadata: { id: ${id}, title: Block sources of ${origin}, owner: soc-network }
spec:
  layer: action
  mode: enforce
  when: event.rule.origin == "${origin}"
  then: { action: block_ip, target: { ip: event.source.ip }, connector: edge, ttl: ${ttl} }
${spec}  rollback: { action: unblock_ip }
`;

/** By the id of the policy. */
const STORY_POLICIES: Readonly<Record<string, string>> = {
  'story-short': ACTION('story-short', 'story_short', '5m'),
  'story-long': ACTION('story-long', 'story_long', '10m'),
  'story-confirm': ACTION('story-confirm', 'story_confirm', '5m', '  confirm: { seen: 2, within: 30m }\n'),
  'story-shadow': ACTION('story-shadow', 'story_shadow', '5m').replace('enforce', 'shadow'),
  'story-ask': ACTION('story-ask', 'story_ask', '5m').replace('enforce', 'escalate'),
  'story-isolate': `apiVersion: reflex/v1
kind: Policy
metadata: { id: story-isolate, title: Isolate hosts of the story, owner: soc-endpoint }
spec:
  layer: action
  mode: enforce
  when: event.rule.origin == "story_isolate"
  then: { action: isolate_host, target: { host: event.src_host }, connector: edge, ttl: 5m }
  rollback: { action: release_host }
`,
};

/** Addresses of the story by what became of them. */
export const STORY = {
  alone: '198.51.100.11',
  twoReasons: '198.51.100.12',
  joinedByOther: '198.51.100.13',
  lifted: '198.51.100.14',
  cutOff: '198.51.100.15',
  approved: '198.51.100.20',
  waiting: ['198.51.100.21', '198.51.100.22'],
  denied: '198.51.100.23',
  held: '198.51.100.31',
  unmatched: '198.51.100.41',
  shadow: '198.51.100.51',
  alert: '198.51.100.71',
  spooled: ['198.51.100.61', '198.51.100.62'],
  host: 'ws-01',
} as const;

export interface StoryParts {
  readonly first: AgentProcess;
  readonly second: AgentProcess;
  readonly target: BlockServer;
  /** Between the agents and the target. */
  readonly network: FaultProxy;
  /** OpenSearch with Alerting, and the indices of the story on it. */
  readonly alerting: AlertingServer;
  readonly cluster: ClusterTransport;
  /** Between the first agent and OpenSearch. */
  readonly toStore: FaultProxy;
}

const LOGS = '.opendistro-alerting-story-logs';
const ALERTS = '.opendistro-alerting-alerts';
const SUBSCRIBED = 'monitor-document';

const always = { condition: { script: { source: 'true', lang: 'painless' } }, actions: [] };
const search = { search: { indices: [LOGS], query: { size: 0, query: { match_all: {} } } } };
const aMonitor = (level: string, input: Record<string, unknown>, trigger: Record<string, unknown>) => ({
  type: 'monitor',
  name: `${level} level errors`,
  monitor_type: `${level}_level_monitor`,
  enabled: true,
  schedule: { period: { interval: 1, unit: 'MINUTES' } },
  inputs: [input],
  triggers: [trigger],
});
const MONITORS = {
  [SUBSCRIBED]: aMonitor(
    'doc',
    { doc_level_input: { indices: [LOGS], queries: [{ id: 'q', name: 'q', query: '*', tags: [] }] } },
    { document_level_trigger: { id: 'trig-d1', name: 'any doc', severity: '3', ...always } },
  ),
  'monitor-bucket': aMonitor('bucket', search, {
    bucket_level_trigger: { id: 'trig-b1', name: 'service errors', severity: '2', ...always },
  }),
  'monitor-query': aMonitor('query', search, {
    query_level_trigger: { id: 'trig-q1', name: 'any error', severity: '1', ...always },
  }),
};

const INVENTORY = [
  { type: 'subnet', value: '10.20.10.0/24' },
  ...Array.from({ length: 40 }, (_, index) => ({
    type: 'host',
    value: `ws-${String(index + 1).padStart(2, '0')}`,
    addresses: [`10.20.10.${index + 1}`],
    subnets: ['10.20.10.0/24'],
  })),
];

const must = async (what: string, answer: ReturnType<AgentProcess['ask']>): Promise<unknown> => {
  const { status, body } = await answer;
  if (status >= 300) throw new Error(`${what} was answered ${status}: ${JSON.stringify(body)}`);
  return body;
};

const propose = async (agent: AgentProcess, changelog: string): Promise<CandidateView> =>
  (await must('a candidate', agent.ask('ana', 'POST', '/policies/candidates', { changelog }))) as CandidateView;

const approve = (agent: AgentProcess, { id, digest }: CandidateView): Promise<unknown> =>
  must('approving', agent.ask('ben', 'POST', `/policies/candidates/${id}/approve`, { reason: 'read it', digest }));

const isOrder = ({ method }: SeenRequest): boolean => method === 'POST';

/** A monitor is subscribed, one of its alerts was answered, and a message was taken whose alert is not there yet. */
const tellOfAlerts = async ({ first, alerting, cluster }: StoryParts): Promise<void> => {
  const put = async (path: string, body: Record<string, unknown>): Promise<void> => {
    const { status, body: said } = await cluster.request({ method: 'PUT', path, body }, { timeoutMs: 30_000 });
    if (status >= 300) throw new Error(`${path}: ${JSON.stringify(said)}`);
  };
  const settings = { 'index.number_of_replicas': 0 };
  await put(`/${LOGS}`, { settings });
  await put(`/${ALERTS}`, { settings, mappings: ALERT_MAPPINGS });
  for (const [id, monitor] of Object.entries(MONITORS)) alerting.core.monitors.put(id, monitor);
  const source = `/sources/monitor/${SUBSCRIBED}`;
  const plan = (await must(
    'a plan',
    first.ask('ana', 'POST', `${source}/plan`, { intent: 'subscribe' }),
  )) as SourcePlan;
  await must(
    'subscribing',
    first.ask('ana', 'POST', `${source}/subscribe`, { digest: plan.digest, reason: 'the story' }),
  );
  const mapping = { version: 0, mapping: { confidence: { fixed: 0.95 } }, reason: 'its author vouches for it' };
  await must('a mapping', first.ask('ana', 'PUT', `${source}/mapping`, mapping));
  const at = Date.now();
  await put(`/${LOGS}/_doc/d1?refresh=true`, {
    '@timestamp': new Date(at).toISOString(),
    source: { ip: STORY.alert },
    rule: { origin: 'story_short', status: 'stable' },
    reflex: { confidence: 0.95 },
  });
  await put(`/${ALERTS}/_doc/a1?routing=m`, { ...aDocumentAlert(`d1|${LOGS}`, { id: 'a1', start_time: at }) });
  await put(`/${ALERTS}/_doc/a2?routing=m`, { ...aBucketAlert({ id: 'a2', start_time: at }) });
};

/** Tells the story; both agents are dead at its end, in the middle of their work. */
export const tellStory = async (parts: StoryParts): Promise<void> => {
  const { first, second, target, network, toStore } = parts;
  let count = 0;
  const send = async (
    agent: AgentProcess,
    origin: string,
    event: Record<string, unknown>,
  ): Promise<Record<string, unknown>> => {
    count += 1;
    const answer = (await must(
      `event ${count}`,
      agent.handIn('/events', {
        event_id: `story-${count}`,
        timestamp: new Date().toISOString(),
        confidence: 0.95,
        severity: 'high',
        rule: { id: `rule-${origin}`, name: `story ${origin}`, origin, status: 'stable' },
        ...event,
      }),
    )) as { results: ReadonlyArray<Record<string, unknown>> };
    return answer.results[0] ?? {};
  };
  const block = (agent: AgentProcess, origin: string, ip: string) => send(agent, origin, { source: { ip } });
  const containmentOf = async (agent: AgentProcess, value: string): Promise<ContainmentView | undefined> => {
    const { body } = await agent.ask('ana', 'GET', '/containments');
    return (body as { containments: readonly ContainmentView[] }).containments.find(
      (each) => each.target.value === value,
    );
  };
  const verified = (agent: AgentProcess, value: string, reasons = 1): Promise<void> =>
    until(`${value} to be contained for ${reasons} reasons`, async () => {
      const found = await containmentOf(agent, value);
      return found?.verified === true && found.reasons.length === reasons;
    });
  const escalationOf = async (agent: AgentProcess, value: string): Promise<EscalationView> => {
    const { body } = await agent.ask('ben', 'GET', '/escalations');
    const { escalations } = body as { escalations: readonly EscalationView[] };
    const found = escalations.find(({ act }) => act.target.value === value);
    if (!found) throw new Error(`nobody is asked about ${value}`);
    return found;
  };

  await must('the inventory', first.ask('ana', 'PUT', '/inventory', INVENTORY));
  for (const [id, source] of Object.entries(STORY_POLICIES))
    await must(`the draft ${id}`, first.ask('ana', 'PUT', `/policies/drafts/${id}`, { source }));
  const released = await propose(first, 'the policies of the story');
  await approve(first, released);
  await must('a release', first.ask('ana', 'POST', `/policies/candidates/${released.id}/release`));
  for (const agent of [first, second])
    await until('version 2', async () => {
      const { body } = await agent.ask('ana', 'GET', '/policies');
      return (body as { version: number }).version === 2;
    });

  await block(first, 'story_short', STORY.alone);
  await block(first, 'story_short', STORY.twoReasons);
  await block(second, 'story_short', STORY.joinedByOther);
  await block(first, 'story_short', STORY.lifted);
  await send(first, 'story_isolate', { src_host: STORY.host, tags: ['domain:endpoint'] });
  for (const value of [STORY.alone, STORY.twoReasons, STORY.joinedByOther, STORY.lifted, STORY.host])
    await verified(first, value);
  await block(first, 'story_long', STORY.twoReasons);
  await verified(first, STORY.twoReasons, 2);
  await block(first, 'story_long', STORY.joinedByOther);
  await verified(second, STORY.joinedByOther, 2);

  await tellOfAlerts(parts);
  await verified(first, STORY.alert);

  for (const ip of [STORY.approved, ...STORY.waiting, STORY.denied]) await block(first, 'story_ask', ip);
  await until('the escalations', async () => {
    const { body } = await first.ask('ben', 'GET', '/escalations');
    return (body as { total: number }).total === 4;
  });
  const word = async (ip: string, verb: 'approve' | 'deny'): Promise<void> => {
    const { case_id, act, seen } = await escalationOf(first, ip);
    const path = `/escalations/${encodeURIComponent(case_id)}/${encodeURIComponent(act.act_id)}/${verb}`;
    await must(verb, first.ask('ben', 'POST', path, { reason: 'looked at it', seen }));
  };
  await word(STORY.approved, 'approve');
  await word(STORY.denied, 'deny');
  await verified(first, STORY.approved);

  await block(first, 'story_confirm', STORY.held);
  const { decision_id: learned } = await block(second, 'nothing_that_matches', STORY.unmatched);
  await block(second, 'story_shadow', STORY.shadow);
  const lifted = await containmentOf(first, STORY.lifted);
  await must(
    'lifting',
    first.ask('ben', 'POST', `/containments/${encodeURIComponent(lifted?.effect_id ?? '')}/lift`, {
      reason: 'a scanner of our own',
    }),
  );
  await until('the lift', () => !target.blocks().some(({ address }) => address === STORY.lifted));
  await until('the record of the decision', async () => {
    const path = `/decisions/${encodeURIComponent(String(learned))}/label`;
    return (await first.ask('ben', 'POST', path, { label: 'benign', reason: 'a test' })).status < 300;
  });
  await first.handIn('/events', { event_id: 'bad', confidence: 'very sure' });
  await first.handIn('/events', { event_id: 'worse', confidence: 'very sure' });
  await until('both in quarantine', async () => {
    const { body } = await first.ask('ana', 'GET', '/quarantine');
    return (body as { total: number }).total === 2;
  });
  const { body: quarantine } = await first.ask('ana', 'GET', '/quarantine');
  const [entry] = (quarantine as { entries: ReadonlyArray<{ id: string }> }).entries;
  const discard = `/quarantine/${encodeURIComponent(entry?.id ?? '')}/discard`;
  await must('discarding', first.ask('ana', 'POST', discard, { reason: 'not ours' }));

  await must(
    'a draft',
    first.ask('ana', 'PUT', '/policies/drafts/story-draft', { source: ACTION('story-draft', 'story_draft', '5m') }),
  );
  const approvedOnly = await propose(first, 'approved and not released');
  await approve(first, approvedOnly);
  await must(
    'a draft',
    first.ask('ana', 'PUT', '/policies/drafts/story-later', { source: ACTION('story-later', 'story_later', '5m') }),
  );
  await propose(first, 'waiting for an approval');
  await must(
    'a draft',
    first.ask('ana', 'PUT', '/policies/drafts/story-open', { source: ACTION('story-open', 'story_open', '5m') }),
  );
  await must(
    'a broken draft',
    first.ask('ana', 'PUT', '/policies/drafts/story-short', { source: ACTION('story-short', 'story_short', '9m') }),
  );
  const backtest = (await must('a backtest', first.ask('ana', 'POST', '/backtests', { of: 'drafts', days: 1 }))) as {
    digest: string;
  };
  await until('the backtest', async () => {
    const { body } = await first.ask('ana', 'GET', `/backtests/${backtest.digest}`);
    return (body as { state: string }).state === 'done';
  });
  await must(
    'a draft of a guard',
    first.ask('ana', 'PUT', '/policies/guards/drafts/calendar', {
      source: 'package reflex.guards.calendar\n\ndefault allow := false\n\nallow if input.event.confidence > 0.4\n',
    }),
  );

  network.fail({ kind: 'apply_and_stall' }, isOrder);
  await block(first, 'story_short', STORY.cutOff);
  await until('the order that nobody answers', () => target.blocks().some(({ address }) => address === STORY.cutOff));
  const rung = await first.handIn('/webhooks/alerting', {
    monitor: { _id: 'monitor-query', name: 'errors' },
    trigger: { id: 'trig-q1', name: 'any error', severity: '1' },
    alert: { ...aQueryAlert({ start_time: Date.now() }) },
  });
  if (rung.status !== 202) throw new Error(`the doorbell was answered ${rung.status}: ${JSON.stringify(rung.body)}`);
  toStore.fail({ kind: 'stall' }, () => true);
  for (const ip of STORY.spooled) await block(first, 'story_short', ip);
  await Promise.all([first.kill(), second.kill()]);
  network.fail();
  toStore.fail();
};
