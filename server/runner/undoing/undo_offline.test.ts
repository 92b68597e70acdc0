import { undoRoom, type Room } from '../../../test/builders/undo_room';
import { anEntry, EFFECT, utcAt } from '../../../test/builders/undoing';
import type { Boot, Capabilities, Connector, JournalEntry, Log, UndoOutcome } from '../ports';
import { OfflineUndo } from './undo_offline';

const ERROR = { code: 'busy', message: 'try later', retryable: true };
const DAY_MS = 86_400_000;
const ALL = (_effectId: string): boolean => true;

/** Due so many ms from the start of the test, by the clock of the machine. */
const dueIn = (ms: number, overrides: Partial<JournalEntry> = {}): JournalEntry =>
  anEntry({ boot: { id: 'run', due: ms }, fence: 7, ...overrides });
const past = (overrides: Partial<JournalEntry> = {}): JournalEntry => dueIn(-1, overrides);

interface Scene {
  readonly room: Room;
  readonly offline: OfflineUndo;
  readonly undos: () => readonly string[];
  /** What the log says that orders came to. */
  readonly outcomes: readonly unknown[];
}

const sceneOf = async (
  entries: readonly JournalEntry[],
  {
    can = {},
    trusted = true,
    isHeld = () => false,
    connectors,
  }: {
    can?: Partial<Capabilities>;
    trusted?: boolean;
    isHeld?: () => boolean;
    connectors?: (room: Room) => ReadonlyMap<string, Connector>;
  } = {},
): Promise<Scene> => {
  const room = undoRoom(can);
  const boot = (): Boot => ({ id: 'run', now: room.scheduler.now });
  const outcomes: unknown[] = [];
  const log: Log = {
    ...room.basics.log,
    warn: (message, details) => {
      room.lines.push(message);
      outcomes.push(details?.outcome);
    },
  };
  const basics = { ...room.basics, clock: { ...room.basics.clock, boot }, log };
  await room.journal.put(entries);
  const all = connectors?.(room) ?? room.connectors;
  const offline = new OfflineUndo({
    journal: room.journal,
    connectors: all,
    basics,
    clockTrusted: () => trusted,
    suspensions: { holds: isHeld },
  });
  return { room, offline, outcomes, undos: () => room.target.calls.filter((call) => call.startsWith('undo')) };
};
/** Rounds for as long as the agent is alone, four a second. */
const alone = async ({ room, offline }: Scene, ms: number, isOurs = ALL): Promise<void> => {
  for (let passed = 0; passed < ms; passed += 250) {
    void offline.round(isOurs);
    await room.wait(250);
  }
};

describe('while OpenSearch is away an effect', () => {
  it.each<[note: string, entries: readonly JournalEntry[], undone: boolean]>([
    ['is undone once its time is over', [past()], true],
    ['is not undone a moment too early', [dueIn(1_001)], false],
    ['is undone by UTC where it is of an earlier version of Reflex', [anEntry({ deadline: utcAt(-DAY_MS) })], true],
    ['is left to a person where it has no end', [anEntry({ deadline: null })], false],
    ['is kept for a second reason that still holds', [past(), dueIn(240_000, { command_id: 'c2' })], false],
    ['is kept for a second reason that has no end', [past(), anEntry({ command_id: 'c2', deadline: null })], false],
    ['is undone with the last of its reasons', [past(), past({ command_id: 'c2' })], true],
    [
      'is undone though another effect is not due',
      [past(), dueIn(DAY_MS, { command_id: 'c2', effect_id: 'effect:2' })],
      true,
    ],
    [
      'is undone though what was there before it has no end',
      [past(), anEntry({ command_id: 'c0', deadline: null, gone: true })],
      true,
    ],
  ])('%s', async (_note, entries, undone) => {
    const scene = await sceneOf(entries);
    await alone(scene, 1_000);
    expect(scene.undos()).toHaveLength(undone ? 1 : 0);
    expect(scene.room.target.is).toBe(undone ? 'absent' : 'present');
  });

  it('waits while undoing is suspended, and no longer', async () => {
    let isHeld = true;
    const scene = await sceneOf([past()], { isHeld: () => isHeld });
    await alone(scene, 1_000);
    expect(scene.room.target.calls).toEqual([]);
    isHeld = false;
    await alone(scene, 1_000);
    expect(scene.room.target.is).toBe('absent');
  });

  it('is undone to the end where that was begun before it was suspended', async () => {
    const scene = await sceneOf([past({ undone_offline: true })], { isHeld: () => true });
    await alone(scene, 1_000);
    expect(scene.room.target.is).toBe('absent');
  });

  it('waits while UTC is in doubt and only UTC tells its end', async () => {
    const scene = await sceneOf([anEntry({ deadline: utcAt(-DAY_MS) })], { trusted: false });
    await alone(scene, 1_000);
    expect(scene.room.target.calls).toEqual([]);
  });

  it.each<[note: string, entry: JournalEntry, can: { tagged: boolean }]>([
    ['does not carry our command at its target', past(), { tagged: false }],
    ['is at a target that this agent does not have', past({ connector: 'gone' }), { tagged: true }],
  ])('waits where it %s, and that is told', async (_note, entry, can) => {
    const scene = await sceneOf([entry], { can });
    await alone(scene, 1_000);
    expect(scene.room.target.calls).toEqual([]);
    expect(scene.room.disk.journalEntries.get('c1')).toEqual(entry);
    expect(scene.offline.waiting()).toBe(1);
  });

  it('does not count as waiting where this agent can undo it, or where it is not due', async () => {
    expect(
      (
        await sceneOf([past(), dueIn(DAY_MS, { command_id: 'c2', effect_id: 'effect:2', connector: 'gone' })])
      ).offline.waiting(),
    ).toBe(0);
  });

  it('is left alone where it is not for the caller to undo', async () => {
    const scene = await sceneOf([past(), past({ command_id: 'c2', effect_id: 'effect:2' })]);
    await alone(scene, 1_000, (id) => id === 'effect:2');
    expect(scene.room.target.handle?.effect_id).toBe('effect:2');
    expect(scene.room.disk.journalEntries.get('c1')).toEqual(past());
  });
});

describe('an order to undo offline', () => {
  it('names every command of the effect, one fence above the highest that the journal knows', async () => {
    const scene = await sceneOf([past(), past({ command_id: 'c2', fence: 9 }), past({ command_id: 'c3', fence: 8 })]);
    await alone(scene, 1_000);
    expect(scene.undos()).toEqual(['undo c1,c2,c3 fence 10']);
    expect(scene.room.target.handle).toEqual({
      effect_id: EFFECT,
      action: 'block_ip',
      target: { type: 'ip', value: '203.0.113.7' },
      command_ids: ['c1', 'c2', 'c3'],
    });
  });

  it('goes under the lowest fence where the entry is of an earlier version: no later order is refused for it', async () => {
    const scene = await sceneOf([anEntry({ deadline: utcAt(-DAY_MS) })]);
    await alone(scene, 1_000);
    expect(scene.undos()).toEqual(['undo c1 fence 1']);
  });

  it.each([
    [0, 1],
    [1, 0],
  ])('goes out at its very end and not 1 ms before: due in %d ms', async (ms, orders) => {
    const scene = await sceneOf([dueIn(ms)]);
    await scene.room.run(scene.offline.round(ALL));
    expect(scene.undos()).toHaveLength(orders);
  });

  it('is preceded by a cancel of what the target may have queued', async () => {
    const scene = await sceneOf([past()]);
    await alone(scene, 1_000);
    expect(scene.room.target.calls.slice(0, 3)).toEqual(['cancel c1', 'verify', 'undo c1 fence 8']);
  });

  it('is known to the journal before it is sent', async () => {
    const known: unknown[] = [];
    const scene = await sceneOf([past(), past({ command_id: 'c2' })], {
      connectors: (room) => {
        const undo: Connector['undo'] = (...order) => {
          known.push([...room.disk.journalEntries.values()].map((entry) => entry.undone_offline));
          return room.target.connector.undo(...order);
        };
        return new Map([['edge', { ...room.target.connector, undo }]]);
      },
    });
    await alone(scene, 1_000);
    expect(known).toEqual([[true, true]]);
  });

  it('is not sent where a reason came into the journal while it was being marked; the mark goes', async () => {
    const scene = await sceneOf([past()]);
    const { journal } = scene.room;
    const put = jest.spyOn(journal, 'put').mockImplementationOnce(async (entries) => {
      await journal.put([dueIn(DAY_MS, { command_id: 'c2' })]);
      return journal.put(entries);
    });
    await alone(scene, 1_000);
    expect(put).toHaveBeenCalled();
    expect(scene.room.target.calls).toEqual([]);
    expect(journal.open().map((entry) => entry.undone_offline)).toEqual([undefined, undefined]);
  });

  it('is not over before such a mark is gone from the disk', async () => {
    const { room, offline } = await sceneOf([past()]);
    const { journal } = room;
    const put = journal.put.bind(journal);
    let puts = 0;
    const slow: typeof put = async (entries) => {
      puts += 1;
      if (puts === 1) await put([dueIn(DAY_MS, { command_id: 'c2' })]);
      else await room.basics.clock.sleep(500);
      return put(entries);
    };
    Object.assign(journal, { put: slow });
    const marks: unknown[] = [];
    void offline.round(ALL).then(() => marks.push(...journal.open().map((entry) => entry.undone_offline)));
    await room.wait(2_000);
    expect([puts, marks]).toEqual([2, [undefined, undefined]]);
  });

  it('brings nothing back into the journal that is being closed when it begins', async () => {
    const { room, offline } = await sceneOf([past()]);
    const { journal } = room;
    void journal.close(journal.open().map(({ command_id }) => command_id));
    void offline.round(ALL);
    await room.wait(DAY_MS);
    expect([journal.open(), room.target.calls]).toEqual([[], []]);
  });

  it('brings nothing back into the journal that was closed while its target was asked', async () => {
    const { room, offline } = await sceneOf([past({ undone_offline: true })]);
    const { journal } = room;
    const put = jest.spyOn(journal, 'put');
    jest.spyOn(room.target.connector, 'verify').mockImplementation(async () => {
      await journal.close(journal.open().map(({ command_id }) => command_id));
      return { state: 'absent' };
    });
    void offline.round(ALL);
    await room.wait(1_000);
    void offline.round(ALL);
    await room.wait(10_000);
    expect([journal.open(), put.mock.calls.flatMap(([entries]) => entries)]).toEqual([[], []]);
  });

  it('that cannot be begun, for the disk of the journal fails, is told in the log and tried again', async () => {
    const scene = await sceneOf([past()]);
    const { journal, lines } = scene.room;
    jest.spyOn(journal, 'put').mockRejectedValueOnce(new Error('no space left'));
    await alone(scene, 1_000);
    expect(lines).toContain('undoing from the journal failed');
    expect(scene.undos()).toHaveLength(1);
  });

  it('needs no disk where the journal knows already that it is sent', async () => {
    const scene = await sceneOf([past({ undone_offline: true })]);
    jest.spyOn(scene.room.journal, 'put').mockRejectedValue(new Error('no space left'));
    await alone(scene, 1_000);
    expect(scene.undos()).toHaveLength(1);
  });

  it('is not repeated once the target said twice, its settle time apart, that nothing is there', async () => {
    const scene = await sceneOf([past()], { can: { settle_time_ms: 2_000 } });
    await alone(scene, 60_000);
    expect(scene.undos()).toHaveLength(1);
    expect(scene.room.target.count('verify')).toBeLessThan(6);
    expect(scene.room.journal.open()).toEqual([past({ undone_offline: true, gone: true })]);
  });

  it('is sent only once the target has dropped what it had queued, and the effect is asked for after that', async () => {
    const order: string[] = [];
    const scene = await sceneOf([past()], {
      connectors: (room) => {
        const { connector } = room.target;
        const slowly =
          <Args extends unknown[], Answer>(name: string, ms: number, call: (...args: Args) => Promise<Answer>) =>
          async (...args: Args): Promise<Answer> => {
            await room.basics.clock.sleep(ms);
            const answer = await call(...args);
            order.push(name);
            return answer;
          };
        const { cancel, verify, undo } = connector;
        const slow = {
          cancel: slowly('cancel', 300, cancel),
          verify: slowly('verify', 100, verify),
          undo: slowly('undo', 200, undo),
        };
        return new Map([['edge', { ...connector, ...slow }]]);
      },
    });
    await alone(scene, 1_100);
    expect(order).toEqual(['cancel', 'verify', 'undo', 'verify']);
    expect(scene.outcomes).toEqual([]);
  });

  it('that is done ends its round only once the journal has it on the disk', async () => {
    const { room, offline } = await sceneOf([past()], { can: { settle_time_ms: 0 } });
    const { journal } = room;
    const put = journal.put.bind(journal);
    const slow: typeof put = async (entries) => {
      await room.basics.clock.sleep(200);
      return put(entries);
    };
    Object.assign(journal, { put: slow });
    await room.run(offline.round(ALL));
    expect(journal.open()).toEqual([past({ undone_offline: true, gone: true })]);
  });

  it('for what is applied anew after it was gone waits out the settle time again', async () => {
    const scene = await sceneOf([past()], { can: { settle_time_ms: 5_000 } });
    await alone(scene, 20_000);
    scene.room.target.is = 'present';
    await scene.room.journal.put([past({ command_id: 'c2' })]);
    await alone(scene, 3_000);
    expect(scene.undos()).toHaveLength(2);
    expect(scene.room.journal.open().map(({ gone }) => gone)).toEqual([true, undefined]);
    await alone(scene, 20_000);
    expect(scene.room.journal.open().map(({ gone }) => gone)).toEqual([true, true]);
  });

  it('comes again where the effect appears within the settle time', async () => {
    const scene = await sceneOf([past()], { can: { settle_time_ms: 4_000 } });
    await alone(scene, 1_000);
    scene.room.target.is = 'present';
    await alone(scene, 9_000);
    expect(scene.undos()).toHaveLength(2);
    expect(scene.room.target.is).toBe('absent');
  });

  it('is repeated after pauses that grow, and said once, while the target does not do it', async () => {
    const scene = await sceneOf([past()]);
    scene.room.target.answer = { kind: 'failed', error: ERROR };
    await alone(scene, 300_000);
    // After 1, 2, 4, 8, 16 and 32 seconds, then each minute.
    expect(scene.undos()).toHaveLength(10);
    expect(scene.room.lines).toHaveLength(1);
    scene.room.target.answer = undefined;
    await alone(scene, 60_000);
    expect(scene.room.target.is).toBe('absent');
  });

  it.each<[said: string, answer: UndoOutcome]>([
    ['still there', { kind: 'succeeded' }],
    ['failed', { kind: 'failed', error: ERROR }],
  ])('is told as `%s` where that is what it came to', async (said, answer) => {
    const scene = await sceneOf([past()]);
    scene.room.target.answer = answer;
    await alone(scene, 2_000);
    expect(scene.outcomes).toEqual([said]);
  });

  it.each<[note: string, answer: UndoOutcome]>([['refused', { kind: 'refused', error: ERROR }]])(
    'is left to a person once it was %s',
    async (_note, answer) => {
      const scene = await sceneOf([past()]);
      scene.room.target.answer = answer;
      await alone(scene, 60_000);
      expect(scene.undos()).toHaveLength(1);
    },
  );

  it('is tried again five minutes after it was refused, and no sooner', async () => {
    const scene = await sceneOf([past()]);
    scene.room.target.answer = { kind: 'refused', error: ERROR };
    await alone(scene, 299_000);
    expect(scene.undos()).toHaveLength(1);
    await alone(scene, 3_000);
    expect(scene.undos()).toHaveLength(2);
  });

  it('waits for no other target: one that does not answer holds up nobody', async () => {
    const other = undoRoom();
    const scene = await sceneOf(
      [
        ...Array.from({ length: 20 }, (_, n) => past({ command_id: `s${n}`, effect_id: `effect:s${n}` })),
        past({ command_id: 'c2', effect_id: 'effect:2', connector: 'other' }),
      ],
      {
        connectors: (room) =>
          new Map([
            ['edge', room.target.connector],
            ['other', other.target.connector],
          ]),
      },
    );
    scene.room.target.answer = 'silent';
    await alone(scene, 1_000);
    expect(other.target.is).toBe('absent');
  });

  it('is sent to one target at most four at a time', async () => {
    let most = 0;
    let under = 0;
    const scene = await sceneOf(
      Array.from({ length: 20 }, (_, n) => past({ command_id: `s${n}`, effect_id: `effect:s${n}` })),
      {
        connectors: (room) => {
          const undo: Connector['undo'] = async (...order) => {
            most = Math.max(most, (under += 1));
            await room.basics.clock.sleep(50);
            under -= 1;
            return room.target.connector.undo(...order);
          };
          const verify: Connector['verify'] = async () => ({ state: 'present' });
          return new Map([['edge', { ...room.target.connector, undo, verify }]]);
        },
      },
    );
    await alone(scene, 1_500);
    expect([most, scene.undos().length]).toEqual([4, 20]);
  });
});
