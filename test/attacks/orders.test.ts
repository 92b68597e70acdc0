import { containNow, postEvaluate, postEvents, requeueQuarantined } from '../../common/api/routes';
import { ACTIONS } from '../../common/policy/actions';
import type { Order } from '../../common/flow/order';
import { decide } from '../../server/engine/decision/decide';
import { INITIAL_WEIGHTS, modelOf } from '../../server/engine/decision/model';
import { orderedBy, orderedEvent } from '../../server/engine/intake/ordered_event';
import { saidOnWire, voiceOf } from '../../server/engine/intake/voice';
import { compileDraft } from '../../server/engine/policy/compile_bundle';
import { iso } from '../../common/iso';
import { contentOf } from '../../server/runner/keeping/state_docs';
import { received } from '../builders/events';
import { lookupsOf } from '../builders/lookups';
import { aBundle, aPolicy } from '../builders/policies';
import { callerWith, routeHost, type RouteHost } from '../builders/route_host';
import { Dice } from '../fakes/scheduler';

/* X33: whoever may order, or poses as somebody who may, turns orders into authority. */

const ORDERED: Order = { action: 'block_ip', target: { type: 'ip', value: '203.0.113.7' }, reason: 'because' };

const BEARER = { authorization: 'Bearer good' };

const BY_HAND = `apiVersion: reflex/v1
kind: Policy
metadata: { id: by-hand, title: By hand, owner: soc }
spec:
  layer: action
  mode: enforce
  on: { intake: ["analyst:ann"] }
  when: event.source.ip != ""
  then: { action: block_ip, target: { ip: event.source.ip }, ttl: 60s }
  rollback: { action: unblock_ip }
`;

describe('posing as somebody who may order', () => {
  let host: RouteHost;
  const sent = (): number => host.world.sendings.length;
  const anEvent = (more: object = {}) => ({
    event_id: 'e1',
    timestamp: iso(host.agent.parts.clock.utc()),
    confidence: 1,
    severity: 'critical',
    recommended_action: 'block_ip',
    source: { ip: '203.0.113.7' },
    ...more,
  });

  beforeEach(async () => {
    const { files, keys, trusted } = aBundle([BY_HAND]);
    host = await routeHost({ bundle: { files, keys, statement: trusted.statement } });
  });

  it.each([
    ['says so in the event', { order: ORDERED }],
    ['says so of its intake', { intake: { type: 'analyst', id: 'ann' } }],
    ['says so in a name of its own', { received: { order: ORDERED } }],
  ])('does nothing: a source that %s', async (_, more) => {
    const body = Buffer.from(JSON.stringify([anEvent(more)]));
    const { status } = await host.call(postEvents, { body, headers: BEARER, as: callerWith('analyst:ann', 'intake') });
    expect([202, 400]).toContain(status);
    await host.wait(3_000);
    expect(sent()).toBe(0);
    const orders = [...host.world.store.documents].filter(([, doc]) =>
      JSON.stringify(doc.body.content).includes('"order":{"action"'),
    );
    expect(orders).toEqual([]);
  });

  it('does nothing: a token whose name is that of a person, asking to act', async () => {
    const body = Buffer.from(JSON.stringify({ event: anEvent(), act: true }));
    const { status } = await host.call(postEvaluate, { body, headers: BEARER, as: callerWith('ann', 'ask', 'act') });
    expect(status).toBe(200);
    await host.wait(3_000);
    expect(sent()).toBe(0);
  });

  it('does nothing alone: what that person hands in from the quarantine', async () => {
    const ann = callerWith('ann', 'read', 'respond');
    const body = Buffer.from('[{"event_id":"odd"}]');
    await host.call(postEvents, { body, headers: BEARER, as: callerWith('siem', 'intake') });
    await host.wait(1_500);
    const [id] = [...(host.world.evidence.records.get('quarantine')?.keys() ?? [])];
    const text = JSON.stringify({ ...anEvent(), order: ORDERED });
    const plain = JSON.stringify(anEvent());
    for (const each of [text, plain])
      await host.call(requeueQuarantined, {
        params: { entry_id: id ?? '' },
        body: { text: each, reason: 'mended' },
        as: ann,
      });
    await host.wait(3_000);
    expect(sent()).toBe(0);
    const cases = [...host.world.store.documents.keys()]
      .filter((key) => key.startsWith('case:'))
      .flatMap((key) => contentOf('case', host.world.store.get(key)) ?? []);
    expect(cases.map(({ state }) => state)).toEqual(['waiting']);
  });

  it.each([
    ['another person', 'bob'],
    ['the name in other letters', 'Ann'],
    ['the name with a realm', 'CORP\\ann'],
  ])('does nothing: %s, where the policy names one', async (_, name) => {
    const { body } = await host.call(containNow, {
      body: { action: 'block_ip', target: '203.0.113.7', reason: 'because' },
      as: callerWith(name, 'read', 'respond'),
    });
    expect(body).toMatchObject({ status: 'denied' });
    expect(sent()).toBe(0);
  });

  it('needs the right to respond, which no token has', async () => {
    for (const may of ['read', 'approve', 'author', 'ask', 'act', 'intake'] as const) {
      const { status } = await host.call(containNow, {
        body: { action: 'block_ip', target: '203.0.113.7', reason: 'because' },
        as: callerWith('ann', may),
      });
      expect([may, status]).toEqual([may, 403]);
    }
    expect(sent()).toBe(0);
  });
});

describe('what an order grants', () => {
  /** A policy as somebody reckless may write it. */
  const aReckless = (dice: Dice, index: number): { readonly source: string; readonly names: boolean } => {
    const { action, undo, target } = dice.pick(
      ACTIONS.filter((each) => each.target !== 'file' && each.target !== 'process'),
    );
    const names = dice.chance(0.3);
    const field = {
      ip: 'event.source.ip',
      host: 'event.src_host',
      user: 'event.user.name',
      domain: 'event.destination.domain',
      file: '',
      process: '',
    };
    const when = dice.pick([
      '"true"',
      'event.confidence > 0.9',
      'event.severity == "high"',
      'score.value > 0.5',
      'event.recommended_action != ""',
    ]);
    const source = `apiVersion: reflex/v1
kind: Policy
metadata: { id: p-${index}, title: Reckless, owner: soc }
spec:
  layer: action
  mode: ${dice.pick(['enforce', 'enforce', 'escalate', 'shadow'])}
${names ? '  on: { intake: [analyst] }\n' : ''}  when: ${when}
  then: { action: ${action}, target: { ${target}: ${field[target]} }${undo === null ? '' : `, ttl: ${dice.pick(['1h', '4h'])}`} }
${undo === null ? '' : `  rollback: { action: ${undo} }\n`}`;
    return { source, names };
  };

  const TARGETS: ReadonlyArray<Order['target']> = [
    { type: 'ip', value: '203.0.113.7' },
    { type: 'host', value: 'ws-1' },
    { type: 'user', value: 'eve' },
    { type: 'domain', value: 'c2.example.net' },
  ];

  it('is nothing: under random policies only one that names people lets one act alone, and no longer than it says', () => {
    const dice = new Dice(69);
    const permitted = { named: 0, asked: 0, refused: 0 };
    for (let run = 0; run < 600; run += 1) {
      const policies = Array.from({ length: dice.whole(2, 8) }, (_, index) => aReckless(dice, index));
      const target = dice.pick(TARGETS);
      const { action } = dice.pick(ACTIONS.filter((each) => each.target === target.type));
      const ttl_ms = dice.pick([60_000, 2 * 3_600_000, 9 * 3_600_000]);
      const order: Order = { action, target, reason: 'because', ttl_ms };
      const intake = { type: 'analyst', id: 'ann' } as const;
      const event = orderedEvent(order, { id: `o${run}`, at: '2026-11-22T10:00:00.000Z' });
      const voice = voiceOf(event, saidOnWire, undefined, { handed: orderedBy(intake) });
      const { acts, verdict } = decide({
        received: { ...received(event, { intake }), voice, order },
        lookups: lookupsOf(),
        bundle: compileDraft(policies.map(({ source }) => aPolicy(source))),
        model: modelOf(INITIAL_WEIGHTS),
        now: Date.parse('2026-11-22T10:00:01.000Z'),
      });
      const real = acts.filter(({ proposed }) => !proposed.shadow);
      expect(real.length).toBeLessThanOrEqual(1);
      for (const { proposed, result } of acts) {
        const { ref, spec, ttlMs } = proposed.policy;
        expect([spec.then.action, proposed.target]).toEqual([action, target]);
        const named = policies[Number(ref.id.slice(2))]?.names;
        if (result === 'permit') expect(named).toBe(true);
        if (result !== 'deny' && ttlMs !== null) expect(ttl_ms).toBeLessThanOrEqual(ttlMs);
      }
      if (verdict === 'permit') permitted.named += 1;
      else if (verdict === 'escalate') permitted.asked += 1;
      else permitted.refused += 1;
    }
    // Each of them is tried often enough to say something.
    for (const count of Object.values(permitted)) expect(count).toBeGreaterThan(15);
  });
});
