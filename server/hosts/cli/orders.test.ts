import { cliHost, type CliRequest } from '../../../test/stubs/cli_host';
import { aContainment } from '../../../test/builders/views';
import type { OrderedView } from '../../../common/api/routes';
import { parseCommand } from './arguments';
import { contain, putOffEnd } from './orders';

const VIEW: OrderedView = {
  case_id: 'case:1',
  action: 'isolate_host',
  target: { type: 'host', value: 'ws-1' },
  status: 'applying',
  progress: [{ act_id: 'a0', status: 'applying' }],
  reasons: [{ code: 'policy_matched', text: 'Isolate by hand', policy: 'isolate-by-hand' }],
  decision_id: 'd-1',
  effect_id: 'effect:1',
};
const DUE = '2026-11-30T04:30:00.000Z';

const asked: CliRequest[] = [];
let answers: object[];
const { address } = cliHost((request) => {
  asked.push(request);
  return answers.shift() ?? {};
});
beforeEach(() => void asked.splice(0));

const parse = (...args: string[]) => parseCommand(args, '/key');

describe('`reflex contain`', () => {
  it.each([
    ['applying', 0, 'it is under way'],
    ['present', 0, 'it is in effect'],
    ['waiting', 1, 'it waits for somebody else to approve it'],
    ['denied', 1, 'it was not done (denied)'],
    ['held', 1, 'it is held'],
    ['kept', 1, 'it is kept'],
  ] as const)('tells scripts by its exit code whether it is done: %s', async (status, exit, words) => {
    answers = [{ ...VIEW, status }];
    const outcome = await contain(address, { action: 'isolate_host', target: 'ws-1', reason: 'beacon' });
    expect([outcome.exit, outcome.lines[0]]).toEqual([exit, expect.stringContaining(`isolate_host ws-1: ${words}`)]);
    expect(outcome.lines.slice(1)).toEqual([
      '  isolate-by-hand: Isolate by hand',
      '  decision d-1',
      '  containment effect:1',
    ]);
    expect(asked[0]?.body).toMatchObject({ action: 'isolate_host', target: 'ws-1', reason: 'beacon' });
    expect((asked[0]?.body as { order_id: string }).order_id).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('takes an action, a target, a reason, and what may come besides', () => {
    expect(
      parse(
        'contain',
        'quarantine_file',
        'C:/tmp/a',
        'b.exe',
        '--reason',
        'malware',
        '--for',
        '2h',
        '--host',
        'ws-1',
        '--decision',
        'd-7',
      ),
    ).toMatchObject({
      ok: true,
      value: {
        name: 'contain',
        body: {
          action: 'quarantine_file',
          target: 'C:/tmp/a b.exe',
          reason: 'malware',
          ttl_ms: 7_200_000,
          host: 'ws-1',
          about: 'd-7',
        },
      },
    });
    expect(parse('contain', 'block_ip', '203.0.113.7', '--reason', 'it attacks')).toMatchObject({
      value: { body: { action: 'block_ip', target: '203.0.113.7', reason: 'it attacks' } },
    });
  });

  it.each([
    [['contain'], 'takes an action and a target'],
    [['contain', 'block_ip'], 'takes an action and a target'],
    [['contain', 'block_ip', '203.0.113.7'], 'say why with --reason'],
    [['contain', 'block_ip', '203.0.113.7', '--reason', 'why', '--for', '59s'], 'no length of time from `1m` to `30d`'],
    [['contain', 'block_ip', '203.0.113.7', '--reason', 'why', '--for', '31d'], 'no length of time from `1m` to `30d`'],
    [['extend'], 'takes the id of one containment'],
    [['extend', 'effect:1', 'effect:2', '--for', '1h', '--reason', 'why'], 'takes the id of one containment'],
    [['extend', 'effect:1', '--reason', 'why'], 'say by how much'],
    [['extend', 'effect:1', '--for', '1h'], 'say why with --reason'],
  ])('is refused in words: %j', (args, words) => {
    expect(parse(...args)).toMatchObject({ ok: false, error: expect.stringContaining(words) as string });
  });
});

describe('`reflex extend`', () => {
  it('puts the end off from where it is', async () => {
    answers = [{ state: 'present', containment: aContainment({ due: DUE }) }, VIEW];
    const { exit, lines } = await putOffEnd(address, { effectId: 'effect:1', byMs: 7_200_000, reason: 'not over' });
    expect(asked[1]?.body).toMatchObject({ until: '2026-11-30T06:30:00.000Z', reason: 'not over' });
    expect([exit, lines.at(-1)]).toEqual([0, `  it ended at ${DUE}; ordered until 2026-11-30T06:30:00.000Z`]);
  });

  it.each([
    ['is over', { state: 'absent' }, 'it is not in effect any more'],
    ['has no end', { state: 'present', containment: aContainment({ due: null }) }, 'it has no end'],
  ])('orders nothing of what %s', async (_, now, words) => {
    answers = [now];
    const { exit, lines } = await putOffEnd(address, { effectId: 'effect:1', byMs: 60_000, reason: 'not over' });
    expect([exit, lines[0], asked.length]).toEqual([2, expect.stringContaining(words), 1]);
  });
});
