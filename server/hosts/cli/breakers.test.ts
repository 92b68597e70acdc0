import { cliHost, type CliRequest } from '../../../test/stubs/cli_host';
import { parseCommand } from './arguments';
import { breakers } from './breakers';

const AT = '2026-11-30T04:30:00.000Z';
const RULES = { error_percent: 30, at_least: 5, window_ms: 600_000, overridden_percent: 20, acts: 10 };
const tripped = (scope: string, change: object = {}) => ({
  ...{ scope, who: 'reflex breaker', why: '5 of 6 commands failed', at: AT },
  breaker: { wrong: 5, of: 6, since: AT, round: 1, trying: false, ...change },
});

const asked: CliRequest[] = [];
let answer: object;
const { address } = cliHost((request) => {
  asked.push(request);
  return answer;
});
beforeEach(() => void asked.splice(0));

describe('`reflex breakers`', () => {
  it('says what tripped, on what, what happens next and how to reset it', async () => {
    const open = [
      tripped('connector:edge', { probe_at: '2026-11-30T04:31:00.000Z' }),
      tripped('connector:edr', { trying: true }),
      tripped('policy:p-1'),
    ];
    answer = { as_of: AT, watching: true, open, connectors: [], rules: RULES };
    const { exit, lines } = await breakers(address);
    expect([exit, asked[0]?.url]).toEqual([1, '/api/reflex/brakes/breakers']);
    expect(lines.slice(0, 3)).toEqual([
      'stopped: connector:edge: 5 of 6 commands failed',
      `  5 of 6 since ${AT}; it is tried from 2026-11-30T04:31:00.000Z on`,
      '  reset it: `reflex resume --scope connector:edge --reason TEXT`',
    ]);
    expect([lines[4], lines[7]]).toEqual([
      `  5 of 6 since ${AT}; one act is let through to try it`,
      `  5 of 6 since ${AT}; somebody has to reset it`,
    ]);
  });

  it('says what would trip them, and how each connector fares', async () => {
    const connectors = [
      { connector: 'edge', fails: 1, of: 9, since: AT, why: 'HTTP 503' },
      { connector: 'edr', fails: 0, of: 0 },
    ];
    answer = { as_of: AT, watching: true, open: [], connectors, rules: { ...RULES, starts: 600, starts_ms: 120_000 } };
    expect(await breakers(address)).toEqual({
      exit: 0,
      lines: [
        'no breaker tripped',
        'a connector trips at clearly more than 30 % of at least 5 commands within 10 min',
        'a policy trips at clearly more than 20 % of at least 10 acts overridden, or one on a critical asset',
        'everything stops at more than 600 starts within 2 min',
        '  edge: 1 of 9 commands of this agent failed (HTTP 503)',
        '  edr: 0 of 0 commands of this agent failed',
      ],
    });
  });

  it('says that no number of starts trips anything, or that there are no breakers', async () => {
    answer = { as_of: AT, watching: true, open: [], connectors: [], rules: RULES };
    expect((await breakers(address)).lines[3]).toBe('however many acts are started trips nothing');
    answer = { as_of: AT, watching: false, open: [], connectors: [] };
    expect((await breakers(address)).lines).toEqual(['no breaker tripped', 'this agent has no breakers']);
  });

  it('takes no further word', () => {
    expect(parseCommand(['breakers'], 'key')).toMatchObject({ ok: true, value: { name: 'breakers' } });
    expect(parseCommand(['breakers', 'edge'], 'key')).toMatchObject({ ok: false });
  });
});
