import { anEffect, aReason, utcAt } from '../../../test/builders/undoing';
import { FakeEvidence, fakeEvidenceLog } from '../../../test/fakes/fake_evidence';
import { FakeStore } from '../../../test/fakes/fake_store';
import type { Target } from '../../../common/flow/decision';
import { received } from '../../../test/builders/events';
import { aCase, aDecisionOf, theAct } from '../../../test/builders/executing';
import { bareIdentities, identitiesOf } from '../../engine/entity/identity';
import { isSought, soughtBy } from '../../engine/entity/sought';
import type { StateStore } from '../ports';
import { listContainments, listEscalations } from './containments';

const addressOf = (n: number): string => `198.51.${Math.floor(n / 250)}.${n % 250}`;

/** An agent whose state knows of so many blocked addresses. */
const anAgent = (count: number) => {
  const store = new FakeStore();
  for (let n = 0; n < count; n += 1)
    store.write({
      id: `effect:${n}`,
      expect: 'absent',
      body: {
        kind: 'effect',
        write_id: `w${n}`,
        session: '',
        owner: '',
        ordinal: n,
        facets: {
          state: 'present',
          due: utcAt(n),
          // Those of earlier versions are listed by less.
          ...(n % 100 === 1 ? {} : { action: 'block_ip', target: addressOf(n) }),
        },
        content: anEffect({
          target: { type: 'ip', value: addressOf(n) },
          // The last one ends first.
          reasons: [{ ...aReason(), deadline: utcAt(10_000_000 - n) }],
        }),
        outbox: [],
      },
    });
  store.refresh();
  const here = { state: 'asked', host: 'soc-01', effects: new Map() } as const;
  const read = { requests: 0, characters: 0 };
  const noted = <Answer>(answer: Answer, sent: unknown = answer): Answer => {
    read.requests += 1;
    read.characters += JSON.stringify(sent).length;
    return answer;
  };
  const search: StateStore['search'] = async (query) => noted(store.search(query));
  const getMany: StateStore['getMany'] = async (ids) => {
    const docs = new Map(ids.flatMap((id) => (store.get(id) ? [[id, store.get(id)] as const] : [])) as never);
    return noted(docs as Awaited<ReturnType<StateStore['getMany']>>, [...docs.values()]);
  };
  const countAll: StateStore['count'] = async (query) => store.count(query);
  return {
    read,
    parts: {
      store: { search, getMany, count: countAll } as StateStore,
      connectors: new Map(),
      inventory: {} as Parameters<typeof listContainments>[0]['parts']['inventory'],
    },
    shift: undefined,
    knownHere: here,
    allHere: here,
  };
};

describe('escalations of one target', () => {
  const who = identitiesOf([
    { type: 'host', value: 'ws-7.office.example', addresses: ['10.0.0.7'], origin: 'file' },
    { type: 'host', value: 'ws-8.office.example', addresses: ['10.0.0.8'], origin: 'file' },
  ]);
  const aims: ReadonlyArray<readonly [action: string, target: Target]> = [
    ['isolate_host', { type: 'host', value: 'ws-7.office.example' }],
    ['isolate_host', { type: 'host', value: 'WS-7' }],
    ['isolate_host', { type: 'host', value: '10.0.0.7' }],
    ['isolate_host', { type: 'host', value: 'ws-8.office.example' }],
    ['restart_host', { type: 'host', value: 'ws-7' }],
    ['disable_user', { type: 'user', value: 'corp\\ana' }],
    ['disable_user', { type: 'user', value: 'ana@corp' }],
    ['quarantine_file', { type: 'file', value: '/tmp/x', host: 'ws-7' }],
    ['quarantine_file', { type: 'file', value: '/tmp//x', host: 'ws-7.office.example' }],
    ['quarantine_file', { type: 'file', value: '/tmp/x', host: 'ws-8' }],
    ['block_ip', { type: 'ip', value: '' }],
    ['block_ip', { type: 'ip', value: '' }],
  ];

  it('are counted by the thing, however it is written', async () => {
    const store = new FakeStore();
    aims.forEach(([action, target], n) => {
      const decision = aDecisionOf([theAct('a0', { action, target, result: 'escalate' })]);
      const content = aCase([{ act_id: 'a0', status: 'waiting' }], {
        decision,
        received: received({}, { case_id: `case:${n}` }),
      });
      const facets = { state: content.state, at: utcAt(n) };
      const body = {
        kind: 'case' as const,
        write_id: `w${n}`,
        session: '',
        owner: '',
        ordinal: n,
        facets,
        content,
        outbox: [],
      };
      store.write({ id: `case:${n}`, expect: 'absent', body });
    });
    store.refresh();
    const search: StateStore['search'] = async (query) => store.search(query);
    const getMany: StateStore['getMany'] = async (ids) =>
      new Map(
        ids.flatMap((id) => {
          const doc = store.get(id);
          return doc ? [[id, doc] as const] : [];
        }),
      );
    const parts = {
      store: { search, getMany, count: async () => 0 },
      inventory: who,
      clock: { utc: () => 0 },
      evidence: fakeEvidenceLog(new FakeEvidence()),
      connectors: new Map(),
      bundles: { brakeRules: () => ({ limits: [], keeps: [] }) },
    };
    const { escalations } = await listEscalations({ parts } as unknown as Parameters<typeof listEscalations>[0]);
    const counted = aims.map((_, n) => escalations.find(({ case_id }) => case_id === `case:${n}`)?.same_target);
    expect(counted).toEqual([2, 2, 2, 0, 0, 1, 1, 1, 1, 0, 1, 1]);
    // The page groups by what the host says.
    const aimOf = (n: number) => escalations.find(({ case_id }) => case_id === `case:${n}`)?.aim;
    expect([aimOf(0) === aimOf(1), aimOf(0) === aimOf(3), aimOf(1) === aimOf(4)]).toEqual([true, false, false]);
  });
});

describe('the containments of one thing', () => {
  it('are found among more than a list shows', async () => {
    const agent = anAgent(2_300);
    expect((await listContainments(agent)).containments).toHaveLength(1_000);
    for (const n of [0, 1_000, 1_001, 2_299]) {
      const wanted = { isIt: isSought(soughtBy(`::ffff:${addressOf(n)}`, bareIdentities)) };
      const { total, containments } = await listContainments(agent, wanted);
      expect([total, containments.map(({ effect_id }) => effect_id)]).toEqual([1, [`effect:${n}`]]);
    }
  });

  it('are found among 10,000 without reading them whole', async () => {
    const agent = anAgent(10_000);
    const whole = JSON.stringify(anEffect()).length;
    const { total } = await listContainments(agent, { isIt: isSought(soughtBy(addressOf(9_999), bareIdentities)) });
    expect(total).toBe(1);
    // One search a thousand, with what they are listed by; and one more for the few that have to be read.
    expect(agent.read.requests).toBeLessThanOrEqual(13);
    expect(agent.read.characters).toBeLessThan(10_000 * (whole / 2));
  });

  it('are those that are in effect by now', async () => {
    const agent = anAgent(3);
    const { getMany } = agent.parts.store;
    const ended: StateStore['getMany'] = async (ids) => {
      const docs = await getMany(ids);
      return new Map(
        [...docs].map(([id, doc]) => [id, { ...doc, content: { ...(doc.content as object), state: 'absent' } }]),
      );
    };
    Object.assign(agent.parts.store, { getMany: ended });
    expect(await listContainments(agent, { isIt: () => true })).toMatchObject({ total: 0, containments: [] });
  });

  it('are counted whole, and listed soonest to end first', async () => {
    const agent = anAgent(1_200);
    const { total, containments } = await listContainments(agent, { isIt: () => true });
    expect([total, containments.length]).toEqual([1_200, 1_000]);
    expect(containments[0]?.effect_id).toBe('effect:1199');
    expect(containments.at(-1)?.effect_id).toBe('effect:200');
  });
});
