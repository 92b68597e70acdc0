import type { ActStatus } from '../../../common/api/progress';
import {
  aClaiming,
  aLedger,
  aLimit,
  anEffect,
  approvalOf,
  aRequest,
  EFFECT_ID,
  effectDoc,
  ledgerDoc,
  TARGET,
  theAct,
  utcIn,
  type Circumstances,
} from '../../../test/builders/executing';
import type { StopReason } from '../../../common/flow/clearance';
import type { Act } from '../../../common/flow/decision';
import type { PlannedDoc } from '../keeping/state_docs';
import { claimAct } from './claim_act';
import type { ClaimRequest } from './claiming';

interface Around extends Circumstances {
  readonly docs?: readonly PlannedDoc[];
  readonly isFresh?: boolean;
  readonly request?: Partial<ClaimRequest>;
}

const claim = (act: Act, { request = {}, ...so }: Around = {}) => {
  const claiming = aClaiming(aRequest([act], request), so);
  return { ...claiming, outcome: claimAct(claiming, act), effect: claiming.effects.get(EFFECT_ID) };
};
const permitted = theAct('a0', { ttl_ms: 60_000 });
const escalated = theAct('a0', { result: 'escalate' });
const limited = { rules: { limits: [aLimit('few', 2)] } };
const FEW = 'ledger:few:net-1';
/** Seconds since 1970. */
const FIRST_FENCE = Date.parse(utcIn(0)) / 1_000;
const full: Around = { ...limited, docs: [ledgerDoc(aLedger(['c1', 'c2']))] };
const withdrawn: Around = { rules: { hashes: new Map() } };
const clockOff: Around = { standstill: 'the clock is off' };
/** What the event's source starts counts there. */
const INTAKE = 'ledger:One-intake:webhook:siem';
const effectless: Around = { request: { decision: { ...aRequest([permitted]).decision, effectless: true } } };

describe('a permitted act', () => {
  it('claims its effect, and may start once the claim is written', () => {
    const { outcome, effect, start, made } = claim(permitted, limited);
    expect(outcome).toEqual({ act_id: 'a0', status: 'applying', command_id: 'n1', effect_id: EFFECT_ID });
    expect(made).toEqual(['n1']);
    expect(effect).toMatchObject({ state: 'applying', gen: 1, fence: FIRST_FENCE, session: 's1', target: TARGET });
    expect(effect?.reasons).toMatchObject([
      { command: { command_id: 'n1', connector: 'edge' }, deadline: utcIn(60_000) },
    ]);
    expect(start).toMatchObject([
      { command: { command_id: 'n1' }, effectId: EFFECT_ID, fence: FIRST_FENCE, ledgers: [FEW, INTAKE] },
    ]);
  });

  it('is claimed under the first name of its target where nothing is live under any', () => {
    const claiming = { ...aClaiming(aRequest([permitted])), effectIds: () => ['effect:first', 'effect:second'] };
    expect(claimAct(claiming, permitted)).toMatchObject({ status: 'applying', effect_id: 'effect:first' });
  });

  it('makes no command where the brakes stop it', () => {
    expect([claim(escalated).made, claim(permitted, clockOff).made, claim(permitted, full).made]).toEqual([[], [], []]);
  });

  it('can be undone from the journal of this agent from then on', () => {
    expect(claim(permitted).journal).toEqual([
      {
        command_id: 'n1',
        effect_id: EFFECT_ID,
        connector: 'edge',
        action: 'block_ip',
        target: TARGET,
        deadline: utcIn(60_000),
        at: utcIn(0),
        fence: FIRST_FENCE,
        claim: { case_id: 'case:1', claims: 1 },
      },
    ]);
  });

  it('reserves in every limit that counts it, for its effect', () => {
    const { ledgers } = claim(permitted, limited);
    expect(ledgers.get(FEW)?.entries).toMatchObject([{ command_id: 'n1', effect_id: EFFECT_ID }]);
  });

  it('goes on counting lives and fences where an effect was before', () => {
    const { effect, start } = claim(permitted, { docs: [effectDoc(anEffect('absent', { gen: 4, fence: 7 }))] });
    expect([effect?.gen, effect?.fence, start[0]?.fence]).toEqual([5, 8, 8]);
  });

  it.each([true, false])('is marked as a demonstration if its event is one: %s', (demo) => {
    const { received } = aRequest([permitted]);
    const { effect } = claim(permitted, { request: { received: { ...received, ...(demo ? { demo } : {}) } } });
    expect(effect?.reasons[0]?.demo).toBe(demo || undefined);
  });

  it('joins what is there already instead of claiming it', () => {
    const docs = [effectDoc(anEffect('present', { reasons: [] }))];
    const { outcome, start, ledgers } = claim(permitted, { ...limited, docs });
    expect(outcome).toMatchObject({ status: 'present', command_id: 'n1' });
    expect([start, ledgers.size]).toEqual([[], 0]);
  });

  it('sees what an earlier act of the same claim did, whatever is stored', () => {
    const acts = [permitted, theAct('a1')];
    const claiming = aClaiming(aRequest(acts), { docs: [effectDoc(anEffect('absent'))] });
    expect(acts.map((act) => claimAct(claiming, act))).toEqual([
      { act_id: 'a0', status: 'applying', command_id: 'n1', effect_id: EFFECT_ID },
      { act_id: 'a1', status: 'applying', command_id: 'n1', effect_id: EFFECT_ID },
    ]);
    expect(claiming.start).toHaveLength(1);
  });

  it('reads again what was only remembered to be there, or to be full', () => {
    const remembered = { isFresh: false };
    expect(claim(permitted, { ...remembered, docs: [effectDoc(anEffect('present'))] }).outcome).toBe('read_again');
    expect(claim(permitted, { ...remembered, ...full }).outcome).toBe('read_again');
  });
});

const AN_HOUR = {
  ...{ name: 'an-hour', totalMs: 59_999 },
  longest: { action: 'block_ip', total: '1h', on_breach: 'deny' } as const,
};

describe('an act that the brakes stop', () => {
  const denied = theAct('a0', { result: 'deny' });
  const rows: ReadonlyArray<
    readonly [string, Act, Around, { readonly status: ActStatus; readonly reason: StopReason }]
  > = [
    ['one that the policies deny', denied, {}, { status: 'denied', reason: 'not_permitted' }],
    ['one that the policies leave to a person', escalated, {}, { status: 'waiting', reason: 'not_permitted' }],
    ['one in shadow', theAct('a0', { shadow: true }), {}, { status: 'shadow', reason: 'shadow' }],
    ['one that is only answered', permitted, effectless, { status: 'stopped', reason: 'effectless' }],
    ['one of a policy no longer in force', permitted, withdrawn, { status: 'held', reason: 'policy_not_active' }],
    ['one beyond a limit', permitted, full, { status: 'waiting', reason: 'blast_radius' }],
    [
      'one that would last too long',
      permitted,
      { rules: { longest: [AN_HOUR] } },
      { status: 'denied', reason: 'too_long' },
    ],
    ['one that nothing can do', permitted, { connectors: [] }, { status: 'waiting', reason: 'connector_unavailable' }],
    ['one that may not start now', permitted, clockOff, { status: 'held', reason: 'permit_stale' }],
    ['a denied one that may not start now', denied, clockOff, { status: 'denied', reason: 'not_permitted' }],
  ];
  it.each(rows)('%s', (_what, act, so, { status, reason }) => {
    const { outcome, effects, journal, start, ledgers } = claim(act, so);
    expect(outcome).toMatchObject({ act_id: 'a0', status, stopped: { reason } });
    expect(outcome).not.toHaveProperty('command_id');
    expect([effects.size, journal, start, ledgers.size]).toEqual([0, [], [], 0]);
  });

  it('is told why', () => {
    const text = 'the clock is off';
    expect(claim(permitted, clockOff).outcome).toEqual({
      act_id: 'a0',
      status: 'held',
      text,
      stopped: { kind: 'stopped', reason: 'permit_stale', then: 'hold', text },
    });
  });

  it.each([
    ['block_ip', 'edge', 'p', 'waiting'],
    ['isolate_host', 'edge', 'p', 'applying'],
    ['block_ip', 'other', 'p', 'applying'],
    ['block_ip', 'edge', 'another-policy', 'applying'],
  ])('by a kill switch for %s at %s of %s: %s', (action, connector, policy, status) => {
    const isStopped = (of: string, at: string | null, by: string): boolean =>
      of === action && at === connector && by === policy;
    expect(claim(permitted, { isStopped }).outcome).toMatchObject({ status });
  });
});

describe('an act that a person permitted', () => {
  const approved = { request: { approval: approvalOf('a0') } };

  it('is claimed, and keeps who permitted it', () => {
    const { outcome, start } = claim(escalated, approved);
    expect(outcome).toMatchObject({ status: 'applying', command_id: 'n1', resolution: { by: 'ann' } });
    expect(start).toHaveLength(1);
  });
  it('is not another act of the same case', () => {
    expect(claim(escalated, { request: { approval: approvalOf('a1') } }).outcome).toMatchObject({ status: 'waiting' });
  });
  it.each<[string, Around, StopReason]>([
    ['this agent may not start it now', clockOff, 'permit_stale'],
    ['its policy is no longer in force', withdrawn, 'policy_not_active'],
  ])('waits for a person again, and says why, if %s', (_what, so, reason) => {
    const { outcome } = claim(escalated, { ...approved, ...so });
    const text = expect.stringMatching(/^ann approved it, but /);
    expect(outcome).toMatchObject({ status: 'waiting', text, stopped: { reason, then: 'hold' } });
    expect(outcome).not.toHaveProperty('resolution');
  });
  it.each<[string, Act, Around]>([
    ['a limit denies it', escalated, { ...full, rules: { limits: [aLimit('few', 2, { on_breach: 'deny' })] } }],
    ['the policies deny it', theAct('a0', { result: 'deny' }), {}],
  ])('stays denied, with who permitted it, where %s', (_what, act, so) => {
    expect(claim(act, { ...approved, ...so }).outcome).toMatchObject({ status: 'denied', resolution: { by: 'ann' } });
  });
});
