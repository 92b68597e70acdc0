import { approveEscalation, denyEscalation, getDecision, listEscalations } from '../../../common/api/routes';
import type { DecisionDetail, EscalationView } from '../../../common/api/views';
import { iso } from '../../../common/iso';
import type { DetectionEvent, ReceivedEvent } from '../../../common/flow/event';
import { received } from '../../../test/builders/events';
import { routeHost, type RouteHost } from '../../../test/builders/route_host';
import type { Admission } from '../door/admission';
import type { CaseContent } from '../keeping/kinds/case';
import { contentOf } from '../keeping/state_docs';

/* A source reports again what it reported before, with newer data. The world is that of the simulation. */

let host: RouteHost;
beforeEach(async () => {
  host = await routeHost();
});

const IOC = { id: 'r1', origin: 'known_ioc' };
const ASK = { tags: ['ask'] };

/** A report of one finding, so many ms from now. */
const report = (more: Partial<DetectionEvent> = {}, kept: Partial<ReceivedEvent> = {}, inMs = 0): ReceivedEvent => {
  const now = host.agent.parts.clock.utc();
  return received(
    { event_id: 'finding', timestamp: iso(now + inMs), source: { ip: '203.0.113.2' }, ...more },
    { repetition: 'update', received_at: iso(now), ...kept },
  );
};
const hand = (event: ReceivedEvent): Promise<Admission> => host.drive(host.agent.admit(event));
const theCase = (): CaseContent => {
  const { case_id } = report();
  const content = contentOf('case', host.world.store.get(case_id));
  if (!content) throw new Error('there is no case');
  return content;
};
const decisions = (): number => host.world.evidence.records.get('decisions')?.size ?? 0;
const sent = (): string[] => host.world.sendings.map(({ command }) => command.target.value);
/** The event on record with the decision that the case has now. */
const decidedOn = (): DetectionEvent | undefined => {
  const record = host.world.evidence.records.get('decisions')?.get(theCase().decision?.decision_id ?? '');
  return (record?.body as { event?: ReceivedEvent } | undefined)?.event?.event;
};

describe('a newer report of what nothing was begun for', () => {
  it('is decided again at once, under the same case, and acts once', async () => {
    const first = await hand(report());
    expect([first.kind, theCase().decision?.verdict]).toEqual(['accepted', 'learn']);
    const again = await hand(report({ rule: IOC, severity: 'critical' }, {}, 1_000));
    expect([again.kind, theCase().updates?.count]).toEqual(['updated', 1]);
    await host.wait(3_000);
    expect(theCase()).toMatchObject({
      state: 'decided',
      decision: { verdict: 'permit' },
      received: { event: { severity: 'critical' } },
      acts: [{ status: 'present' }],
      updates: { count: 1 },
    });
    expect(theCase().outdated).toBeUndefined();
    expect(sent()).toEqual(['203.0.113.2']);
  });

  it('is told beside the decision that it makes outdated, and no more beside the next one', async () => {
    await hand(report());
    const { decision_id = '' } = theCase().decision ?? {};
    const told = async (id: string) => {
      const answer = await host.call(getDecision, { params: { decision_id: id } });
      return (answer.body as DecisionDetail).since;
    };
    await host.wait(2_000);
    expect(await told(decision_id)).toBeUndefined();
    await hand(report({ severity: 'critical' }, {}, 1_000));
    expect(await told(decision_id)).toMatchObject({ updates: { count: 1 }, severity: 'critical', outdated: true });
    await host.wait(15_000);
    expect(await told(decision_id)).toBeUndefined();
    const now = await told(theCase().decision?.decision_id ?? '');
    expect([now?.updates?.count, now?.severity, now?.outdated]).toEqual([1, undefined, undefined]);
  });

  it('keeps when it came in first, and everybody who may have asked for it', async () => {
    const before = report({}, { owners: ['ann'] });
    await hand(before);
    await host.wait(2_000);
    await hand(report({ severity: 'critical' }, { owners: ['ben'] }));
    expect(theCase().received).toMatchObject({ received_at: before.received_at, owners: ['ann', 'ben'] });
  });

  it('names the decision that it replaces', async () => {
    await hand(report());
    const { decision } = theCase();
    await hand(report({ severity: 'critical' }, {}, 1_000));
    await host.wait(15_000);
    expect(theCase().decision).toMatchObject({ predecessor: decision?.decision_id });
    expect(theCase().decision?.decision_id).not.toBe(decision?.decision_id);
  });

  it('makes no decision for each of many: the pauses between them grow', async () => {
    await hand(report());
    for (let n = 1; n <= 40; n += 1) {
      await hand(report({ confidence: 0.5 + n / 100 }, {}, n));
      await host.wait(500);
    }
    expect(theCase().updates?.count).toBe(40);
    expect(decisions()).toBeLessThanOrEqual(6);
    await host.wait(320_000);
    expect([theCase().outdated, theCase().received.event.confidence, decidedOn()?.confidence]).toEqual([
      undefined,
      0.9,
      0.9,
    ]);
  });

  it('waits for no pause where it is graver than what was decided', async () => {
    await hand(report());
    for (let n = 1; n <= 12; n += 1) await hand(report({ confidence: 0.5 + n / 100 }, {}, n));
    await host.wait(3_000);
    await hand(report({ severity: 'critical' }, {}, 100));
    await host.wait(2_000);
    expect([theCase().outdated, decidedOn()?.severity]).toEqual([undefined, 'critical']);
  });

  it('is decided again where only its time and its original are others', async () => {
    await hand(report());
    const { decision } = theCase();
    await hand(report({ raw: { count: 7 } }, {}, 60_000));
    await host.wait(3_000);
    expect(theCase().decision).toMatchObject({ predecessor: decision?.decision_id });
    expect(decidedOn()?.raw).toEqual({ count: 7 });
  });

  it('is not lost where it comes while the case is decided again', async () => {
    await hand(report());
    await hand(report({ confidence: 0.8 }, {}, 1_000));
    await Promise.all([host.wait(400), hand(report({ rule: IOC }, {}, 2_000))]);
    await host.wait(30_000);
    expect([theCase().received.event.rule?.origin, theCase().decision?.verdict]).toEqual(['known_ioc', 'permit']);
    expect(theCase().outdated).toBeUndefined();
  });
});

describe('a newer report of what is held', () => {
  it('is decided again, and does not confirm itself', async () => {
    const twice = { tags: ['twice'], rule: { id: 'r3' } };
    await hand(report(twice));
    expect(theCase().state).toBe('held');
    await hand(report({ ...twice, severity: 'critical' }, {}, 1_000));
    await host.wait(11_000);
    expect([theCase().state, theCase().received.event.severity, sent()]).toEqual(['held', 'critical', []]);
    expect(decidedOn()?.severity).toBe('critical');
  });
});

describe('a newer report of what waits for a person', () => {
  it('is what the person sees, is decided again, waits on, and lapses when it would have', async () => {
    await hand(report(ASK));
    const { due } = theCase();
    await hand(report({ ...ASK, severity: 'critical' }, {}, 1_000));
    expect(theCase()).toMatchObject({
      state: 'waiting',
      outdated: true,
      received: { event: { severity: 'critical' } },
    });
    await host.wait(12_000);
    expect(theCase()).toMatchObject({ state: 'waiting', due, acts: [{ status: 'waiting' }] });
    expect([theCase().outdated, decidedOn()?.severity]).toEqual([undefined, 'critical']);
  });
});

describe('a person who approves what its source just changed', () => {
  it('is told to look again, until it is decided again', async () => {
    await hand(report(ASK));
    const seenNow = async () => {
      await host.wait(1_000);
      const { body } = await host.call(listEscalations, {});
      return (body as { escalations: readonly [EscalationView] }).escalations[0];
    };
    const approve = async ({ seen, case_id, act_id }: EscalationView): Promise<unknown> =>
      (await host.call(approveEscalation, { params: { case_id, act_id }, body: { seen, reason: 'it is known' } })).body;
    const shown = await seenNow();
    await hand(report({ ...ASK, severity: 'critical', confidence: 0.95 }, {}, 1_000));
    expect(await approve(shown)).toMatchObject({
      code: 'changed',
      message: expect.stringContaining('something newer'),
    });
    await host.wait(5_000);
    expect(await approve(await seenNow())).not.toHaveProperty('code');
    await host.wait(3_000);
    expect(sent()).toEqual(['203.0.113.2']);
    expect(decidedOn()?.confidence).toBe(0.95);
  });

  it.each([
    ['permit', approveEscalation, ['203.0.113.2']],
    ['deny', denyEscalation, []],
  ] as const)(
    'may %s what is shown while a source that repeats itself keeps it waiting',
    async (_verb, route, orders) => {
      await hand(report(ASK));
      for (let n = 1; n <= 12; n += 1) await hand(report({ ...ASK, confidence: 0.5 + n / 100 }, {}, n));
      await host.wait(3_000);
      expect(theCase().outdated).toBe(true);
      const { body } = await host.call(listEscalations, {});
      const [{ seen, case_id, act_id }] = (body as { escalations: readonly [EscalationView] }).escalations;
      const answer = await host.call(route, { params: { case_id, act_id }, body: { seen, reason: 'it is known' } });
      expect(answer.status).toBe(200);
      await host.wait(3_000);
      expect([sent(), theCase().outdated, theCase().updates?.count]).toEqual([orders, undefined, 12]);
    },
  );
});

describe('a newer report of what was begun', () => {
  it('is noted and makes no second act, also after the first one is over', async () => {
    await hand(report({ rule: IOC }));
    await host.wait(3_000);
    for (const [n, inMs] of [
      [1, 1_000],
      [2, 60_000],
    ] as const) {
      expect((await hand(report({ rule: IOC, confidence: 0.9 + n / 100, severity: 'critical' }, {}, inMs))).kind).toBe(
        'updated',
      );
      await host.wait(60_000);
    }
    expect(theCase()).toMatchObject({ updates: { count: 2 }, received: { event: { severity: 'critical' } } });
    expect(sent()).toEqual(['203.0.113.2']);
  });
});

describe('what is no newer report', () => {
  it.each<[string, Partial<DetectionEvent>, Partial<ReceivedEvent>, number, Admission['kind']]>([
    ['the same again', {}, {}, 0, 'duplicate'],
    ['one of an earlier time', { severity: 'critical' }, {}, -5_000, 'duplicate'],
    ['one about something else', { source: { ip: '203.0.113.3' }, rule: IOC }, {}, 1_000, 'quarantined'],
    ['one of a source that has none', { severity: 'critical' }, { repetition: undefined }, 1_000, 'quarantined'],
    ['one that is the same all the same', { severity: 'critical' }, { repetition: 'same' }, 1_000, 'duplicate'],
  ])('changes nothing: %s', async (...[, more, kept, inMs, kind]) => {
    const first = report();
    await hand(first);
    await host.wait(500);
    const before = host.world.store.get(first.case_id)?.version;
    const again = report({ timestamp: iso(Date.parse(first.event.timestamp) + inMs), ...more }, kept);
    expect((await hand(again)).kind).toBe(kind);
    await host.wait(15_000);
    expect([host.world.store.get(first.case_id)?.version, sent()]).toEqual([before, []]);
    expect(host.agent.door.unaccounted).toBe(0);
  });

  it('says what it names otherwise', async () => {
    await hand(report());
    expect(await hand(report({ source: { ip: '203.0.113.3' } }, {}, 1_000))).toMatchObject({
      reason: 'conflicting_duplicate',
      fields: [{ path: 'source.ip', message: 'names something else than the event that it updates by its id' }],
    });
  });
});

describe('a report that the source closed, or that somebody took there', () => {
  it.each(['completed', 'acknowledged'] as const)('starts nothing where it is the first: %s', async (state) => {
    await hand(report({ rule: IOC }, { source_state: state }));
    await host.wait(5_000);
    expect([theCase().decision?.verdict, sent()]).toEqual(['deny', []]);
  });

  it('ends what is held', async () => {
    const twice = { tags: ['twice'], rule: { id: 'r3' } };
    await hand(report(twice));
    await hand(report(twice, { source_state: 'completed', digest: 'closed' }, 1_000));
    await host.wait(12_000);
    expect(theCase()).toMatchObject({ state: 'decided', received: { source_state: 'completed' } });
  });

  it('is decided as open again where the source opens it again', async () => {
    await hand(report({ rule: IOC }, { source_state: 'completed' }));
    await hand(report({ rule: IOC }, { digest: 'open' }, 1_000));
    await host.wait(15_000);
    expect([theCase().decision?.verdict, sent()]).toEqual(['permit', ['203.0.113.2']]);
  });

  it('only notes on a case that somebody took it', async () => {
    await hand(report(ASK));
    await hand(report(ASK, { source_state: 'acknowledged', digest: 'taken' }, 1_000));
    await host.wait(12_000);
    expect(theCase()).toMatchObject({ acknowledged: true, state: 'waiting' });
    expect(theCase().received.source_state).toBeUndefined();
  });
});
