import type { Told } from '../runner/ports';
import type { ReminderNotice } from '../../common/api/notices';
import type { BreakerNotice } from '../runner/agent/breakers/breakers';
import { readSettings } from '../hosts/settings';
import { ruleOf } from '../runner/agent/breakers/breakers';
import { BreakerDesk, breakersOf } from './breakers';

const RULES = {
  connector: { error_percent: 30, at_least: 5, window_ms: 600_000, wait_ms: 30_000 },
  policy: { overridden_percent: 20, acts: 10 },
};
const AT = '2026-11-30T08:00:00.000Z';
const notice = (change: Partial<BreakerNotice> = {}): BreakerNotice => ({
  ...{ event: 'tripped', scope: 'connector:edge', why: '5 of 5 failed', at: AT, wrong: 5, of: 5, since: AT },
  ...change,
});

const reminder = (n: number, change: Partial<ReminderNotice> = {}): ReminderNotice => ({
  ...{ event: 'waiting', at: AT, why: 'w', count: n, last: 1, alone: 0 },
  first: {
    case_id: `case:${n}`,
    act_id: 'a',
    action: 'block_ip',
    target: 't',
    expires_at: `2026-11-30T08:0${n}:00.000Z`,
  },
  ...change,
});

let now: number;
let errors: unknown[];
let told: Array<BreakerNotice | ReminderNotice>;
/** A desk whose receiver answers one thing after the other, and then takes everything. */
const deskWith = (...answers: Array<Told | 'throws'>): BreakerDesk => {
  const log = { debug: jest.fn(), info: jest.fn(), warn: jest.fn(), error: (...said: unknown[]) => errors.push(said) };
  const clock = {
    monotonic: () => now,
    sleep: async (ms: number) => {
      now += ms;
    },
  };
  return new BreakerDesk(RULES, { log, clock }, async (each) => {
    const answer = answers.shift() ?? { kind: 'told' as const };
    if (answer === 'throws') throw new Error('no such host');
    if (answer.kind === 'told') told.push(each);
    return answer;
  });
};
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 2_000; turn += 1) await Promise.resolve();
};

beforeEach(() => {
  now = 0;
  errors = [];
  told = [];
});

describe('what breakers do is told', () => {
  it('once each, in order', async () => {
    const desk = deskWith();
    desk.tell(notice());
    desk.tell(notice({ event: 'closed' }));
    await settle();
    expect(told.map(({ event }) => event)).toEqual(['tripped', 'closed']);
  });

  it('again every 30 s while the receiver cannot take it', async () => {
    const desk = deskWith({ kind: 'failed', why: 'HTTP 503' }, 'throws');
    desk.tell(notice());
    await settle();
    expect([told.length, now, errors]).toEqual([1, 60_000, []]);
  });

  it('not again where the receiver will never take it, which the log says', async () => {
    const desk = deskWith({ kind: 'refused', why: 'HTTP 400' });
    desk.tell(notice());
    desk.tell(notice({ scope: 'all' }));
    await settle();
    expect([told, errors.length, now]).toMatchObject([[{ scope: 'all' }], 1, 0]);
  });

  it('for an hour at the most', async () => {
    const desk = deskWith(...Array.from({ length: 130 }, () => ({ kind: 'failed' as const, why: 'HTTP 503' })));
    desk.tell(notice());
    await settle();
    expect([told, errors.length, now]).toEqual([[], 1, 3_600_000]);
  });

  it('and so is what waits for people, as one where the receiver did not take it in time', async () => {
    const desk = deskWith({ kind: 'failed', why: 'HTTP 503' });
    desk.remind(reminder(5));
    desk.tell(notice());
    desk.remind(reminder(3));
    desk.remind(reminder(4));
    await settle();
    expect(told).toMatchObject([
      { event: 'waiting', count: 5, first: { case_id: 'case:5' } },
      { event: 'tripped' },
      { event: 'waiting', count: 7, last: 2, first: { case_id: 'case:3' } },
    ]);
    expect(told[2]?.why).toBe(
      '7 acts wait for a person, and half of the time or more is over; 2 of them have a tenth of that left or less',
    );
  });

  it('and trips are counted by scope, told or not', () => {
    const desk = new BreakerDesk(RULES, { log: { error: jest.fn() }, clock: { monotonic: () => 0 } } as never);
    for (const event of ['tripped', 'trial_failed', 'closed', 'tripped'] as const) desk.tell(notice({ event }));
    desk.tell(notice({ scope: 'all' }));
    expect([...desk.trips]).toEqual([
      ['connector:edge', 2],
      ['all', 1],
    ]);
  });
});

describe('the breakers of a host', () => {
  const of = (breakers: unknown, secret: string | undefined = 'a secret') => {
    const settings = readSettings({ breakers });
    if (!settings.ok) throw new Error(JSON.stringify(settings.error));
    const error = (...said: unknown[]): void => void errors.push(said);
    const log = { debug: jest.fn(), info: jest.fn(), warn: jest.fn(), error };
    return breakersOf({ settings: settings.value, log }, () => secret);
  };

  it('go by its settings', () => {
    const source = { overridden_percent: 20, acts: 10 };
    expect(of(undefined).rules).toEqual({ ...RULES, source, connectors: new Map() });
    const { rules } = of({
      connector: { error_percent: 50, at_least: 8, window_minutes: 3, wait_seconds: 90 },
      policy: { overridden_percent: 10, acts: 4 },
      source: { overridden_percent: 30, acts: 20 },
      all: { starts: 600, minutes: 2 },
    });
    expect(rules).toEqual({
      connector: { error_percent: 50, at_least: 8, window_ms: 180_000, wait_ms: 90_000 },
      connectors: new Map(),
      policy: { overridden_percent: 10, acts: 4 },
      source: { overridden_percent: 30, acts: 20 },
      all: { starts: 600, window_ms: 120_000 },
    });
  });

  it('have one of its own for a connector whose settings say so', () => {
    const connectors = [
      { name: 'edge', kind: 'rest', breaker: { error_percent: 60 } },
      { name: 'edr', kind: 'rest' },
    ];
    const settings = readSettings({ connectors, breakers: { connector: { at_least: 7 } } });
    if (!settings.ok) throw new Error(JSON.stringify(settings.error));
    const log = { debug: jest.fn(), info: jest.fn(), warn: jest.fn(), error: jest.fn() };
    const { rules } = breakersOf({ settings: settings.value, log }, () => undefined);
    expect([ruleOf(rules, 'edge'), ruleOf(rules, 'edr')]).toEqual([
      { error_percent: 60, at_least: 7, window_ms: 600_000, wait_ms: 30_000 },
      rules.connector,
    ]);
  });

  it('trip as well where nobody can be told, which the log says', () => {
    const tell = { webhook: { url: 'https://pager.example/', sign: { secret: 'pager' } } };
    const desk = of({ tell }, '');
    desk.tell(notice());
    expect([errors.length, desk.trips.get('connector:edge')]).toEqual([1, 1]);
    expect(JSON.stringify(errors)).toContain('the secret `pager` is not there');
  });
});
