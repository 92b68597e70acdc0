import { cliHost } from '../../../test/stubs/cli_host';
import { parseCommand } from './arguments';
import { handOvers } from './hand_overs';

const AT = '2026-11-30T10:00:00.000Z';
const CHANNEL = { name: 'tickets', kind: 'webhook', place: 'https://desk.example', told: 7, refused: 0, given_up: 0 };
const FINE = { ...CHANNEL, behind: 0, held_back: 0, last_told: { at: AT, key: 'k' } };
const HANDED = {
  ...{ hand_over_id: 'hand_over:1', channel: 'tickets', case_id: 'c', act_id: 'a', decision_id: 'd', round: 1 },
  ...{ since: AT, opened_at: AT, action: 'isolate_host', target: 'ws-114', verdicts: [] },
};

let answer: object;
const { address } = cliHost(() => answer);

describe('`reflex hand-overs`', () => {
  it('tells of each channel, and of what was handed over with ticket, end and verdict', async () => {
    const verdict = { verdict_id: 'v1', label: 'benign', by: 'desk', at: AT, feedback_id: 'f1' };
    const ending = { how: 'denied', at: AT, by: 'ann' };
    answer = {
      as_of: AT,
      channels: [FINE],
      hand_overs: [{ ...HANDED, ticket: { id: 'INC-7' }, ending, verdicts: [verdict] }, HANDED],
    };
    expect(await handOvers(address)).toEqual({
      exit: 0,
      lines: [
        `tickets (webhook, https://desk.example): told; 7 messages told; last at ${AT}`,
        `  isolate_host ws-114 to tickets at ${AT}; ticket INC-7; denied at ${AT}; verdict benign by desk; hand_over:1`,
        `  isolate_host ws-114 to tickets at ${AT}; waits; hand_over:1`,
      ],
    });
  });

  it('fails where a channel does, with why and what it has not heard of', async () => {
    const down = { ...CHANNEL, behind: 3, held_back: 2, error: 'HTTP 503' };
    answer = { as_of: AT, channels: [down], hand_overs: [] };
    const { exit, lines } = await handOvers(address);
    expect(exit).toBe(1);
    expect(lines[0]).toContain('not told: HTTP 503');
    expect(lines[0]).toContain('3 acts that it has not heard of; 2 of them wait for their turn');
  });

  it('says that nobody is told, and takes no further words', async () => {
    answer = { as_of: AT, channels: [], hand_overs: [] };
    expect((await handOvers(address)).lines).toEqual(['nothing is handed over: the settings name no channel']);
    expect(parseCommand(['hand-overs', 'x'], '/key').ok).toBe(false);
    expect(parseCommand(['hand-overs'], '/key')).toMatchObject({ ok: true, value: { name: 'hand-overs' } });
  });
});
