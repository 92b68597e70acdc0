import type { OutcomeDocument } from '../../../../common/api/outcome_document';
import { alertSourceOf } from '../../../../test/builders/alert_source';
import { aBucketAlert, aDocumentAlert } from '../../../../test/builders/alerts';
import { received } from '../../../../test/builders/events';
import { fakeFeed } from '../../../../test/fakes/fake_outcomes';
import { AlertingCore } from '../../../../test/targets/alerting/alerting_core';
import { simBundle, simInventory } from '../../../../test/simulation/scenario';
import { World } from '../../../../test/simulation/world';
import { alertAcknowledger } from '../../../adapters/alerting/acknowledge';
import { noticeFromIndex } from '../../../engine/intake/alert_notice';
import type { CaseContent } from '../../keeping/kinds/case';
import type { TellingContent } from '../../keeping/kinds/telling';
import { shiftOf } from '../alerts/alert_source';
import { receiveAlerts } from '../alerts/receive_alerts';
import { noteOwnAcknowledgement } from '../alerts/source_updates';
import { acknowledging, type AlertLevel } from './acknowledging';
import { tellOutcomes } from './tell_outcomes';
import { TellingWatch } from './telling_watch';

const LOGS = 'logs';
const ALERTS = '.opendistro-alerting-alerts';
/** What the monitors of this test found. */
const DOCUMENT = { source: { ip: '203.0.113.7' }, rule: { origin: 'known_ioc' } };
const RECEIVER = { name: 'a', source: { type: 'alerting', id: '*' }, tell: ['verified'] } as const;

let life: AbortController;
beforeEach(() => {
  life = new AbortController();
});
afterEach(() => life.abort());

const sceneOf = async (levels: readonly AlertLevel[] = ['document', 'bucket'], document: object = DOCUMENT) => {
  const world = new World({
    seed: 3,
    agents: 1,
    bundle: simBundle(),
    inventory: simInventory,
    actions: ['block_ip', 'isolate_host'],
    idempotency: 'set',
  });
  const [machine] = world.agents;
  if (!machine) throw new Error('a world without agents');
  const agent = world.boot(machine);
  await world.scheduler.runUntil(3_000);
  const core = new AlertingCore();
  let seqNo = 1;
  const source = alertSourceOf(agent, {
    documents: async (wanted) => wanted.map(({ index, id }) => ({ index, id, seqNo, source: { ...document } })),
  });
  const pass = (ms: number): Promise<void> => world.scheduler.runUntil(world.now + ms);
  const channel = acknowledging({
    acknowledge: alertAcknowledger(core.transport(), agent.parts.clock.monotonic),
    levels,
    noteOwn: (caseId) => noteOwnAcknowledgement(shiftOf(source).parts, caseId),
  });
  const watch = new TellingWatch({ ...RECEIVER, channel: 'acknowledge', place: 'alerts of OpenSearch' });
  const telling = { ...RECEIVER, channel, giveUpMs: 3_600_000 };
  void tellOutcomes({ agent, feed: fakeFeed(world.evidence), telling, watch }, life.signal);
  await pass(2_000);
  return {
    world,
    core,
    pass,
    /** The document that the monitor found was written again. */
    rewrite: () => (seqNo += 1),
    /** What the cursor reads of the alerts, as they are now. */
    read: async () => {
      const reading = receiveAlerts(
        source,
        core.alerts.map(({ _id, _source }) => noticeFromIndex(_id, _source)),
      );
      reading.catch(() => undefined);
      await pass(2_000);
      return reading;
    },
    cases: (): readonly CaseContent[] =>
      world.store.search({ kinds: ['case'], limit: 100 }).map(({ content }) => content as CaseContent),
    sent: () => world.evidence.find({ family: 'actions', where: { state: 'succeeded' } }).length,
    ended: () => world.evidence.find({ family: 'actions', where: { state: 'undone' } }).length,
    told: () => world.store.get('telling:a')?.content as TellingContent,
    put: (_id: string, alert: Readonly<Record<string, unknown>>) =>
      core.alerts.push({ _id, _index: ALERTS, _source: { ...alert, start_time: 0, last_notification_time: 0 } }),
    stateOf: (id: string) => core.alerts.find(({ _id }) => _id === id)?._source.state,
  };
};

describe('an alert whose containment is verified', () => {
  it('is acknowledged, once, and the case says that it was Reflex', async () => {
    const { put, read, pass, stateOf, cases, told, core } = await sceneOf();
    put('a1', aDocumentAlert(`d1|${LOGS}`));
    await read();
    await pass(8_000);
    expect(stateOf('a1')).toBe('ACKNOWLEDGED');
    expect(core.requests.filter(({ path }) => path.includes('_acknowledge'))).toHaveLength(1);
    expect(cases()).toMatchObject([{ acknowledged: true, acknowledged_by: 'reflex' }]);
    expect(told()).toMatchObject({ told: 1, refused: 0 });
  });

  it('leads to no new act and ends nothing when it is read again as acknowledged, with documents as they are then', async () => {
    const { put, read, pass, stateOf, cases, sent, ended, rewrite } = await sceneOf();
    put('a1', aDocumentAlert(`d1|${LOGS}`));
    await read();
    await pass(8_000);
    expect(stateOf('a1')).toBe('ACKNOWLEDGED');
    await read();
    // Alerting moved the alert, and its document was written again meanwhile: to the source it is another one.
    rewrite();
    await read();
    await pass(5_000);
    expect([sent(), ended()]).toEqual([1, 0]);
    expect(cases().filter(({ acts }) => acts.some(({ status }) => status === 'present'))).toHaveLength(1);
    await pass(40_000);
    expect([sent(), ended()]).toEqual([1, 1]);
  });

  it('is left alone while another act of the same decision waits', async () => {
    const both = { ...DOCUMENT, tags: ['ask'] };
    const { put, read, pass, stateOf, told, sent } = await sceneOf(['document'], both);
    put('a1', aDocumentAlert(`d1|${LOGS}`));
    await read();
    await pass(8_000);
    expect([sent(), stateOf('a1')]).toEqual([1, 'ACTIVE']);
    expect(told()).toMatchObject({ told: 0, refused: 0 });
  });

  it.each<[level: string, levels: readonly AlertLevel[], kind: string, asked: number]>([
    ['document', ['document', 'bucket'], 'told', 1],
    ['query', ['document', 'bucket'], 'not_due', 0],
    ['query', ['query'], 'told', 1],
    ['workflow', ['document'], 'not_due', 0],
    ['workflow', ['workflow'], 'told', 1],
    ['correlation', ['document', 'bucket', 'query', 'workflow'], 'refused', 0],
  ])('of level %s where %j are asked for: %s', async (level, levels, kind, asked) => {
    const acknowledged: unknown[] = [];
    const channel = acknowledging({
      acknowledge: async (alert) => {
        acknowledged.push(alert);
        return { kind: 'told' };
      },
      levels,
      noteOwn: async () => undefined,
    });
    const intake = { type: 'alerting', id: 'm1' } as const;
    const event = received({ event_id: `${level}|m1|t1|x`, raw: { alert_id: 'a1' } }, { intake });
    const told = await channel.tell({ case_id: event.case_id, acts: [] } as unknown as OutcomeDocument, event);
    expect([told.kind, acknowledged.length]).toEqual([kind, asked]);
  });

  it('in error, or over by then, is told as refused and holds up no other', async () => {
    const { put, read, pass, stateOf, told, core } = await sceneOf();
    put('a1', aDocumentAlert(`d1|${LOGS}`));
    const reading = read();
    const [alert] = core.alerts.splice(0);
    if (alert) core.alerts.push({ ...alert, _source: { ...alert._source, state: 'ERROR' } });
    await reading;
    put('a2', aDocumentAlert(`d2|${LOGS}`, { trigger_id: 'trig-2' }));
    await pass(5_000);
    await read();
    await pass(12_000);
    expect([stateOf('a1'), stateOf('a2')]).toEqual(['ERROR', 'ACKNOWLEDGED']);
    expect(told()).toMatchObject({ told: 1, refused: 1, last_lost: { result: 'refused' } });
  });

  it('is acknowledged by its bucket', async () => {
    const { put, read, pass, stateOf } = await sceneOf();
    put(
      'b1',
      aBucketAlert({
        agg_alert_content: {
          parent_bucket_path: 'c',
          bucket_keys: ['203.0.113.7'],
          bucket: { doc_count: 3, key: { 'source.ip': '203.0.113.7', 'rule.origin': 'known_ioc' } },
        },
      }),
    );
    await read();
    await pass(8_000);
    expect(stateOf('b1')).toBe('ACKNOWLEDGED');
  });
});
