import { cliHost, type CliRequest } from '../../../test/stubs/cli_host';
import { parseCommand } from './arguments';
import { resume, resumeUndo, stop, suspendUndo, undoing } from './brakes';

const AT = '2026-11-30T04:30:00.000Z';
const REPORT = { acknowledged: true, took_ms: 318, agents: [], in_gate: true, on_the_wire: [], wire_known: true };
const SUSPENSION = { scope: 'all', who: 'ann', why: 'incident', at: AT, until: AT };

const asked: CliRequest[] = [];
let answer: object;
const { address } = cliHost((request) => {
  asked.push(request);
  return answer;
});
beforeEach(() => void asked.splice(0));

describe('`reflex stop`', () => {
  it.each([
    [{}, 0, 'acknowledged after 318 ms'],
    [{ acknowledged: false }, 1, 'not every agent has confirmed it'],
    [{ acknowledged: false, in_gate: false }, 1, 'this host stands still'],
  ])('tells scripts by its exit code whether anything may still start: %j', async (so, exit, words) => {
    answer = { ...REPORT, ...so };
    const outcome = await stop(address, { scope: 'all' });
    expect([outcome.exit, outcome.lines[0]]).toEqual([exit, expect.stringContaining(words)]);
    expect(asked[0]?.body).toEqual({ scope: 'all' });
  });

  it('pauses a policy, and says until when', async () => {
    answer = { ...REPORT, until: AT };
    const { lines } = await stop(address, { scope: 'policy:p-1', reason: 'looking', forMs: 1_800_000 });
    expect(lines[1]).toContain(AT);
    expect(asked[0]?.body).toEqual({ scope: 'policy:p-1', reason: 'looking', for_ms: 1_800_000 });
  });
});

describe('`reflex resume`', () => {
  it('says what still stands still, and how to have what was held decided again', async () => {
    answer = { stops: [{ scope: 'all', who: 'bob', at: AT }] };
    const { lines } = await resume(address, { scope: 'policy:p-1', reason: 'mended' });
    expect(lines.join('\n')).toMatch(/still in force: all, ordered by bob[\s\S]*reflex held --scope policy:p-1/);
  });
});

describe('`reflex undo`', () => {
  it('lists where undoing is suspended, and what is past its end', async () => {
    const overdue = [{ effect_id: 'e1', action: 'block_ip', connector: 'edge', target: '203.0.113.1', due: AT }];
    answer = { as_of: AT, suspensions: [SUSPENSION], overdue, at_least: true };
    expect((await undoing(address)).lines).toEqual([
      `suspended: all until ${AT} (ann: incident)`,
      `at least 1 containments are past their end because of that, as of ${AT}`,
      `  block_ip 203.0.113.1 (edge), was to end at ${AT}`,
    ]);
  });

  it('suspends and resumes', async () => {
    answer = { suspensions: [SUSPENSION] };
    expect((await suspendUndo(address, { scope: 'all', reason: 'incident', forMs: 60_000 })).exit).toBe(0);
    answer = { suspensions: [] };
    expect((await resumeUndo(address, { scope: 'all', reason: 'over' })).lines).toEqual([
      'undoing is suspended nowhere',
    ]);
    expect(asked.map(({ url, body }) => [url, body])).toEqual([
      ['/api/reflex/brakes/undo/suspend', { scope: 'all', reason: 'incident', for_ms: 60_000 }],
      ['/api/reflex/brakes/undo/resume', { scope: 'all', reason: 'over' }],
    ]);
  });
});

describe('what these commands take', () => {
  it.each([
    [['stop'], { name: 'stop', scope: 'all' }],
    [
      ['stop', '--scope', 'policy:p-1', '--for', '30m', '--reason', 'looking'],
      { name: 'stop', scope: 'policy:p-1', forMs: 1_800_000, reason: 'looking' },
    ],
    [['resume', '--scope', 'policy:p-1', '--reason', 'mended'], { name: 'resume', scope: 'policy:p-1' }],
    [['undo'], { name: 'undo' }],
    [
      ['undo', 'suspend', '--for', '4h', '--reason', 'incident'],
      { name: 'undo suspend', scope: 'all', forMs: 14_400_000 },
    ],
    [['undo', 'resume', '--scope', 'connector:edge', '--reason', 'over'], { name: 'undo resume' }],
  ])('reads %j', (args, value) => expect(parseCommand(args, '/key')).toMatchObject({ ok: true, value }));

  it.each([
    [['stop', 'everything']],
    [['stop', '--scope', 'everything']],
    [['stop', '--for', '30m']],
    [['stop', '--scope', 'policy:p-1', '--for', '31m']],
    [['stop', '--scope', 'policy:p-1', '--for', '30']],
    [['stop', '--reason', 'x']],
    [['resume']],
    [['undo', 'suspend', '--reason', 'incident']],
    [['undo', 'suspend', '--for', '5h', '--reason', 'incident']],
    [['undo', 'suspend', '--for', '1h']],
    [['undo', 'suspend', '--for', '1h', '--scope', 'policy:p-1', '--reason', 'incident']],
    [['undo', 'everything']],
  ])('refuses %j', (args) => expect(parseCommand(args, '/key').ok).toBe(false));
});
