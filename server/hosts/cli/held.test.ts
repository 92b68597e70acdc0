import { cliHost, type CliRequest } from '../../../test/stubs/cli_host';
import { parseCommand } from './arguments';
import { decideHeld, held } from './held';

const AS_OF = '2026-11-22T03:12:04.000Z';

describe('`reflex held`', () => {
  const asked: CliRequest[] = [];
  let answers: readonly object[];
  const { address } = cliHost((request) => {
    asked.push(request);
    return answers[Math.min(asked.length, answers.length) - 1];
  });
  beforeEach(() => void asked.splice(0));

  it.each([
    [{}, `7 acts wait only because something is stopped (action:block_ip), as of ${AS_OF}`],
    [{ at_least: true }, `at least 7 acts wait only because something is stopped (action:block_ip), as of ${AS_OF}`],
  ])('counts them, and says where that is not all: %j', async (more, line) => {
    answers = [{ as_of: AS_OF, scope: 'action:block_ip', acts: 7, ...more }];
    expect(await held(address, 'action:block_ip')).toEqual({ exit: 0, lines: [line] });
    expect(asked[0]?.url).toBe('/api/reflex/brakes/held?scope=action%3Ablock_ip');
  });

  it('has them decided again until there is no more', async () => {
    answers = [
      { cases: 1_000, acts: 1_001, more: true },
      { cases: 3, acts: 3, more: false },
    ];
    const order = { scope: 'all', reason: 'the cause is understood' };
    const { exit, lines } = await decideHeld(address, order);
    expect([exit, lines[0]]).toEqual([0, expect.stringMatching(/^1003 cases are decided again/)]);
    expect(asked.map(({ body }) => body)).toEqual([order, order]);
  });

  it('ends where nothing is taken up, though there may be more', async () => {
    answers = [{ cases: 0, acts: 0, more: true }];
    expect((await decideHeld(address, { scope: 'all', reason: 'why' })).lines).toEqual(['0 cases are decided again']);
    expect(asked).toHaveLength(1);
  });

  it.each([
    [['held'], { name: 'held', scope: 'all' }],
    [['held', '--scope', 'connector:edge-1'], { name: 'held', scope: 'connector:edge-1' }],
    [['held', 'decide', '--reason', 'mended'], { name: 'held decide', scope: 'all', reason: 'mended' }],
  ])('reads %j', (args, value) => expect(parseCommand(args, '/key')).toMatchObject({ ok: true, value }));

  it.each([[['held', 'decide']], [['held', 'all']], [['held', '--scope', 'everything']], [['held', 'decide', 'x']]])(
    'refuses %j',
    (args) => expect(parseCommand(args, '/key').ok).toBe(false),
  );
});
