import {
  aClaiming,
  aLimit,
  anEffect,
  aReason,
  aRequest,
  aView,
  aWorld,
  effectDoc,
  theAct,
  type Circumstances,
} from '../../../test/builders/executing';
import type { Target } from '../../../common/flow/decision';
import type { ScopeFacts } from '../../engine/brakes/clear';
import { identitiesOf, type Listed } from '../../engine/entity/identity';
import { effectId, effectIds } from '../keeping/kinds/effect';
import { planClaim } from './claim';
import { meetEffect } from './meet_effect';

/* One thing has one effect and counts once, by whichever of its names an event speaks of it. */

const LISTED: readonly Listed[] = [
  { type: 'host', value: 'ws-7.office.example', addresses: ['10.0.0.7'], origin: 'file' },
  { type: 'host', value: 'db.one.example', origin: 'file' },
  { type: 'host', value: 'db.two.example', origin: 'file' },
  { type: 'host', value: 'hearsay.example', addresses: ['10.0.0.9'], origin: 'cluster' },
];
const who = identitiesOf(LISTED);
const scopes: ScopeFacts = {
  ...who,
  scopesOf: () => ['all'],
  membersOf: () => [],
  criticalOf: () => undefined,
  populationOf: () => ({ count: 40, version: 'v1' }),
};
const host = (value: string): Target => ({ type: 'host', value });
const idOf = (target: Target): string => effectId('edge', 'isolate_host', target);
const SPELLED = ['ws-7.office.example', 'ws-7', '10.0.0.7'];
const FILED = idOf(host('ws-7.office.example'));
/** In effect for another case. */
const live = (target: Target) =>
  anEffect('present', { action: 'isolate_host', target, reasons: [aReason('c1', { case_id: 'case:9' })] });
const onThe = (value: string) => theAct('a0', { action: 'isolate_host', target: host(value) });

const planned = (value: string, so: Circumstances & { readonly docs?: Parameters<typeof aView>[0] } = {}) => {
  const { docs = [], ...rest } = so;
  const world = aWorld({ scopes, ...rest });
  const plan = planClaim(() => world, aRequest([onThe(value)]), false);
  const built = plan.build(aView(docs));
  if (built === 'read_again' || built.answer.kind !== 'planned') throw new Error('it is not planned');
  return { plan, ...built, acts: built.answer.content.acts };
};

describe('one host by several names', () => {
  it.each(SPELLED)('is claimed in one document, named %s', (value) => {
    const { docs, acts } = planned(value);
    expect(docs.map(({ id }) => id)).toContain(FILED);
    expect(acts).toMatchObject([{ status: 'applying', effect_id: FILED }]);
  });

  it.each(SPELLED.flatMap((filed) => SPELLED.map((value) => [value, filed] as const)))(
    'named %s meets what an earlier version filed as %s',
    (value, filed) => {
      const { acts, docs } = planned(value, { docs: [effectDoc(live(host(filed)), idOf(host(filed)))] });
      expect(acts).toMatchObject([{ status: 'present', effect_id: idOf(host(filed)) }]);
      expect(docs.filter(({ kind }) => kind === 'effect')).toHaveLength(1);
    },
  );

  it('is read under each of its names, and never taken for absent', () => {
    const { plan } = planned('ws-7');
    expect(plan.reads).toEqual(expect.arrayContaining(SPELLED.map((each) => idOf(host(each)))));
    expect(plan.presumedAbsent).toEqual(['case:1']);
  });

  it('has a claim that goes by the names that were read, though the inventory changes meanwhile', () => {
    let world = aWorld({ scopes });
    const plan = planClaim(() => world, aRequest([onThe('ws-7')]), false);
    world = aWorld();
    const built = plan.build(aView([effectDoc(live(host('10.0.0.7')), idOf(host('10.0.0.7')))]));
    expect(built).toMatchObject({ answer: { content: { acts: [{ status: 'present' }] } } });
  });

  it('counts once in a limit', () => {
    const world = { rules: { limits: [aLimit('few', 2, { action: 'isolate_host' })] } };
    const targets = SPELLED.map((value) => planned(value, world).docs.find(({ kind }) => kind === 'ledger')?.content);
    for (const ledger of targets) expect(ledger).toMatchObject({ entries: [{ target: 'ws-7.office.example' }] });
  });

  it('is undone by the name that its target was told', () => {
    const effect = live(host('ws-7'));
    const request = aRequest([onThe('10.0.0.7')]);
    const claiming = aClaiming(request, { docs: [effectDoc(effect, FILED)], scopes });
    const command = { ...aReason('n1', { case_id: 'case:2', target: host('10.0.0.7') }).command };
    meetEffect(claiming, { act: onThe('10.0.0.7'), command: command as never, effect, id: FILED });
    expect(claiming.journal).toMatchObject([{ command_id: 'n1', target: host('ws-7') }]);
    expect(claiming.effects.get(FILED)?.reasons.map((reason) => reason.command.target.value)).toContain('ws-7');
  });
});

describe('what may be another thing', () => {
  it.each([
    ['a name that several listed hosts have', 'db'],
    ['a name that only documents of the cluster tell', '10.0.0.9'],
    ['a host that nobody listed', 'ws-8'],
  ])('keeps its own document: %s', (_note, value) =>
    expect(effectIds('edge', 'isolate_host', host(value), who)).toEqual([idOf(host(value))]),
  );

  it('a first label that several hosts have is no name of one of them', () =>
    expect(effectIds('edge', 'isolate_host', host('db.one.example'), who)).toEqual([idOf(host('db.one.example'))]));

  it.each(['CORP\\Alice', 'alice@corp', 'corp\\alice'])('an account that nobody listed is filed once: %s', (value) => {
    const ids = effectIds('edge', 'disable_user', { type: 'user', value }, who);
    expect(ids[0]).toBe(effectId('edge', 'disable_user', { type: 'user', value: 'corp\\alice' }));
    // As earlier versions filed it.
    expect(ids).toContain(effectId('edge', 'disable_user', { type: 'user', value }));
  });

  it('an address to be blocked is that address, whoever has it', () =>
    expect(effectIds('edge', 'block_ip', { type: 'ip', value: '10.0.0.7' }, who)).toHaveLength(1));

  it('a file is one file on one host, by whichever name of the host', () => {
    const file = (on: string): Target => ({ type: 'file', value: '/tmp/x', host: on });
    const ids = SPELLED.map((on) => effectIds('edge', 'quarantine_file', file(on), who));
    expect(new Set(ids.map(([first]) => first)).size).toBe(1);
    expect(ids[0]).toEqual(expect.arrayContaining(SPELLED.map((on) => effectId('edge', 'quarantine_file', file(on)))));
  });
});
