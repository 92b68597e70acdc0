import { screen, waitFor, within } from '@testing-library/react';
import type { UserEvent } from '@testing-library/user-event';
import type { OrderedView, WouldOrder, WouldView } from '../../../common/api/routes';
import { aContainment, aDecision, aStatus, NOW } from '../../../test/builders/views';
import { faultsOfAccess } from '../../../test/stubs/accessible';
import { answer, refuse, showPage, type Answers } from '../../../test/stubs/page';

const block = aContainment();

const say = (user: UserEvent, reason: string): Promise<void> =>
  user.type(screen.getByLabelText('Reason (goes on record)'), reason);

const would = (ordered: Partial<WouldOrder> = {}, more: Partial<WouldView> = {}) =>
  answer<WouldView>({
    as_of: NOW,
    action: 'block_ip',
    target: { type: 'ip', value: '203.0.113.7' },
    also_as: [],
    answers: [],
    policies_total: 1,
    limits: [{ limit: 'few-blocks', scope: 'all', used: 2, most: 2, adds: 1, counts: 'targets' }],
    ordered: {
      would: 'escalate',
      reasons: [{ code: 'policy_escalates', text: 'this policy says who has to approve it', policy: 'by-hand' }],
      ttl_ms: 3_600_000,
      ...ordered,
    },
    disruption: { share: 0.9, tag: 'server', milder: [{ action: 'block_ip', share: 0.1 }] },
    ...more,
  });

const view = (more: Partial<OrderedView> = {}): OrderedView => ({
  case_id: 'case:9',
  action: 'isolate_host',
  target: { type: 'host', value: 'ws-fin-007' },
  status: 'waiting',
  act_id: 'a0',
  progress: [{ act_id: 'a0', status: 'waiting' }],
  reasons: [{ code: 'policy_escalates', text: 'this policy says who has to approve it', policy: 'by-hand' }],
  decision_id: 'd-9',
  verdict: 'escalate',
  ...more,
});

const ENTITY: Answers = {
  getEntity: answer({
    as_of: NOW,
    kind: 'host',
    value: 'ws-fin-007',
    names: [],
    maybe: [],
    contained: { total: 1, containments: [block] },
    words: [],
    stops: [],
  }),
  listDecisions: answer({ as_of: NOW, total: 0, decisions: [] }),
  getWould: would(),
  containNow: answer(view()),
};

describe('containing by hand', () => {
  const show = (answers: Answers = {}) =>
    showPage('/entity?kind=host&value=ws-fin-007', { answers: { ...ENTITY, ...answers }, status: aStatus() });
  const dialog = () => within(screen.getByRole('dialog'));

  it('shows what would happen, what it takes away and every limit, before it is ordered; and what became of it', async () => {
    const { user, sentTo } = await show();
    await user.click(await screen.findByRole('button', { name: 'Contain by hand…' }));
    expect(await dialog().findByText('Somebody else has to approve it')).toBeInTheDocument();
    expect(dialog().getByText('90 % of its work, as it is `server`')).toBeInTheDocument();
    expect(dialog().getByText(/Milder: Block address \(10 %\)/)).toBeInTheDocument();
    expect(dialog().getByText(/more than it allows/)).toBeInTheDocument();
    expect(await faultsOfAccess()).toEqual([]);
    expect(sentTo('containNow')).toEqual([]);
    expect(sentTo('getWould').at(-1)?.query).toEqual({ action: 'isolate_host', target: 'ws-fin-007', ordered: 'true' });
    await user.selectOptions(dialog().getByLabelText('For how long'), String(2 * 3_600_000));
    await waitFor(() => expect(sentTo('getWould').at(-1)?.query).toMatchObject({ ttl_ms: 7_200_000 }));
    await say(user, 'beacon seen');
    await user.click(dialog().getByRole('button', { name: 'Order it' }));
    expect(await screen.findByText('waits: somebody else has to approve it')).toBeInTheDocument();
    expect(sentTo('containNow').map(({ body }) => body)).toEqual([
      {
        action: 'isolate_host',
        target: 'ws-fin-007',
        reason: 'beacon seen',
        ttl_ms: 7_200_000,
        order_id: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      },
    ]);
    expect(dialog().getByRole('link', { name: 'The decision of it' })).toHaveAttribute('href', '#/decisions/d-9');
    expect(dialog().getByRole('link', { name: 'Where it waits' })).toHaveAttribute('href', '#/escalations/case%3A9/a0');
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('is not ordered without a reason, and sends the same order again after an answer was lost', async () => {
    let lost = true;
    const { user, sentTo } = await show({
      containNow: () => {
        const told = lost
          ? refuse('unavailable', 'no answer')()
          : answer(view({ status: 'applying', effect_id: 'effect:1' }))();
        lost = false;
        return told;
      },
    });
    await user.click(await screen.findByRole('button', { name: 'Contain by hand…' }));
    await user.click(dialog().getByRole('button', { name: 'Order it' }));
    expect(sentTo('containNow')).toEqual([]);
    await say(user, 'beacon seen');
    await user.click(dialog().getByRole('button', { name: 'Order it' }));
    expect(await dialog().findByText('This was not done')).toBeInTheDocument();
    await user.click(dialog().getByRole('button', { name: 'Order it' }));
    expect(await screen.findByRole('link', { name: 'What is contained' })).toHaveAttribute('href', '#/containments');
    const ids = sentTo('containNow').map(({ body }) => (body as { order_id: string }).order_id);
    expect([ids.length, new Set(ids).size]).toEqual([2, 1]);
  });

  it('says at once that it would be refused', async () => {
    const { user } = await show({
      getWould: would({
        would: 'deny',
        stop_reason: 'protected_target',
        text: 'it is protected',
        reasons: [],
      }),
    });
    await user.click(await screen.findByRole('button', { name: 'Contain by hand…' }));
    expect(await dialog().findByText('It is refused')).toBeInTheDocument();
    expect(dialog().getByText(/its target is protected/)).toBeInTheDocument();
  });
});

describe('containing by hand from a decision', () => {
  it('offers what the decision is about, and says which decision it was', async () => {
    const detail = {
      event: {
        case_id: 'case:1',
        intake: { type: 'webhook' as const, id: 'siem' },
        digest: 'd',
        received_at: NOW,
        event: {
          event_id: 'e',
          timestamp: NOW,
          confidence: 0.5,
          severity: 'high' as const,
          src_host: 'ws-1',
          source: { ip: '203.0.113.7' },
          user: { name: 'eve' },
        },
      },
      decision: aDecision({ decision_id: 'd-1', acts: [] }),
      actions: [],
      feedback: [],
      demo: false,
      outcome: 'nothing' as const,
    };
    const { user, sentTo } = await showPage('/decisions/d-1', {
      answers: { getDecision: answer(detail), getWould: would(), containNow: answer(view()) },
      status: aStatus(),
    });
    await user.click(await screen.findByRole('button', { name: 'Contain by hand…' }));
    const dialog = within(screen.getByRole('dialog'));
    const options = within(dialog.getByLabelText('What')).getAllByRole('option');
    expect(options.map(({ textContent }) => textContent)).toEqual(['ws-1', '203.0.113.7', 'eve']);
    await user.selectOptions(dialog.getByLabelText('What'), '2');
    await say(user, 'account is taken over');
    await user.click(dialog.getByRole('button', { name: 'Order it' }));
    await waitFor(() =>
      expect(sentTo('containNow')[0]?.body).toMatchObject({ action: 'disable_user', target: 'eve', about: 'd-1' }),
    );
  });
});

describe('extending', () => {
  const row = aContainment({ due: '2030-01-01T10:00:00.000Z' });
  const board = (containments = [row]) => answer({ as_of: NOW, total: containments.length, containments });
  const show = (answers: Answers = {}) =>
    showPage('/containments', {
      answers: {
        listContainments: board(),
        getWould: would({ would: 'permit' }),
        extendContainment: answer(view({ status: 'applying', effect_id: row.effect_id })),
        ...answers,
      },
      status: aStatus(),
    });

  it('shows the new end and what stands in its way, takes a reason, and tells what became of it', async () => {
    const { user, sentTo } = await show();
    await user.click(await screen.findByRole('button', { name: /^Extend…/ }));
    const dialog = within(screen.getByRole('dialog'));
    expect(await dialog.findByText('It starts at once')).toBeInTheDocument();
    await user.selectOptions(dialog.getByLabelText('Longer by'), String(4 * 3_600_000));
    const until = '2030-01-01T14:00:00.000Z';
    await waitFor(() =>
      expect(sentTo('getWould').at(-1)?.query).toMatchObject({ extends: row.effect_id, until, ordered: 'true' }),
    );
    expect(await faultsOfAccess()).toEqual([]);
    await user.click(dialog.getByRole('button', { name: 'Order it' }));
    expect(sentTo('extendContainment')).toEqual([]);
    await say(user, 'incident is not over');
    await user.click(dialog.getByRole('button', { name: 'Order it' }));
    expect(await screen.findByText(/sent, not confirmed yet/)).toBeInTheDocument();
    expect(sentTo('extendContainment')[0]).toMatchObject({
      params: { effect_id: row.effect_id },
      body: { until, reason: 'incident is not over' },
    });
  });

  it.each([
    ['has no end', { due: null }],
    ['is being undone', { state: 'undoing' as const }],
    ['is gone', { gone: { at: NOW, text: 'somebody removed it' } }],
    ['is to be lifted', { lift_requested: true }],
    ['was taken over', { taken_over: true }],
  ])('is not offered for what %s', async (_, change) => {
    await show({ listContainments: board([aContainment({ ...row, ...change })]) });
    expect(await screen.findByRole('button', { name: /^All reasons/ })).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: /^Extend…/ })).toBeNull();
  });
});
