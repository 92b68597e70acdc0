import {
  agentsOf,
  aGauge,
  anAgentView,
  aProtectedThing,
  aWouldAnswer,
  aWouldView,
  gaugesOf,
  protectedOf,
} from '../../../test/builders/brake_views';
import { cliHost } from '../../../test/stubs/cli_host';
import { parseCommand } from './arguments';
import { agents, limits, protectedThings, would } from './look_at_brakes';

const asked: string[] = [];
let answer: object;
const { address } = cliHost(({ url }) => {
  asked.push(url);
  return answer;
});
beforeEach(() => void asked.splice(0));

describe('`reflex would`', () => {
  const QUERY = { action: 'isolate_host', target: 'ws-114' };

  it('says what the brakes would say, and how full the limits are', async () => {
    const stopped = { would: 'escalate', stop_reason: 'kill_switch', text: 'the kill switch is thrown' } as const;
    const answers = [aWouldAnswer({ now: stopped, approved: stopped, resumed: { would: 'permit' } })];
    answer = aWouldView({ answers, critical: 'listed' });
    expect(await would(address, QUERY)).toEqual({
      exit: 1,
      lines: [
        'isolate_host ws-114',
        'also 10.20.10.14',
        'listed as critical',
        'as an act of isolate-ransomware',
        '  if a policy permits it: it would wait for a person (kill_switch): the kill switch is thrown',
        '  the same once it is resumed: it would be done',
        '  if you approve it: it would wait for a person (kill_switch): the kill switch is thrown',
        'limit limit-isolation (10.20.10.0/24): 1 of 2, +1',
      ],
    });
    expect(asked).toEqual(['/api/reflex/brakes/would?action=isolate_host&target=ws-114']);
  });

  it.each([
    ['where it would be done', {}, 0],
    ['where no policy does it', { policies: [] }, 1],
    ['where only a person can', { now: { would: 'escalate' } }, 1],
  ] as const)('tells scripts by its exit code: %s', async (_where, so, exit) => {
    answer = aWouldView({ answers: [aWouldAnswer(so as Parameters<typeof aWouldAnswer>[0])] });
    expect((await would(address, QUERY)).exit).toBe(exit);
  });
});

describe('what only looks', () => {
  it('lists limits, when they free, and how many there are', async () => {
    const role = aGauge({
      kind: 'role',
      limit: 'keep',
      scope: 'dns',
      keeps: 1,
      used: 1,
      most: 2,
      within_ms: 0,
      frees_in_ms: undefined,
    });
    const source = aGauge({ kind: 'source', limit: 'One-intake', scope: 'webhook:siem', used: 0 });
    answer = gaugesOf([aGauge(), role, source], { total: 300, untouched: ['few'] });
    expect((await limits(address)).lines).toEqual([
      'limit limit-blocks (all): 17 of 50 within 3600 s, frees within 120 s',
      'role keep (dns): 1 of 2, 1 stay untouched, frees once something of it is undone',
      'source webhook:siem: 0 of 50 within 3600 s',
      'the first 3 of 300',
      'nothing was counted yet in few',
    ]);
  });

  it('lists protected targets by a part of a name', async () => {
    answer = protectedOf([aProtectedThing()], { total: 9_000, settled: false, missing: ['the gateway'] });
    expect((await protectedThings(address, 'dc')).lines).toEqual([
      'not all of what this host stands on is found yet, so it starts nothing',
      'dc-01: policy (protect-domain-controllers)',
      'the first 1 of 9000',
      'not found: the gateway',
    ]);
    expect(asked).toEqual(['/api/reflex/brakes/protected?limit=200&text=dc']);
    answer = protectedOf([]);
    expect((await protectedThings(address, '')).lines).toEqual(['nothing protected has that in its name']);
  });

  it('lists agents, and what each lacks', async () => {
    const old = anAgentView({
      alive: false,
      journal: undefined,
      lacks: ['act'],
      cannot_undo_at: ['edr'],
      this_one: false,
    });
    answer = agentsOf([old, anAgentView()]);
    expect((await agents(address)).lines).toEqual([
      'agent-1 soc-01: DEAD, heartbeat 240 ms ago',
      '  policies 12, events 2 in hand and 31 on disk, undo journal not told, schema 9',
      '  lacks: act, undo at edr',
      'agent-1 soc-01 (this one): alive, heartbeat 240 ms ago',
      '  policies 12, events 2 in hand and 31 on disk, undo journal 7, schema 9',
    ]);
  });
});

describe('what these commands take', () => {
  it.each([
    [['would', 'isolate_host', 'ws-1'], { name: 'would', query: { action: 'isolate_host', target: 'ws-1' } }],
    [
      [
        'would',
        'kill_process',
        'a',
        'b.exe',
        '--host',
        'ws-1',
        '--policy',
        'p',
        '--source',
        'webhook:x',
        '--sources',
        '2',
      ],
      {
        query: {
          action: 'kill_process',
          target: 'a b.exe',
          host: 'ws-1',
          policy: 'p',
          source: 'webhook:x',
          sources: '2',
        },
      },
    ],
    [['limits'], { name: 'limits' }],
    [['agents'], { name: 'agents' }],
    [['protected'], { name: 'protected', text: '' }],
    [['protected', 'dc', '01'], { name: 'protected', text: 'dc 01' }],
    [['acts', '--connector', 'edr'], { name: 'acts', query: { connector: 'edr' } }],
  ])('reads %j', (args, value) => expect(parseCommand(args, '/key')).toMatchObject({ ok: true, value }));

  it.each([
    [['would']],
    [['would', 'isolate_host']],
    [['would', 'a', 'b', '--sources', 'two']],
    [['limits', 'all']],
    [['agents', 'x']],
  ])('refuses %j', (args) => expect(parseCommand(args, '/key').ok).toBe(false));
});
