import type { SourcePlan, StatusView } from '../../common/api/routes';
import type { DecisionBrief, DecisionDetail } from '../../common/api/views';
import { vouchFor } from '../../test/builders/vouch';
import { wholeReflex, type WholeReflex } from '../../test/builders/whole_reflex';
import { realNode, type RealNode } from '../../test/contracts/real_node';
import { temporaryFolder } from '../../test/contracts/temporary_folder';
import { withOwnNames } from '../../test/demo/own_names';
import { AlertingCore } from '../../test/targets/alerting/alerting_core';
import type { Json } from '../../test/targets/alerting/documents';
import { Runs } from '../../test/targets/alerting/runs';
import { until } from '../../test/targets/until';
import type { OpenSearchTransport } from '../adapters/opensearch/transport';
import { readSettings } from '../hosts/settings';

/*
 * Monitors that run: what they find in a real OpenSearch goes the whole way, over findings, messages and alerts as
 * Alerting writes them, to the verdict of a whole Reflex with the starter set.
 */

jest.setTimeout(120_000);

const LONG = { withinMs: 60_000, everyMs: 250 };
const LOGS = 'runs-logs';

const monitor = (name: string, monitor_type: string, inputs: readonly Json[], trigger: Json): Json => ({
  type: 'monitor',
  name,
  monitor_type,
  enabled: true,
  schedule: { period: { interval: 1, unit: 'MINUTES' } },
  inputs,
  triggers: [trigger],
});
const script = (source: string): Json => ({ script: { source, lang: 'painless' } });
const byDocument = (name: string, query: string, index = LOGS): Json =>
  monitor(
    name,
    'doc_level_monitor',
    [{ doc_level_input: { indices: [index], queries: [{ id: name, name, query, tags: ['attack.t1110'] }] } }],
    {
      document_level_trigger: {
        id: `${name}-t`,
        name,
        severity: '2',
        condition: script(`query[name=${name}]`),
        actions: [],
      },
    },
  );
const byQuery = (name: string, condition: string): Json =>
  monitor(name, 'query_level_monitor', [{ search: { indices: [LOGS], query: { query: { match_all: {} } } } }], {
    query_level_trigger: { id: `${name}-t`, name, severity: '1', condition: script(condition), actions: [] },
  });
const composite = (name: string, delegates: readonly string[]): Json => ({
  type: 'workflow',
  name,
  workflow_type: 'composite',
  enabled: true,
  schedule: { period: { interval: 1, unit: 'MINUTES' } },
  inputs: [
    {
      composite_input: {
        sequence: { delegates: delegates.map((monitor_id, index) => ({ order: index + 1, monitor_id })) },
      },
    },
  ],
  triggers: [
    {
      chained_alert_trigger: {
        id: `${name}-t`,
        name,
        severity: '1',
        condition: script(delegates.map((id) => `monitor[id=${id}]`).join(' && ')),
        actions: [],
      },
    },
  ],
});

const MONITORS: Readonly<Record<string, Json>> = {
  guessing: byDocument('guessing', 'kind:guess'),
  entering: byDocument('entering', 'kind:enter'),
  both: composite('both', ['guessing', 'entering']),
  alone: byDocument('alone', 'kind:alone'),
  nowhere: byDocument('nowhere', 'kind:alone', 'runs-later'),
  broken: byQuery('broken', 'return ctx.results[0].nonsense.value > 0'),
};

/** What the starter set says on a cluster of somebody's own, where it only observes. */
const blocked = (value: string): Partial<DecisionBrief> => ({
  verdict: 'learn',
  acts: [
    expect.objectContaining({
      action: 'block_ip',
      target: { type: 'ip', value },
      result: 'permit',
      shadow: true,
      policy: 'block-password-spraying-source',
    }) as DecisionBrief['acts'][number],
  ],
});

describe('monitors that run', () => {
  let node: RealNode;
  let transport: OpenSearchTransport;
  let folder: ReturnType<typeof temporaryFolder>;
  let core: AlertingCore;
  let runs: Runs;
  let reflex: WholeReflex;

  const put = async (path: string, body: Json): Promise<void> => {
    const { status, body: said } = await transport.request({ method: 'PUT', path, body }, { timeoutMs: 30_000 });
    if (status >= 300) throw new Error(`${path}: ${JSON.stringify(said)}`);
  };
  const logged = (id: string, kind: string, ip: string, index = LOGS): Promise<void> =>
    put(`/${index}/_doc/${encodeURIComponent(id)}`, { kind, source: { ip }, '@timestamp': Date.now() });
  const makeLogs = (index: string): Promise<void> =>
    put(`/${index}`, {
      settings: { 'index.number_of_replicas': 0 },
      mappings: { properties: { source: { properties: { ip: { type: 'ip' } } }, kind: { type: 'keyword' } } },
    });
  const of = async (id: string): Promise<readonly DecisionBrief[]> =>
    (await reflex.decisions()).filter(({ brief }) => brief.event_id.includes(`|${id}|`));
  const decided = async (id: string, count = 1): Promise<readonly DecisionBrief[]> => {
    await until(`${count} of ${id}`, async () => (await of(id)).length >= count, LONG);
    return of(id);
  };
  /** Two turns of the cursor: what it finds once more must be a duplicate by then. */
  const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5_000));
  const eventOf = async ({ decision_id }: DecisionBrief) =>
    (await reflex.ask<DecisionDetail>('GET', `/decisions/${decision_id}`)).body.event.event;
  const failing = async (): Promise<readonly string[]> => {
    const { body } = await reflex.ask<StatusView>('GET', '/status');
    return body.troubles.filter(({ code }) => code === 'detection_fails').map(({ text }) => text);
  };

  beforeAll(async () => {
    node = await realNode();
    folder = temporaryFolder();
    core = new AlertingCore();
    for (const [id, each] of Object.entries(MONITORS)) core.monitors.put(id, each);
    const own = withOwnNames(node.transport, node.prefix, ['runs-']);
    const plugins = core.transport();
    transport = {
      request: (request, options) => (request.path.startsWith('/_plugins/') ? plugins : own).request(request, options),
    };
    runs = new Runs(core, transport);
    await makeLogs(LOGS);
    await runs.indices.make();
    const vouch = vouchFor(Object.keys(MONITORS).map((id) => `alerting:${id}`));
    const settings = readSettings({ intake: { vouch } });
    if (!settings.ok) throw new Error(JSON.stringify(settings.error));
    reflex = await wholeReflex({ transport, settings: settings.value, dataFolder: folder.folder });
    for (const id of ['guessing', 'entering', 'both', 'alone', 'broken']) {
      const path = `/sources/${id === 'both' ? 'workflow' : 'monitor'}/${id}`;
      const plan = await reflex.ask<SourcePlan>('POST', `${path}/plan`, { intent: 'subscribe' });
      const { digest } = plan.body;
      const done = await reflex.ask('POST', `${path}/subscribe`, { digest, reason: 'the story' });
      // So that each of them would have its address blocked, a delegate by itself as well.
      const mapping = { confidence: { fixed: 0.95 }, rule_name: ['=password spraying'] };
      const mapped = await reflex.ask('PUT', `${path}/mapping`, { version: 0, mapping, reason: 'the story' });
      expect([id, plan.status, done.status, mapped.status]).toEqual([id, 200, 200, 200]);
    }
    // A mapping counts within a turn of its keeper.
    await settled();
    // The first run only notes where the indices end.
    for (const id of ['both', 'alone']) await runs.run(id);
  });

  afterAll(async () => {
    await reflex.stop();
    await node.dispose();
    folder.remove();
  });

  it('make one case of a document, over its message, its finding and its alert', async () => {
    await logged('d-1', 'alone', '203.0.113.21');
    expect(await runs.run('alone')).toHaveLength(1);
    const [decision] = await decided('alone');
    await settled();
    expect(await of('alone')).toHaveLength(1);
    expect(decision).toMatchObject({ brief: { severity: 'high' }, ...blocked('203.0.113.21') });
    expect(decision && (await eventOf(decision))).toMatchObject({
      source: { ip: '203.0.113.21' },
      tags: ['attack.t1110'],
    });
    expect(await runs.run('alone')).toEqual([]);
  });

  it('make one case of a document whose id has a bar, although its finding names another document', async () => {
    await logged('p|q', 'alone', '203.0.113.22');
    await runs.run('alone');
    await decided('alone', 2);
    await settled();
    const [newest, ...others] = await of('alone');
    expect(others).toHaveLength(1);
    expect(newest?.brief.event_id).toBe(`document|alone|alone-t|p|q|${LOGS}|1`);
    expect(newest?.brief).toMatchObject({ source: '203.0.113.22', tags: ['attack.t1110'] });
  });

  it('make no case of what one delegate finds while its composite does not fire', async () => {
    await logged('d-2', 'guess', '203.0.113.23');
    expect(await runs.run('both')).toEqual([]);
    await settled();
    expect(await of('guessing')).toEqual([]);
    expect(await of('both')).toEqual([]);
  });

  it('make one case of a composite, about what its delegates found', async () => {
    await logged('d-3', 'guess', '203.0.113.24');
    await logged('d-4', 'enter', '203.0.113.24');
    expect(await runs.run('both')).toHaveLength(1);
    const [decision] = await decided('both');
    await settled();
    expect([await of('both'), await of('guessing'), await of('entering')].map(({ length }) => length)).toEqual([
      1, 0, 0,
    ]);
    expect(decision).toMatchObject({ brief: { severity: 'critical' }, ...blocked('203.0.113.24') });
    expect(decision && (await eventOf(decision)).source?.ip).toBe('203.0.113.24');
  });

  it('are told of as failing while their trigger cannot be judged, and make no case', async () => {
    await runs.run('broken');
    await until('it is told', async () => (await failing()).some((text) => text.includes('broken')), LONG);
    expect(await of('broken')).toEqual([]);
    core.monitors.put('broken', byQuery('broken', 'return ctx.results[0].hits.total.value < 0'));
    await runs.run('broken');
    await until('it is over', async () => (await failing()).length === 0, LONG);
    await settled();
    // The alert is over then, like any other: on record, and without an act.
    expect((await of('broken')).flatMap(({ acts }) => acts)).toEqual([]);
  });

  it('are told of as failing while their index is not there, by the alert of a trigger that nobody wrote', async () => {
    await runs.run('nowhere');
    await until('it is told', async () => (await failing()).some((text) => text.includes('nowhere')), LONG);
    await makeLogs('runs-later');
    await runs.run('nowhere');
    await until('it is over', async () => (await failing()).length === 0, LONG);
    await logged('d-5', 'alone', '203.0.113.25', 'runs-later');
    await runs.run('nowhere');
    const [decision] = await decided('nowhere');
    expect(decision && (await eventOf(decision))).toMatchObject({
      source: { ip: '203.0.113.25' },
      tags: ['attack.t1110'],
    });
  });
});
