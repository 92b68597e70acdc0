import { wordsOf } from './claim_act';
import {
  aCase,
  aDecisionOf,
  aLedger,
  aLimit,
  anEffect,
  approvalOf,
  aRequest,
  aView,
  aWorld,
  caseDoc,
  EFFECT_ID,
  effectDoc,
  ledgerDoc,
  NOW,
  TARGET,
  theAct,
  utcIn,
  type Circumstances,
} from '../../../test/builders/executing';
import { effectId } from '../keeping/kinds/effect';
import type { PlannedDoc } from '../keeping/state_docs';
import { planClaim } from './claim';
import type { ClaimRequest } from './claiming';

const HOST = { type: 'host', value: 'web-01' } as const;
const block = theAct('a0');
const isolate = theAct('a1', { action: 'isolate_host', target: HOST });
const ISOLATED = effectId('edge', 'isolate_host', HOST);
const FEW = 'ledger:few:net-1';
const limited = { rules: { limits: [aLimit('few', 2)] } };

const plan = (request: ClaimRequest, so: Circumstances = {}, fresh = false) => {
  const world = aWorld(so);
  return planClaim(() => world, request, fresh);
};

/** The claim as it comes out on these documents. */
/** What the event's source starts counts there. */
const INTAKE = 'ledger:One-intake:webhook:siem';

const claim = (request: ClaimRequest, { docs = [], ...so }: Circumstances & { docs?: readonly PlannedDoc[] } = {}) => {
  const built = plan(request, so).build(aView(docs));
  if (built === 'read_again') throw new Error('the claim asks to read again');
  return built;
};
const planned = (...given: Parameters<typeof claim>) => {
  const { answer, ...rest } = claim(...given);
  if (answer.kind !== 'planned') throw new Error('the claim finds its case moved');
  return { ...rest, ...answer };
};

describe('what a claim reads', () => {
  const [WORD = ''] = wordsOf(aWorld(), block);
  const first = aRequest([block]);
  const again = aRequest([block], { previous: aCase([{ act_id: 'a0', status: 'held' }]) });

  it("of a new event are only its limits and people's words: case and effect are taken for absent", () => {
    expect(plan(first, limited)).toMatchObject({ reads: [WORD, FEW, INTAKE], presumedAbsent: [EFFECT_ID, 'case:1'] });
  });
  it('of a case that is there is the case, while its effect is taken for absent', () => {
    expect(plan(again, limited)).toMatchObject({ reads: ['case:1', WORD, FEW, INTAKE], presumedAbsent: [EFFECT_ID] });
  });
  it('is everything after somebody else was faster', () => {
    expect(plan(first, limited, true)).toMatchObject({
      reads: ['case:1', EFFECT_ID, WORD, FEW, INTAKE],
      presumedAbsent: [],
    });
    expect(plan(again, limited, true)).toMatchObject({
      reads: ['case:1', EFFECT_ID, WORD, FEW, INTAKE],
      presumedAbsent: [],
    });
  });

  const connectors = [
    { name: 'edge', actions: ['block_ip', 'isolate_host'], settleMs: 0 },
    { name: 'other', actions: ['block_ip'], settleMs: 0 },
    { name: 'unable', actions: ['isolate_host'], settleMs: 0 },
  ];
  const AT_OTHER = effectId('other', 'block_ip', TARGET);
  it.each([
    ['of an act without a connector are its effects wherever it can be done', block, [EFFECT_ID, AT_OTHER]],
    ['of an act with a connector is its effect at that one', theAct('a0', { connector: 'other' }), [AT_OTHER]],
    [
      'of an act that is left to a person is as much, but for what people said',
      theAct('a0', { result: 'escalate' }),
      [EFFECT_ID, AT_OTHER],
    ],
    ['of an act that is denied is nothing', theAct('a0', { result: 'deny' }), []],
    ['of an act in shadow is nothing', theAct('a0', { shadow: true }), []],
  ])('%s', (_what, act, effects) => {
    const { reads, presumedAbsent } = plan(aRequest([act]), { connectors, ...limited });
    expect(presumedAbsent).toEqual([...effects, 'case:1']);
    expect(reads).toEqual([
      ...(act.result === 'permit' && !act.shadow ? [WORD] : []),
      ...(effects.length > 0 ? [FEW] : []),
      ...(act.result === 'permit' && !act.shadow ? [INTAKE] : []),
    ]);
  });

  it('is named once where several acts touch it', () => {
    expect(plan(aRequest([block, theAct('a1')]), limited, true).reads).toEqual([
      'case:1',
      EFFECT_ID,
      WORD,
      FEW,
      INTAKE,
    ]);
  });
});

describe('a claim', () => {
  it('writes case, effects and limits together, and the journal before', () => {
    const { docs, journal, start, content } = planned(aRequest([block, isolate]), limited);
    expect(docs.map(({ id, facets }) => [id, facets.state, facets.at])).toEqual([
      ['case:1', 'applying', utcIn(0)],
      [EFFECT_ID, 'applying', utcIn(0)],
      [ISOLATED, 'applying', utcIn(0)],
      [FEW, 'in_use', utcIn(0)],
      [INTAKE, 'in_use', utcIn(0)],
    ]);
    expect(docs[0]?.content).toBe(content);
    expect(journal?.map(({ command_id }) => command_id)).toEqual(['n1', 'n2']);
    expect(start.map(({ command, ledgers }) => [command.command_id, ledgers])).toEqual([
      ['n1', [FEW, INTAKE]],
      ['n2', [INTAKE]],
    ]);
  });

  it('is the case with its event, its decision, and how each act fares', () => {
    const request = aRequest([block, isolate]);
    const { content } = planned(request, { connectors: [{ name: 'edge', actions: ['block_ip'], settleMs: 0 }] });
    expect(content).toEqual({
      received: request.received,
      decision: request.decision,
      state: 'applying',
      acts: [
        { act_id: 'a0', status: 'applying', command_id: 'n1', effect_id: EFFECT_ID },
        expect.objectContaining({ act_id: 'a1', status: 'waiting' }),
      ],
      claims: 1,
      due: utcIn(4 * 3_600_000),
    });
  });

  it('gives each act its turn in a limit: the last free place goes to the first', () => {
    const next = theAct('a1', { target: { type: 'ip', value: '203.0.113.8' } });
    const { content, docs } = planned(aRequest([block, next]), { ...limited, docs: [ledgerDoc(aLedger(['c1']))] });
    expect(content.acts.map(({ status }) => status)).toEqual(['applying', 'waiting']);
    expect(docs.map(({ id }) => id)).toEqual(['case:1', EFFECT_ID, FEW, INTAKE]);
  });

  it.each([
    ['puts its decision on record', undefined, 1],
    ['puts its decision on record if that was not done before', false, 1],
    ['does not put its decision on record twice', true, 0],
  ])('%s', (_what, recorded, times) => {
    const request = aRequest([block], recorded === undefined ? {} : { recorded });
    const record = { family: 'decisions', id: 'd1', at: utcIn(0) };
    expect(planned(request).docs[0]?.records).toEqual(Array.from({ length: times }, () => record));
  });

  it('says which commands are new with it, for they alone may be taken back', () => {
    const { answer } = plan(aRequest([block])).build(aView([])) as { answer: unknown };
    expect(answer).toMatchObject({ made: ['n1'] });
  });

  it('has nothing to look at again where nothing is to happen', () => {
    const { content, docs } = planned(aRequest([theAct('a0', { result: 'deny' })]));
    expect(content).toMatchObject({ state: 'decided', claims: 0, acts: [{ status: 'denied' }] });
    expect(content).not.toHaveProperty('due');
    expect(docs).toHaveLength(1);
  });

  it('reads again where it would rest on what is remembered', () => {
    const docs = [effectDoc(anEffect('present'))];
    expect(plan(aRequest([block])).build(aView(docs, { isFresh: false }))).toBe('read_again');
  });

  it('is judged by what is so when it is written, not when it was planned', () => {
    let world = aWorld();
    const { build } = planClaim(() => world, aRequest([block]), false);
    world = { ...aWorld({ standstill: 'the clock is off' }), now: NOW + 1_000 };
    expect(build(aView([]))).toMatchObject({
      answer: { content: { acts: [{ status: 'held' }] }, start: [] },
      docs: [{ facets: { at: utcIn(1_000) } }],
    });
  });
});

describe('the claim of a case that is decided again', () => {
  const asked = theAct('a1', { action: 'isolate_host', target: HOST, result: 'escalate' });
  const decision = aDecisionOf([block, asked]);
  const inEffect = { act_id: 'a0', status: 'present', command_id: 'c1', effect_id: EFFECT_ID } as const;
  const held = aCase([inEffect, { act_id: 'a1', status: 'held' }], { decision, claims: 2 });
  const waiting = aCase([inEffect, { act_id: 'a1', status: 'waiting' }], { decision, claims: 2 });

  it('leaves what is in effect, and claims the rest', () => {
    const docs = [caseDoc(held), effectDoc(anEffect('present'))];
    const { content, start } = planned(aRequest([block, isolate], { previous: held }), { docs });
    expect(content.acts).toMatchObject([inEffect, { act_id: 'a1', status: 'applying', command_id: 'n1' }]);
    expect([start.length, content.claims]).toEqual([1, 3]);
  });

  it('does not count as one if nothing starts', () => {
    const request = aRequest([block, isolate], { previous: held });
    const { content } = planned(request, { docs: [caseDoc(held)], standstill: 'the clock is off' });
    expect([content.claims, content.state]).toEqual([2, 'held']);
  });

  it('lets an act start that a person permitted', () => {
    const request = { ...aRequest([block, asked], { previous: waiting }), approval: approvalOf('a1') };
    expect(planned(request, { docs: [caseDoc(waiting)] }).content.acts).toMatchObject([
      inEffect,
      { status: 'applying', resolution: { by: 'ann' } },
    ]);
  });

  it.each([
    ['a case that went on meanwhile', held, [caseDoc({ ...held, claims: 3 })]],
    ['a case that is gone meanwhile', held, []],
    ['a new event whose case is there already', undefined, [caseDoc(held)]],
  ])('writes nothing for %s', (_what, previous, docs) => {
    const request = aRequest([block, isolate], previous ? { previous } : {});
    expect(claim(request, { docs })).toEqual({ docs: [], answer: { kind: 'moved', content: docs[0]?.content } });
  });
});
