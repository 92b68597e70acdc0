import { Registry } from 'prom-client';
import { iso } from '../../common/iso';
import { FakeEvidence } from '../../test/fakes/fake_evidence';
import { StoreUnavailable } from '../runner/ports';
import { AnswerMetrics } from './answer_metrics';

const NOW = Date.parse('2026-11-22T10:00:00.000Z');

const scene = () => {
  const evidence = new FakeEvidence();
  const registry = new Registry();
  const metrics = new AnswerMetrics(registry, 'reflex_');
  const state = { monotonic: 0, isAway: false };
  const opinions: Array<{ kind: 'opinion'; content: object; facets: { state: string; due: string } }> = [];
  const told = new Map<string, number>();
  const absences: Array<{ readonly who: string; readonly from: string }> = [];
  const agent = {
    parts: {
      absences: { all: absences },
      reminders: { told },
      people: { approvers: () => 2 },
      asked: { within: () => 7 },
      bundles: {
        brakeRules: () => ({
          budgets: [{ name: 'each', most: 5, withinMs: 60_000, beyond: 'group', perApprover: true }],
        }),
      },
      store: {
        search: async ({ states }: { states?: readonly string[] }) =>
          opinions.filter((each) => states?.includes(each.facets.state)),
      },
      clock: { utc: () => NOW, monotonic: () => state.monotonic },
      evidence: {
        find: async (query: Parameters<FakeEvidence['page']>[0]) => {
          if (state.isAway) throw new StoreUnavailable('away');
          return evidence.page(query);
        },
      },
    },
  } as unknown as Parameters<AnswerMetrics['read']>[0];
  const answered = (id: string, waited_ms: number): void => {
    const at = iso(NOW - 60_000 * (evidence.records.get('audit')?.size ?? 0));
    const object = { type: 'escalation', id };
    evidence.append([
      { family: 'audit', id, at, body: { verb: 'deny', by: id, object, outcome: 'done', at, waited_ms } },
    ]);
  };
  const scraped = async (): Promise<readonly string[]> => {
    await metrics.read(agent);
    const lines = (await registry.metrics()).split('\n').filter((line) => line.startsWith('reflex_'));
    return lines.filter(
      (line) => !/^reflex_(escalation_reminders_total|escalation_budget|approvers_here|second_)/.test(line),
    );
  };
  const budgets = async (): Promise<readonly string[]> => {
    await metrics.read(agent);
    const lines = (await registry.metrics()).split('\n');
    return lines.filter((line) => /^reflex_(approvers_here|escalation_budget)/.test(line));
  };
  const ofOpinions = async (): Promise<readonly string[]> => {
    await metrics.read(agent);
    return (await registry.metrics()).split('\n').filter((line) => line.startsWith('reflex_second_'));
  };
  const reminders = async (): Promise<readonly string[]> => {
    await metrics.read(agent);
    return (await registry.metrics())
      .split('\n')
      .filter((line) => line.startsWith('reflex_escalation_reminders_total'));
  };
  return { state, absences, told, opinions, ofOpinions, budgets, reminders, answered, scraped };
};

describe('the metrics of how fast people answer', () => {
  it('count answers, hasty ones, and the time of half of them', async () => {
    const { answered, scraped } = scene();
    answered('ann', 4_000);
    answered('bob', 90_000);
    answered('eve', 30_000);
    expect(await scraped()).toEqual([
      'reflex_escalations_answered 3',
      'reflex_escalations_answered_hastily 1',
      'reflex_approvers_away 0',
      'reflex_escalation_answer_seconds 30',
    ]);
  });

  it('say nothing of a time that nobody knows, and read again after half a minute', async () => {
    const { state, answered, scraped } = scene();
    const none = ['reflex_escalations_answered 0', 'reflex_escalations_answered_hastily 0', 'reflex_approvers_away 0'];
    expect(await scraped()).toEqual(none);
    answered('ann', 4_000);
    state.monotonic = 29_999;
    expect(await scraped()).toEqual(none);
    state.monotonic = 30_000;
    expect(await scraped()).toHaveLength(4);
  });

  it('say nothing while OpenSearch is away', async () => {
    const { state, scraped } = scene();
    state.isAway = true;
    expect(await scraped()).toEqual(['reflex_approvers_away 0']);
  });

  it('count who is away now, each once, and nobody who will be', async () => {
    const { absences, scraped } = scene();
    const from = iso(NOW);
    absences.push({ who: 'ann', from }, { who: 'ann', from }, { who: 'bob', from: iso(NOW + 1) });
    expect(await scraped()).toContain('reflex_approvers_away 1');
  });

  it('tell what is used of a budget, for the approvers who are here', async () => {
    const { budgets } = scene();
    expect(await budgets()).toEqual([
      'reflex_approvers_here 2',
      'reflex_escalation_budget_asked{policy="each"} 7',
      'reflex_escalation_budget_most{policy="each"} 10',
    ]);
  });

  it('count reminders by their mark, once each', async () => {
    const { told, reminders } = scene();
    told.set('half', 2);
    const lines = ['half', 'last'].map(
      (mark, index) => `reflex_escalation_reminders_total{mark="${mark}"} ${2 - 2 * index}`,
    );
    expect(await reminders()).toEqual(lines);
    expect(await reminders()).toEqual(lines);
  });

  it('count second opinions, and say how often they agree only once there are any', async () => {
    const { state, opinions, ofOpinions } = scene();
    const none = ['reflex_second_opinions{agrees="true"} 0', 'reflex_second_opinions{agrees="false"} 0'];
    expect(await ofOpinions()).toEqual([...none, 'reflex_second_opinions_asked 0']);
    const due = iso(NOW + 1);
    const given = (verb: string) => ({ answered: { verb: 'deny' }, opinion: { verb } });
    for (const verb of ['deny', 'deny', 'deny', 'approve'])
      opinions.push({ kind: 'opinion', content: given(verb), facets: { state: 'given', due } });
    opinions.push({ kind: 'opinion', content: {}, facets: { state: 'asked', due } });
    opinions.push({ kind: 'opinion', content: {}, facets: { state: 'asked', due: iso(NOW) } });
    state.monotonic = 30_000;
    expect(await ofOpinions()).toEqual([
      'reflex_second_opinions{agrees="true"} 3',
      'reflex_second_opinions{agrees="false"} 1',
      'reflex_second_opinions_asked 1',
      'reflex_second_opinion_agreement{bound="share"} 0.75',
      expect.stringMatching(/bound="low"} 0\.30/),
      expect.stringMatching(/bound="high"} 0\.95/),
    ]);
  });
});
