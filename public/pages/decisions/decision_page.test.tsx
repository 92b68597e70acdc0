import type { LookupRecord, SearchQuery } from '../../../common/flow/lookup';
import type { ActionRecord } from '../../../common/flow/outcome';
import { screen, waitFor, within } from '@testing-library/react';
import type { DecisionDetail } from '../../../common/api/views';
import { claimed, received } from '../../../test/builders/events';
import {
  anAct,
  anActionRecord,
  aDecision,
  aDecisionDetail,
  aTrace,
  aPolicyRef,
  at,
} from '../../../test/builders/views';
import { faultsOfAccess } from '../../../test/stubs/accessible';
import { answer, refuse, showPage, type Answers } from '../../../test/stubs/page';

const show = (answers: Answers = {}) =>
  showPage('/decisions/decision-1', { answers: { getDecision: answer(aDecisionDetail()), ...answers } });

const region = async (name: string) => within(await screen.findByRole('region', { name }));

describe('a decision', () => {
  it('says why, clause by clause, with the values that it saw, and is accessible', async () => {
    await show();
    const why = await region('Why, clause by clause');
    expect(why.getByText('event.confidence > 0.85')).toBeInTheDocument();
    expect(why.getByText('0.91')).toBeInTheDocument();
    expect(why.getAllByText('holds:')).toHaveLength(2);
    expect(why.getByRole('button', { name: '1 judge without objection' })).toHaveAttribute('aria-expanded', 'false');
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('leads to what the logs say of what its event names, at that time, where there is Discover', async () => {
    const event = received({
      timestamp: '2026-11-22T09:30:00.000Z',
      source: { ip: '203.0.113.7' },
      src_host: 'WS-1',
      user: { name: '-' },
      process: { name: 'sh', hash: 'a'.repeat(32) },
    });
    const decision = aDecision({ decided_at: '2026-11-22T10:00:00.000Z' });
    const discover = jest.fn().mockReturnValue('/app/discover#/?found');
    await showPage('/decisions/decision-1', {
      answers: { getDecision: answer(aDecisionDetail({ event, decision })) },
      discover,
    });
    const link = await screen.findByRole('link', { name: /^Logs in Discover/ });
    expect(link).toHaveAttribute('href', '/app/discover#/?found');
    expect(link).toHaveAttribute('target', '_blank');
    expect(discover).toHaveBeenCalledWith({
      about: ['203.0.113.7', 'WS-1', 'a'.repeat(32)],
      from: '2026-11-22T09:15:00.000Z',
      to: '2026-11-22T10:15:00.000Z',
    });
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('leads to no logs where there is no Discover', async () => {
    await show();
    await screen.findByText('event.confidence > 0.85');
    expect(screen.queryByRole('link', { name: /Logs/ })).toBeNull();
  });

  it('says beside each field of the event whether it counts, and what counts instead', async () => {
    const event = claimed({ confidence: 0.99, severity: 'critical', rule: { id: 'r1' } });
    const why = { code: 'claimed_only', text: 'holds only by what `webhook:siem` claims' } as const;
    const decision = aDecision({ acts: [anAct({ reasons: [why] })] });
    await show({ getDecision: answer(aDecisionDetail({ event, decision })) });
    const fields = await region('The event');
    expect(fields.getByText('confidence').nextSibling).toHaveTextContent('0.99 ▲only claimed, counts as 0.50');
    expect(fields.getByText('severity').nextSibling).toHaveTextContent('critical ▲only claimed, counts as medium');
    expect(fields.getByText('rule.id').nextSibling).toHaveTextContent('r1 ▲only claimed, does not count');
    expect(fields.getByText('source.ip').nextSibling).toHaveTextContent(/^203\.0\.113\.7$/);
    expect(fields.getByText(/Nothing was granted to webhook:siem when it came in/)).toBeInTheDocument();
    expect(screen.getByText('counts as medium, 0.50')).toBeInTheDocument();
    const act = await region('Block address 203.0.113.7');
    expect(act.getByRole('link', { name: 'What webhook:siem may say' })).toHaveAttribute(
      'href',
      '#/sources/grants/webhook/siem',
    );
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('says what its source said since, and that it is decided again', async () => {
    const { answerWith, tellChanged } = await show();
    expect(await screen.findByText('decided', { exact: false })).toBeInTheDocument();
    expect(screen.queryByText(/reported it/)).toBeNull();
    const since: DecisionDetail['since'] = {
      updates: { count: 3, at: '2026-11-22T10:05:00.000Z' },
      severity: 'critical',
      outdated: true,
      acknowledged: true,
      over: true,
    };
    answerWith({ getDecision: answer(aDecisionDetail({ since })) });
    tellChanged('case');
    const told = await screen.findByText(/Its source reported it 3 times more, last/);
    expect(told).toHaveTextContent(/and says now critical$/);
    expect(screen.getByText(/It is decided again by what its source says now/)).toBeInTheDocument();
    expect(screen.getByText('Somebody has taken it at its source.')).toBeInTheDocument();
    expect(screen.getByText('Its source says that it is over.')).toBeInTheDocument();
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('says that it was Reflex who acknowledged its alert, and takes that for no person', async () => {
    await show({ getDecision: answer(aDecisionDetail({ since: { acknowledged: true, acknowledged_by: 'reflex' } })) });
    expect(await screen.findByText('Reflex acknowledged its alert, as it is contained.')).toBeInTheDocument();
    expect(screen.queryByText(/Somebody has taken it/)).toBeNull();
  });

  it('says by which grant it counts, who handed it in, and that nothing was believed', async () => {
    const { voice, ...whole } = received();
    const old = aDecisionDetail({ event: whole });
    const origins = voice?.origins ?? {};
    const told = async (changed: object, intake = whole.intake) => {
      const event = { ...whole, intake, voice: { origins, ...changed } };
      answerWith({ getDecision: answer(aDecisionDetail({ event })) });
      tellChanged('case');
      await waitFor(() => expect(sentTo('getDecision').length).toBeGreaterThan(asked));
      asked = sentTo('getDecision').length;
      return region('The event');
    };
    const { answerWith, tellChanged, sentTo } = await show({ getDecision: answer(old) });
    let asked = 0;
    expect(await screen.findByText(/came in before sources had grants/)).toBeInTheDocument();
    asked = sentTo('getDecision').length;
    expect(await (await told({ grant: { version: 4, digest: 'd' } })).findByText(/version 4/)).toBeInTheDocument();
    expect(await (await told({ grant: { version: 0, digest: 'd' } })).findByText(/the settings/)).toBeInTheDocument();
    expect(await (await told({ unverified: true })).findByText(/could not be checked/)).toBeInTheDocument();
    const handed = { by: 'ann', from: { type: 'webhook', id: 'siem' }, changed: ['severity'] };
    const byHand = await told({ handed }, { type: 'analyst', id: 'ann' });
    expect(
      await byHand.findByText(/ann handed it in; webhook:siem had sent it. Changed: severity/),
    ).toBeInTheDocument();
    expect(byHand.queryByRole('link', { name: /may say/ })).not.toBeInTheDocument();
  });

  it('opens the clauses of those that did not apply, and shows which clause failed', async () => {
    const silent = aTrace({
      policy: aPolicyRef({ id: 'isolate-ransomware' }),
      matched: false,
      outcome: 'does not apply',
      clauses: [{ text: '"attack.t1486" in event.tags', result: 'false', values: { 'event.tags': [] } }],
    });
    const { user } = await show({
      getDecision: answer(aDecisionDetail({ decision: aDecision({ trace: [aTrace(), silent] }) })),
    });
    const why = await region('Why, clause by clause');
    await user.click(why.getByRole('button', { name: '1 policy looked and did not apply' }));
    await user.click(why.getByRole('button', { name: 'Clauses of isolate-ransomware' }));
    expect(why.getByText('does not hold:')).toBeInTheDocument();
  });

  it('says when a target was told of an act that joined an effect, and how long it keeps it since then', async () => {
    const record = (n: number, state: ActionRecord['state'], text?: string): ActionRecord =>
      anActionRecord({ n, state, at: `2026-11-22T03:12:0${n}.000Z`, ...(text === undefined ? {} : { text }) });
    const told = 'the target keeps it until 2026-11-22T07:12:04.000Z';
    const joined = [record(0, 'reason_added'), record(1, 'sent', told)];
    const { answerWith, tellChanged } = await show({ getDecision: answer(aDecisionDetail({ actions: joined })) });
    const entry = (await screen.findByText('told to edge-firewall')).closest('li') as HTMLElement;
    const times = [...entry.querySelectorAll('time')].map(({ dateTime }) => dateTime);
    expect(times).toEqual(['2026-11-22T03:12:01.000Z', '2026-11-22T07:12:04.000Z']);
    expect(entry).toHaveTextContent(/the target keeps it until \d\d:/);
    // What is sent before anything is in place is the order itself.
    answerWith({ getDecision: answer(aDecisionDetail({ actions: [record(0, 'claimed'), record(1, 'sent')] })) });
    tellChanged('case');
    expect(await screen.findByText('sent', undefined, { timeout: 2_500 })).toBeInTheDocument();
    expect(screen.queryByText(/^told to/)).toBeNull();
  });

  it.each([
    ['ending', /^being undone/],
    ['gone', /^not in effect any more/],
  ] as const)('does not say that an act ends later that is %s', async (status, word) => {
    const progress = [{ act_id: aDecisionDetail().progress?.[0]?.act_id ?? '', status, until: at(3_600) }];
    await show({ getDecision: answer(aDecisionDetail({ progress })) });
    const state = (await screen.findByText(word)).closest('.rfx-act-state');
    expect(state).toHaveTextContent(/was to end at \d/);
    expect(state).not.toHaveTextContent(/ends in/);
  });

  it('says what was asked before it was decided, of which window, what came and how long it took', async () => {
    const base = aDecision();
    const chain = { lookup: 'lateral_chain', from: 'host:ws-1', to: 'host:db-1', within_ms: 7_200_000 } as const;
    const health = { lookup: 'host_integrity', connector: 'edr', host: 'ws-1' } as const;
    const search: SearchQuery = {
      lookup: 'search',
      name: 'failed',
      indices: ['auth-*', 'vpn'],
      time: '@timestamp',
      within_ms: 3_600_000,
      match: [
        { field: 'source.ip', as: 'ip', thing: 'ip:203.0.113.7' },
        { field: 'event.outcome', is: ['failure', 'denied'] },
      ],
      answer: 'count',
    };
    const asked = { asked_at: '2026-11-22T10:00:00.000Z' };
    const lookups: LookupRecord[] = [
      {
        query: chain,
        query_digest: 'd1',
        answer: { hops: 2, hosts: ['ws-1', 'app-1', 'db-1'] },
        ...asked,
        took_ms: 12,
      },
      {
        query: { ...chain, to: 'ip:10.0.0.9' },
        query_digest: 'd2',
        answer: { hops: 0, hosts: [] },
        ...asked,
        took_ms: 9,
      },
      { query: health, query_digest: 'd3', missing: 'no answer within 500 ms', ...asked, took_ms: 500 },
      { query: { ...health, host: 'ws-2' }, query_digest: 'd4', answer: { state: 'altered', said: 'boot' } as const },
      { query: search, query_digest: 'd5', answer: { count: 21 } },
      { query: { ...search, answer: 'exists' }, query_digest: 'd6', answer: { exists: false } },
      {
        query: { ...search, answer: 'distinct', distinct: { field: 'user.name' } },
        query_digest: 'd7',
        answer: { distinct: 1 },
      },
    ];
    const decision = { ...base, inputs: { ...base.inputs, lookups } };
    await show({ getDecision: answer(aDecisionDetail({ decision })) });
    const looked = await region('Looked up for it');
    const rows = looked.getByRole('group', { name: 'What was asked before deciding' }).querySelectorAll('tbody tr');
    const texts = [...rows].map((row) => [...row.children].map((cell) => cell.textContent));
    expect(texts.map(([asked, came, , took]) => [asked, came, took])).toEqual([
      [
        'Over how many hosts do records of the last 2 h lead from ws-1 to db-1?',
        '2 hops: ws-1 → app-1 → db-1',
        '12 ms',
      ],
      ['Over how many hosts do records of the last 2 h lead from ws-1 to 10.0.0.9?', 'No chain on record', '9 ms'],
      ['Is ws-1 intact, by edr?', 'No answer: no answer within 500 ms. What reads it cannot be judged.', '500 ms'],
      ['Is ws-2 intact, by edr?', 'Altered. It says: boot', ''],
      [
        'failed: How many documents of the last 1 h in auth-*, vpn have source.ip = 203.0.113.7, event.outcome = failure | denied?',
        '21 documents',
        '',
      ],
      [
        'failed: Does a document of the last 1 h in auth-*, vpn have source.ip = 203.0.113.7, event.outcome = failure | denied?',
        'No',
        '',
      ],
      [
        'failed: How many values of user.name do documents of the last 1 h in auth-*, vpn with source.ip = 203.0.113.7, event.outcome = failure | denied have?',
        '1 value',
        '',
      ],
    ]);
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('shows what was done, step by step', async () => {
    await show();
    const act = await region('Block address 203.0.113.7');
    expect(act.getByText('in effect')).toBeInTheDocument();
    expect(act.getByText('confirmed by the target')).toBeInTheDocument();
    expect(act.getByText('verified: in effect')).toBeInTheDocument();
  });

  it('keeps no label for a key that was pressed by mistake', async () => {
    const { user, sentTo } = await show({ labelDecision: answer({ feedback_id: 'feedback-1' }) });
    await region('What it turned out to be');
    await user.keyboard('2');
    await screen.findByRole('dialog', { name: 'Label: false positive?' });
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    expect(sentTo('labelDecision')).toEqual([]);
  });

  it('keeps a label that is given with one key and Enter, with its note', async () => {
    const { user, sentTo } = await show({ labelDecision: answer({ feedback_id: 'feedback-1' }) });
    const panel = await region('What it turned out to be');
    await user.keyboard('2');
    await waitFor(() => expect(screen.getByLabelText('Note (optional, goes on record)')).toHaveFocus());
    await user.keyboard('a partner{Enter}');
    await waitFor(() =>
      expect(panel.getByRole('button', { name: 'false positive' })).toHaveAttribute('aria-pressed', 'true'),
    );
    expect(sentTo('labelDecision')).toMatchObject([
      { params: { decision_id: 'decision-1' }, body: { label: 'false_positive', reason: 'a partner' } },
    ]);
  });

  it('replays from the record and says if it differs', async () => {
    const { user } = await show({
      replayDecision: answer({
        status: 'differs',
        recorded_hash: 'sha256:aa',
        replayed_hash: 'sha256:bb',
        verdict: 'deny',
      }),
    });
    const panel = await region('Replay');
    await user.click(panel.getByRole('button', { name: 'Decide again from the record' }));
    expect(await panel.findByText(/It differs: the record gives “deny”/)).toBeInTheDocument();
    expect(panel.getByText('sha256:bb')).toBeInTheDocument();
  });

  it('is loading until the host answers, and says if there is none', async () => {
    const { answerWith, tellChanged } = await showPage('/decisions/decision-1');
    expect(screen.getByRole('status', { name: 'Decision: loading' })).toBeInTheDocument();
    answerWith({ getDecision: refuse('not_found', 'there is no decision `decision-1`') });
    tellChanged('case');
    expect(await screen.findByRole('alert')).toHaveTextContent('there is no decision decision-1');
  });
});
