import { clockOf, drive, quietLog } from '../../../test/builders/store_port';
import { Scheduler } from '../../../test/fakes/scheduler';
import type { Keep } from '../../../common/policy/policy';
import type { Connector, InventoryItem, Reachability } from '../ports';
import { Inventory, InventoryKeeper } from '../facts/inventory';
import { ReachBook, SEEN_FOR_MS } from './reach_book';

const dc = (n: number): InventoryItem => ({
  ...{ type: 'host', value: `dc0${n}.corp.example`, origin: 'file' },
  ...{ aliases: [`dc0${n}`], tags: ['dc'] },
});
const inventory = new Inventory('v1', [dc(1), dc(2)]);

/** A book whose observers answer by the name of a host; a name that they lack is not theirs. */
const bookOf = (answers: Readonly<Record<string, Readonly<Record<string, Reachability | 'never'>>>>) => {
  const scheduler = new Scheduler();
  const asked: string[] = [];
  const connectors = new Map(
    Object.entries(answers).map(([name, says]): [string, Pick<Connector, 'reachable'>] => [
      name,
      {
        reachable: (host) => {
          asked.push(`${name} ${host}`);
          const answer = says[host] ?? { why: 'no such host here' };
          return answer === 'never' ? new Promise(() => undefined) : Promise.resolve(answer);
        },
      },
    ]),
  );
  connectors.set('blind', {});
  const book = new ReachBook({ connectors, clock: clockOf(scheduler), log: quietLog() });
  const keep: Keep = { at_least: 1, of: 'dc', also: [...connectors.keys()] };
  const wanted = { keeps: () => [{ keep }], membersOf: (role: string) => inventory.membersOf(role) };
  const unseen = (observers = keep.also ?? []): readonly string[] =>
    book.unseen(inventory.membersOf('dc'), observers).map((key) => key.replace('host:', ''));
  return { scheduler, asked, book, wanted, unseen, answers, look: () => drive(scheduler, book.lookAtAll(wanted)) };
};

const YES: Reachability = { state: 'reachable' };
const NO: Reachability = { state: 'unreachable', said: 'connection refused' };
const BOTH = ['dc01.corp.example', 'dc02.corp.example'];

describe('who can be reached', () => {
  it('is nobody before anybody looked', () => expect(bookOf({ ssh: {} }).unseen()).toEqual(BOTH));

  it('is whom one of the observers reaches, by any of its names', async () => {
    const { look, unseen } = bookOf({ ssh: { 'dc01.corp.example': YES }, other: { dc02: YES } });
    await look();
    expect([unseen(), unseen(['ssh']), unseen(['other'])]).toEqual([[], [BOTH[1]], [BOTH[0]]]);
  });

  it.each<[note: string, answer: Reachability | 'never']>([
    ['is unreachable', NO],
    ['is one of which nobody can tell', { why: 'the key cannot be read' }],
    ['does not answer in time', 'never'],
  ])('is not who %s', async (_note, answer) => {
    const { look, unseen } = bookOf({ ssh: { 'dc01.corp.example': YES, 'dc02.corp.example': answer } });
    await look();
    expect(unseen()).toEqual([BOTH[1]]);
  });

  it('does not ask by another name once one was answered', async () => {
    const { look, asked } = bookOf({ ssh: { 'dc01.corp.example': NO, dc01: YES, 'dc02.corp.example': YES } });
    await look();
    expect(asked).toEqual(['ssh dc01.corp.example', 'ssh dc02.corp.example']);
  });

  it('is forgotten after a minute, and at once where a look finds the contrary', async () => {
    const says: Record<string, Reachability> = { 'dc01.corp.example': YES, 'dc02.corp.example': YES };
    const { look, unseen, scheduler } = bookOf({ ssh: says });
    await look();
    says['dc01.corp.example'] = NO;
    await look();
    expect(unseen()).toEqual([BOTH[0]]);
    await scheduler.runUntil(scheduler.now + SEEN_FOR_MS);
    expect(unseen()).toEqual(BOTH);
  });

  it('is looked at again and again, until told otherwise', async () => {
    const { book, wanted, scheduler, asked } = bookOf({ ssh: { 'dc01.corp.example': YES, 'dc02.corp.example': YES } });
    let over = false;
    void book.follow(() => over, wanted);
    await scheduler.runUntil(40_000);
    const looked = asked.length;
    over = true;
    await scheduler.runUntil(150_000);
    // At 0, 15 and 30 s, both of them; now and then by another name as well.
    expect([looked >= 6, looked <= 9, asked.length - looked]).toEqual([true, true, 0]);
  });

  it('is nobody where the agent has nobody who looks, or the connector does not look at hosts', async () => {
    const keeper = new InventoryKeeper(() => 0);
    keeper.replace(inventory, true);
    expect(keeper.unseenOf('dc', ['ssh'])).toHaveLength(2);
    const { look, unseen, book } = bookOf({});
    await look();
    expect(unseen(['blind'])).toEqual(BOTH);
    const seen = new InventoryKeeper(() => 0, book);
    seen.replace(inventory, true);
    expect(seen.unseenOf('dc', ['blind'])).toHaveLength(2);
  });
});
