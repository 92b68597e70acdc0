import { BREAKER_RULES, breakerScene, type BreakerScene } from '../../../../test/builders/breaker_scene';
import { undoRoom, type Room } from '../../../../test/builders/undo_room';
import { utcAt } from '../../../../test/builders/undoing';
import { fakeEvidenceLog } from '../../../../test/fakes/fake_evidence';
import type { BreakerRules } from './breakers';
import { StartBreaker } from './start_breaker';

/* How many starts of everybody together stop everything. */

const WINDOW_MS = 120_000;
const RULES: BreakerRules = { ...BREAKER_RULES, all: { starts: 3, window_ms: WINDOW_MS } };

let room: Room;
let scene: BreakerScene;
let breaker: StartBreaker;
let made = 0;
const begin = (rules = RULES): void => {
  room = undoRoom();
  const ports = { ...room.basics, evidence: fakeEvidenceLog(room.evidence) };
  scene = breakerScene(ports, rules);
  breaker = new StartBreaker({ ...ports, ...scene });
};
beforeEach(() => begin());

const records = (state: string, count: number, atMs = 0): void => {
  for (let n = 0; n < count; n += 1) {
    made += 1;
    room.evidence.append([{ family: 'actions', id: `a${made}`, at: utcAt(atMs), body: { state } }]);
  }
};
const judge = async (): Promise<void> => {
  await room.wait(2_000);
  await room.run(breaker.round());
};
const why = (): string | undefined => scene.orderOf('all')?.why;

describe('the breaker of all starts', () => {
  it('trips on one more than is all right, and says how many', async () => {
    records('claimed', 3);
    await judge();
    expect(why()).toBeUndefined();
    records('claimed', 1);
    await judge();
    expect(why()).toBe('4 acts were started, more than 3 within 2 min');
    expect(scene.orderOf('all')?.breaker).toMatchObject({ wrong: 4, of: 4, round: 1 });
    expect(scene.orderOf('all')?.breaker.wait_ms).toBeUndefined();
  });

  it('counts no start that was taken back, and nothing else that happens to commands', async () => {
    records('claimed', 4);
    records('taken_back', 1);
    records('succeeded', 3);
    await judge();
    expect(why()).toBeUndefined();
  });

  it('counts what is no older than its window', async () => {
    records('claimed', 1, 2_000 - WINDOW_MS - 1);
    records('claimed', 3, 2_000 - WINDOW_MS + 1_000);
    await judge();
    expect(why()).toBeUndefined();
    begin();
    records('claimed', 4, 2_000 - WINDOW_MS + 1_000);
    await judge();
    expect(why()).toBeDefined();
  });

  it('counts anew after a reset', async () => {
    records('claimed', 4);
    scene.gate = { ...scene.gate, breaker_resets: { all: utcAt(1_000) } };
    await judge();
    expect(why()).toBeUndefined();
    records('claimed', 4, 1_500);
    await judge();
    expect(why()).toBeDefined();
  });

  it('stops nothing where no number is set, or everything is stopped already', async () => {
    begin(BREAKER_RULES);
    records('claimed', 2_000);
    await judge();
    expect(why()).toBeUndefined();
    begin();
    records('claimed', 4);
    const stop = { scope: 'all', who: 'ann', why: 'odd', at: utcAt(0), epoch: 2 };
    scene.gate = { ...scene.gate, stops: [stop] };
    await judge();
    expect(scene.gate.stops).toEqual([stop]);
  });

  it('is counted by one agent', async () => {
    records('claimed', 4);
    scene.livePeers = ['a session before mine'];
    await judge();
    expect(why()).toBeUndefined();
  });
});
