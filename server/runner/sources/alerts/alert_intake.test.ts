import { join } from 'path';
import { iso } from '../../../../common/iso';
import { readStarterSet } from '../../../wiring/starter_set';
import { alertSourceOf } from '../../../../test/builders/alert_source';
import { aBundle, aKeyPair } from '../../../../test/builders/policies';
import { simBundle, simInventory } from '../../../../test/simulation/scenario';
import { MONITORS } from '../../../../test/simulation/fake_alerting';
import { EPOCH, World } from '../../../../test/simulation/world';
import type { CaseContent } from '../../keeping/kinds/case';
import { StoreUnavailable, type AlertDocument, type AlertReader, type RelatedDocument } from '../../ports';
import { isSettled } from '../../door/admission';
import { loneBody } from '../../keeping/state_docs';
import { putSwitch } from '../../operations/source_switch';
import { FailingBook } from '../../facts/failing_detections';
import { AlertIntake } from './alert_intake';
import { endFailing } from './note_failing';
import type { AlertSource } from './alert_source';
import { receiveAlerts } from './receive_alerts';
import { noticeFromIndex } from '../../../engine/intake/alert_notice';

const NAMED = { monitor: { _id: 'query' }, trigger: { id: 't', severity: '5' } };
const SEEN = EPOCH + 3_000;
const alertOf = (monitor: string, change: object = {}): AlertDocument['source'] => ({
  monitor_id: monitor,
  monitor_name: 'stored name',
  trigger_id: 't',
  trigger_name: 'stored trigger',
  state: 'ACTIVE',
  severity: '1',
  start_time: SEEN,
  last_notification_time: SEEN,
  finding_ids: [],
  related_doc_ids: [],
  ...change,
});

/** A log line of an address. */
const logOf = (ip: string, n: number): RelatedDocument => ({
  index: 'logs',
  id: `d${n}`,
  seqNo: n,
  source: { source: { ip } },
});

const sceneOf = async (
  reader: Partial<AlertReader> = {},
  overrides: Partial<AlertSource> = {},
  bundle: ConstructorParameters<typeof World>[0]['bundle'] = simBundle(),
) => {
  const world = new World({
    seed: 3,
    agents: 1,
    bundle,
    inventory: simInventory,
    actions: ['block_ip', 'isolate_host'],
    idempotency: 'set',
  });
  const [machine] = world.agents;
  if (!machine) throw new Error('a world without agents');
  const agent = world.boot(machine);
  await world.scheduler.runUntil(2_000);
  const monitor: AlertReader['monitor'] = async (id) => {
    const found = MONITORS[id];
    return found ? { kind: 'found', monitor: found } : { kind: 'unknown' };
  };
  const source = alertSourceOf(agent, { monitor, ...reader }, overrides);
  const intake = new AlertIntake(source);
  /** What a promise gives while the world goes on. */
  const within = async <Value>(promise: Promise<Value>, ms = 20_000): Promise<Value> => {
    let done = false;
    const settled = promise.finally(() => (done = true));
    settled.catch(() => undefined);
    for (const end = world.now + ms; !done && world.now < end;) await world.scheduler.runUntil(world.now + 20);
    return settled;
  };
  return {
    world,
    agent,
    source,
    intake,
    within,
    pass: (ms: number) => world.scheduler.runUntil(world.now + ms),
    send: (message: object) => within(intake.receive(JSON.stringify(message))),
    cases: (): readonly CaseContent[] =>
      world.store.search({ kinds: ['case'], limit: 1_000 }).map(({ content }) => content as CaseContent),
    switchTo: (id: string, off: boolean, version = 0) =>
      within(putSwitch(agent, { type: 'alerting', id }, { version, off, by: 'ann', reason: 'it cries wolf' })),
    kept: (kind: 'doorbell' | 'episode') => world.store.search({ kinds: [kind], limit: 1_000 }).length,
    reasons: (): readonly unknown[] => world.evidence.find({ family: 'quarantine' }).map(({ body }) => body.reason),
  };
};

describe('what a channel of Alerting sends', () => {
  it('is a doorbell while its alert is not there, and becomes the alert’s case when it comes', async () => {
    let alerts: readonly AlertDocument[] = [];
    const scene = await sceneOf({ alerts: async () => alerts });
    const answer = await scene.send(NAMED);
    expect(answer).toMatchObject({ kind: 'admitted', ringing: true, admissions: [] });
    await scene.pass(1_000);
    expect([scene.kept('doorbell'), scene.cases()]).toEqual([1, []]);
    alerts = [{ id: 'a1', index: 'alerts', source: alertOf('query') }];
    await scene.pass(5_000);
    expect(scene.kept('doorbell')).toBe(0);
    expect(scene.cases()).toMatchObject([
      { received: { event: { severity: 'critical', rule: { id: 'query' }, raw: { alert_id: 'a1' } } } },
    ]);
  });
  it('makes the event by the monitor’s own words if no alert ever comes', async () => {
    const scene = await sceneOf();
    await scene.send({ ...NAMED, monitor: { _id: 'query', name: 'forged' }, period_end: iso(SEEN) });
    await scene.pass(15_000);
    expect(scene.cases()).toMatchObject([
      { received: { event: { severity: 'critical', raw: { monitor: 'a query monitor', trigger: 'trigger' } } } },
    ]);
    expect([scene.kept('doorbell'), scene.kept('episode')]).toEqual([0, 1]);
  });
  it('is answered by another agent when the one that took it dies', async () => {
    const scene = await sceneOf();
    await scene.send(NAMED);
    const [machine] = scene.world.agents;
    if (!machine) throw new Error('a world without agents');
    scene.world.crash(machine);
    await scene.pass(1_000);
    const agent = scene.world.boot(machine);
    void new AlertIntake(alertSourceOf(agent, scene.source.reader)).run(() => false);
    await scene.pass(40_000);
    expect(scene.cases()).toHaveLength(1);
    expect(scene.kept('doorbell')).toBe(0);
  });
  it('stays a doorbell while there is no room for what it tells of', async () => {
    const scene = await sceneOf();
    const full = jest.spyOn(scene.source.agent, 'admit').mockResolvedValue({ kind: 'overloaded', retry_after_s: 2 });
    void scene.intake.run(() => false);
    await scene.send(NAMED);
    await scene.pass(40_000);
    expect([scene.kept('doorbell'), scene.cases()]).toEqual([1, []]);
    full.mockRestore();
    await scene.pass(10_000);
    expect([scene.kept('doorbell'), scene.cases().length]).toEqual([0, 1]);
  });
  it('stays a doorbell where its alert came and there was no room for it', async () => {
    const alert: AlertDocument = { id: 'a1', index: 'alerts', source: alertOf('query') };
    let isThere = false;
    const scene = await sceneOf({ alerts: async () => (isThere ? [alert] : []) });
    const full = jest
      .spyOn(scene.source.agent, 'admit')
      .mockResolvedValueOnce({ kind: 'unavailable', why: 'OpenSearch did not answer in time' });
    await scene.send(NAMED);
    isThere = true;
    await scene.pass(15_000);
    expect([full.mock.calls.length > 0, scene.kept('doorbell')]).toEqual([true, 1]);
  });
  it('holds up no other where a bug stumbles over it, and is in quarantine then', async () => {
    const scene = await sceneOf({
      alerts: async ({ monitorId }) => {
        if (monitorId === 'query') throw new TypeError('a bug');
        return [];
      },
    });
    const good = { ...NAMED, monitor: { _id: 'bucket' }, newAlerts: [{ bucket_keys: '10.0.0.1', state: 'ACTIVE' }] };
    const bells = [NAMED, good].map((message, n) => {
      const content = { text: JSON.stringify(message), received_at: iso(SEEN) };
      const body = loneBody('doorbell', content, { write_id: `w${n}`, facets: { due: iso(SEEN) } });
      return { id: `doorbell:${n}`, expect: 'absent', body } as const;
    });
    await scene.within(scene.agent.parts.store.bulk(bells));
    void scene.intake.run(() => false);
    await scene.pass(15_000);
    expect([scene.kept('doorbell'), scene.cases().length, scene.reasons()]).toEqual([0, 1, ['poison']]);
  });
  it('looks up all that one message tells of together', async () => {
    const ids = Array.from({ length: 300 }, (_, at) => `a${at}`);
    const asked: string[] = [];
    const scene = await sceneOf({
      findings: async (findings) => (asked.push(`findings ${findings.length}`), []),
      documents: async (wanted) => wanted.map((each) => ({ ...each, seqNo: 1, source: {} })),
      alerts: async ({ ids: wanted = [] }) => {
        asked.push(`alerts ${wanted.length}`);
        return wanted.map((id) => ({
          id,
          index: 'alerts',
          source: alertOf('document', { related_doc_ids: [`${id}|logs`] }),
        }));
      },
    });
    const alerts = ids.map((id) => ({ id, finding_ids: `f-${id}`, related_doc_ids: `${id}|logs`, state: 'ACTIVE' }));
    const answer = await scene.send({ monitor: { _id: 'document' }, trigger: { id: 't' }, alerts });
    expect(asked).toEqual(['findings 300', 'alerts 300']);
    expect(answer).toMatchObject({ kind: 'admitted', ringing: false });
    await scene.pass(5_000);
    expect(scene.world.store.search({ kinds: ['case'], limit: 1_000 })).toHaveLength(300);
  });
  it('waits on the local disk while OpenSearch is away', async () => {
    const scene = await sceneOf({ alerts: async () => [{ id: 'a1', index: 'alerts', source: alertOf('query') }] });
    scene.world.storeIsDown = true;
    const answer = await scene.send({ ...NAMED, alert_id: 'a1' });
    expect(answer).toMatchObject({ kind: 'admitted', admissions: [{ kind: 'spooled' }] });
    scene.world.storeIsDown = false;
    await scene.pass(20_000);
    expect(scene.cases()).toHaveLength(1);
  });

  it.each([
    ['a monitor that does not exist', { ...NAMED, monitor: { _id: 'nobody' } }],
    ['a trigger that its monitor does not have', { ...NAMED, trigger: { id: 'other' } }],
    [
      'a document that no finding names',
      { ...NAMED, monitor: { _id: 'document' }, alerts: [{ id: 'a', related_doc_ids: 'd|logs', finding_ids: 'f' }] },
    ],
  ])('is not believed about %s', async (_, message) => {
    const scene = await sceneOf();
    await scene.send(message);
    await scene.pass(15_000);
    expect([scene.cases(), scene.reasons()]).toEqual([[], ['unverified']]);
  });
  const bucketMessage = (change: object): object => ({
    ...NAMED,
    monitor: { _id: 'bucket' },
    newAlerts: [
      {
        bucket_keys: '10.0.0.1',
        state: 'ACTIVE',
        agg_alert_content: { bucket: { key: { 'source.ip': '10.0.0.1' } } },
        ...change,
      },
    ],
  });
  it('is not believed about a bucket that nobody stored: its event has no target', async () => {
    const scene = await sceneOf();
    await scene.send(bucketMessage({}));
    await scene.pass(15_000);
    expect(scene.cases()).toHaveLength(1);
    expect(scene.cases()[0]?.received).toMatchObject({ uncalibrated: true, event: { severity: 'high' } });
    expect(scene.cases()[0]?.received.event.source).toBeUndefined();
  });
  it('is not believed that something is over', async () => {
    const scene = await sceneOf();
    await scene.send(bucketMessage({ state: 'COMPLETED' }));
    await scene.pass(15_000);
    expect([scene.cases(), scene.reasons()]).toEqual([[], ['unverified']]);
  });
  it('does not reach into the time to come, where it would swallow alerts', async () => {
    const scene = await sceneOf();
    await scene.send({ ...bucketMessage({}), period_end: '2099-01-01T00:00:00Z' });
    await scene.pass(15_000);
    const late = alertOf('bucket', {
      start_time: EPOCH + 60 * 60_000,
      agg_alert_content: { bucket_keys: ['10.0.0.1'], bucket: { key: { 'source.ip': '10.0.0.1' } } },
    });
    await scene.within(receiveAlerts(scene.source, [noticeFromIndex('real', late)]));
    await scene.pass(1_500);
    expect(scene.cases()).toHaveLength(2);
  });
  it('waits for itself alone when it cannot be looked up: what comes after it is decided', async () => {
    let isAway = true;
    const scene = await sceneOf({
      alerts: async () => {
        if (isAway) throw new StoreUnavailable('not allowed');
        return [{ id: 'a1', index: 'alerts', source: alertOf('query') }];
      },
      documents: async () => [{ index: 'logs', id: 'd', seqNo: 1, source: {} }],
    });
    await scene.send({ ...NAMED, alert_id: 'a1' });
    await scene.within(
      receiveAlerts(scene.source, [noticeFromIndex('x', alertOf('document', { related_doc_ids: ['d|logs'] }))]),
    );
    await scene.pass(10_000);
    expect(scene.cases()).toHaveLength(1);
    isAway = false;
    await scene.pass(10_000);
    expect(scene.cases()).toHaveLength(2);
  });
  /** What a forger sends: a monitor of their own making, and documents that they would like to be read or acted on. */
  const FORGED = {
    ...NAMED,
    monitor: { _id: 'made-up', name: 'made up' },
    trigger: { id: 't', severity: '1' },
    alerts: [
      {
        id: 'a',
        related_doc_ids: ['secret1|hr-payroll', 'evil1|logs-app'],
        finding_ids: 'f',
        associated_queries: [{ name: 'q', tags: ['attack.t1071'] }],
        sample_documents: [{ _id: 'evil1', _index: 'logs-app', _source: { source: { ip: '203.0.113.201' } } }],
      },
    ],
  };
  const cannotAsk = async (change: Partial<AlertReader> = {}) => {
    const asked: string[] = [];
    const scene = await sceneOf({
      monitor: async () => ({ kind: 'unsupported' }),
      documents: async (wanted) => {
        asked.push(...wanted.map(({ index }) => index));
        return wanted.map(({ index, id }) => ({
          index,
          id,
          seqNo: 1,
          source: { source: { ip: '203.0.113.201' }, rule: { origin: 'known_ioc' } },
        }));
      },
      entities: async ({ indices }) => {
        asked.push(...indices);
        return { documents: [], more: false };
      },
      ...change,
    });
    return { scene, asked };
  };
  it.each([
    ['documents', FORGED],
    ['a bucket', { ...bucketMessage({}), monitor: { _id: 'made-up' } }],
    ['a query', { ...NAMED, monitor: { _id: 'made-up' } }],
    ['something that is over', { ...bucketMessage({ state: 'COMPLETED' }), monitor: { _id: 'made-up' } }],
  ])('is believed in nothing where nobody can be asked: %s', async (_, message) => {
    const { scene, asked } = await cannotAsk();
    await scene.send(message);
    await scene.pass(15_000);
    expect(asked).toEqual([]);
    expect(scene.cases()).toHaveLength(1);
    const [{ received, decision } = { received: undefined, decision: undefined }] = scene.cases();
    const { source, src_host, user, tags } = received?.event ?? {};
    expect([source, src_host, user, tags]).toEqual([undefined, undefined, undefined, []]);
    expect(received?.voice).toMatchObject({ unverified: true, origins: { severity: 'claimed' } });
    expect([decision?.verdict, decision?.reasons.map(({ code }) => code)]).toEqual(['escalate', ['unverified']]);
    expect([...scene.world.target.entries]).toEqual([]);
  });
  it('is one case however often it is sent, and leaves nothing that would swallow a true alert', async () => {
    const { scene } = await cannotAsk();
    for (let n = 0; n < 3; n += 1) {
      await scene.send(FORGED);
      await scene.pass(15_000);
    }
    expect([scene.cases().length, scene.kept('episode'), scene.kept('doorbell')]).toEqual([1, 0, 0]);
  });
  it('is a bell where nobody can be asked what its monitor is: what Alerting stored counts', async () => {
    const stored = alertOf('document', { related_doc_ids: ['evil1|logs-app'] });
    const { scene, asked } = await cannotAsk({
      alerts: async ({ ids }) => (ids?.includes('a') === true ? [{ id: 'a', index: 'alerts', source: stored }] : []),
    });
    await scene.send({ ...FORGED, monitor: { _id: 'document' } });
    await scene.pass(2_000);
    expect(asked).toEqual(['logs-app']);
    expect(scene.cases()).toMatchObject([{ received: { event: { source: { ip: '203.0.113.201' } } } }]);
    expect(scene.cases()[0]?.received.voice?.unverified).toBeUndefined();
  });

  it('is not believed about documents of another monitor', async () => {
    const finding = {
      id: 'f',
      monitor_id: 'another',
      index: 'logs',
      related_doc_ids: ['d'],
      queries: [{ id: 'q', name: 'q', tags: [] }],
    };
    const scene = await sceneOf({ findings: async () => [{ id: 'f', index: 'findings', source: finding }] });
    await scene.send({ ...NAMED, monitor: { _id: 'document' }, alerts: [{ id: 'a', finding_ids: 'f' }] });
    await scene.pass(15_000);
    expect(scene.cases()).toEqual([]);
  });
});

describe('alerts', () => {
  const receive = async (scene: Awaited<ReturnType<typeof sceneOf>>, ...sources: readonly AlertDocument['source'][]) =>
    scene.within(
      receiveAlerts(
        scene.source,
        sources.map((each, n) => noticeFromIndex(String(each.id ?? `a${n}`), each)),
      ),
    );

  it('about Reflex’ own records go to quarantine and make it do nothing', async () => {
    const scene = await sceneOf();
    await receive(scene, alertOf('document', { related_doc_ids: ['x|reflex-decisions-000001'] }));
    expect([scene.cases(), scene.reasons()]).toEqual([[], ['own_records']]);
  });
  it.each([
    ['of its own', 'document', ['attack.t1110']],
    ['of another monitor not', 'another', []],
  ])('have the tags of the rule that found a document, as a finding %s says', async (_whose, monitor_id, tags) => {
    const queries = [{ id: 'q', name: 'q', tags: ['attack.t1110'] }];
    const source = { id: 'f', monitor_id, index: 'logs', related_doc_ids: ['d'], queries };
    const documents = async () => [{ index: 'logs', id: 'd', seqNo: 1, source: { source: { ip: '203.0.113.77' } } }];
    const findings = async (ids: readonly string[]) => ids.map((id) => ({ id, index: 'findings', source }));
    const scene = await sceneOf({ documents, findings });
    await receive(scene, alertOf('document', { related_doc_ids: ['d|logs'], finding_ids: ['f'] }));
    await scene.pass(1_500);
    expect(scene.cases()[0]?.received.event.tags).toEqual(tags);
  });
  it('about traces of our own commands go there too, and those that only say so are answered', async () => {
    let command = 'not-one-of-ours';
    const scene = await sceneOf({
      documents: async ([wanted]) => [
        {
          index: 'logs',
          id: wanted?.id ?? '',
          seqNo: 1,
          source: { source: { ip: '203.0.113.77' }, labels: { reflex_command_id: command } },
        },
      ],
    });
    await receive(scene, alertOf('document', { id: 'a1', related_doc_ids: ['forged|logs'] }));
    await scene.pass(1_500);
    expect([scene.cases().length, scene.reasons()]).toEqual([1, []]);
    command = 'real-command';
    const ordered = (id: string, value: string): void =>
      scene.world.evidence.append([
        {
          family: 'actions',
          id: `${id}#1`,
          at: '2026-11-22T10:00:00.000Z',
          body: { command: { command_id: id, target: { type: 'ip', value } } },
        },
      ]);
    ordered(command, '203.0.113.77');
    await receive(scene, alertOf('document', { id: 'a2', related_doc_ids: ['trace|logs'] }));
    await scene.pass(1_500);
    expect([scene.cases().length, scene.reasons()]).toEqual([1, ['own_records']]);
    // An id that somebody saw at a target hides nothing but what was done about that target.
    command = 'of-another-target';
    ordered(command, '203.0.113.78');
    await receive(scene, alertOf('document', { id: 'a3', related_doc_ids: ['hidden|logs'] }));
    await scene.pass(1_500);
    expect([scene.cases().length, scene.reasons()]).toEqual([2, ['own_records']]);
  });
  it.each<[string, string, object, number]>([
    ['user', 'corp\\ana', { user: { name: 'ana@CORP' } }, 0],
    ['host', 'ws-7', { host: { name: 'WS-7.' } }, 0],
    ['host', '10.0.0.7', { source: { ip: '::ffff:10.0.0.7' } }, 0],
    ['domain', 'evil.example', { dns: { question: { name: 'Evil.Example.' } } }, 0],
    ['user', 'corp\\ana', { user: { name: 'ana@other' } }, 1],
  ])('about traces of a command on the %s %s are known by any spelling: %j', async (type, value, named, cases) => {
    const source = { source: { ip: '203.0.113.77' }, ...named, labels: { reflex_command_id: 'ours' } };
    const scene = await sceneOf({
      documents: async ([wanted]) => [{ index: 'logs', id: wanted?.id ?? '', seqNo: 1, source }],
    });
    const body = { command: { command_id: 'ours', target: { type, value } } };
    scene.world.evidence.append([{ family: 'actions', id: 'ours#1', at: '2026-11-22T10:00:00.000Z', body }]);
    await receive(scene, alertOf('document', { id: 'a1', related_doc_ids: ['trace|logs'] }));
    await scene.pass(1_500);
    expect(scene.cases()).toHaveLength(cases);
  });
  it('of a monitor that is switched off are passed over and counted, and looked up nowhere', async () => {
    const asked: unknown[] = [];
    const scene = await sceneOf({ documents: async (wanted) => (asked.push(wanted), []) });
    await scene.switchTo('document', true);
    const fired = alertOf('document', { related_doc_ids: ['d1|logs'] });
    expect(await receive(scene, fired, alertOf('query'))).toHaveLength(1);
    await scene.pass(1_500);
    expect([scene.cases().length, asked, scene.reasons()]).toEqual([1, [], []]);
    const counted = scene.source.health.list().find(({ source }) => source.id === 'document');
    expect(counted).toMatchObject({ received: 0, switchedOff: 1 });
    await scene.switchTo('document', false, 1);
    await receive(scene, fired);
    await scene.pass(1_500);
    expect(scene.cases()).toHaveLength(2);
  });
  it('of a monitor that is switched off make no case when they are over, and say so on the one that is there', async () => {
    const scene = await sceneOf();
    const [open, late] = ['d1', 'd2'].map((id) => alertOf('document', { id, related_doc_ids: [`${id}|logs`] }));
    await receive(scene, open ?? {});
    await scene.switchTo('document', true);
    const admissions = await receive(scene, { ...open, state: 'COMPLETED' }, { ...late, state: 'ACKNOWLEDGED' });
    expect(admissions.every(isSettled)).toBe(true);
    await scene.pass(2_000);
    expect(scene.cases()).toMatchObject([{ received: { source_state: 'completed' } }]);
  });
  it.each(['query', 'document'])(
    'of a %s-level monitor that name no entity ask a person, with the starter set in force',
    async (level) => {
      const wish = `apiVersion: reflex/v1
kind: Policy
metadata: { id: block-all, title: Block whatever an alert names, owner: tests }
spec:
  layer: action
  mode: enforce
  on: { intake: [alerting] }
  when: 'true'
  then: { action: block_ip, target: { ip: event.source.ip }, ttl: 10m }
  rollback: { action: unblock_ip }
`;
      const starter = await readStarterSet(join(__dirname, '../../../../policies'), true);
      expect(starter.some(({ source }) => source.includes('no-firewall-block-of-private-addresses'))).toBe(true);
      const keys = aKeyPair();
      const { files, trusted } = aBundle([wish, ...starter.map(({ source }) => source)], { keys });
      const bundle = { files, keys, statement: trusted.statement };
      const scene = await sceneOf({}, {}, bundle);
      await receive(scene, alertOf(level, { related_doc_ids: level === 'document' ? ['gone|logs'] : [] }));
      await scene.pass(1_500);
      const [asked] = scene.cases();
      expect(asked?.decision?.verdict).toBe('escalate');
      expect(asked?.decision?.acts.map(({ result }) => result)).toContain('escalate');
      expect(asked?.decision?.acts.flatMap(({ reasons }) => reasons.map(({ code }) => code))).toEqual(
        expect.arrayContaining(['target_unknown']),
      );
      expect(asked?.decision?.acts.flatMap(({ reasons }) => reasons.map(({ code }) => code))).not.toContain(
        'requirement_not_met',
      );
    },
  );
  describe('in error', () => {
    const error = (change: object = {}) =>
      alertOf('query', {
        id: 'e1',
        state: 'ERROR',
        error_message: 'Failed fetching `inputs`:\n<b>no such index</b>',
        ...change,
      });
    const scene = async () => {
      const made = await sceneOf();
      const failing = () => made.agent.parts.failing.all.map(({ source, since, words }) => [source.id, since, words]);
      const told = async () => {
        await made.pass(1_500);
        return made.world.evidence
          .find({ family: 'audit' })
          .map(({ body }) => body.verb)
          .filter((verb) => String(verb).startsWith('detection_'));
      };
      return { ...made, failing, told };
    };
    const WORDS = 'Failed fetching inputs : <b>no such index</b>';

    it('make no case, are a trouble of their source with Alerting’s words, and are told of once', async () => {
      const made = await scene();
      for (let run = 0; run < 3; run += 1) await receive(made, error({ last_notification_time: SEEN + run }));
      expect(made.failing()).toEqual([['query', iso(SEEN), WORDS]]);
      expect([await made.told(), made.cases()]).toEqual([['detection_fails'], []]);
    });
    it.each([
      ['is firing again', { state: 'ACTIVE', error_message: null }],
      ['is over', { state: 'COMPLETED', error_message: null }],
      ['was deleted', { state: 'DELETED' }],
      ['stays in error, with an end', { end_time: SEEN + 60_000 }],
    ])('work again once the alert %s', async (_, change) => {
      const made = await scene();
      await receive(made, error());
      await receive(made, error({ id: 'other', monitor_id: 'bucket' }));
      await receive(made, error(change));
      expect(made.failing().map(([id]) => id)).toEqual(['bucket']);
      expect((await made.told()).sort()).toEqual(['detection_fails', 'detection_fails', 'detection_works_again']);
    });
    it('work again once no alert of the monitor is in error', async () => {
      const made = await scene();
      await receive(made, error(), error({ id: 'e2', trigger_id: 't2' }));
      await receive(made, error({ state: 'ACTIVE' }));
      expect(made.failing()).toHaveLength(1);
      await receive(made, error({ id: 'e2', trigger_id: 't2', state: 'COMPLETED' }));
      expect(made.failing()).toEqual([]);
    });
    it('of the message alone are no failure: it fires, and makes its case', async () => {
      const made = await scene();
      await receive(made, error({ error_message: 'Failed running action:\nFor input string: "LOCKED"' }));
      expect([made.failing(), await made.told(), made.cases().length]).toEqual([[], [], 1]);
    });
    it('are known to every agent, and are cut', async () => {
      const made = await scene();
      await receive(made, error({ error_message: 'x'.repeat(5_000) }));
      const { store, clock, log } = made.agent.parts;
      const other = new FailingBook({ store, clock, log });
      await made.pass(1_500);
      await made.within(other.load());
      expect(other.of({ type: 'alerting', id: 'query' })?.words).toHaveLength(500);
    });
    it('end where the monitor is gone, and not where Alerting cannot say', async () => {
      const made = await scene();
      await receive(made, error({ monitor_id: 'deleted' }), error({ id: 'e2' }));
      await made.within(endFailing(made.source));
      expect(made.failing().map(([id]) => id)).toEqual(['query']);
    });
  });
  describe('of a composite monitor', () => {
    const COMPOSITE = alertOf('', {
      id: 'c',
      workflow_id: 'w',
      workflow_name: 'both',
      associated_alert_ids: ['audit-1', 'audit-2'],
    });
    const audit = (id: string, monitor: string, related: readonly string[]): AlertDocument => ({
      id,
      index: 'history',
      source: alertOf(monitor, { state: 'AUDIT', workflow_id: 'w', related_doc_ids: related }),
    });
    const sceneWith = async (ips: Readonly<Record<string, string>>, audits: readonly AlertDocument[]) => {
      const all = [...audits, { id: 'c', index: 'alerts', source: COMPOSITE }];
      return sceneOf({
        alerts: async ({ ids = [] }) => all.filter(({ id }) => ids.includes(id)),
        documents: async (wanted) =>
          wanted.map(({ index, id }) => ({ index, id, seqNo: 1, source: { source: { ip: ips[id] } } })),
        monitor: async (id) =>
          id === 'w'
            ? { kind: 'found', monitor: { name: 'both', inputs: [{ composite_input: {} }] } }
            : { kind: 'unknown' },
      });
    };
    const both = [audit('audit-1', 'm1', ['a|logs']), audit('audit-2', 'm2', ['b|logs'])];
    const ipsIn = async (scene: Awaited<ReturnType<typeof sceneOf>>) => {
      await receive(scene, COMPOSITE, ...both.map(({ source }) => source));
      await scene.pass(1_500);
      return scene.cases().map(({ received }) => [received.intake.id, received.event.source?.ip]);
    };

    it('are one case about what all delegates name, and the delegates’ own are none', async () => {
      const scene = await sceneWith({ a: '203.0.113.5', b: '203.0.113.5' }, both);
      expect(await ipsIn(scene)).toEqual([['w', '203.0.113.5']]);
    });
    it('are for a person where the delegates name different things', async () => {
      const scene = await sceneWith({ a: '203.0.113.5', b: '203.0.113.6' }, both);
      expect(await ipsIn(scene)).toEqual([['w', undefined]]);
      expect(scene.cases()[0]?.decision?.verdict).not.toBe('permit');
    });
    it('are for a person where an alert of a delegate cannot be found', async () => {
      const scene = await sceneWith({ a: '203.0.113.5', b: '203.0.113.5' }, both.slice(0, 1));
      expect(await ipsIn(scene)).toEqual([['w', undefined]]);
    });
  });
  it('of a query-level monitor are one event for each entity that its query finds, new ones later included', async () => {
    let ips = ['203.0.113.1', '203.0.113.2'];
    const asked: unknown[] = [];
    const scene = await sceneOf(
      {
        entities: async (search) => {
          asked.push(search);
          return { documents: ips.map((ip, n) => logOf(ip, n)), more: false };
        },
      },
      { mappingOf: async () => ({ entityField: 'source.ip', apply: () => ({}) }) },
    );
    await receive(scene, alertOf('query'));
    ips = ['203.0.113.2', '203.0.113.3'];
    await receive(scene, alertOf('query', { last_notification_time: SEEN + 10_000 }));
    await scene.pass(1_500);
    const found = scene.cases().map(({ received }) => received.event.source?.ip);
    expect([...found].sort()).toEqual(['203.0.113.1', '203.0.113.2', '203.0.113.3']);
    expect(asked[0]).toMatchObject({ indices: ['logs'], field: 'source.ip', most: 1_000 });
    await receive(scene, alertOf('query', { state: 'COMPLETED' }));
    await scene.pass(1_500);
    expect(scene.cases().map(({ received }) => received.source_state)).toEqual(Array(3).fill('completed'));
  });
  it('of a query-level monitor may be about hundreds of entities; that there are more is told, once for each that is new', async () => {
    const ips = Array.from({ length: 300 }, (_, n) => `203.0.${n >> 8}.${n & 255}`);
    const taken = ips.slice(0, 298);
    const scene = await sceneOf(
      { entities: async () => ({ documents: taken.map((ip, n) => logOf(ip, n)), more: true }) },
      { mappingOf: async () => ({ entityField: 'source.ip', apply: () => ({}) }) },
    );
    await receive(scene, alertOf('query'));
    await scene.pass(3_000);
    expect([scene.cases().length, scene.reasons()]).toEqual([298, ['too_many_entities']]);
    await receive(scene, alertOf('query', { last_notification_time: SEEN + 10_000 }));
    await scene.pass(3_000);
    expect([scene.cases().length, scene.reasons()]).toEqual([298, ['too_many_entities']]);
    taken.push(...ips.slice(298));
    await receive(scene, alertOf('query', { last_notification_time: SEEN + 20_000 }));
    await scene.pass(3_000);
    expect([scene.cases().length, scene.reasons()]).toEqual([300, Array(2).fill('too_many_entities')]);
    await receive(scene, alertOf('query', { state: 'COMPLETED' }));
    await scene.pass(3_000);
    expect(scene.cases().map(({ received }) => received.source_state)).toEqual(Array(300).fill('completed'));
  });
  it('that were acknowledged are noted on their case', async () => {
    const scene = await sceneOf();
    const alert = alertOf('bucket', { agg_alert_content: { bucket_keys: ['x'], bucket: { key: { a: 'x' } } } });
    await receive(scene, alert);
    await receive(scene, { ...alert, state: 'ACKNOWLEDGED' });
    await scene.pass(1_500);
    expect(scene.cases()).toMatchObject([{ acknowledged: true }]);
  });
  it('that were acknowledged start nothing anew, though their document was changed or deleted since', async () => {
    let documents: readonly RelatedDocument[] = [];
    const scene = await sceneOf({ documents: async () => documents });
    const ioc = (seqNo: number): RelatedDocument => ({
      ...logOf('203.0.113.77', seqNo),
      id: 'd',
      source: { source: { ip: '203.0.113.77' }, rule: { ruleset: 'known_ioc' } },
    });
    const alert = alertOf('document', { related_doc_ids: ['d|logs'] });
    documents = [ioc(1)];
    await receive(scene, alert);
    await scene.pass(3_000);
    const before = [scene.world.sendings.length, scene.cases().map(({ decision }) => decision?.verdict)];
    expect(before).toEqual([1, ['permit']]);
    for (const now of [[ioc(9)], []]) {
      documents = now;
      await receive(scene, { ...alert, state: 'ACKNOWLEDGED' });
      await scene.pass(3_000);
    }
    expect(scene.world.sendings).toHaveLength(1);
    const later = scene.cases().filter(({ received }) => received.source_state === 'acknowledged');
    expect(later.map(({ acts }) => acts.filter(({ status }) => status !== 'denied'))).toEqual([[], []]);
  });
  it('that began and ended unseen are recorded, and nothing is done', async () => {
    const scene = await sceneOf({
      documents: async () => [
        {
          index: 'logs',
          id: 'd',
          seqNo: 1,
          source: { source: { ip: '203.0.113.77' }, rule: { ruleset: 'known_ioc' } },
        },
      ],
    });
    await receive(scene, alertOf('document', { related_doc_ids: ['d|logs'], state: 'COMPLETED' }));
    await scene.pass(3_000);
    expect(scene.cases()).toMatchObject([{ decision: { verdict: 'deny', reasons: [] } }]);
    const codes = scene.cases()[0]?.decision?.acts[0]?.reasons.map(({ code }) => code);
    expect([codes, scene.world.sendings]).toEqual([['policy_matched', 'source_completed'], []]);
  });

  it.each([
    [', early: source_completed', 0],
    ['', 1],
  ])('that are over end a containment early only where its policy says so (`%s`)', async (early, left) => {
    const keys = aKeyPair();
    const policy = `apiVersion: reflex/v1
kind: Policy
metadata: { id: block, title: block, owner: test }
spec:
  layer: action
  mode: enforce
  when: 'event.rule.origin == "known_ioc"'
  then: { action: block_ip, target: { ip: event.source.ip }, ttl: 10m }
  rollback: { action: unblock_ip${early} }
`;
    const { files, trusted } = aBundle([policy], { keys });
    const document = {
      index: 'logs',
      id: 'd',
      seqNo: 1,
      source: { source: { ip: '203.0.113.77' }, rule: { ruleset: 'known_ioc' } },
    };
    const scene = await sceneOf(
      { documents: async () => [document] },
      {},
      { files, keys, statement: trusted.statement },
    );
    const alert = alertOf('document', { related_doc_ids: ['d|logs'] });
    const inEffect = (): number =>
      scene.world.store.search({ kinds: ['effect'], notStates: ['absent'], limit: 10 }).length;
    await receive(scene, alert);
    await scene.pass(8_000);
    expect(inEffect()).toBe(1);
    await receive(scene, { ...alert, state: 'COMPLETED' });
    await scene.pass(60_000);
    expect(inEffect()).toBe(left);
  });
});
