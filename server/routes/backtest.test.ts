import { iso } from '../../common/iso';
import { ACCESS } from '../../common/api/contract';
import {
  approveCandidate,
  cancelBacktest,
  getBacktest,
  getCandidateBacktest,
  labelDecision,
  listBacktests,
  overrideBacktest,
  postEvents,
  proposeCandidate,
  releaseCandidate,
  saveDraft,
  startBacktest,
  type BacktestView,
  type ReleaseGateView,
} from '../../common/api/routes';
import { decode } from '../../common/codec/decode';
import { err, ok } from '../../common/result';
import type { DecisionRecord } from '../../common/flow/decision';
import { anEvent } from '../../test/builders/events';
import { A_GUARDED_POLICY, someGuards } from '../../test/builders/guards';
import { callerWith, EVERYTHING, routeHost, type RouteHost } from '../../test/builders/route_host';
import { EPOCH } from '../../test/simulation/world';
import type { Agent } from '../runner/agent/agent';
import { BacktestDesk } from '../runner/doctrine/backtest/desk';
import { GuardBook } from '../runner/trust/guard_book';
import type { EvidenceLog, GuardCompiler } from '../runner/ports';
import type { HostResponse } from './http';

const ann = callerWith('ann', ...ACCESS);
const bob = callerWith('bob', ...ACCESS);
const rita = callerWith('rita', 'read');

let host: RouteHost;
beforeAll(async () => {
  host = await routeHost();
});

/** The same agent with another way to the evidence. */
const agentWith = (evidence: EvidenceLog): Agent =>
  Object.create(host.agent, { parts: { value: { ...host.agent.parts, evidence } } }) as Agent;

const bodyOf = <Body>(response: HostResponse): Body => response.body as Body;
const codeOf = (response: HostResponse): string => bodyOf<{ code: string }>(response).code;

/** Events of every kind that the policies of the world look at, decided by the whole engine. */
const decideEvents = async (count: number): Promise<void> => {
  const kinds = [
    { rule: { origin: 'known_ioc' } },
    { rule: { origin: 'brute_force' } },
    { tags: ['ask'] },
    { tags: ['twice'] },
    { tags: ['quiet'] },
    { tags: ['ransomware'], src_host: 'host-1' },
    { severity: 'low' as const },
  ];
  const events = Array.from({ length: count }, (_, index) =>
    anEvent({
      event_id: `history-${index}`,
      timestamp: iso(EPOCH + host.world.now),
      source: { ip: `203.0.113.${100 + (index % 60)}` },
      ...kinds[index % kinds.length],
    }),
  );
  const body = Buffer.from(JSON.stringify(events));
  const answered = await host.call(postEvents, { body, headers: { authorization: 'Bearer good' }, as: EVERYTHING });
  if (answered.status >= 400) throw new Error(JSON.stringify(answered.body));
  await host.wait(60_000);
};

const records = (): DecisionRecord[] =>
  [...(host.world.evidence.records.get('decisions')?.values() ?? [])].map(
    ({ body }) => body as unknown as DecisionRecord,
  );

const finished = async (digest: string): Promise<BacktestView> => {
  for (let tries = 0; tries < 50; tries += 1) {
    await host.wait(200);
    const view = bodyOf<BacktestView>(await host.call(getBacktest, { params: { digest }, as: ann }));
    if (view.state !== 'running') return view;
  }
  throw new Error('the backtest does not end');
};

const start = (body: object, as = ann): Promise<HostResponse> => host.call(startBacktest, { body, as });

const WIDER = `apiVersion: reflex/v1
kind: Policy
metadata: { id: block-quiet, title: Block what is quiet, owner: soc }
spec:
  layer: action
  mode: enforce
  when: '"quiet" in event.tags'
  then: { action: block_ip, target: { ip: event.source.ip }, ttl: 4h }
  rollback: { action: unblock_ip }
`;

const proposed = async (): Promise<{ readonly id: string; readonly digest: string }> => {
  await host.call(saveDraft, { params: { policy_id: 'block-quiet' }, body: { source: WIDER }, as: ann });
  await host.wait(1_500);
  const response = await host.call(proposeCandidate, { body: { changelog: 'block what is quiet' }, as: ann });
  if (response.status !== 200) throw new Error(JSON.stringify(response.body));
  return bodyOf(response);
};
const gateOf = async (id: string): Promise<ReleaseGateView> =>
  bodyOf<{ gate: ReleaseGateView }>(await host.call(getCandidateBacktest, { params: { candidate_id: id }, as: ann }))
    .gate;
const release = (id: string): Promise<HostResponse> =>
  host.call(releaseCandidate, { params: { candidate_id: id }, as: ann });
const approve = (id: string, digest: string): Promise<HostResponse> =>
  host.call(approveCandidate, { params: { candidate_id: id }, body: { reason: 'looks right', digest }, as: bob });

describe('a backtest', () => {
  it('is not asked for at the first release of a cluster that never decided anything', async () => {
    const { id, digest } = await proposed();
    await finished(digest);
    host.world.store.documents.delete(`backtest:${digest}`);
    expect(await gateOf(id)).toMatchObject({ state: 'first_release', open: true });
  });

  it('of the policies in force changes nothing that the whole engine decided', async () => {
    await decideEvents(140);
    expect(new Set(records().map(({ decision }) => decision.verdict)).size).toBeGreaterThanOrEqual(4);
    const begun = bodyOf<BacktestView>(await start({ of: 'in_force', days: 1 }));
    const view = await finished(begun.digest);
    expect(decode(getBacktest.answer, view)).toMatchObject({ ok: true });
    expect(view).toMatchObject({
      state: 'done',
      by: 'ann',
      report: { changed: 0, undecidable: 0, newly_permitted: 0 },
    });
    expect(view.report?.decisions).toBe(records().length);
    expect(view.report?.permits_before).toBeGreaterThan(0);
    expect(view.report?.verdicts_after).toEqual(view.report?.verdicts_before);
  });

  it('of drafts says what they would newly permit, and what that turned out to be', async () => {
    const quiet = records().find(({ event }) => event.event.tags?.includes('quiet'));
    await host.call(labelDecision, {
      params: { decision_id: quiet?.decision.decision_id ?? '' },
      body: { label: 'false_positive' },
      as: bob,
    });
    const begun = bodyOf<BacktestView>(await start({ of: 'drafts' }));
    const { report, days } = await finished(begun.digest);
    expect(days).toBe(7);
    expect(report?.newly_permitted).toBe(records().filter(({ event }) => event.event.tags?.includes('quiet')).length);
    expect(report?.policies[0]).toMatchObject({ policy: 'block-quiet', before: 0, no_longer: 0, newly_wrong: 1 });
    expect(report?.labels).toContainEqual({ label: 'false_positive', newly_permitted: 1, no_longer_permitted: 0 });
    expect(report?.largest_blast).toMatchObject({ action: 'block_ip' });
    const events = new Set(
      records().flatMap(({ event }) => (event.event.tags?.includes('quiet') ? event.case_id : [])),
    );
    expect(report?.under_test).toMatchObject([
      { policy: 'block-quiet', change: 'added', mode: 'enforce', role: 'proposes', matched: events.size, wrong: 1 },
    ]);
  });

  it('of a policy in shadow says what it would have done, though nothing would have been decided otherwise', async () => {
    const sources = host.agent.parts.bundles.active?.bundle.policies.map(({ source }) => source) ?? [];
    const shadow = WIDER.replace('mode: enforce', 'mode: shadow');
    const begun = bodyOf<BacktestView>(await start({ of: 'sources', sources: [...sources, shadow] }));
    const view = await finished(begun.digest);
    expect(decode(getBacktest.answer, view)).toMatchObject({ ok: true });
    expect(view.report).toMatchObject({ changed: 0, under_test_total: 1, under_test: [{ policy: 'block-quiet' }] });
    const [quiet] = view.report?.under_test ?? [];
    expect([quiet?.outcomes.act, quiet?.hits.length]).toEqual([quiet?.matched, quiet?.matched]);
    expect(quiet?.matched).toBeGreaterThan(0);
  });

  it('is kept for everybody, and listed without its report', async () => {
    await host.wait(1_500);
    const { backtests } = bodyOf<{ backtests: readonly BacktestView[] }>(await host.call(listBacktests, { as: rita }));
    expect(backtests.map(({ of, state, report }) => [of, state, report])).toContainEqual(['drafts', 'done', undefined]);
    const audits = [...(host.world.evidence.records.get('audit')?.values() ?? [])].map(({ body }) => body);
    expect(audits.filter(({ verb }) => verb === 'backtest').map(({ outcome }) => outcome)).toContain('done');
  });

  it('is refused while another one runs, and answers with the run of the same policies', async () => {
    const [one, two, same] = await Promise.all([
      start({ of: 'in_force', days: 3 }),
      start({ of: 'drafts', days: 3 }),
      start({ of: 'in_force', days: 3 }),
    ]);
    const codes = [one, two, same].map((response) => (response.status === 200 ? 'begun' : codeOf(response)));
    expect(codes.filter((code) => code === 'begun').length).toBeGreaterThanOrEqual(1);
    expect(codes).toContain('overloaded');
    await host.wait(2_000);
  });

  it('is cancelled by who started it or may author, not by a reader', async () => {
    let goOn = (): void => undefined;
    const waits = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const { evidence } = host.agent.parts;
    const slow: EvidenceLog = {
      ...evidence,
      scan: async function* (query) {
        await waits;
        yield* evidence.scan(query);
      },
    };
    const desk = new BacktestDesk(agentWith(slow));
    const begun = await host.drive(desk.start({ of: 'in_force', days: 5, by: 'rita' }));
    const digest = begun.ok ? begun.value.digest : '';
    const cancel = (name: string, mayEndOthers: boolean) => host.drive(desk.cancel(digest, { name, mayEndOthers }));
    expect(await cancel('eve', false)).toMatchObject({ error: { code: 'forbidden' } });
    expect(await cancel('ann', true)).toMatchObject({ value: { state: 'cancelled', why: 'cancelled by ann' } });
    goOn();
    await host.wait(1_000);
    expect(await host.drive(desk.find(digest))).toMatchObject({ state: 'cancelled' });
    expect(desk.counts).toMatchObject({ done: 0, failed: 0, cancelled: 1, refused: 0 });
    const gone = await host.call(cancelBacktest, { params: { digest }, body: {}, as: rita });
    expect(codeOf(gone)).toBe('not_waiting');
  });

  it('is counted by what became of it, with the time that it took', async () => {
    const { evidence, clock } = host.agent.parts;
    let fails = true;
    const slow: EvidenceLog = {
      ...evidence,
      scan: async function* (query) {
        await clock.sleep(2_000);
        if (fails) throw new Error('the disk is full');
        yield* evidence.scan(query);
      },
    };
    const desk = new BacktestDesk(agentWith(slow));
    const run = async (of: 'in_force' | 'candidate'): Promise<void> => {
      await host.drive(desk.start({ of, days: 2, by: 'ann' }));
      await host.wait(8_000);
    };
    await run('candidate');
    expect(desk.counts).toEqual({ done: 0, failed: 0, cancelled: 0, refused: 1, took_ms: 0 });
    await run('in_force');
    expect(desk.counts).toMatchObject({ done: 0, failed: 1, refused: 1 });
    fails = false;
    await run('in_force');
    expect(desk.counts).toMatchObject({ done: 1, failed: 1, cancelled: 0, refused: 1 });
    expect(desk.counts.took_ms).toBeGreaterThanOrEqual(4_000);
    expect(desk.counts.took_ms).toBeLessThan(14_000);
  });

  it('is seen, and can be ended, from every other agent', async () => {
    const { evidence } = host.agent.parts;
    const never: EvidenceLog = {
      ...evidence,
      scan: async function* (query) {
        for await (const entry of evidence.scan(query)) {
          yield entry;
          await host.agent.parts.clock.sleep(1_000);
        }
      },
    };
    const here = new BacktestDesk(agentWith(never));
    const begun = await host.drive(here.start({ of: 'in_force', days: 6, by: 'ann' }));
    const digest = begun.ok ? begun.value.digest : '';
    await host.wait(5_000);
    const there = await host.call(getBacktest, { params: { digest }, as: rita });
    expect(there.body).toMatchObject({ state: 'running', days: 6, by: 'ann' });
    expect(await host.call(cancelBacktest, { params: { digest }, body: {}, as: bob })).toMatchObject({ status: 200 });
    await host.wait(5_000);
    expect(await host.drive(here.find(digest))).toMatchObject({ state: 'cancelled', why: 'cancelled by bob' });
    expect((await host.call(getBacktest, { params: { digest }, as: rita })).body).toMatchObject({ state: 'cancelled' });
  });

  it('asks the guards of what is tried, not those in force, and says why it cannot', async () => {
    const allows = (allowed: boolean | 'no opa'): BacktestDesk => {
      const { bundles } = host.agent.parts;
      const compile: GuardCompiler['compile'] = async () =>
        allowed === 'no opa'
          ? err({ code: 'no_opa', message: 'install Open Policy Agent', faults: [] })
          : ok(someGuards('change_freeze'));
      const guards = { ask: () => ({ allowed: allowed === true }), prepare: async () => undefined };
      const guardBook = new GuardBook({ bundles, guardTrials: guards, guardCompiler: { compile } });
      const parts = { value: { ...host.agent.parts, guardBook } };
      return new BacktestDesk(Object.create(host.agent, { parts }) as Agent);
    };
    const sources = [
      A_GUARDED_POLICY,
      ...(host.agent.parts.bundles.active?.bundle.policies ?? []).map(({ source }) => source),
    ];
    const tried = async (allowed: boolean | 'no opa', source: string) => {
      const desk = allows(allowed);
      const guards = [{ name: 'change_freeze', source }];
      const begun = await host.drive(desk.start({ of: 'sources', sources, guards, days: 1, by: 'ann' }));
      if (!begun.ok) return begun.error.code;
      await host.wait(2_000);
      const view = await host.drive(desk.find(begun.value.digest));
      return [view?.report?.undecidable, (view?.report?.no_longer_permitted ?? 0) > 0, begun.value.digest] as const;
    };
    const [calm, strict] = [await tried(true, 'one'), await tried(false, 'another')];
    expect([calm.slice(0, 2), strict.slice(0, 2)]).toEqual([
      [0, false],
      [0, true],
    ]);
    // A result belongs to the texts of the guards as well.
    expect(calm[2]).not.toBe(strict[2]);
    expect(await tried('no opa', 'a third')).toBe('no_opa');
  });

  it.each([
    [{ of: 'sources' }, 'invalid'],
    [{ of: 'sources', sources: [A_GUARDED_POLICY], guards: [] }, 'policy_invalid'],
    [{ of: 'candidate' }, 'invalid'],
    [{ of: 'candidate', candidate_id: 'nothing-here' }, 'not_found'],
    [{ of: 'sources', sources: ['kind: Policy'] }, 'policy_invalid'],
    [{ of: 'sources', sources: [WIDER, WIDER] }, 'policy_invalid'],
    [{ of: 'drafts', days: 0 }, 'invalid'],
  ])('of %j is refused as %s', async (body, code) => {
    expect(codeOf(await start(body))).toBe(code);
  });
});

describe('the gate before a release', () => {
  it('takes a backtest of exactly these policies, and opens with it', async () => {
    const { id, digest } = await proposed();
    await finished(digest);
    await approve(id, digest);
    // The world is younger than the seven days that are asked for; that is said, and holds nothing up.
    expect(await gateOf(id)).toMatchObject({ state: 'fewer_days', open: true });
    // The world holds no signing key: the gate let it pass up to there.
    expect(codeOf(await release(id))).toBe('not_here');
    host.world.store.documents.delete(`backtest:${digest}`);
    const again = bodyOf<BacktestView>(await start({ of: 'in_force' }));
    await finished(again.digest);
    expect(await gateOf(id)).toMatchObject({ state: 'missing', open: false, rule: 'required' });
    expect(await release(id)).toMatchObject({ status: 409, body: { code: 'not_waiting' } });
  });

  it('is overridden by an approver with a reason, not by the author', async () => {
    const { id, digest } = await proposed();
    await finished(digest);
    host.world.store.documents.delete(`backtest:${digest}`);
    await finished(bodyOf<BacktestView>(await start({ of: 'in_force' })).digest);
    const override = (as: typeof ann, seen = digest) =>
      host.call(overrideBacktest, { params: { candidate_id: id }, body: { reason: 'urgent', digest: seen }, as });
    expect(codeOf(await override(ann))).toBe('not_four_eyes');
    expect(codeOf(await override(bob, 'another digest'))).toBe('changed');
    expect(await override(bob)).toMatchObject({ status: 200, body: { state: 'overridden', open: true } });
    await approve(id, digest);
    expect(codeOf(await release(id))).toBe('not_here');
  });
});
