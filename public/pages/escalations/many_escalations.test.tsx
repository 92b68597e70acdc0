import { screen, waitFor, within } from '@testing-library/react';
import { aBrief, aDecisionDetail, aPolicyRef, aStatus, anAct, anEscalation, at } from '../../../test/builders/views';
import { faultsOfAccess } from '../../../test/stubs/accessible';
import { answer, giveReason, refuse, showPage, type Answers } from '../../../test/stubs/page';
import type { EscalationView } from '../../../common/api/views';

/* Many that wait: one card for what is the same question, filters, and answers to several at once. */

const isolate = (n: number, host: string, overrides: Partial<EscalationView> = {}): EscalationView =>
  anEscalation({
    case_id: `case:${n}`,
    seen: `sha256:seen-${n}`,
    act: anAct({ act_id: 'act-1', action: 'isolate_host', target: { type: 'host', value: host } }),
    aim: `isolate_host host:${host}`,
    brief: aBrief({ rule: `rule ${n}` }),
    expires_at: at(n * 600),
    ...overrides,
  });
const lock = (n: number, user: string, overrides: Partial<EscalationView> = {}): EscalationView =>
  isolate(n, user, {
    act: anAct({
      act_id: 'act-1',
      action: 'disable_user',
      target: { type: 'user', value: user },
      policy: aPolicyRef({ id: 'lock-out' }),
    }),
    aim: `disable_user user:${user}`,
    ...overrides,
  });

const listed = (escalations: readonly EscalationView[], more: { total?: number; at_least?: true } = {}) =>
  answer({ as_of: at(0), total: escalations.length, escalations: [...escalations], ...more });

const THREE = [isolate(1, 'ws-1'), isolate(2, 'ws-1'), lock(3, 'ana'), isolate(9, 'ws-2')];

const show = (escalations: readonly EscalationView[] = THREE, answers: Answers = {}, path = '/escalations') =>
  showPage(path, {
    answers: {
      listEscalations: listed(escalations),
      getDecision: answer(aDecisionDetail()),
      denyEscalation: answer({ case_id: 'case:1', state: 'decided', progress: [] }),
      approveEscalation: answer({ case_id: 'case:1', state: 'decided', progress: [] }),
      ...answers,
    },
    status: aStatus({ waiting: 4 }),
  });

const card = () => screen.findByRole('article', { name: 'The act in question' });
const rows = () => within(screen.getByRole('list', { name: 'Acts that wait for a person' })).getAllByRole('listitem');
const cases = (sent: ReadonlyArray<{ readonly params: Readonly<Record<string, string>> }>) =>
  sent.map(({ params }) => params['case_id']).sort();

describe('many escalations', () => {
  it('are one card for the same act on the same target, with how many alerts and the first expiry', async () => {
    await show([isolate(5, 'ws-1'), isolate(2, 'ws-1'), lock(3, 'ana')]);
    await card();
    expect(rows()).toHaveLength(2);
    const row = within(rows()[0] as HTMLElement);
    expect(row.getByText('2 alerts')).toBeInTheDocument();
    expect(row.getByText(/^in 19 min|^in 20 min/)).toBeInTheDocument();
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('say how many expire within the hour', async () => {
    await show();
    expect(await screen.findByText('3 expire within the hour')).toBeInTheDocument();
  });

  it('say that not all are listed, and how many there are', async () => {
    await show(THREE, { listEscalations: listed(THREE, { total: 4_312, at_least: true }) });
    expect(
      await screen.findByText('4 of at least 4,312 are listed: of each severity the first to expire'),
    ).toBeInTheDocument();
    expect(screen.getByText('3 or more expire within the hour')).toBeInTheDocument();
  });

  it('are answered each, with the outcome of each, by an answer to their card', async () => {
    const { user, sentTo } = await show(THREE, {
      denyEscalation: ({ params }) =>
        params['case_id'] === 'case:2'
          ? refuse('changed', 'it changed meanwhile')()
          : answer({
              case_id: 'case:1',
              state: 'decided',
              progress: [{ act_id: 'act-1', status: 'refused' as const }],
            })(),
    });
    await card();
    await user.keyboard('d');
    const dialog = await screen.findByRole('dialog', { name: 'Deny 2 acts' });
    expect(within(dialog).getAllByRole('checkbox')).toHaveLength(2);
    await giveReason(user, 'known test{Enter}');
    expect(await screen.findByText('2 of 2 answered')).toBeInTheDocument();
    expect(screen.getByText('it changed meanwhile')).toBeInTheDocument();
    expect(screen.getByText('refused by a person')).toBeInTheDocument();
    expect(cases(sentTo('denyEscalation'))).toEqual(['case:1', 'case:2']);
    await user.click(screen.getByRole('button', { name: 'Close' }));
    expect(within(await card()).getByRole('heading', { name: 'Disable user ana' })).toBeInTheDocument();
  });

  it('leave out what is not ticked', async () => {
    const { user, sentTo } = await show();
    await card();
    await user.keyboard('a');
    const dialog = await screen.findByRole('dialog', { name: 'Approve 2 acts' });
    await user.click(within(dialog).getByRole('checkbox', { name: /rule 1/ }));
    await user.click(within(dialog).getByRole('checkbox', { name: /rule 2/ }));
    await giveReasonByClick(user, 'confirmed attack{Enter}');
    expect(within(dialog).getByText('none of them is ticked')).toBeInTheDocument();
    await user.click(within(dialog).getByRole('checkbox', { name: /rule 2/ }));
    await giveReasonByClick(user, '{Enter}');
    await waitFor(() => expect(cases(sentTo('approveEscalation'))).toEqual(['case:2']));
  });

  it.each([
    ['the key', (user: Awaited<ReturnType<typeof show>>['user']) => user.keyboard('d')],
    [
      'the button of the card',
      async (user: Awaited<ReturnType<typeof show>>['user']) =>
        user.click(within(await card()).getByRole('button', { name: 'Deny 2…' })),
    ],
  ])('that are selected are what %s means, though another is shown', async (_, deny) => {
    const { user, sentTo } = await show();
    await card();
    await user.keyboard('jxjxk{ArrowUp}');
    expect(within(await card()).getByRole('heading', { name: 'Isolate host ws-1' })).toBeInTheDocument();
    expect(screen.getByText('2 selected')).toBeInTheDocument();
    await deny(user);
    const dialog = await screen.findByRole('dialog', { name: 'Deny 2 acts' });
    expect(within(dialog).getByText(/Disable user ana/)).toBeInTheDocument();
    expect(within(dialog).getByText(/Isolate host ws-2/)).toBeInTheDocument();
    await giveReason(user, 'known test{Enter}');
    await waitFor(() => expect(cases(sentTo('denyEscalation'))).toEqual(['case:3', 'case:9']));
  });

  it('one of which is selected are answered for that one, also while another is shown', async () => {
    const { user } = await show();
    await card();
    await user.keyboard('jxkd');
    expect(await screen.findByRole('dialog', { name: 'Deny: Disable user ana?' })).toBeInTheDocument();
  });

  it('are all selected, and none, by one key; those with nothing in common are not approved at once', async () => {
    const { user } = await show();
    await card();
    await user.keyboard('s');
    expect(screen.getByText('4 selected')).toBeInTheDocument();
    expect(screen.getByText(/one reason can deny them all, but not approve them all/)).toBeInTheDocument();
    await user.keyboard('a');
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
    await user.keyboard('s');
    expect(screen.queryByText('4 selected')).not.toBeInTheDocument();
  });

  it('are filtered by severity, reason, policy and text; what is not listed is not selected', async () => {
    const severe = lock(3, 'ana', { brief: aBrief({ severity: 'critical' }), stop_reason: 'kill_switch' });
    const { user } = await show([isolate(1, 'ws-1'), severe]);
    await card();
    await user.keyboard('s');
    await user.selectOptions(screen.getByLabelText('Severity'), 'critical');
    expect(rows()).toHaveLength(1);
    expect(screen.getByText('1 selected')).toBeInTheDocument();
    await user.selectOptions(screen.getByLabelText('Severity'), 'any severity');
    await user.selectOptions(screen.getByLabelText('Reason for waiting'), 'the kill switch was thrown');
    expect(rows()).toHaveLength(1);
    await user.click(screen.getByRole('button', { name: 'Show all' }));
    await user.selectOptions(screen.getByLabelText('Policy'), 'lock-out');
    expect(rows()).toHaveLength(1);
    await user.click(screen.getByRole('button', { name: 'Show all' }));
    await user.type(screen.getByLabelText('Target, source or rule'), 'WS-');
    expect(rows()).toHaveLength(1);
    expect(window.location.hash).toBe('#/escalations?text=WS-');
  });

  it('are shown as a link says: filtered, the most severe first', async () => {
    const severe = lock(3, 'ana', { brief: aBrief({ severity: 'critical' }) });
    await show([isolate(1, 'ws-1'), isolate(4, 'db-1'), severe], {}, '/escalations?text=a&order=severity');
    await card();
    expect(rows().map((row) => within(row).getByRole('link').textContent)).toEqual([
      expect.stringContaining('ana'),
      expect.stringContaining('ws-1'),
      expect.stringContaining('db-1'),
    ]);
  });

  it('show what is answered by itself first, in no selection, and as one act of its own', async () => {
    const dc = (n: number) =>
      isolate(n, 'dc01', { loss: 291, alone: 'critical_asset', brief: aBrief({ rule: 'storm' }) });
    const flood = Array.from({ length: 60 }, (_, n) => isolate(n, `ws-${n}`, { loss: 9.7 }));
    const { user, sentTo } = await show([...flood, dc(900), dc(901)]);
    expect(within(await card()).getByRole('heading', { name: 'Isolate host dc01' })).toBeInTheDocument();
    const row = within(rows()[0] as HTMLElement);
    expect(row.getByText('answer by itself: critical asset')).toBeInTheDocument();
    expect(row.queryByRole('checkbox')).not.toBeInTheDocument();
    await user.keyboard('xs');
    expect(screen.getByText('60 selected')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Clear' }));
    await user.keyboard('a');
    expect(await screen.findByRole('dialog', { name: 'Approve: Isolate host dc01?' })).toBeInTheDocument();
    await giveReason(user, 'confirmed attack{Enter}');
    await waitFor(() => expect(cases(sentTo('approveEscalation'))).toEqual(['case:900']));
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('are one card for one rule within ten minutes on several targets, unless the rule is only claimed', async () => {
    const of = (n: number, seconds: number, overrides: Partial<EscalationView> = {}) =>
      isolate(n, `ws-${n}`, { brief: aBrief({ rule: 'storm' }), waiting_since: at(seconds), ...overrides });
    const other = of(9, 0, { brief: aBrief({ rule: 'storm', claimed: ['rule'] }) });
    await show([of(1, 0), of(2, 300), of(3, 600), of(4, 601), other, of(5, 2, { alone: 'approvers' })]);
    await card();
    const texts = rows().map((row) => within(row).getByRole('link').textContent);
    expect(texts).toEqual([
      expect.stringContaining('ws-1 and 2 more'),
      expect.stringContaining('ws-4'),
      expect.stringContaining('ws-9'),
      expect.stringContaining('ws-5'),
    ]);
    const same = within(
      await screen.findByRole('region', { name: 'The same rule within ten minutes, on other targets: 2' }),
    );
    expect(same.getByRole('link', { name: 'Isolate host ws-3' })).toBeInTheDocument();
    expect(within(await card()).getByRole('button', { name: 'Approve 3…' })).toBeInTheDocument();
  });

  it('say that nothing matches', async () => {
    const { user } = await show();
    await card();
    await user.type(screen.getByLabelText('Target, source or rule'), 'nowhere');
    expect(screen.getByText('Nothing that waits matches these filters')).toBeInTheDocument();
  });

  it('are drawn a part at a time, and walked through by keys beyond that', async () => {
    const { user } = await show(Array.from({ length: 500 }, (_, n) => isolate(n, `ws-${n}`)));
    await card();
    expect(rows()).toHaveLength(50);
    await user.keyboard('j'.repeat(51));
    expect(within(await card()).getByRole('heading', { name: 'Isolate host ws-51' })).toBeInTheDocument();
    expect(rows()).toHaveLength(100);
    await user.click(screen.getByRole('button', { name: /Show more: 100 of 500/ }));
    expect(rows()).toHaveLength(150);
  });
});

/** The focus is on a box that was ticked: the reason is written into its field. */
const giveReasonByClick = async (user: Awaited<ReturnType<typeof show>>['user'], keys: string): Promise<void> => {
  await user.click(screen.getByLabelText('Reason (goes on record)'));
  await user.keyboard(keys);
};
