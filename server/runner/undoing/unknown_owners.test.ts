import { aGate, undoRoom, type Room } from '../../../test/builders/undo_room';
import { aCase, anEffect, EFFECT, ME, utcAt } from '../../../test/builders/undoing';
import { plannedCase } from '../keeping/kinds/case';
import { plannedEffect } from '../keeping/kinds/effect';
import { RELEASED } from '../keeping/kinds/session';
import type { PlannedDoc } from '../keeping/state_docs';
import { STATE_SCHEMA } from '../ports';
import { enterUnknownOwners, runUnknownOwners } from './unknown_owners';

const KNOWN = { joined_at: utcAt(0), agent: 'known' };

let room: Room;
beforeEach(() => {
  room = undoRoom();
  room.session.gate = aGate({ sessions: { [ME]: KNOWN, peer: KNOWN } });
});

const put = (doc: PlannedDoc, owner: string): void => void room.put({ ...doc, owner });
const held = (owner: string, id = 'case:c1'): void => put(plannedCase(aCase(id, { state: 'held' }), utcAt(0)), owner);
const ports = () => ({ store: room.port.store, session: room.session.port, basics: room.basics });
const enter = (): Promise<readonly string[]> => room.run(enterUnknownOwners(ports()));
const inGate = (): readonly string[] => Object.keys(room.session.gate?.sessions ?? {}).sort();
const reserved = (ended: boolean): PlannedDoc => ({
  id: 'ledger:l:s',
  kind: 'ledger',
  facets: { state: 'in_use' },
  content: { entries: [{ session: 'lost', command_id: 'c1', target: 't', effect_id: EFFECT, ended }] } as never,
});

describe('an owner that the gate does not name is entered, so that all find it dead', () => {
  it.each<[note: string, put: () => void, entered: readonly string[]]>([
    ['of a held case', () => held('lost'), ['lost']],
    [
      'of a case that waits',
      () => put(plannedCase(aCase('case:c1', { state: 'waiting' }), utcAt(0)), 'lost'),
      ['lost'],
    ],
    ['of a review', () => put(plannedCase(aCase('case:c1', { due: utcAt(9_000) }), utcAt(0)), 'lost'), ['lost']],
    ['of an effect', () => put(plannedEffect(EFFECT, anEffect({ state: 'present' }), utcAt(0)), 'lost'), ['lost']],
    ['of a reservation', () => void room.put(reserved(false)), ['lost']],
    ['not of what is decided for good', () => put(plannedCase(aCase('case:c1'), utcAt(0)), 'lost'), []],
    ['not of an absent effect', () => put(plannedEffect(EFFECT, anEffect({ state: 'absent' }), utcAt(0)), 'lost'), []],
    ['not of an entry that ended', () => void room.put(reserved(true)), []],
    ['not where the gate names it', () => held('peer'), []],
    ['not this one', () => held(ME), []],
    ['not what was released', () => held(RELEASED), []],
    ['not what is nobody’s', () => held(''), []],
  ])('%s', async (_note, given, entered) => {
    given();
    expect(await enter()).toEqual(entered);
    expect(inGate()).toEqual([...entered, ME, 'peer'].sort());
  });

  it('as a session of this schema, so that no upgrade waits for it', async () => {
    held('lost');
    await enter();
    expect(room.session.gate?.sessions['lost']).toEqual({
      joined_at: expect.any(String),
      agent: 'unknown',
      schema: STATE_SCHEMA,
    });
  });

  it('not where it joined between the search and the entry', async () => {
    held('fresh');
    const old = room.session.gate;
    const { changeGate } = room.session;
    room.session.changeGate = (change) => {
      room.session.gate = aGate({ sessions: { ...old?.sessions, fresh: KNOWN } });
      return changeGate.call(room.session, change);
    };
    expect(await enter()).toEqual([]);
    expect(room.session.gate?.sessions['fresh']).toEqual(KNOWN);
    expect(room.lines).toEqual([]);
  });

  it('and is looked for again and again, by the one that leads', async () => {
    let over = false;
    const running = runUnknownOwners(ports(), () => over);
    room.session.livePeers = ['0'];
    held('lost');
    await room.wait(60_000);
    expect(inGate()).not.toContain('lost');
    room.session.livePeers = [];
    await room.wait(31_000);
    expect(inGate()).toContain('lost');
    over = true;
    await room.wait(31_000);
    await running;
  });

  it('are looked for some seconds after the start, and then now and then', async () => {
    let over = false;
    const running = runUnknownOwners(ports(), () => over);
    await room.wait(4_000);
    held('lost');
    await room.wait(1_500);
    expect(inGate()).toContain('lost');
    over = true;
    await room.wait(31_000);
    await running;
  });
});
