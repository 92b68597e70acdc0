import {
  decideAgain,
  getBreakers,
  getHeldByStop,
  getUndoSuspensions,
  listContainments,
  listEscalations,
  releaseSwitch,
  resumeUndo,
  suspendUndo,
  throwSwitch,
} from '../../common/api/routes';
import type { ContainmentView, EscalationView, StopView } from '../../common/api/views';
import { iso } from '../../common/iso';
import { stopsOf } from '../runner/operations/brakes';
import { GATE_ID } from '../runner/keeping/kinds/gate';
import { contentOf } from '../runner/keeping/state_docs';
import { received } from '../../test/builders/events';
import { callerWith, EVERYTHING, routeHost, type RouteHost } from '../../test/builders/route_host';

/* Stops and pauses of one policy, and undoing that is suspended, by the routes, in a whole agent. */

const MINUTE_MS = 60_000;
const POLICY = 'policy:block-ioc';

let host: RouteHost;
let count = 0;
beforeEach(async () => {
  host = await routeHost();
  count = 0;
});

const order = (route: Parameters<RouteHost['call']>[0], body: object) =>
  host.call(route, { body: { reason: 'looking at it', ...body }, as: EVERYTHING });
const gate = () => contentOf('gate', host.world.store.get(GATE_ID));
const stops = (): readonly StopView[] => stopsOf(host.agent, host.agent.hostStop);
const hand = async (event: object = {}): Promise<void> => {
  const n = (count += 1);
  const timestamp = iso(host.agent.parts.clock.utc());
  const named = { event_id: `e${n}`, source: { ip: `203.0.113.${n}` }, rule: { id: 'r1', origin: 'known_ioc' } };
  await host.drive(host.agent.admit(received({ timestamp, ...named, ...event })));
  await host.wait(3_000);
};
const contained = async () =>
  ((await host.call(listContainments)).body as { containments: ContainmentView[] }).containments.map(
    ({ target }) => target.value,
  );
const waiting = async () =>
  ((await host.call(listEscalations)).body as { escalations: EscalationView[] }).escalations.map(
    ({ act, stop_reason, resumed_at }) => [act.target.value, stop_reason, resumed_at !== undefined],
  );
const verbs = (): readonly string[] =>
  host.world.evidence
    .find({ family: 'audit' })
    .map(({ body }) => body as { readonly verb: string; readonly by: string; readonly outcome?: string })
    .map(({ verb, by, outcome }) => `${verb} ${by} ${outcome ?? ''}`);

describe('a stop by policy', () => {
  it('holds what this policy proposes and nothing else, until it is released', async () => {
    expect((await order(throwSwitch, { scope: POLICY })).body).toMatchObject({ acknowledged: true });
    await hand();
    await hand({ source: { ip: '198.51.100.9' }, rule: { id: 'r2', origin: 'brute_force' } });
    expect(await waiting()).toContainEqual(['203.0.113.1', 'kill_switch', false]);
    expect(await contained()).toEqual(['198.51.100.9']);
    expect((await host.call(getHeldByStop, { query: { scope: POLICY } })).body).toMatchObject({ acts: 1 });
    expect((await host.call(getHeldByStop, { query: { scope: 'policy:another' } })).body).toMatchObject({ acts: 0 });
    await order(releaseSwitch, { scope: POLICY });
    await host.wait(1_000);
    expect(await waiting()).toContainEqual(['203.0.113.1', 'kill_switch', true]);
    await order(decideAgain, { scope: POLICY });
    await host.wait(5_000);
    expect(await contained()).toContain('203.0.113.1');
  });

  it('leaves acts of other policies alone', async () => {
    await order(throwSwitch, { scope: 'policy:isolate-ransomware' });
    await hand();
    expect(await contained()).toEqual(['203.0.113.1']);
  });

  it.each([
    ['policy:block-iok', 404, 'not_found', 'did you mean `policy:block-ioc`?'],
    ['action:block_ipp', 404, 'not_found', 'did you mean `action:block_ip`?'],
    ['connector:nowhere', 404, 'not_found', 'there is no connector `nowhere`'],
    ['layer:global', 400, 'invalid', 'propose no acts'],
    ['policy:Block', 400, 'invalid', ''],
    ['tag:x', 400, 'invalid', ''],
  ])('of `%s` is refused, and changes nothing', async (scope, status, code, words) => {
    const before = gate()?.epoch;
    const answer = await order(throwSwitch, { scope });
    expect([answer.status, answer.body]).toMatchObject([status, { code }]);
    expect((answer.body as { message: string }).message).toContain(words);
    expect([gate()?.epoch, stops(), verbs()]).toEqual([before, [], []]);
  });

  it('is taken by its form alone while nothing is ready', async () => {
    host.loading = 'the state';
    expect((await order(throwSwitch, { scope: 'policy:not-known-yet' })).status).toBe(200);
    expect(stops()).toMatchObject([{ scope: 'policy:not-known-yet' }]);
  });

  it('of the layer that proposes is a stop of everything', async () => {
    await order(throwSwitch, { scope: 'layer:action' });
    expect(stops()).toMatchObject([{ scope: 'all' }]);
    await order(releaseSwitch, { scope: 'layer:action' });
    expect(stops()).toEqual([]);
  });
});

describe('a pause of a policy', () => {
  const pause = (minutes: number, scope = POLICY) => order(throwSwitch, { scope, for_ms: minutes * MINUTE_MS });

  it('ends by itself, on record; what it held waits until somebody has it decided again', async () => {
    const { body } = await pause(2);
    expect(body).toMatchObject({ acknowledged: true, until: expect.any(String) as string });
    expect(stops()).toMatchObject([{ scope: POLICY, lasts_ms: 2 * MINUTE_MS, until: expect.any(String) as string }]);
    await hand();
    await host.wait(2 * MINUTE_MS - 4_000);
    expect(stops()).toHaveLength(1);
    await host.wait(15_000);
    expect(stops()).toEqual([]);
    expect(verbs()).toEqual(['pause root asked', 'pause root done', 'resume reflex done']);
    expect(await waiting()).toEqual([['203.0.113.1', 'kill_switch', true]]);
    expect(await contained()).toEqual([]);
    await order(decideAgain, { scope: POLICY });
    await host.wait(5_000);
    expect(await contained()).toEqual(['203.0.113.1']);
  });

  it('is renewed by giving it again, and cut short by nobody who may only stop', async () => {
    await pause(5);
    const first = stops()[0]?.until ?? '';
    await pause(1);
    expect(stops()).toMatchObject([{ until: first }]);
    await host.wait(3 * MINUTE_MS);
    await pause(5);
    expect((stops()[0]?.until ?? '') > first).toBe(true);
  });

  it('does not shorten a stop that has no end', async () => {
    await order(throwSwitch, { scope: POLICY });
    await pause(1);
    await host.wait(3 * MINUTE_MS);
    expect(stops()).toMatchObject([{ scope: POLICY }]);
    expect(stops()[0]).not.toHaveProperty('until');
  });

  it.each([
    [POLICY, 31 * MINUTE_MS],
    [POLICY, 59_999],
    [POLICY, 90_000.5],
    ['all', MINUTE_MS],
    ['action:block_ip', MINUTE_MS],
  ])('of %s for %s ms is refused, and changes nothing', async (scope, for_ms) => {
    const answer = await order(throwSwitch, { scope, for_ms });
    expect([answer.status, (answer.body as { code: string }).code]).toEqual([400, 'invalid']);
    expect([stops(), verbs()]).toEqual([[], []]);
  });
});

describe('suspended undoing', () => {
  const suspended = async () =>
    (await host.call(getUndoSuspensions)).body as { suspensions: object[]; overdue: Array<{ target: string }> };
  const suspend = (body: object) => order(suspendUndo, { scope: 'all', for_ms: 10 * MINUTE_MS, ...body });

  it('leaves what is past its end in place, lists it, and undoes it once a person says so', async () => {
    await hand();
    await suspend({});
    await host.wait(5 * MINUTE_MS);
    expect(await contained()).toEqual(['203.0.113.1']);
    expect(await suspended()).toMatchObject({
      suspensions: [{ scope: 'all', who: 'root', why: 'looking at it', until: expect.any(String) as string }],
      overdue: [{ action: 'block_ip', target: '203.0.113.1' }],
    });
    const { troubles } = host.agent;
    expect(troubles.map(({ code }) => code)).toEqual(['undo_suspended']);
    expect(troubles[0]?.text).toContain('past their end because of that: 1 containment');
    expect((await order(resumeUndo, { scope: 'all' })).body).toEqual({ suspensions: [] });
    await host.wait(10_000);
    expect([await contained(), host.agent.troubles]).toEqual([[], []]);
    expect(verbs()).toEqual([
      'suspend_undo root asked',
      'suspend_undo root done',
      'resume_undo root asked',
      'resume_undo root done',
    ]);
  });

  it('ends by itself, on record', async () => {
    await hand();
    await suspend({});
    await host.wait(10 * MINUTE_MS + 15_000);
    expect([await contained(), (await suspended()).suspensions]).toEqual([[], []]);
    expect(verbs()).toContain('resume_undo reflex done');
  });

  it('of something else holds nothing', async () => {
    await hand();
    await suspend({ scope: 'action:isolate_host' });
    await host.wait(5 * MINUTE_MS);
    expect(await contained()).toEqual([]);
  });

  it.each([
    [suspendUndo, { for_ms: 241 * MINUTE_MS }, 400, 'invalid'],
    [suspendUndo, { reason: undefined }, 400, 'invalid'],
    [suspendUndo, { scope: POLICY }, 400, 'invalid'],
    [suspendUndo, { scope: 'connector:nowhere' }, 404, 'not_found'],
    [resumeUndo, { for_ms: undefined }, 404, 'not_found'],
  ])('is refused where that makes no sense: %#', async (route, body, status, code) => {
    const given = { scope: 'all', for_ms: MINUTE_MS, reason: 'incident', ...body };
    // What is left out is no field at all.
    const answer = await host.call(route, { body: JSON.parse(JSON.stringify(given)) as object, as: EVERYTHING });
    expect([answer.status, (answer.body as { code: string }).code]).toEqual([status, code]);
    expect([gate()?.undo_suspensions, verbs()]).toEqual([undefined, []]);
  });

  it('takes the right to approve', async () => {
    const as = callerWith('eve', 'read', 'respond');
    const body = { scope: 'all', for_ms: MINUTE_MS, reason: 'incident' };
    expect((await host.call(suspendUndo, { body, as })).status).toBe(403);
  });
});

describe('breakers', () => {
  const rules = {
    connector: { error_percent: 30, at_least: 5, window_ms: 600_000, wait_ms: 30_000 },
    policy: { overridden_percent: 20, acts: 10 },
    all: { starts: 2, window_ms: MINUTE_MS },
  };
  const breakersView = async () => (await host.call(getBreakers)).body;

  it('are none where the settings ask for none', async () => {
    expect(await breakersView()).toMatchObject({ watching: false, open: [], connectors: [] });
  });

  it('stop everything at too many starts, say so, and are reset with a reason, from when they count anew', async () => {
    host = await routeHost({ breakers: { rules, tell: () => undefined, remind: () => undefined, trips: new Map() } });
    for (let n = 0; n < 3; n += 1) await hand();
    await host.wait(5_000);
    const breaker = { wrong: 3, of: 3, round: 1, trying: false };
    expect(stops()).toMatchObject([{ scope: 'all', who: 'reflex breaker', state: 'acknowledged', breaker }]);
    expect(host.agent.troubles).toContainEqual({
      code: 'breaker_open',
      text: expect.stringMatching(
        /`all` was stopped by its breaker: 3 acts were started, .*a person resets it/,
      ) as string,
    });
    expect(await breakersView()).toMatchObject({
      watching: true,
      open: [{ scope: 'all', breaker }],
      connectors: [{ connector: 'edge', fails: 0, of: 3 }],
      rules: { error_percent: 30, at_least: 5, window_ms: 600_000, overridden_percent: 20, acts: 10, starts: 2 },
    });
    await order(releaseSwitch, { scope: 'all' });
    await host.wait(10_000);
    expect(stops()).toEqual([]);
    expect(verbs()).toEqual(expect.arrayContaining(['breaker_trip reflex breaker done', 'resume root done']));
    for (let n = 0; n < 3; n += 1) await hand();
    await host.wait(5_000);
    expect(stops()).toMatchObject([{ breaker: { wrong: 3 } }]);
  });
});
