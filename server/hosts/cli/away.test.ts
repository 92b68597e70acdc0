import { cliHost, type CliRequest } from '../../../test/stubs/cli_host';
import { parseCommand } from './arguments';
import { away, type AwayCommand } from './away';

const FROM = '2026-12-20T08:00:00.000Z';
const UNTIL = '2026-12-24T18:00:00.000Z';
const ABSENCE = { id: 'a-1', who: 'paula', stand_in: 'bob', from: FROM, until: UNTIL, reason: 'leave', at: FROM };

const asked: CliRequest[] = [];
let answer: object;
const { address } = cliHost((request) => {
  asked.push(request);
  return answer;
});
beforeEach(() => void asked.splice(0));

const run = (...args: readonly string[]) => {
  const command = parseCommand(['away', ...args], '/key');
  if (!command.ok) throw new Error(command.error);
  return away({ ...(command.value as AwayCommand), address });
};

describe('`reflex away`', () => {
  it('lists who is away, and who stands in', async () => {
    answer = { absences: [ABSENCE, { ...ABSENCE, id: 'a-2', also: ['cid'] }] };
    expect((await run()).lines).toEqual([
      `paula is away from ${FROM} until ${UNTIL}; bob stands in  a-1`,
      `paula is away from ${FROM} until ${UNTIL}; bob stands in, who is away too: cid  a-2`,
    ]);
    answer = { absences: [] };
    expect((await run()).lines).toEqual(['nobody is away']);
  });

  it('says that one is away, and ends it', async () => {
    answer = { absences: [ABSENCE] };
    expect((await run('set', 'bob', '--from', FROM, '--to', UNTIL, '--reason', 'on leave')).exit).toBe(0);
    expect(asked[0]?.body).toEqual({ stand_in: 'bob', from: FROM, until: UNTIL, reason: 'on leave' });
    expect((await run('end', 'a-1', '--reason', 'back again')).exit).toBe(0);
    expect(asked[1]).toEqual({ url: '/api/reflex/absences/a-1/end', body: { reason: 'back again' } });
  });

  it.each([
    [['set'], 'set NAME'],
    [['set', 'bob', 'cid'], 'set NAME'],
    [['go', 'bob'], 'set NAME'],
    [['set', 'bob', '--reason', 'on leave'], '--to'],
    [['set', 'bob', '--to', UNTIL], '--reason'],
    [['end', 'a-1'], '--reason'],
  ])('says what is wrong with %j', (args, words) => {
    const command = parseCommand(['away', ...args], '/key');
    expect(command.ok ? '' : command.error).toContain(words);
  });
});
