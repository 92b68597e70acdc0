import { anAct, anEscalation } from '../../../test/builders/views';
import { cliHost, type CliRequest } from '../../../test/stubs/cli_host';
import { parseCommand } from './arguments';
import { opinions, type OpinionCommand } from './opinions';

const AT = '2026-11-30T04:30:00.000Z';
const { brief } = anEscalation();
const ASKED = {
  ...{ opinion_id: 'opinion:1', decision_id: 'd1', act: anAct(), brief, score: 0.8, facts: [] },
  ...{ why: [{ code: 'policy_matched', text: 'a known address' }], asked_at: AT, until: AT },
};

const requests: CliRequest[] = [];
let answer: object;
const { address } = cliHost((request) => {
  requests.push(request);
  return answer;
});
beforeEach(() => void requests.splice(0));

const run = (...args: readonly string[]) => {
  const command = parseCommand(['opinions', ...args], '/key');
  if (!command.ok) throw new Error(command.error);
  return opinions({ ...(command.value as OpinionCommand), address });
};

describe('`reflex opinions`', () => {
  it('lists what one is asked about, without what was answered', async () => {
    answer = { as_of: AT, asked: [ASKED], of_others: 2 };
    const { lines } = await run();
    expect(lines[0]).toBe(
      `1 answers of others to give a second opinion on, and 2 that others are asked about, as of ${AT}`,
    );
    expect(lines.slice(1)).toEqual([
      expect.stringContaining('Block address: 203.0.113.7'),
      '    a known address',
      `    asked until ${AT}; opinion:1`,
    ]);
  });

  it.each([
    [true, 'agrees: ann denied it'],
    [false, 'differs: ann denied it'],
  ])('gives one, and says then what was answered: %s', async (agrees, words) => {
    answer = { agrees, first: { verb: 'deny', by: 'ann', at: AT } };
    expect((await run('deny', 'opinion:1', '--reason', 'a test machine')).lines[0]).toContain(words);
    expect(requests[0]).toEqual({
      url: '/api/reflex/opinions/opinion%3A1',
      body: { verb: 'deny', reason: 'a test machine' },
    });
  });

  it.each([[['hold', 'o1']], [['approve']], [['approve', 'o1', 'o2']], [['approve', 'o1']]])(
    'says what is wrong with %j',
    (args) => {
      expect(parseCommand(['opinions', ...args], '/key').ok).toBe(false);
    },
  );
});
