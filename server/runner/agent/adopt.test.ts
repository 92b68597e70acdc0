import { present } from '../../../common/present';
import { aGate } from '../../../test/builders/undo_room';
import { adoptScene, LOST, ORDER, type AdoptScene } from '../../../test/builders/adopt_scene';
import { anEntry, START, utcAt } from '../../../test/builders/undoing';
import { fakeEvidenceLog } from '../../../test/fakes/fake_evidence';
import { bundleHeadId, type BundleHead } from '../keeping/kinds/bundle';
import { GATE_ID, type Gate } from '../keeping/kinds/gate';
import { sessionId } from '../keeping/kinds/session';
import { contentOf, docOf } from '../keeping/state_docs';
import { STATE_SCHEMA, StoreUnavailable } from '../ports';
import { GENERATION, IDENTITY } from './adopt';

/* What becomes of the gate and of the agents when a person has a state adopted. */

const SECONDS = Math.floor(START / 1_000);
const STOPPED_WHY =
  'the state was adopted (the index was deleted by mistake); look at what is in effect before you let it go on';
const HEAD: BundleHead = {
  version: 7,
  digest: 'd7',
  statement_digest: 's7',
  prev_digest: 'd6',
  released_at: utcAt(0),
};

let scene: AdoptScene;
beforeEach(() => {
  scene = adoptScene();
});

describe('adopting a state', () => {
  it('throws the kill switch in a gate of a new generation', async () => {
    await scene.adopt();
    expect(scene.gate()).toEqual({
      generation: expect.any(String) as string,
      engine_floor: STATE_SCHEMA,
      epoch: SECONDS,
      stops: [{ scope: 'all', who: 'ana', why: STOPPED_WHY, at: utcAt(0), epoch: SECONDS }],
      past_stops: [],
      sessions: { [scene.adopter()]: { joined_at: utcAt(0), agent: 'agent-1', schema: STATE_SCHEMA } },
      bundle_floor: 0,
      adopted: { from: LOST, at: utcAt(0), by: 'ana' },
    });
  });

  it('keeps of a gate that is there what must never go backwards', async () => {
    const other = { scope: 'action:block_ip', who: 'bob', why: 'too much', at: utcAt(0), epoch: 4 };
    scene.putGate(
      aGate({
        epoch: 2 * SECONDS,
        stops: [{ ...other, scope: 'all' }, other],
        bundle_floor: 9,
        sessions: { s1: { joined_at: utcAt(0), agent: 'a' } },
      }),
    );
    scene.newest = HEAD;
    await scene.adopt();
    expect(scene.gate()).toMatchObject({ epoch: 2 * SECONDS + 1, bundle_floor: 9 });
    expect(scene.gate()?.stops.map(({ scope, who }) => [scope, who])).toEqual([
      ['action:block_ip', 'bob'],
      ['all', 'ana'],
    ]);
    expect(Object.keys(scene.gate()?.sessions ?? {})).toEqual(['s1', scene.adopter()]);
    expect(scene.gate()?.past_stops).toEqual([{ scope: 'all', who: 'bob', at: utcAt(0) }]);
  });

  it('has epochs and fences above those of earlier adoptions, also where the clock of this machine is behind', async () => {
    scene.record('succeeded', 0);
    const nodeTime = async (): Promise<number> => (SECONDS + 90) * 1_000;
    await scene.adopt({ stores: { store: { ...scene.room.port.store, nodeTime } } });
    expect(scene.gate()).toMatchObject({ epoch: SECONDS + 90, adopted: { at: utcAt(0) } });
    expect(scene.room.effect()?.fence).toBe(SECONDS + 90);
  });

  it('has versions that speak less stay away before it writes the gate', async () => {
    scene.room.fake.schema = 0;
    let schema = -1;
    scene.room.fake.watch((id) => (schema = id === GATE_ID ? scene.room.fake.schema : schema));
    await scene.adopt();
    expect(schema).toBe(STATE_SCHEMA);
  });

  it('says that its session is dead, so that others take over what it brings', async () => {
    await scene.adopt();
    const doc = docOf('session', scene.room.fake.get(sessionId(scene.adopter())));
    expect(doc).toMatchObject({
      session: scene.adopter(),
      owner: '',
      ordinal: 0,
      facets: { at: utcAt(0) },
      outbox: [],
    });
    expect(doc?.content).toEqual({
      id: scene.adopter(),
      agent: 'agent-1',
      host: 'host-1',
      roles: [],
      started_at: utcAt(0),
      n: 0,
      dead: true,
      order_epoch: 0,
      seen_epoch: 0,
      bundle_version: 0,
      engine_digest: 'engine',
      copied_through: 0,
      counters: {},
    });
  });

  it.each<[note: string, found: BundleHead | undefined, head: BundleHead | undefined, floor: number]>([
    ['brings the newest bundle back', undefined, HEAD, 7],
    [
      'leaves the head of a bundle that is there as it is',
      { ...HEAD, digest: 'theirs' },
      { ...HEAD, digest: 'theirs' },
      7,
    ],
  ])('%s', async (_note, found, head, floor) => {
    scene.newest = HEAD;
    if (found) scene.room.put({ id: bundleHeadId(7), kind: 'bundle', facets: {}, content: found });
    await scene.adopt();
    expect([contentOf('bundle', scene.room.fake.get(bundleHeadId(7))), scene.gate()?.bundle_floor]).toEqual([
      head,
      floor,
    ]);
  });

  it('is on record, and is known on this machine from then on', async () => {
    scene.record('succeeded', 0);
    expect(await scene.adopt()).toEqual({ how: 'rebuilt', effects: 1, unasked: [] });
    const [entry] = [...(scene.room.evidence.records.get('audit')?.values() ?? [])];
    expect(entry?.body).toMatchObject({
      verb: 'adopt_state',
      by: 'ana',
      object: { type: 'state', id: scene.gate()?.generation },
      text: ORDER.why,
      outcome: '1 effects, rebuilt',
    });
    expect([...scene.memory]).toEqual([
      [GENERATION, scene.gate()?.generation],
      [IDENTITY, 'identity'],
    ]);
    expect(scene.room.lines).toEqual(['the state was adopted']);
  });

  it('begins anew the next time where it could not be put on record', async () => {
    const evidence = {
      ...fakeEvidenceLog(scene.room.evidence),
      append: () => Promise.reject(new StoreUnavailable('away')),
    };
    await expect(scene.adopt({ stores: { evidence } })).rejects.toBeInstanceOf(StoreUnavailable);
    expect([...scene.memory]).toEqual([[GENERATION, LOST]]);
  });

  it('is the same adoption when it is tried again, wherever OpenSearch went away: nobody who followed is shut out', async () => {
    const { store } = scene.room.port;
    let left = 1;
    const identity = (): Promise<string> =>
      (left -= 1) >= 0 ? Promise.reject(new StoreUnavailable('away')) : store.identity();
    const once = { stores: { store: { ...store, identity } } };
    await expect(scene.adopt(once)).rejects.toThrow('away');
    expect([scene.gate(), scene.memory.get(GENERATION)]).toEqual([undefined, LOST]);
    await scene.adopt(once);
    expect(scene.gate()?.adopted?.from).toBe(LOST);
  });

  it('is written over the newest gate, where somebody else was faster', async () => {
    scene.putGate(aGate({ epoch: 3 }));
    const store = scene.storeWhere(GATE_ID, 2, () => void scene.putGate(aGate({ epoch: 3, bundle_floor: 5 })));
    await scene.adopt({ stores: { store } });
    expect(scene.gate()).toMatchObject({ bundle_floor: 5, stops: [{ scope: 'all' }] });
  });
});

describe('an agent whose state another one adopted already', () => {
  const adoptedBy = { from: LOST, at: utcAt(0), by: 'ana' };
  beforeEach(() => scene.putGate(aGate({ generation: 'g-new', epoch: 5, adopted: adoptedBy, bundle_floor: 3 })));

  it('follows: it brings what only its own journal knows, and joins', async () => {
    scene.record('succeeded', 0);
    await scene.room.journal.put([anEntry({ command_id: 'c3', effect_id: 'effect:3' })]);
    scene.newest = HEAD;
    const before = scene.gate();
    expect(
      await scene.adopt({
        connectors: scene.shows({ action: 'block_ip', target: anEntry().target, command_id: 'c5' }),
      }),
    ).toEqual({ how: 'followed', effects: 1, unasked: [] });
    expect(scene.gate()).toEqual({
      ...before,
      sessions: { [scene.adopter()]: { joined_at: utcAt(0), agent: 'agent-1', schema: STATE_SCHEMA } },
    });
    expect(scene.room.effect('effect:3')).toMatchObject({ session: scene.adopter() });
    expect(scene.memory.get(GENERATION)).toBe('g-new');
    const [entry] = [...(scene.room.evidence.records.get('audit')?.values() ?? [])];
    expect(entry?.body).toMatchObject({ outcome: '1 effects, following an adoption' });
  });

  it('follows after several adoptions that it missed', async () => {
    scene.putGate(
      aGate({ generation: 'g-new', epoch: 6, adopted: { ...adoptedBy, from: 'g-2', earlier: ['g-1', LOST] } }),
    );
    expect((await scene.adopt()).how).toBe('followed');
    expect(scene.gate()?.generation).toBe('g-new');
  });

  interface Rebuilt {
    readonly known?: string;
    readonly adopted?: Gate['adopted'];
    readonly from: string;
    readonly earlier?: readonly string[];
  }
  const other = { ...adoptedBy, from: 'g-other', earlier: ['g-1'] };

  it.each<[note: string, rebuilt: Rebuilt]>([
    ['another state was adopted', { known: LOST, adopted: other, from: LOST, earlier: ['g-other', 'g-1'] }],
    ['nothing was adopted', { known: LOST, from: LOST }],
    [
      'it knows that adoption already',
      { known: 'g-new', adopted: { ...adoptedBy, from: 'g-old' }, from: 'g-new', earlier: ['g-old'] },
    ],
    ['it never knew any state, and nothing was adopted: others know this one', { from: 'g-new' }],
  ])('rebuilds it, in another generation, where %s', async (_note, { known, adopted, from, earlier }) => {
    scene.memory.clear();
    if (known !== undefined) scene.memory.set(GENERATION, known);
    scene.putGate(aGate({ generation: 'g-new', epoch: 6, ...present({ adopted }) }));
    expect((await scene.adopt()).how).toBe('rebuilt');
    expect(scene.gate()?.adopted).toMatchObject({ from });
    expect(scene.gate()?.adopted?.earlier).toEqual(earlier);
    expect(scene.gate()?.generation).not.toBe('g-new');
  });

  it('rebuilds it in its generation where it never knew any state: nobody who followed is shut out', async () => {
    scene.memory.clear();
    scene.record('succeeded', 0);
    const adopted = { ...adoptedBy, by: 'bob', earlier: ['g-1'], age_ms: 7 };
    scene.putGate(aGate({ generation: 'g-new', epoch: 6, adopted }));
    expect(await scene.adopt()).toMatchObject({ how: 'rebuilt', effects: 1 });
    expect(scene.gate()).toMatchObject({ generation: 'g-new', stops: [{ scope: 'all' }] });
    // The limits of what was adopted begin anew.
    expect(scene.gate()?.adopted).toEqual({ from: LOST, earlier: ['g-1'], at: utcAt(0), by: 'ana' });
    expect(scene.memory.get(GENERATION)).toBe('g-new');
  });

  it('remembers no more than so many adoptions', async () => {
    const earlier = Array.from({ length: 40 }, (_, n) => `g-${n}`);
    scene.putGate(aGate({ generation: 'g-new', epoch: 6, adopted: { ...adoptedBy, from: 'g-other', earlier } }));
    await scene.adopt();
    expect(scene.gate()?.adopted?.earlier).toEqual(['g-other', ...earlier.slice(0, 31)]);
  });

  it('keeps every session that enters the gate at the same time', async () => {
    const s9 = { joined_at: utcAt(0), agent: 'z' };
    const store = scene.storeWhere(
      GATE_ID,
      2,
      () => void scene.putGate({ ...(scene.gate() ?? aGate()), sessions: { s9 } }),
    );
    await scene.adopt({ stores: { store } });
    expect(Object.keys(scene.gate()?.sessions ?? {})).toEqual(['s9', scene.adopter()]);
  });

  it('cannot follow where the gate vanishes meanwhile', async () => {
    const { get } = scene.room.port.store;
    let reads = 0;
    const once = (id: string) => (id === GATE_ID && (reads += 1) > 1 ? Promise.resolve(undefined) : get(id));
    await expect(scene.adopt({ stores: { store: { ...scene.room.port.store, get: once } } })).rejects.toThrow(
      'the gate vanished',
    );
  });
});
