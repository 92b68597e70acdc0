import { present } from '../../../common/present';
import {
  aCase,
  aDecisionOf,
  anEffect,
  aReason,
  aRequest,
  aStateRoom,
  aWorld,
  caseDoc,
  EFFECT_ID,
  effectDoc,
  theAct,
  utcIn,
} from '../../../test/builders/executing';
import { noHistory } from '../../../test/builders/lookups';
import { closedCase } from '../keeping/kinds/case';
import { journalEntryOf } from '../keeping/kinds/effect';
import { StoreUnavailable } from '../ports';
import { TryLater } from '../keeping/session_lost';
import { ClaimsUnderWay } from './claims_under_way';
import { processAgain, processEvent, type Processing, type ProcessHooks } from './process_event';

const act = theAct('a0');
const { received } = aRequest([act]);
/** A reason of the effect that an earlier claim of this very case made. */
const earlier = aReason('c1', { case_id: 'case:1' });
const hooks: ProcessHooks = {
  executes: () => undefined,
  executed: () => undefined,
  joined: () => undefined,
  open: () => undefined,
  met: () => undefined,
};

/** Everything in a room is permitted, joined if it is there, and never sent. */
const processingIn = ({ commits, writing, journal, basics }: ReturnType<typeof aStateRoom>): Processing => {
  const world = aWorld();
  return {
    decide: ({ case_id }) => aDecisionOf([act], { case_id }),
    undecided: () => '',
    worldNow: () => world,
    execute: () => Promise.reject(new Error('nothing may be sent')),
    commits,
    recovering: { writing, journal },
    underWay: new ClaimsUnderWay(),
    history: noHistory(),
    endsWithSource: () => false,
    asked: { note: () => undefined },
    basics,
  };
};

describe('a storm of events about one target', () => {
  it('makes neither the document of its effect grow nor the undo journal', async () => {
    const room = aStateRoom();
    room.put({ ...effectDoc(anEffect('present')), owner: 's1' });
    await room.journal.put([journalEntryOf(EFFECT_ID, aReason('c1'), { at: utcIn(0), fence: 1 })]);
    const processing = processingIn(room);
    for (let n = 1; n <= 40; n += 1) {
      const { received: event } = aRequest([act]);
      await room.run(processEvent(processing, { ...event, case_id: `case:storm-${n}`, digest: `${n}` }, hooks));
    }
    expect(room.effect()?.reasons).toMatchObject([{ command: { command_id: 'c1' } }, { times: 40 }]);
    const named = room.effect()?.reasons.map(({ command }) => command.command_id);
    expect([...room.disk.journalEntries.keys()]).toEqual(named);
    expect(room.records().filter(({ state }) => state === 'reason_added')).toHaveLength(40);
  });
});

describe('an event of a case that has shrunk', () => {
  it.each([
    ['duplicate', received.digest, undefined],
    ['conflicting', 'another digest', undefined],
    // Of what it was about nothing is known any more.
    ['duplicate', 'another digest', 'update'],
    ['duplicate', 'another digest', 'same'],
  ] as const)('is known as %s by its digest %s, and makes no second case: %s', async (kind, digest, repetition) => {
    const room = aStateRoom();
    const whole = aCase([{ act_id: 'a0', status: 'present', command_id: 'c1', effect_id: EFFECT_ID }], { received });
    room.put(caseDoc(closedCase(whole)));
    const before = room.fake.get('case:1')?.version;
    const receipt = await room.run(
      processEvent(processingIn(room), { ...received, digest, ...present({ repetition }) }, hooks),
    );
    expect([receipt.kind, room.fake.get('case:1')?.version]).toEqual([kind, before]);
    expect([room.effect()?.reasons ?? [], room.disk.journalEntries.size]).toEqual([[], 0]);
  });
});

/** Another agent writes the case just before the first write here. */
const race = (room: ReturnType<typeof aStateRoom>): void => {
  const { store } = room.port;
  const { bulk } = store;
  const raced: typeof bulk = (writes) => {
    Object.assign(store, { bulk });
    room.put(caseDoc(aCase([], { received })));
    return bulk(writes);
  };
  Object.assign(store, { bulk: raced });
};

describe('a claim at which another agent was faster', () => {
  it('takes nothing back of an earlier claim of its case: what is in effect stays in the undo journal', async () => {
    const room = aStateRoom();
    const { commits, journal, disk } = room;
    room.put(effectDoc(anEffect('present', { reasons: [earlier] })));
    await journal.put([journalEntryOf(EFFECT_ID, earlier, { at: utcIn(0), fence: 1 })]);
    // The effect is remembered, so that the claim meets it instead of presuming that nothing is there.
    await room.run(commits.submit({ reads: [EFFECT_ID], build: () => ({ docs: [], answer: 0 }) }));
    race(room);
    const receipt = await room.run(processEvent(processingIn(room), received, hooks));
    expect(receipt.kind).toBe('duplicate');
    expect([...disk.journalEntries.keys()]).toEqual(['c1']);
    expect(room.effect()?.reasons.map(({ command }) => command.command_id)).toEqual(['c1']);
  });

  it('answers only once it took back the effect that it had claimed: else nothing would ever end that', async () => {
    const room = aStateRoom();
    const { port, disk } = room;
    const { bulk } = port.store;
    const raced: typeof bulk = (writes) => {
      Object.assign(port.store, { bulk });
      room.put(caseDoc(aCase([], { received })));
      port.bulkTakes = (later) => (later !== writes && later.some(({ id }) => id === EFFECT_ID) ? 3_000 : 0);
      return bulk(writes);
    };
    Object.assign(port.store, { bulk: raced });
    const { clock, chance } = room.basics;
    const sleep = jest.spyOn(clock, 'sleep');
    jest.spyOn(chance, 'random').mockReturnValue(0.99);
    const answered = processEvent(processingIn(room), received, hooks).then(({ kind }) => ({
      kind,
      effect: room.effect()?.state,
      journal: disk.journalEntries.size,
    }));
    expect(await room.run(answered)).toEqual({ kind: 'duplicate', effect: 'absent', journal: 0 });
    // Two agents that met once must not go on in step.
    expect(sleep).toHaveBeenCalledWith(19);
  });
});

describe('a claim that meets other agents', () => {
  /** So many claims are refused. */
  const meeting = (times: number) => {
    const room = aStateRoom();
    room.put({ ...effectDoc(anEffect('present')), owner: 's1' });
    const original = room.commits.submit.bind(room.commits);
    const answer = { kind: 'planned', content: aCase([], { received }), start: [], made: [], folded: [] };
    let tries = 0;
    jest.spyOn(room.commits, 'submit').mockImplementation((plan) => {
      tries += 1;
      return tries <= times
        ? Promise.resolve({
            kind: 'conflict',
            answer,
            landed: new Set(),
            missed: new Set(),
            refused: new Error('met'),
          } as never)
        : original(plan);
    });
    jest.spyOn(room.basics.chance, 'random').mockReturnValue(0.99);
    const sleep = jest.spyOn(room.basics.clock, 'sleep');
    return { done: room.run(processEvent(processingIn(room), received, hooks)), pauses: () => sleep.mock.calls.flat() };
  };

  it('is made at the sixth try, after pauses that grow', async () => {
    const { done, pauses } = meeting(5);
    expect((await done).kind).toBe('decided');
    expect(pauses().slice(0, 5)).toEqual([19, 39, 59, 79, 99]);
  });

  it('fails after that with what it met', async () => {
    await expect(meeting(6).done).rejects.toThrow('met');
  });

  it('waits until the undo journal forgot what was never begun', async () => {
    const room = aStateRoom();
    const { disk, journal } = room;
    race(room);
    const close = journal.close.bind(journal);
    // The disk is slow, and nothing else waits for it.
    jest.spyOn(journal, 'close').mockImplementation(async (ids) => {
      await room.basics.clock.sleep(5_000);
      return close(ids);
    });
    const answered = processEvent(processingIn(room), received, hooks).then(() => disk.journalEntries.size);
    expect(await room.run(answered)).toBe(0);
  });
});

describe('who is told of an event', () => {
  const scene = (newer: Partial<typeof received> = {}) => {
    const room = aStateRoom();
    room.put({ ...effectDoc(anEffect('present')), owner: 's1' });
    const told: string[] = [];
    const note = { keep: () => void told.push('kept'), takeBack: () => void told.push('taken back') };
    const history = { ...noHistory(), noteEvent: () => note, note: () => void told.push('noted') };
    const telling: ProcessHooks = {
      ...hooks,
      joined: (id) => void told.push(`joined ${id === EFFECT_ID}`),
      met: ({ state }) => void told.push(`met ${state}`),
      open: ({ state }) => void told.push(`open ${state}`),
    };
    const processing = { ...processingIn(room), history };
    const processed = () => room.run(processEvent(processing, { ...received, ...newer }, telling));
    return { room, told, processing, processed };
  };

  it('the history keeps what was decided, and the keeper of an effect learns that it was joined', async () => {
    const { told, processed } = scene();
    expect((await processed()).kind).toBe('decided');
    expect(told).toEqual(['joined true', 'kept']);
  });

  it.each<[note: string, state: 'held' | 'decided', told: readonly string[]]>([
    ['whoever looks after its case, where that is open', 'held', ['met held', 'taken back', 'noted']],
    ['nobody else, where its case is over', 'decided', ['taken back', 'noted']],
  ])('the history counts the event once that is there already, and %s', async (_note, state, expected) => {
    const { room, told, processed } = scene();
    room.put(caseDoc(aCase([], { received, state })));
    expect((await processed()).kind).toBe('duplicate');
    expect(told).toEqual(expected);
  });

  it('the history counts an event that is decided again: another agent may have taken it in', async () => {
    const { room, told, processing } = scene();
    const held = aCase([], { received, state: 'held' });
    room.put(caseDoc(held));
    await room.run(processAgain(processing, { previous: held, review: false }, hooks));
    expect(told[0]).toBe('noted');
  });

  it('whoever looks after its case, where newer data of it came', async () => {
    const { room, told, processed } = scene({ digest: 'newer', repetition: 'update' });
    room.put(caseDoc(aCase([], { received, state: 'held' })));
    expect((await processed()).kind).toBe('updated');
    expect(told).toContain('open held');
  });

  it('the history does not note what a shrunk case was about: it does not tell', async () => {
    const { room, told, processed } = scene();
    room.put(caseDoc(closedCase(aCase([], { received, state: 'decided' }))));
    await processed();
    expect(told).toEqual(['taken back']);
  });
});

describe('an event that nobody could take', () => {
  it('does not count in the history: it comes again, and would count twice', async () => {
    const room = aStateRoom();
    const told: string[] = [];
    const note = { keep: () => void told.push('kept'), takeBack: () => void told.push('taken back') };
    const away = new StoreUnavailable('away');
    const processing: Processing = {
      ...processingIn(room),
      history: { ...noHistory(), noteEvent: () => note },
      worldNow: () => {
        throw away;
      },
    };
    const refused = processEvent(processing, received, hooks).catch((cause: unknown) => cause);
    expect([await room.run(refused), told]).toEqual([away, ['taken back']]);
  });
});

describe('an event that this agent cannot decide', () => {
  it('is kept as a case without a claim, for an agent that can', async () => {
    const room = aStateRoom();
    const processing: Processing = {
      ...processingIn(room),
      decide: () => undefined,
      undecided: () => 'no policies here',
    };
    const receipt = await room.run(processEvent(processing, received, hooks));
    expect(receipt.content).toMatchObject({
      state: 'accepted',
      acts: [],
      claims: 0,
      note: 'kept for an agent that can decide it: no policies here',
    });
  });
});

describe('a case that comes and goes while it is decided', () => {
  /** So many tries find that somebody wrote the case, and that it is gone when it is read. */
  const coming = (times: number) => {
    const room = aStateRoom();
    room.put({ ...effectDoc(anEffect('present')), owner: 's1' });
    const processing = processingIn(room);
    let tries = 0;
    const original = room.commits.submit.bind(room.commits);
    jest.spyOn(room.commits, 'submit').mockImplementation((plan) => {
      tries += 1;
      return tries <= times
        ? Promise.resolve({ kind: 'committed', answer: { kind: 'moved', content: undefined } } as never)
        : original(plan);
    });
    return { done: room.run(processEvent(processing, received, hooks)), tries: () => tries };
  };

  it('is decided by the sixth try', async () => {
    const { done, tries } = coming(5);
    expect((await done).kind).toBe('decided');
    expect(tries()).toBe(6);
  });

  it('is tried later after that', async () => {
    const { done } = coming(6);
    await expect(done).rejects.toBeInstanceOf(TryLater);
  });
});
