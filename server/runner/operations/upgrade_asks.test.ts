import { listUpgradeAsks, type UpgradeAsksView } from '../../../common/api/routes';
import { iso } from '../../../common/iso';
import type { Intake } from '../../../common/flow/event';
import { anEvent } from '../../../test/builders/events';
import { callerWith, routeHost, type RouteHost } from '../../../test/builders/route_host';
import { quietLog } from '../../../test/builders/store_port';
import { vouchedFor } from '../../../test/builders/vouch';
import { compileDraft } from '../../engine/policy/compile_bundle';
import { parsePolicy } from '../../engine/policy/parse_policy';
import { goesBy } from '../../engine/decision/goes_by';
import { GrantBook } from '../sources/grants';
import { receiveEvents } from '../sources/receive';
import { upgradeAsks } from './upgrade_asks';

const reader = callerWith('ann', 'read');

describe('what asks because nobody granted a source anything', () => {
  let host: RouteHost;
  let sent = 0;
  const grant = (...sources: readonly string[]): void => {
    const { store, clock } = host.agent.parts;
    Object.assign(host.agent.parts, {
      grants: new GrantBook({ store, clock, log: quietLog() }, vouchedFor(sources)),
    });
  };
  const send = async (intake: Intake, tag: string): Promise<void> => {
    sent += 1;
    const event = anEvent({
      event_id: `e${sent}`,
      timestamp: iso(host.agent.parts.clock.utc()),
      tags: [tag],
      src_host: 'ws-1',
      source: { ip: `203.0.113.${sent}` },
    });
    await host.drive(receiveEvents(host.agent, intake, [event]));
    await host.wait(2_000);
  };
  const asks = async (): Promise<UpgradeAsksView> => {
    const { status, body } = await host.call(listUpgradeAsks, { as: reader });
    expect(status).toBe(200);
    return body as UpgradeAsksView;
  };

  beforeAll(async () => {
    host = await routeHost();
  });

  it('is nothing while nothing came in, and names the policies that go by claims', async () => {
    grant();
    const view = await asks();
    expect(view).toMatchObject({ days: 7, sources: [], more_sources: 0 });
    expect(view.policies).toContainEqual({ policy: 'block-ioc', mode: 'enforce', reads: ['rule.origin'] });
    expect(view.policies).toContainEqual({ policy: 'isolate-ransomware', mode: 'enforce', reads: ['tags'] });
  });

  it('counts what was permitted before and what asked since, by source and policy', async () => {
    const siem = { type: 'webhook', id: 'siem' } as const;
    grant('webhook:siem', 'kafka:alerts');
    await send(siem, 'ransomware');
    await send({ type: 'kafka', id: 'alerts' }, 'ransomware');
    grant('kafka:alerts');
    await send(siem, 'ransomware');
    await send(siem, 'ransomware');
    await send({ type: 'index', id: 'quiet' }, 'nothing');
    expect((await asks()).sources).toEqual([
      {
        type: 'webhook',
        id: 'siem',
        decisions: 3,
        policies: [{ policy: 'isolate-ransomware', asked: 2, permitted: 1 }],
      },
      { type: 'index', id: 'quiet', decisions: 1, policies: [] },
    ]);
  });

  it('names what came in at this host and was not decided, and nothing that was silent or granted', async () => {
    for (const id of ['new', 'silent', 'granted'])
      host.sourceHealth.gauge({ type: 'rabbitmq', id }, { connected: true });
    for (const id of ['new', 'granted']) host.sourceHealth.note({ type: 'rabbitmq', id }, 'received');
    host.sourceHealth.note({ type: 'analyst', id: 'ann' }, 'received');
    grant('kafka:alerts', 'rabbitmq:granted');
    const ids = (await asks()).sources.map(({ type, id, decisions }) => `${type}:${id} ${decisions}`);
    expect(ids).toEqual(['webhook:siem 3', 'index:quiet 1', 'rabbitmq:new 0']);
  });

  it('counts acts on what is critical today, by the word of one source', async () => {
    const before = host.agent.parts.inventory.criticalOf;
    const critical = jest.spyOn(host.agent.parts.inventory, 'criticalOf');
    critical.mockImplementation(({ value }) => (value.startsWith('ws-1') ? 'listed' : undefined));
    expect((await asks()).one_source).toEqual({
      looked_at: 2,
      of: 2,
      policies: [{ policy: 'isolate-ransomware', acts: 2 }],
    });
    critical.mockImplementation(before);
    expect((await asks()).one_source.policies).toEqual([]);
  });

  it('forgets what is older than a week', async () => {
    grant();
    const { clock } = host.agent.parts;
    const later = { ...clock, utc: () => clock.utc() + 8 * 86_400_000, monotonic: () => clock.monotonic() };
    const parts = { ...host.agent.parts, clock: later };
    expect((await host.drive(upgradeAsks({ parts }, []))).sources).toEqual([]);
  });

  it('is bounded: of more than 20 sources only the number is told', async () => {
    grant();
    const many = Array.from({ length: 30 }, (_, number): Intake => ({ type: 'webhook', id: `w${number}` }));
    const view = await host.drive(upgradeAsks(host.agent, many));
    expect(view.sources).toHaveLength(20);
    // Those of the tests before: siem, alerts, quiet.
    expect(view.more_sources).toBe(13);
    expect(view.sources[0]).toMatchObject({ id: 'siem' });
  });
});

describe('the fields of authority that a policy goes by', () => {
  const reads = (when: string, on = ''): readonly string[] => {
    const parsed = parsePolicy(
      'p.yaml',
      `apiVersion: reflex/v1
kind: Policy
metadata: { id: some-block, title: some block, owner: sim }
spec:
  layer: action
  mode: enforce
${on}  when: '${when}'
  then: { action: block_ip, target: { ip: event.source.ip }, ttl: 1h }
  rollback: { action: unblock_ip }
`,
    );
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
    const [policy] = compileDraft([parsed.value]).actions.all;
    return policy ? goesBy(policy) : [];
  };

  it.each([
    ['event.source.ip == "203.0.113.7"', []],
    ['event.confidence > 0.9', ['confidence']],
    ['score.value > 0.9', ['confidence', 'severity', 'rule.id']],
    ['"attack.t1486" in event.tags && event.rule.name == "x"', ['tags', 'rule.name']],
  ])('are told from its condition: %s', (when, fields) => expect(reads(when)).toEqual(fields));

  it('are the severity as well where it is asked for that alone', () =>
    expect(reads('event.source.ip != ""', '  on: { severity: [high] }\n')).toEqual(['severity']));
});
