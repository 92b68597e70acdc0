import { FolderRefused, StateReplaced, StateTooNew } from '../ports';
import { EngineTooOld, OlderAgentsRun } from '../session/upgrade';
import { joinRefusal, troublesOf, type TroubleSources } from './troubles';

interface Scene {
  readonly joined?: boolean;
  readonly refusal?: TroubleSources['refusal'];
  readonly clockDoubt?: TroubleSources['clockDoubt'];
  readonly nobodyCanUndo?: TroubleSources['nobodyCanUndo'];
  readonly peersWithoutPolicies?: readonly string[];
  readonly rolesMissing?: TroubleSources['rolesMissing'];
  readonly suspended?: TroubleSources['suspensions']['inForce'];
  readonly unseen?: readonly string[];
  readonly journalTrouble?: string;
  readonly spoolTrouble?: string;
  readonly unaccounted?: number;
  readonly knownHereOnly?: number;
  readonly hereState?: 'asked' | 'away' | 'replaced';
  readonly waiting?: number;
  readonly ownUnknown?: boolean;
  readonly status?: object | null;
  readonly refused?: TroubleSources['bundles']['refused'];
  readonly expired?: readonly string[];
  readonly stopped?: ReadonlyArray<{ readonly policy: string; readonly why: string }>;
  readonly stops?: TroubleSources['stops'];
  readonly unrecovered?: TroubleSources['unrecovered'];
  readonly stopFile?: TroubleSources['stopFile'];
  readonly tripped?: TroubleSources['breakers'];
  readonly live?: TroubleSources['live'];
  readonly nearEnd?: TroubleSources['reminders']['nearEnd'];
}

const inForce = { version: 3 };
const AT = '2026-11-30T08:00:00.000Z';
const SEEN = { wrong: 5, of: 5, since: AT, round: 1 };
const TRIPPED = { scope: 'connector:edge', why: 'it fails', breaker: SEEN };

const sourcesOf = ({
  joined = true,
  refusal,
  clockDoubt,
  nobodyCanUndo = [],
  peersWithoutPolicies = [],
  rolesMissing = [],
  journalTrouble,
  spoolTrouble,
  unaccounted = 0,
  knownHereOnly = 0,
  hereState = 'asked',
  waiting = 0,
  ownUnknown = false,
  status = inForce,
  expired = [],
  stopped = [],
  refused,
  stops = [],
  stopFile,
  tripped = [],
  unrecovered,
  live = [],
  suspended = [],
  unseen,
  nearEnd,
}: Scene): TroubleSources =>
  ({
    refusal,
    isJoined: joined,
    folderUnconfirmed: false,
    clockDoubt,
    nobodyCanUndo,
    peersWithoutPolicies,
    rolesMissing,
    suspensions: { inForce: suspended },
    reminders: { told: new Map(), nearEnd },
    clock: { utc: () => 0 },
    diskTrouble: () => journalTrouble,
    door: { unaccounted, diskTrouble: spoolTrouble },
    journalWatch: { knownHere: { state: hereState, effects: { size: knownHereOnly } }, waiting },
    bundles: {
      status: status ?? undefined,
      refused,
      expiredAt: () => expired,
      brakeRules: () => ({ keeps: unseen === undefined ? [] : [{ keep: { at_least: 1, of: 'dc', also: ['ssh'] } }] }),
    },
    inventory: { membersOf: () => [{ key: 'host:dc1' }, { key: 'host:dc2' }], unseenOf: () => unseen },
    rollouts: { stopped },
    own: { settled: () => !ownUnknown },
    stops,
    stopFile,
    breakers: tripped,
    unrecovered,
    live,
  }) as unknown as TroubleSources;

const aReport = (overrides: Partial<TroubleSources['live'][number]> = {}): TroubleSources['live'][number] => ({
  connector: 'edge',
  gone: 0,
  unsure: 0,
  ...overrides,
});

const left = (target: string) => ({ effect_id: `effect:${target}`, connector: 'edge', action: 'block_ip', target });

const aRefused = (message: string, code: string): Scene['refused'] =>
  ({ version: 4, fault: { message, code } }) as Scene['refused'];

const codes = (scene: Scene): readonly string[] => troublesOf(sourcesOf(scene)).map(({ code }) => code);

describe('what keeps an agent from working', () => {
  it.each<[string, Scene, readonly string[]]>([
    ['nothing, while all is well', {}, []],
    ['nothing, while whoever is to be seen is seen', { unseen: [] }, []],
    ['somebody of a role is not seen', { unseen: ['host:dc2'] }, ['role_unseen']],
    ['OpenSearch is away', { joined: false }, ['store_unavailable']],
    [
      'it was refused: OpenSearch does answer then',
      { joined: false, refusal: { code: 'engine_too_old', text: 'newer agents run' } },
      ['engine_too_old'],
    ],
    ['nothing but that people should answer', { nearEnd: { count: 2, first: AT } }, ['answers_due']],
    ['its clock is off', { clockDoubt: 'off' }, ['clock_off']],
    ['its clock was never compared', { clockDoubt: 'not_compared' }, ['clock_not_compared']],
    ['effects stay that nobody can undo', { nobodyCanUndo: [left('203.0.113.3')] }, ['nobody_can_undo']],
    ['an order to stop is only here', { stops: [{ scope: 'all', state: 'local' }] }, ['stop_unpublished']],
    ['it is not known yet what belongs to this machine', { ownUnknown: true }, ['own_machine_unknown']],
    ['an order to stop is overdue', { stops: [{ scope: 'all', state: 'overdue' }] }, ['stop_overdue']],
    ['an order to stop that was just given is no trouble', { stops: [{ scope: 'all', state: 'ordered' }] }, []],
    [
      'breakers tripped, which is told in one',
      { tripped: [TRIPPED, { ...TRIPPED, scope: 'policy:p', breaker: { ...SEEN, probe: { session: 's', at: AT } } }] },
      ['breaker_open'],
    ],
    ['nor is one that was acknowledged', { stops: [{ scope: 'all', state: 'acknowledged' }] }, []],
    ['the stop file cannot be written', { stopFile: { kind: 'unwritten', why: 'EIO' } }, ['stop_file_fails']],
    ['the undo journal cannot be written', { journalTrouble: 'no space left' }, ['disk_full']],
    ['the spool cannot be written', { spoolTrouble: 'no space left' }, ['disk_full']],
    ['a full disk is told once', { journalTrouble: 'a', spoolTrouble: 'b' }, ['disk_full']],
    ['events are nowhere', { unaccounted: 1 }, ['events_unaccounted']],
    ['more events left than came', { unaccounted: -1 }, ['events_unaccounted']],
    ['a containment is gone before its end', { live: [aReport({ gone: 1 })] }, ['containment_gone']],
    ['one was removed and applied again', { live: [aReport({ reapplied: 1 })] }, ['containment_reapplied']],
    ['an end does not come', { live: [aReport({ overdue: 1 })] }, ['undo_overdue']],
    ['a target does not say what is so', { live: [aReport({ unsure: 2 })] }, ['cannot_verify']],
    ['live containments are there', { live: [aReport()] }, []],
    ['containments are in its journal alone', { knownHereOnly: 1 }, ['known_here_only']],
    [
      'overdue containments have to wait for OpenSearch',
      { joined: false, waiting: 2 },
      ['store_unavailable', 'undo_waits'],
    ],
    ['no bundle is in force', { status: null }, ['no_bundle']],
    ['while it is away, nobody knows which bundle is in force', { joined: false, status: null }, ['store_unavailable']],
    ['a newer bundle was refused', { refused: aRefused('x', 'chain_broken') }, ['bundle_refused']],
    [
      'no bundle is in force, for the only one was refused',
      { status: null, refused: aRefused('x', 'unknown_key') },
      ['no_bundle', 'bundle_refused'],
    ],
    ['nobody in the fleet fills a role', { rolesMissing: ['decide', 'act'] }, ['nobody_decides', 'nobody_acts']],
    [
      'undoing is suspended',
      { suspended: [{ scope: 'all', who: 'ann', why: 'repair', at: '2026-11-22T10:00:00.000Z', lasts_ms: 60_000 }] },
      ['undo_suspended'],
    ],
    ['nobody takes over what the dead did', { rolesMissing: ['undo'] }, ['nobody_undoes']],
    ['another agent decides nothing', { peersWithoutPolicies: ['dashboards@b'] }, ['peer_without_policies']],
    ['a bundle is in doubt', { status: { ...inForce, doubt: { code: 'stale_bundle', text: '' } } }, ['stale_bundle']],
    ['a policy has expired', { expired: ['a'] }, ['policy_expired']],
    ['a rollout stopped', { stopped: [{ policy: 'a', why: '' }] }, ['rollout_stopped']],
    [
      'several things, the gravest first',
      { clockDoubt: 'off', joined: false, expired: ['a'] },
      ['store_unavailable', 'clock_off', 'policy_expired'],
    ],
  ])('%s', (_what, scene, expected) => {
    expect(codes(scene)).toEqual(expected);
  });

  it.each<[Scene['refusal'] & object, string]>([
    [{ code: 'older_agents_run', text: '' }, 'as soon as OpenSearch answers'],
    [{ code: 'state_replaced', text: '' }, 'stop them at a host that has joined'],
    [{ code: 'engine_too_old', text: '' }, 'stop them at a host that has joined'],
  ])('says when others get an order that only this host has: %j', (refusal, when) => {
    const troubles = troublesOf(sourcesOf({ joined: false, refusal, stops: [{ scope: 'all', state: 'local' }] }));
    expect(troubles[1]?.text).toContain(when);
  });

  it.each([
    ['stays_unread', /^the stop file can be neither read nor removed: this host starts nothing until .* \(EIO\)$/],
    ['stays', /^the stop file cannot be removed: what it says is over, .*; remove it by hand \(EIO\)$/],
    ['unwritten', /^the stop file cannot be written: .* holds here only while this process runs \(EIO\)$/],
  ] as const)('says what a person has to do about the stop file: %s', (kind, text) => {
    expect(troublesOf(sourcesOf({ stopFile: { kind, why: 'EIO' } }))[0]?.text).toMatch(text);
  });

  it.each([
    [['a'], 'a policy has expired and decides nothing any more: a'],
    [['a', 'b'], '2 policies have expired and decide nothing any more: a, b'],
    [
      ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k'],
      '11 policies have expired and decide nothing any more: a, b, c, d, e, f, g, h, i, j',
    ],
  ])('names expired policies, and of many the first ten', (expired, text) => {
    expect(troublesOf(sourcesOf({ expired }))).toEqual([{ code: 'policy_expired', text }]);
  });

  it('says what to do about a key that is not trusted here', () => {
    const [refused] = troublesOf(sourcesOf({ refused: aRefused('key ab is not trusted here', 'unknown_key') }));
    expect(refused?.text).toMatch(
      /^bundle 4 was refused: key ab is not trusted here; .*`reflex keys show`.*`reflex keys trust FILE`.*`keys\/signing\.pem` back from a backup/,
    );
  });

  it('names the records of ended sessions that are missing in the evidence', () => {
    const textsOf = (unrecovered: TroubleSources['unrecovered']): readonly string[] =>
      troublesOf(sourcesOf({ unrecovered })).map(({ code, text }) => `${code}: ${text}`);
    expect(textsOf({ sessions: 0, why: undefined, setAside: [] })).toEqual([]);
    expect(textsOf({ sessions: 1, why: 'no answer', setAside: ['actions/a#0'] })).toEqual([
      'records_missing: records of a session that ended are not in the evidence yet (no answer); tried again',
      'records_missing: 1 record of sessions that ended cannot be read or kept, and will be missing in the evidence: actions/a#0',
    ]);
    const many = Array.from({ length: 12 }, (_, index) => `r${index}`);
    expect(textsOf({ sessions: 2, why: 'x', setAside: many })).toEqual([
      expect.stringContaining('of 2 sessions that ended'),
      expect.stringMatching(/: 12 records .*, r9, and 2 more$/),
    ]);
  });

  it('names the effects that nobody can undo, so many as a sentence holds', () => {
    const textOf = (many: number): string | undefined => {
      const nobodyCanUndo = Array.from({ length: many }, (_, index) => left(`203.0.113.${index + 1}`));
      return troublesOf(sourcesOf({ nobodyCanUndo }))[0]?.text;
    };
    expect(textOf(1)).toBe(
      '1 effect stays in place, for no agent that runs can undo it: block_ip 203.0.113.1 (edge); start an agent with these connectors and the role `undo`',
    );
    expect(textOf(12)).toMatch(/^12 effects stay .* block_ip 203\.0\.113\.10 \(edge\), and 2 more;/);
  });

  it('counts what is gone and what nobody knows of by its connector', () => {
    const live = [aReport({ gone: 1 }), aReport({ connector: 'edr', gone: 3, unsure: 2 })];
    expect(troublesOf(sourcesOf({ live })).map(({ text }) => text)).toEqual([
      'gone before the end: 1 containment at `edge`, 3 containments at `edr`. Somebody removed them there, or the target lost them; Reflex applies them again only where the policy says so',
      'not verified: 2 containments at `edr`. The target was asked several times and does not say whether they are in effect',
    ]);
  });

  it('says which bundle was refused and why, and why a rollout stopped', () => {
    const refused = aRefused('a signature is missing', 'signature_missing');
    const stopped = [{ policy: 'block-known-ioc', why: 'two analysts undid it' }];
    expect(troublesOf(sourcesOf({ refused, stopped })).map(({ text }) => text)).toEqual([
      'the rollout of `block-known-ioc` has stopped itself: two analysts undid it',
      'bundle 4 was refused: a signature is missing',
    ]);
  });
});

describe('why an agent may not join', () => {
  it.each([
    [new EngineTooOld(3, 2), 'engine_too_old', 'a newer Reflex works with this state'],
    [new OlderAgentsRun(['a on h']), 'older_agents_run', 'an older Reflex still runs: a on h'],
    [new FolderRefused('folder_copied', 'it was copied'), 'folder_copied', 'it was copied'],
    [new StateTooNew('a newer Reflex uses it'), 'engine_too_old', 'a newer Reflex uses it'],
    [new StateReplaced('the index was replaced'), 'state_replaced', 'until `reflex state adopt` was run'],
    [new Error('the index has two shards'), 'state_unfit', 'the index has two shards'],
    ['something else', 'state_unfit', 'something else'],
  ])('is told by its cause: %p', (cause, code, text) => {
    expect(joinRefusal(cause)).toEqual({ code, text: expect.stringContaining(text) });
  });
});

describe('containments that only the journal of a machine knows', () => {
  it.each<[Scene, RegExp]>([
    [{ knownHereOnly: 1 }, /^1 containment known to this machine only: /],
    [{ knownHereOnly: 8 }, /^8 containments known to this machine only: .*undone at the deadline/],
    [{ knownHereOnly: 2, hereState: 'away' }, /^2 containments known to this machine only: OpenSearch does not answer/],
    [{ knownHereOnly: 2, hereState: 'replaced' }, /^2 .* only: the state has no record that this agent can trust/],
    [{ waiting: 3 }, /^3 containments overdue: .*undoing waits for OpenSearch$/],
  ])('are counted: %j', (scene, text) => {
    expect(troublesOf(sourcesOf(scene))[0]?.text).toMatch(text);
  });
});

describe('breakers that tripped', () => {
  it.each([
    [{}, 'a person resets it'],
    [{ probe_at: '2026-11-30T08:00:30.000Z' }, 'it is tried from 2026-11-30T08:00:30.000Z on'],
    [{ probe: { session: 's', at: AT } }, 'one act is let through to try it'],
  ])('are told with what they saw and what happens next: %j', (more, next) => {
    const [trouble] = troublesOf(sourcesOf({ tripped: [{ ...TRIPPED, breaker: { ...SEEN, ...more } }] }));
    expect(trouble?.text).toBe(`\`connector:edge\` was stopped by its breaker: it fails (since ${AT}); ${next}`);
  });
});

it('names the role of which somebody is not seen, with how many, and who looks', () => {
  const [{ text = '' } = {}] = troublesOf(sourcesOf({ unseen: ['host:dc2'] }));
  expect(text).toContain('1 of 2 of `dc` (by ssh)');
});
