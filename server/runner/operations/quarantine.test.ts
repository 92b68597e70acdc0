import { iso } from '../../../common/iso';
import { alertSourceOf } from '../../../test/builders/alert_source';
import { anEvent } from '../../../test/builders/events';
import { simBundle, simInventory } from '../../../test/simulation/scenario';
import { EPOCH, World } from '../../../test/simulation/world';
import type { CaseContent } from '../keeping/kinds/case';
import { StoreUnavailable } from '../ports';
import { AlertIntake } from '../sources/alerts/alert_intake';
import { receiveEvents } from '../sources/receive';
import { listEscalations } from './containments';
import { approve } from './escalations';
import { discard, discardMany, requeue } from './quarantine';
import { listQuarantine, placeIn, waitingInQuarantine } from './quarantine_list';

const NOW = iso(EPOCH + 2_000);
const good = anEvent({ event_id: 'e1', timestamp: NOW });
const bad = { ...good, confidence: 7, password: 'hunter2' };

const sceneOf = async () => {
  const world = new World({
    seed: 5,
    agents: 1,
    bundle: simBundle(),
    inventory: simInventory,
    actions: ['block_ip', 'isolate_host'],
    idempotency: 'set',
  });
  const [machine] = world.agents;
  if (!machine) throw new Error('a world without agents');
  const agent = world.boot(machine);
  await world.scheduler.runUntil(2_000);
  const within = async <Value>(promise: Promise<Value>): Promise<Value> => {
    let done = false;
    const settled = promise.finally(() => (done = true));
    settled.catch(() => undefined);
    for (const end = world.now + 20_000; !done && world.now < end;) await world.scheduler.runUntil(world.now + 20);
    return settled;
  };
  const list = (reason?: string) =>
    within(listQuarantine(agent, { limit: 10, offset: 0, ...(reason === undefined ? {} : { reason }) }));
  await within(receiveEvents(agent, { type: 'webhook', id: 'siem' }, [bad]));
  const [entry] = (await list()).entries;
  if (!entry) throw new Error('the bad event is in quarantine');
  return {
    world,
    entry,
    list,
    requeue: (text: string, by = 'ann') => within(requeue(agent, entry.id, { text, reason: 'mended', by })),
    discard: (by = 'ann') => within(discard(agent, entry.id, { reason: 'noise', by })),
    cases: async (): Promise<readonly CaseContent[]> => {
      await world.scheduler.runUntil(world.now + 1_500);
      return world.store.search({ kinds: ['case'], limit: 10 }).map(({ content }) => content as CaseContent);
    },
    audits: () => world.evidence.find({ family: 'audit' }).map(({ body }) => [body.verb, body.by]),
    agent,
    within,
  };
};

describe('the quarantine', () => {
  it('keeps what could not be accepted, why, and the original without its secrets', async () => {
    const { entry } = await sceneOf();
    expect(entry).toMatchObject({ reason: 'invalid', intake: { type: 'webhook', id: 'siem' }, message: false });
    expect(entry.fields.map(({ path }) => path)).toContain('confidence');
    expect(entry.original).toContain('"confidence":7');
    expect(entry.original).not.toContain('hunter2');
  });

  it('counts what waits, without what was dealt with, now or about entries that are gone', async () => {
    const scene = await sceneOf();
    const waiting = () => scene.within(waitingInQuarantine(scene.agent));
    await scene.within(receiveEvents(scene.agent, { type: 'webhook', id: 'siem' }, [{ ...bad, event_id: 'e2' }]));
    expect(await waiting()).toBe(2);
    await scene.discard();
    await scene.world.scheduler.runUntil(scene.world.now + 1_500);
    expect(await waiting()).toBe(1);
    const kept = scene.world.evidence.records.get('quarantine');
    // What was dealt with is deleted after its retention; what is left came later.
    for (const [key, record] of [...(kept ?? [])]) {
      if (record.id === scene.entry.id) kept?.delete(key);
      else kept?.set(key, { ...record, at: iso(EPOCH + scene.world.now + 1) });
    }
    expect([kept?.size, await waiting()]).toEqual([1, 1]);
    kept?.clear();
    expect(await waiting()).toBe(0);
  });

  it('takes it again once it is mended, as the person’s own event, and once only', async () => {
    const scene = await sceneOf();
    expect(await scene.requeue(JSON.stringify(good))).toMatchObject({ ok: true, value: [{ kind: 'accepted' }] });
    expect(await scene.cases()).toMatchObject([{ received: { intake: { type: 'analyst', id: 'ann' } } }]);
    expect((await scene.list()).entries).toMatchObject([
      { resolution: { how: 'requeued', by: 'ann', reason: 'mended' } },
    ]);
    expect(await scene.requeue(JSON.stringify(good), 'ben')).toMatchObject({ ok: false, error: { code: 'changed' } });
    expect(await scene.discard('ben')).toMatchObject({ ok: false, error: { code: 'changed', current: { by: 'ann' } } });
    expect(scene.audits()).toContainEqual(['requeue', 'ann']);
    // The source itself may still send it: that is another event, not a duplicate of the analyst's.
    await scene.within(receiveEvents(scene.agent, { type: 'webhook', id: 'siem' }, [good]));
    expect(await scene.cases()).toHaveLength(2);
  });

  it.each([
    ['not JSON', 'is not JSON'],
    [JSON.stringify([good, good]), 'one event at a time'],
    [JSON.stringify({ ...good, severity: 'huge' }), 'still not valid'],
    [JSON.stringify({ ...good, timestamp: '2031-01-01T00:00:00Z' }), 'in the future'],
    [JSON.stringify({ ...good, timestamp: '2020-01-01T00:00:00Z' }), '90 days'],
  ])('refuses %s and changes nothing', async (text, why) => {
    const scene = await sceneOf();
    const refused = await scene.requeue(text);
    expect(refused.ok ? '' : refused.error.message).toContain(why);
    expect((await scene.list()).entries.map(({ resolution }) => resolution)).toEqual([undefined]);
    expect(await scene.cases()).toEqual([]);
  });

  it('starts nothing by what a person handed in: somebody else has to agree, who sees what was changed', async () => {
    const scene = await sceneOf();
    const mine = { ...good, source: { ip: '203.0.113.77' }, confidence: 0.99, rule: { id: 'r', origin: 'known_ioc' } };
    await scene.requeue(JSON.stringify({ ...mine, severity: 'critical' }));
    const [content] = await scene.cases();
    expect(content?.received.voice).toMatchObject({
      origins: { confidence: 'claimed', severity: 'claimed', 'rule.origin': 'claimed' },
      handed: {
        by: 'ann',
        from: { type: 'webhook', id: 'siem' },
        changed: expect.arrayContaining(['confidence', 'severity', 'source.ip', 'rule']) as readonly string[],
      },
    });
    expect(content?.received.voice?.handed?.changed).not.toContain('event_id');
    expect(content?.decision?.acts.length).toBeGreaterThan(0);
    for (const act of content?.decision?.acts ?? []) {
      expect(act.result).toBe('escalate');
      expect(act.reasons.map(({ code }) => code)).toContain('by_hand');
    }
    expect([...scene.world.target.entries]).toEqual([]);
    // Whoever is asked sees what of it counts.
    expect((await scene.within(listEscalations(scene.agent))).escalations[0]?.voice).toEqual(content?.received.voice);
    const answer = async (by: string) => {
      const { escalations } = await scene.within(listEscalations(scene.agent));
      const [asked] = escalations;
      const { shift } = scene.agent;
      if (!asked || !shift) throw new Error('nobody is asked');
      const word = { caseId: asked.case_id, actId: asked.act_id, by, reason: 'real', fourEyes: true, seen: asked.seen };
      return scene.within(approve(shift, word));
    };
    // Who sent it first asked for it as well.
    for (const same of ['ann', 'Ann', ' ANN', 'siem'])
      expect(await answer(same)).toMatchObject({ ok: false, error: { code: 'not_four_eyes' } });
    expect(await answer('ben')).toMatchObject({ ok: true });
    await scene.cases();
    expect([...scene.world.target.entries].length).toBeGreaterThan(0);
  });

  it('lets nobody approve it who held the token that it first came with, however often it was handed in', async () => {
    const scene = await sceneOf();
    const late = { ...bad, event_id: 'owned', timestamp: '2031-01-01T00:00:00Z' };
    await scene.within(receiveEvents(scene.agent, { type: 'webhook', id: 'siem' }, [late], { owners: ['olga'] }));
    const of = async (reason: string) => (await scene.list(reason)).entries[0];
    const handIn = async (id: string | undefined, event: object, by: string) =>
      scene.within(requeue(scene.agent, id ?? '', { text: JSON.stringify(event), reason: 'mended', by }));
    const mended = { ...good, event_id: 'owned', rule: { id: 'r', origin: 'known_ioc' } };
    const first = await of('invalid');
    // The first time it ends in quarantine once more.
    jest
      .spyOn(scene.agent, 'admit')
      .mockImplementationOnce(async (received, need) =>
        scene.agent.admit({ ...received, event: { ...received.event, timestamp: '2031-01-01T00:00:00Z' } }, need),
      );
    expect(await handIn(first?.id, mended, 'ann')).toMatchObject({ ok: true, value: [{ kind: 'quarantined' }] });
    expect(await handIn((await of('future'))?.id, mended, 'ben')).toMatchObject({ value: [{ kind: 'accepted' }] });
    const [content] = await scene.cases();
    expect(content?.received.owners).toEqual(expect.arrayContaining(['olga', 'siem', 'ann']));
    const { escalations } = await scene.within(listEscalations(scene.agent));
    const [asked] = escalations;
    const { shift } = scene.agent;
    if (!asked || !shift) throw new Error('nobody is asked');
    const word = { caseId: asked.case_id, actId: asked.act_id, reason: 'real', fourEyes: true, seen: asked.seen };
    for (const by of ['olga', 'OLGA', 'siem', 'ann', 'ben'])
      expect(await scene.within(approve(shift, { ...word, by }))).toMatchObject({ error: { code: 'not_four_eyes' } });
    expect(await scene.within(approve(shift, { ...word, by: 'cyd' }))).toMatchObject({ ok: true });
  });

  it('opens again what could not be kept', async () => {
    const scene = await sceneOf();
    const { door } = scene.agent;
    jest.spyOn(scene.agent, 'admit').mockImplementationOnce(async () => ({ kind: 'overloaded', retry_after_s: 2 }));
    expect(await scene.requeue(JSON.stringify(good))).toMatchObject({ ok: false, error: { code: 'unavailable' } });
    expect((await scene.list()).entries.map(({ resolution }) => resolution)).toEqual([undefined]);
    expect(await scene.requeue(JSON.stringify(good), 'ben')).toMatchObject({ ok: true });
    expect(door.counters.quarantined).toBe(1);
    // Each of them is on record, and that the first one came to nothing.
    const said = scene.world.evidence.find({ family: 'audit' }).map(({ body }) => [body.by, body.outcome]);
    expect(said).toEqual([
      ['ann', undefined],
      ['ann', expect.stringMatching(/^not done: /)],
      ['ben', undefined],
    ]);
  });

  it('takes an event that was refused for its time with its time mended', async () => {
    const scene = await sceneOf();
    await scene.within(
      receiveEvents(scene.agent, { type: 'webhook', id: 'siem' }, [
        { ...good, event_id: 'late', timestamp: '2031-01-01T00:00:00Z' },
      ]),
    );
    const [future] = (await scene.list('future')).entries;
    const original = JSON.parse(future?.original ?? '{}') as { event: object };
    const mended = JSON.stringify({ ...original, event: { ...original.event, timestamp: NOW } });
    const taken = await scene.within(
      requeue(scene.agent, future?.id ?? '', { text: mended, reason: 'clock', by: 'ann' }),
    );
    expect(taken).toMatchObject({ ok: true, value: [{ kind: 'accepted' }] });
  });

  it('takes no message of a channel from a person: it would make events that nobody saw', async () => {
    const scene = await sceneOf();
    const alerts = new AlertIntake(alertSourceOf(scene.agent));
    await scene.within(alerts.receive('{"monitor_id":"m"}'));
    const [entry] = (await scene.list('unreadable')).entries;
    expect(entry).toMatchObject({ message: true, intake: { type: 'alerting' } });
    const text = '{"monitor_id":"m","trigger_id":"t","alert_id":"a"}';
    const handed = await scene.within(requeue(scene.agent, entry?.id ?? '', { text, reason: 'again', by: 'ann' }));
    expect(handed).toMatchObject({ ok: false, error: { code: 'invalid' } });
    expect(await scene.cases()).toEqual([]);
    expect(await scene.within(discard(scene.agent, entry?.id ?? '', { reason: 'mended', by: 'ann' }))).toMatchObject({
      ok: true,
    });
  });

  it('lets go what needs nothing more, and counts by reason', async () => {
    const scene = await sceneOf();
    expect(await scene.discard()).toEqual({ ok: true, value: scene.entry.id });
    expect(scene.audits()).toContainEqual(['discard', 'ann']);
    expect((await scene.list()).reasons).toEqual({ invalid: 1 });
    expect(await scene.within(discard(scene.agent, 'nothing', { reason: 'x y z', by: 'ann' }))).toMatchObject({
      error: { code: 'not_found' },
    });
  });
});

describe('several that are discarded at once', () => {
  const several = async () => {
    const scene = await sceneOf();
    const more = ['e2', 'e3', 'e4'].map((event_id) => ({ ...bad, event_id }));
    await scene.within(receiveEvents(scene.agent, { type: 'webhook', id: 'siem' }, more));
    const ids = (await scene.list()).entries.map(({ id }) => id);
    const word = { reason: 'noise', by: 'ann' };
    const all = (wanted: readonly string[]) => scene.within(discardMany(scene.agent, wanted, word));
    const resolved = async () =>
      (await scene.list()).entries.map(({ resolution }) => resolution && [resolution.how, resolution.by]);
    return { ...scene, ids, all, resolved };
  };

  it('are each on record and in the audit with the reason, and those that were not named wait', async () => {
    const { ids, all, resolved, world } = await several();
    const wanted = ids.slice(0, 3);
    expect(await all([...wanted, ...wanted])).toEqual({ ok: true, value: { discarded: wanted, not_done: [] } });
    expect(await resolved()).toEqual([...wanted.map(() => ['discarded', 'ann']), undefined]);
    const audited = world.evidence.find({ family: 'audit' }).map(({ body }) => [body.verb, body.object, body.text]);
    expect(audited).toHaveLength(3);
    expect(audited).toEqual(
      expect.arrayContaining(wanted.map((id) => ['discard', { type: 'quarantine', id }, 'noise'])),
    );
  });

  it('leave what others dealt with meanwhile, and are held up by nothing', async () => {
    const { ids, all, within, agent, resolved } = await several();
    const [first = '', second = ''] = ids;
    await within(discard(agent, first, { reason: 'looked at it', by: 'ben' }));
    expect(await all([first, 'nothing', second])).toEqual({
      ok: true,
      value: {
        discarded: [second],
        not_done: [
          { entry_id: first, code: 'changed', message: 'ben discarded it already' },
          { entry_id: 'nothing', code: 'not_found', message: expect.stringContaining('`nothing`') as string },
        ],
      },
    });
    expect((await resolved()).slice(0, 2)).toEqual([
      ['discarded', 'ben'],
      ['discarded', 'ann'],
    ]);
  });

  it('say of which OpenSearch took nothing', async () => {
    const { ids, all, agent, resolved } = await several();
    const [first = '', second = ''] = ids;
    const { get } = agent.parts.evidence;
    jest.spyOn(agent.parts.evidence, 'get').mockImplementation(async (family, id) => {
      if (id === first) throw new StoreUnavailable('away');
      return get(family, id);
    });
    expect(await all([first, second])).toMatchObject({
      value: { discarded: [second], not_done: [{ entry_id: first, code: 'unavailable' }] },
    });
    expect((await resolved()).slice(0, 2)).toEqual([undefined, ['discarded', 'ann']]);
  });

  it('have to be named', async () => {
    const { all } = await several();
    expect(await all([])).toMatchObject({ ok: false, error: { code: 'invalid', fields: [{ path: 'entry_ids' }] } });
  });
});

describe('what waits in quarantine among what was dealt with', () => {
  const NEWEST = EPOCH + 1_000_000;

  /** So many entries, of which the newest ones are dealt with; several came at the same moment. */
  const crowd = async (count: number, dealtWith: number) => {
    const scene = await sceneOf();
    scene.world.evidence.records.get('quarantine')?.clear();
    const idOf = (n: number): string => `entry ${String(count - n).padStart(6, '0')}`;
    const entries = Array.from({ length: count }, (_, n) => ({
      family: 'quarantine' as const,
      id: idOf(n),
      at: iso(NEWEST - Math.floor(n / 7) * 1_000),
      body: { reason: 'invalid', intake: { type: 'webhook', id: 'siem' }, fields: [] },
    }));
    scene.world.evidence.append(entries);
    const word = { reason: 'noise', by: 'ann' };
    await scene.within(
      discardMany(
        scene.agent,
        entries.slice(0, dealtWith).map(({ id }) => id),
        word,
      ),
    );
    const waiting = async (after?: string) => {
      const place = after === undefined ? {} : { after: placeIn(after) ?? { at: '', id: '' } };
      return scene.within(listQuarantine(scene.agent, { limit: 100, offset: 0, waiting: true, ...place }));
    };
    return { waiting, idOf };
  };

  it('is found behind it, and page by page to the end, each once', async () => {
    const { waiting, idOf } = await crowd(650, 250);
    const first = await waiting();
    expect(first).toMatchObject({ total: 650, looked_at: 350 });
    expect(first.entries.map(({ id }) => id)).toEqual(Array.from({ length: 100 }, (_, n) => idOf(250 + n)));
    const found = first.entries.map(({ id }) => id);
    let place = first.next;
    for (let pages = 0; place !== undefined && pages < 10; pages += 1) {
      const older = await waiting(place);
      found.push(...older.entries.map(({ id }) => id));
      place = older.next;
    }
    expect(found).toEqual(Array.from({ length: 400 }, (_, n) => idOf(250 + n)));
  });

  it('is looked for in a bounded number of entries, and the answer says where to go on', async () => {
    const { waiting, idOf } = await crowd(2_300, 2_150);
    const first = await waiting();
    expect(first).toMatchObject({ total: 2_300, looked_at: 2_000, entries: [] });
    const older = await waiting(first.next);
    expect(older.looked_at).toBe(250);
    expect(older.entries.map(({ id }) => id)).toEqual(Array.from({ length: 100 }, (_, n) => idOf(2_150 + n)));
  });

  it.each(['', 'today', '2026-11-22T03:12:04.000Z', '2026-99-22T03:12:04.000Z id'])(
    'is not looked for behind `%s`, which is no place',
    (text) => expect(placeIn(text)).toBeUndefined(),
  );
});
