import { screen, waitFor, within } from '@testing-library/react';
import { aBrief, aDecisionDetail, aStatus, anAct, anEscalation, at } from '../../../test/builders/views';
import { present } from '../../../common/present';
import { claimed, received } from '../../../test/builders/events';
import { faultsOfAccess } from '../../../test/stubs/accessible';
import { answer, giveReason, refuse, showPage, type Answers } from '../../../test/stubs/page';
import type { EscalationView } from '../../../common/api/views';

const block = anEscalation();
const isolate = anEscalation({
  case_id: 'case:2',
  decision_id: 'decision-2',
  seen: 'sha256:seen-2',
  act: anAct({ act_id: 'act-1', action: 'isolate_host', target: { type: 'host', value: 'ws-114' }, rollback: null }),
});

const listed = (escalations: readonly EscalationView[]) =>
  answer({ as_of: '2026-11-22T03:12:04.000Z', total: escalations.length, escalations: [...escalations] });

const taken = (status: 'applying' | 'refused') =>
  answer({ case_id: 'case:1', state: 'decided', progress: [{ act_id: 'act-1', status }] });

const show = (answers: Answers = {}, status = aStatus({ waiting: 2 })) =>
  showPage('/escalations', {
    answers: { listEscalations: listed([block, isolate]), getDecision: answer(aDecisionDetail()), ...answers },
    status,
  });

const card = () => screen.findByRole('article', { name: 'The act in question' });

describe('escalations', () => {
  it('shows what waits, why, how it ends and the event, and is accessible', async () => {
    await show();
    const shown = within(await card());
    expect(shown.getByRole('heading', { name: 'Block address 203.0.113.7' })).toBeInTheDocument();
    expect(shown.getByText('Ask before a web server is cut off')).toBeInTheDocument();
    expect(shown.getByText(/Undone by itself after 4 h/)).toBeInTheDocument();
    expect(shown.getByText('by connector edge-firewall')).toBeInTheDocument();
    expect(shown.getByRole('meter', { name: 'limit-blocks, all' })).toBeInTheDocument();
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('says what of the event counts, why that asks a person, and where it is granted', async () => {
    const { event, voice } = claimed({ confidence: 0.99, severity: 'critical' });
    const why = [{ code: 'claimed_only', text: 'holds only by what `webhook:siem` claims' } as const];
    const asks = anEscalation({ event, why, brief: aBrief({ intake: { type: 'webhook', id: 'siem' } }) });
    await show({ listEscalations: listed([voice === undefined ? asks : { ...asks, voice }]) });
    const shown = within(await card());
    expect(shown.getByText('counts as medium, 0.50')).toBeInTheDocument();
    expect(shown.getByText('only claimed, counts as 0.50')).toBeInTheDocument();
    const waits = within(shown.getByRole('region', { name: 'Why it waits' }));
    expect(waits.getByRole('link', { name: 'What webhook:siem may say' })).toHaveAttribute(
      'href',
      '#/sources/grants/webhook/siem',
    );
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('says that an asker wants to do it by itself, why, and what an approval does then', async () => {
    const requested = { by: 'soar', subject: { type: 'agent', id: 'triage-bot' }, reason: 'beaconing from ws-7' };
    await show({ listEscalations: listed([{ ...block, requested }]) });
    const waits = within(within(await card()).getByRole('region', { name: 'Why it waits' }));
    expect(
      waits.getByText('“soar” wants to do this by itself, for agent “triage-bot”, as it says.'),
    ).toBeInTheDocument();
    expect(waits.getByText('beaconing from ws-7')).toBeInTheDocument();
    expect(waits.getByText(/Reflex itself does nothing/)).toBeInTheDocument();
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('lists what waits for the same act on the same thing, however it is written', async () => {
    const on = (n: number, value: string, aim: string) =>
      anEscalation({
        case_id: `case:${n}`,
        act: anAct({ act_id: 'act-1', action: 'disable_user', target: { type: 'user', value } }),
        brief: aBrief({ rule: `rule ${n}` }),
        aim,
      });
    const ana = 'disable_user user:corp\\ana';
    const asks = [on(1, 'corp\\ana', ana), on(2, 'ana@corp', ana), on(3, 'corp\\ana', 'disable_user user:other')];
    await show({ listEscalations: listed(asks) });
    const same = within(await screen.findByRole('region', { name: 'Waiting for the same act on the same target: 1' }));
    expect(same.getByRole('link', { name: /rule 2/ })).toBeInTheDocument();
    expect(same.queryByRole('link', { name: /rule 3/ })).not.toBeInTheDocument();
  });

  it('says that the kill switch that held it is released, and not while it is thrown', async () => {
    const held = anEscalation({ text: 'the kill switch is thrown', stop_reason: 'kill_switch', resumed_at: at(-60) });
    const page = await show({ listEscalations: listed([held]) });
    const shown = within(await card());
    expect(shown.getByText(/It was thrown; resumed/)).toBeInTheDocument();
    expect(shown.queryByText('the kill switch is thrown')).not.toBeInTheDocument();
    page.tellStatus(aStatus({ stops: [{ scope: 'all', who: 'eve', why: 'again', at: at(-10) }] }));
    expect(within(await card()).getByText('the kill switch is thrown')).toBeInTheDocument();
  });

  it('has what only a released kill switch held decided again, by whoever may approve', async () => {
    const held = anEscalation({ stop_reason: 'kill_switch', resumed_at: at(-60) });
    const decided = answer({ cases: 1, acts: 1, more: false });
    const page = await show({ listEscalations: listed([held, isolate]), decideAgain: decided });
    const title = '1 act waits only because of a stop or a breaker that is over';
    expect(await screen.findByText(title)).toBeInTheDocument();
    await page.user.click(screen.getByRole('button', { name: 'Decide again…' }));
    await giveReason(page.user, 'cause removed{Enter}');
    await screen.findByText('1 case is decided again');
    expect(page.sentTo('decideAgain')).toMatchObject([{ body: { scope: 'all', reason: 'cause removed' } }]);
    page.tellStatus(
      aStatus({
        stops: [{ scope: 'all', who: 'eve', why: 'again', at: at(-10) }],
        caller: { name: 'ana', may: ['read'], single_user: false },
      }),
    );
    await waitFor(() => expect(screen.queryByText(title)).toBeNull());
    page.tellStatus(aStatus({ caller: { name: 'ana', may: ['read'], single_user: false } }));
    expect(await screen.findByText(title)).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Decide again…' })).toBeNull();
  });

  it('says who has to approve it, who did, and that nothing is done with the first of two', async () => {
    const asks = anEscalation({
      act: anAct({ act_id: 'act-1', demands: [{ policy: 'pay', by: 2, on_expiry: 'second' }] }),
      approval: {
        demands: [
          { policy: 'pay', by: 2, have: 0, approvers: ['bob', 'role:payroll'] },
          { policy: 'any', by: 1, have: 1 },
        ],
        given: [{ by: 'ann', at: at(-60), reason: 'seen it' }],
        late: { how: 'second', until: at(600) },
      },
    });
    const { user } = await show({ listEscalations: listed([asks]) });
    const who = within(await screen.findByRole('region', { name: 'Who has to approve it' }));
    expect(who.getByText('0 of 2 approvals')).toBeInTheDocument();
    expect(who.getByText(/by bob, the role payroll/)).toBeInTheDocument();
    expect(who.getByText('1 of 1 approvals')).toBeInTheDocument();
    expect(who.getByText(/approved by ann/)).toBeInTheDocument();
    expect(who.getByText('Nobody answered in time: it takes one more person now.')).toBeInTheDocument();
    expect(await faultsOfAccess()).toEqual([]);
    await user.keyboard('a');
    expect(await screen.findByText(/Nothing is done yet: 1 more have to approve it/)).toBeInTheDocument();
  });

  it.each([
    ['half', 'half of its time is over; people were told again'],
    ['last', 'a tenth of its time is left; people were told again'],
  ] as const)('says that people were told again: %s', async (mark, words) => {
    await show({ listEscalations: listed([anEscalation({ reminded: { mark, at: at(-60) } })]) });
    expect(within(await card()).getByText(words, { exact: false })).toBeInTheDocument();
  });

  it('says how much is used of a budget for each approver, and how the load is shared', async () => {
    const budget = { policy: 'few', asked: 61, most: 60, within_ms: 3_600_000, beyond: 'group' as const };
    const pace = { answers: 80, timed: 80, hasty: 0, median_ms: 40_000, people: 3, most_by_one: 61 };
    const load = {
      pace,
      approvers: 3,
      budgets: [
        { ...budget, per_approver: true as const },
        { ...budget, policy: 'all' },
      ],
    };
    const list = { as_of: '2026-11-22T03:12:04.000Z', total: 1, escalations: [block], load };
    await show({ listEscalations: answer(list) });
    const told = within(await screen.findByRole('group', { name: 'Load on people' }));
    expect(told.getByText('3 people answered, one of them 61.')).toBeInTheDocument();
    expect(
      told.getByText(/asked about 61 of 60 in 1 h, for 3 approvers who are here; beyond that/),
    ).toBeInTheDocument();
    expect(told.getByText(/asked about 61 of 60 in 1 h; beyond that/)).toBeInTheDocument();
  });

  it('says what approving several would fill of each limit', async () => {
    const few = { limit: 'few-hosts', scope: 'net', used: 1, most: 2, adds: 1, counts: 'targets' } as const;
    const on = (n: number) => anEscalation({ case_id: `case:${n}`, aim: `host:${n}`, limits: [few] });
    const { user } = await show({ listEscalations: listed([on(1), on(2)]) });
    await card();
    await user.keyboard('x');
    await user.keyboard('j');
    await user.keyboard('x');
    const sum = within(await screen.findByRole('group', { name: 'Limits that all of them would count in' }));
    expect(sum.getByText('(+2: more than it allows)')).toBeInTheDocument();
  });

  it('says that what is granted counts', async () => {
    const { event, voice } = received();
    await show({ listEscalations: listed([anEscalation({ event, ...present({ voice }) })]) });
    const shown = within(await card());
    expect(shown.getAllByText('granted')).toHaveLength(2);
    expect(shown.queryByText(/counts as/)).not.toBeInTheDocument();
  });

  describe('a limit that is reached', () => {
    const other = {
      case_id: 'case:9',
      act_id: 'act-9',
      seen: 'sha256:seen-9',
      act: { action: 'block_ip', target: { type: 'ip' as const, value: '203.0.113.9' } },
      brief: { event_id: 'e9', claimed: [] },
      waiting_since: at(-20),
    };
    const breach = { limit: 'limit-blocks', count: 41, last_at: at(-20), others: [other] };
    const refused = () =>
      show({ listEscalations: listed([anEscalation({ breach })]), denyEscalation: taken('refused') });

    it('is one line with its count, and shows the acts that it refuses', async () => {
      await refused();
      const shown = within(await card());
      expect(screen.getByText('203.0.113.7 and 40 more')).toBeInTheDocument();
      expect(shown.getByText('Acts that wait because of this limit: 41')).toBeInTheDocument();
      expect(shown.getByText('2 of 41 are shown, the newest')).toBeInTheDocument();
      expect(shown.getByRole('button', { name: 'Approve: Block address 203.0.113.9' })).toBeEnabled();
      expect(await faultsOfAccess()).toEqual([]);
    });

    it('is answered for all of them at once, each bound to what was shown', async () => {
      const { user, sentTo } = await refused();
      await user.click(within(await card()).getByRole('button', { name: 'Deny these 2…' }));
      await giveReason(user, 'the limit is right{Enter}');
      await waitFor(() => expect(sentTo('denyEscalation')).toHaveLength(2));
      expect(sentTo('denyEscalation')).toMatchObject([
        { params: { case_id: 'case:1' }, body: { seen: 'sha256:seen-1' } },
        { params: { case_id: 'case:9', act_id: 'act-9' }, body: { seen: 'sha256:seen-9' } },
      ]);
    });
  });

  it('says that nothing waits, and what went wrong instead of showing nothing', async () => {
    await show({ listEscalations: listed([]) });
    expect(await screen.findByText('Nothing waits for you')).toBeInTheDocument();
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('says why it cannot be loaded', async () => {
    await show({ listEscalations: refuse('unavailable', 'OpenSearch is away') });
    expect(await screen.findByRole('alert')).toHaveTextContent('Escalations: could not be loaded');
  });

  it('is loading until the host answers', async () => {
    await showPage('/escalations');
    expect(screen.getByRole('status', { name: 'Escalations: loading' })).toBeInTheDocument();
  });

  it('approves by keyboard alone, with a reason and bound to what was shown', async () => {
    const { user, sentTo } = await show({ approveEscalation: taken('applying') });
    await card();
    await user.keyboard('a');
    const dialog = await screen.findByRole('dialog', { name: 'Approve: Block address 203.0.113.7?' });
    await waitFor(() => expect(within(dialog).getByLabelText('Reason (goes on record)')).toHaveFocus());
    expect(await faultsOfAccess(dialog)).toEqual([]);
    await user.keyboard('{Enter}');
    expect(within(dialog).getByText('say why, in at least 3 characters')).toBeInTheDocument();
    expect(sentTo('approveEscalation')).toEqual([]);
    await giveReason(user, 'confirmed attack{Enter}');
    expect(await screen.findByText('You approved: Block address 203.0.113.7')).toBeInTheDocument();
    expect(sentTo('approveEscalation')).toMatchObject([
      { params: { case_id: 'case:1', act_id: 'act-1' }, body: { reason: 'confirmed attack', seen: 'sha256:seen-1' } },
    ]);
  });

  it('says of what was approved on a host that does not act who executes it', async () => {
    const text = 'ben approved it; an agent that acts executes it within 60 s, or it waits for a person again';
    const { user } = await show({
      listEscalations: listed([{ ...block, text }]),
      approveEscalation: answer({
        case_id: 'case:1',
        state: 'waiting',
        progress: [{ act_id: 'act-1', status: 'waiting', text }],
      }),
      getDecision: refuse('unavailable', 'OpenSearch is away'),
    });
    expect(within(await card()).getByText(text)).toBeInTheDocument();
    await user.keyboard('a');
    await giveReason(user, 'confirmed attack{Enter}');
    const notices = within(await screen.findByRole('list', { name: 'Your last answers' }));
    expect(notices.getByText(new RegExp(text))).toBeInTheDocument();
  });

  it('denies the next one with a suggested reason', async () => {
    const { user, sentTo } = await show({ denyEscalation: taken('refused') });
    await card();
    await user.keyboard('jd');
    const dialog = await screen.findByRole('dialog', { name: 'Deny: Isolate host ws-114?' });
    await user.click(within(dialog).getByRole('button', { name: 'false positive' }));
    await user.keyboard('{Enter}');
    await waitFor(() => expect(sentTo('denyEscalation')).toHaveLength(1));
    expect(sentTo('denyEscalation')[0]).toMatchObject({
      params: { case_id: 'case:2' },
      body: { reason: 'false positive', seen: 'sha256:seen-2', label: 'false_positive' },
    });
  });

  it('does not let those approve who may not, by button or by key', async () => {
    const caller = { name: 'ana', may: ['read', 'respond'] as Array<'read' | 'respond'>, single_user: false };
    const { user } = await show({}, aStatus({ caller }));
    const shown = within(await card());
    expect(shown.getByRole('button', { name: 'Approve…' })).toBeDisabled();
    expect(shown.getByText('approving takes the right to approve')).toBeInTheDocument();
    await user.keyboard('a');
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
    await user.keyboard('d');
    expect(await screen.findByRole('dialog')).toBeInTheDocument();
  });

  it('answers the act that was shown, whatever comes in while the reason is typed', async () => {
    const { user, sentTo, answerWith, tellChanged } = await show({ approveEscalation: taken('applying') });
    await card();
    await user.keyboard('a');
    await screen.findByRole('dialog');
    const urgent = anEscalation({
      case_id: 'case:3',
      act: anAct({ action: 'disable_user', target: { type: 'user', value: 'ceo' } }),
    });
    answerWith({ listEscalations: listed([urgent, block, isolate]) });
    tellChanged('case');
    await waitFor(() => expect(screen.getByRole('link', { name: /Disable user/, hidden: true })).toBeInTheDocument(), {
      timeout: 2_500,
    });
    expect(screen.getByRole('dialog', { name: 'Approve: Block address 203.0.113.7?' })).toBeInTheDocument();
    await giveReason(user, 'confirmed attack{Enter}');
    await waitFor(() => expect(sentTo('approveEscalation')).toMatchObject([{ params: { case_id: 'case:1' } }]));
  });

  it('takes nothing back and says who was faster', async () => {
    const current = {
      case_id: 'case:1',
      state: 'decided',
      progress: [
        {
          act_id: 'act-1',
          status: 'refused' as const,
          resolution: {
            verb: 'denied' as const,
            by: 'eve',
            at: '2026-11-22T03:12:00.000Z',
            reason: 'a test',
            four_eyes: true,
          },
        },
      ],
    };
    const { user } = await show({ approveEscalation: refuse('not_waiting', 'it does not wait any more', current) });
    await card();
    await user.keyboard('a');
    await screen.findByRole('dialog');
    await giveReason(user, 'confirmed attack{Enter}');
    const dialog = await screen.findByRole('dialog', { name: 'It has moved on meanwhile' });
    expect(dialog).toHaveTextContent('denied by eve: “a test”');
  });

  it('explains its keys', async () => {
    const { user } = await show();
    await card();
    await user.keyboard('?');
    expect(await screen.findByRole('dialog', { name: 'Keys on this page' })).toHaveTextContent(
      'approve, with a reason: what is selected, else what is shown',
    );
  });
});
