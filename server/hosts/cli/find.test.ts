import { cliHost } from '../../../test/stubs/cli_host';
import { parseCommand } from './arguments';
import { acts, find } from './find';

const AT = '2026-11-22T10:00:00.000Z';
const host = (value: string, whole: boolean) => ({ kind: 'host', value, whole, known: ['records'] });
const matches = (...found: ReadonlyArray<ReturnType<typeof host>>) => ({
  as_of: AT,
  total: found.length,
  matches: found,
  is_whole: found.length === 1,
});

const ENTITY = {
  as_of: AT,
  kind: 'host',
  value: 'ws-1',
  names: [{ kind: 'ip', text: '10.0.0.1' }],
  maybe: [],
  contained: { total: 0, containments: [] },
  words: [{ verb: 'deny', by: 'ann', reason: 'a scanner', at: AT, until: AT }],
  stops: [{ reason: 'protected_target', then: 'deny', text: '`ws-1` is protected' }],
  limits: [{ limit: 'few', scope: 'all', action: 'isolate_host', used: 1, most: 2 }],
};

const ACT = {
  act_id: 'a0',
  decision_id: 'd1',
  case_id: 'c1',
  decided_at: AT,
  action: 'block_ip',
  target: { type: 'ip', value: '203.0.113.7' },
  policy: 'block-known-ioc',
  result: 'permit',
  severity: 'high',
  demo: false,
  progress: { act_id: 'a0', status: 'ended', ended: { at: AT, by: 'ben' } },
};

describe('what the command line finds', () => {
  const asked: string[] = [];
  let answers: Record<string, unknown> = {};
  const { address } = cliHost(({ url }) => {
    const { pathname, searchParams } = new URL(url, 'http://here');
    const path = pathname.replace('/api/reflex', '');
    asked.push(`${path} ${searchParams.toString()}`);
    return answers[path] ?? {};
  });
  beforeEach(() => {
    asked.length = 0;
  });

  it('lists what has a text in its name, and says that there may be more', async () => {
    answers = { '/ask': matches(host('ws-1', false), host('ws-10', false)) };
    expect(await find(address, 'ws-1 *?')).toEqual({
      exit: 0,
      lines: [
        '2 have it in their name',
        '  host ws-1',
        '  host ws-10',
        'there may be more: not everything could be looked through',
      ],
    });
    expect(asked).toEqual(['/ask q=ws-1+*%3F']);
  });

  it('says all that is known of the one thing that has the whole name', async () => {
    answers = {
      '/ask': matches(host('ws-1', true), host('ws-10', false)),
      '/entity': ENTITY,
      '/decisions': { as_of: AT, total: 0, decisions: [] },
    };
    const { lines } = await find(address, 'ws-1');
    expect(lines).toEqual([
      'host ws-1',
      'also 10.0.0.1',
      'not contained by Reflex now',
      `ann denied an act on it at ${AT}: a scanner`,
      'an act on it: deny: `ws-1` is protected',
      'limit few (all): 1 of 2',
      '0 decisions',
    ]);
    expect(asked.slice(1)).toEqual(['/entity kind=host&value=ws-1', '/decisions about=ws-1&kind=host&limit=10']);
  });

  it('says that nothing has it', async () => {
    answers = { '/ask': { ...matches(), is_whole: true } };
    expect((await find(address, 'zzz')).lines).toEqual(['nothing has that in its name']);
  });

  it('lists acts with how they ended, and how to go on', async () => {
    answers = { '/acts': { as_of: AT, acts: [ACT], looked_through: 200, decisions: 900, next: 'n1' } };
    const command = parseCommand(['acts', '--about', '203.0.113', '--outcome', 'ended'], '/key');
    if (!command.ok || command.value.name !== 'acts') throw new Error('no such command');
    expect((await acts(address, command.value.query)).lines).toEqual([
      `${AT} block_ip 203.0.113.7: ended at ${AT} by ben (block-known-ioc)`,
      '200 decisions were looked through; more with --cursor n1',
    ]);
    expect(asked).toEqual(['/acts about=203.0.113&outcome=ended']);
    expect(parseCommand(['acts', 'all'], '/key').ok).toBe(false);
    expect(parseCommand(['ask'], '/key').ok).toBe(false);
  });
});
