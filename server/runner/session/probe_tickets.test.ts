import type { StopOrder } from '../keeping/kinds/gate';
import { ProbeTickets } from './probe_tickets';

const AT = '2026-11-30T08:00:00.000Z';
const order = (probe: string | undefined, { round = 1, at = AT } = {}): StopOrder => ({
  ...{ scope: 'connector:edge', who: 'reflex breaker', why: 'it fails', at: AT, epoch: 2 },
  breaker: { wrong: 5, of: 5, since: AT, round, wait_ms: 30_000, ...(probe && { probe: { session: probe, at } }) },
});

let tickets: ProbeTickets;
beforeEach(() => {
  tickets = new ProbeTickets('me');
});

describe('the one act that may try a breaker', () => {
  it('is only of the session that the gate names, and of no order of a person', () => {
    const { breaker: _none, ...ofPerson } = order('me');
    expect([order('me'), order('other'), order(undefined), ofPerson].map((each) => tickets.isFree(each))).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect([order('other'), order(undefined), ofPerson].some((each) => tickets.take(each, 'c1'))).toBe(false);
  });

  it('is one command, which may be sent again', () => {
    expect(tickets.take(order('me'), 'c1')).toBe(true);
    expect([tickets.isFree(order('me')), tickets.take(order('me'), 'c2')]).toEqual([false, false]);
    expect([tickets.take(order('me'), 'c1'), tickets.spentOn(order('me'))]).toEqual([true, 'c1']);
  });

  it('is another one where nothing of the first was sent', () => {
    tickets.take(order('me'), 'c1');
    tickets.giveBack('c2');
    expect(tickets.isFree(order('me'))).toBe(false);
    tickets.giveBack('c1');
    expect(tickets.take(order('me'), 'c2')).toBe(true);
  });

  it('is one more for each trial', () => {
    tickets.take(order('me'), 'c1');
    expect(tickets.isFree(order('me', { round: 2 }))).toBe(true);
    expect(tickets.isFree(order('me', { at: '2026-11-30T08:01:00.000Z' }))).toBe(true);
  });
});
