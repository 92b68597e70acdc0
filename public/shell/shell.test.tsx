import { screen, waitFor, within } from '@testing-library/react';
import { anOverview, aStatus, aSwitchReport, at } from '../../test/builders/views';
import { faultsOfAccess } from '../../test/stubs/accessible';
import { answer, giveReason, refuse, showPage, type Answers } from '../../test/stubs/page';

const users = [
  { name: 'author', about: 'writes policies' },
  { name: 'approver', about: 'approves' },
];
const stop = { scope: 'all', who: 'eve', why: 'wrong targets', at: at(-60) };

const show = (status = aStatus(), answers: Answers = {}) =>
  showPage('/overview', { answers: { getOverview: answer(anOverview()), ...answers }, status });

const killSwitch = () => screen.getByRole('button', { name: 'Stop' });

describe('kill switch', () => {
  it('stops in two steps by keyboard, and reports what every agent does', async () => {
    const { user, sentTo } = await show(aStatus(), { throwSwitch: answer(aSwitchReport()) });
    killSwitch().focus();
    await user.keyboard('{Enter}');
    const order = await screen.findByRole('dialog', { name: 'Kill switch: stop Reflex' });
    expect(await faultsOfAccess(order)).toEqual([]);
    expect(sentTo('throwSwitch')).toEqual([]);
    await waitFor(() => expect(screen.getByRole('button', { name: 'Stop everything now' })).toHaveFocus());
    await user.keyboard('{Enter}');
    const report = await screen.findByRole('dialog', { name: 'Order to stop everything' });
    expect(report).toHaveTextContent('Acknowledged in 318 ms');
    expect(report).toHaveTextContent('has seen the order and obeys');
    expect(await faultsOfAccess(report)).toEqual([]);
    expect(sentTo('throwSwitch').map(({ body }) => body)).toEqual([{ scope: 'all' }]);
  });

  it('takes a reason with the order, and does not send one that says nothing', async () => {
    const { user, sentTo } = await show(aStatus(), { throwSwitch: answer(aSwitchReport()) });
    await user.click(killSwitch());
    await user.type(await screen.findByLabelText('Reason (goes on record)'), 'x');
    await user.click(screen.getByRole('button', { name: 'Stop everything now' }));
    expect(screen.getByText('say why, in at least 3 characters')).toBeInTheDocument();
    expect(screen.getByLabelText('Reason (goes on record)')).toHaveFocus();
    await user.keyboard(' wrong targets{Enter}');
    await screen.findByRole('dialog', { name: 'Order to stop everything' });
    expect(sentTo('throwSwitch')).toMatchObject([{ body: { scope: 'all', reason: 'x wrong targets' } }]);
  });

  it('takes the reason afterwards, where there is none yet', async () => {
    const { why: _why, ...unexplained } = stop;
    const { user, sentTo } = await show(aStatus({ stops: [unexplained] }), {
      explainSwitch: answer({ stops: [stop] }),
    });
    const banner = within(screen.getByRole('region', { name: 'Kill switch is thrown' }));
    expect(banner.getByText(/no reason given yet, eve/)).toBeInTheDocument();
    await user.click(banner.getByRole('button', { name: 'Say why…' }));
    await giveReason(user, 'wrong targets{Enter}');
    await waitFor(() =>
      expect(sentTo('explainSwitch')).toMatchObject([{ body: { scope: 'all', reason: 'wrong targets', at: stop.at } }]),
    );
  });

  it('says who gave the reason, where somebody else did', async () => {
    await show(aStatus({ stops: [{ ...stop, why_by: 'ann' }] }));
    expect(screen.getByText(/“wrong targets” \(says ann\), eve/)).toBeInTheDocument();
  });

  it('resumes by the button that stopped', async () => {
    const { user } = await show(aStatus({ stops: [stop] }));
    await user.click(screen.getByRole('button', { name: 'Stopped: resume…' }));
    expect(await screen.findByRole('dialog', { name: 'Resume everything?' })).toBeInTheDocument();
  });

  it('tells inside who may resume', async () => {
    const caller = { name: 'ana', may: ['respond'] as Array<'respond'>, single_user: false };
    const { user, sentTo } = await show(aStatus({ stops: [stop], caller }));
    await user.click(screen.getByRole('button', { name: 'Stopped: resume…' }));
    await giveReason(user, 'cause removed{Enter}');
    expect(within(screen.getByRole('dialog')).getByText('only an approver may resume')).toBeInTheDocument();
    expect(sentTo('releaseSwitch')).toEqual([]);
  });

  it.each([
    ['local', 'This host stands still, others may not: everything'],
    ['ordered', 'Stopping: everything'],
    ['overdue', 'Stop overdue, some agent may still start effects: everything'],
    ['acknowledged', 'Stopped: everything'],
  ] as const)('calls stopped only what is acknowledged: %s', async (state, text) => {
    await show(aStatus({ stops: [{ ...stop, state, ...(state === 'acknowledged' ? { acknowledged_ms: 812 } : {}) }] }));
    const banner = screen.getByRole('region', { name: 'Kill switch is thrown' });
    expect(banner).toHaveTextContent(text);
    const isStopped = state === 'acknowledged';
    if (isStopped) expect(banner).toHaveTextContent('acknowledged after 812 ms');
    expect(screen.getByRole('button', { name: isStopped ? 'Stopped: resume…' : 'Stop' })).toBeInTheDocument();
  });

  it.each([
    [{ acknowledged: true, took_ms: 2_350 }, 'Acknowledged late, after 2350 ms'],
    [{ acknowledged: false, took_ms: 3_100 }, 'Not acknowledged: of some agents nothing is known (3100 ms)'],
    [{ acknowledged: false, in_gate: false }, 'This host stands still; of the others nothing is known'],
    [{ wire_known: false, on_the_wire: [] }, 'Of other agents not known'],
  ])('reports what is certain and what is not', async (so, text) => {
    const { user } = await show(aStatus(), { throwSwitch: answer(aSwitchReport(so)) });
    await user.click(killSwitch());
    await user.click(await screen.findByRole('button', { name: 'Stop everything now' }));
    expect(await screen.findByRole('dialog', { name: 'Order to stop everything' })).toHaveTextContent(text);
  });

  it('stops one connector only', async () => {
    const { user, sentTo } = await show(aStatus(), { throwSwitch: answer(aSwitchReport()) });
    await user.click(killSwitch());
    await user.click(await screen.findByLabelText('One connector'));
    await user.click(await screen.findByRole('button', { name: 'Stop connector edge-firewall only now' }));
    await waitFor(() => expect(sentTo('throwSwitch')).toMatchObject([{ body: { scope: 'connector:edge-firewall' } }]));
  });

  it('never says that it stopped when that is not known', async () => {
    const { user } = await show(aStatus(), { throwSwitch: refuse('unavailable', 'the host cannot be reached') });
    await user.click(killSwitch());
    await user.click(await screen.findByRole('button', { name: 'Stop everything now' }));
    expect(await screen.findByRole('alert')).toHaveTextContent('It is not known whether anything stopped');
  });

  it('is there for those who may not use it, and tells them inside', async () => {
    const { user, sentTo } = await show(aStatus({ caller: { name: 'ana', may: ['read'], single_user: false } }));
    await user.click(killSwitch());
    await user.click(await screen.findByRole('button', { name: /now$/ }));
    expect(screen.getByText(/You may not stop Reflex/)).toBeInTheDocument();
    expect(sentTo('throwSwitch')).toEqual([]);
  });

  const breaker = { wrong: 5, of: 6, since: at(-70), round: 1, trying: false };
  const tripped = { ...stop, scope: 'connector:edge-firewall', who: 'reflex breaker', why: '5 of 6 commands failed' };

  it.each([
    [{ probe_at: at(30) }, /5 of 6 since .*; one act tries it from /],
    [{ trying: true, probe_at: at(30) }, /one act is let through to try it/],
    [{ round: 3, probe_at: at(30) }, /2 trials failed; one act tries it from /],
    [{}, /stays so until somebody resets it/],
  ])('says what a breaker saw and what happens next: %j', async (so, text) => {
    const troubles = [{ code: 'breaker_open', text: 'told by the banner' }];
    await show(aStatus({ stops: [{ ...tripped, breaker: { ...breaker, ...so } }], troubles }));
    const banner = screen.getByRole('region', { name: 'A breaker tripped' });
    expect(banner).toHaveTextContent('Stopped by its breaker: connector edge-firewall');
    expect(banner).toHaveTextContent('“5 of 6 commands failed”, reflex breaker');
    expect(banner).toHaveTextContent(text);
    expect(screen.queryByText('told by the banner')).not.toBeInTheDocument();
    expect(screen.getByText('stopped by its breaker')).toBeInTheDocument();
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('resets a breaker with a reason', async () => {
    const { user, sentTo } = await show(aStatus({ stops: [{ ...tripped, breaker }] }), {
      releaseSwitch: answer({ stops: [] }),
    });
    await user.click(screen.getByRole('button', { name: 'Reset…' }));
    expect(await screen.findByRole('dialog', { name: /^Reset the breaker: / })).toBeInTheDocument();
    await giveReason(user, 'token renewed{Enter}');
    await waitFor(() =>
      expect(sentTo('releaseSwitch')).toMatchObject([{ body: { scope: tripped.scope, at: tripped.at } }]),
    );
  });

  it('shows on every page that it is thrown, and resumes with a reason', async () => {
    const { user, sentTo } = await show(aStatus({ stops: [stop] }), { releaseSwitch: answer({ stops: [] }) });
    const banner = within(screen.getByRole('region', { name: 'Kill switch is thrown' }));
    expect(banner.getByText('Stopped: everything')).toBeInTheDocument();
    expect(await faultsOfAccess()).toEqual([]);
    await user.click(banner.getByRole('button', { name: 'Resume…' }));
    await giveReason(user, 'cause removed{Enter}');
    await waitFor(() =>
      expect(sentTo('releaseSwitch')).toMatchObject([{ body: { scope: 'all', reason: 'cause removed', at: stop.at } }]),
    );
  });

  const heldBy = (acts: number, more: object = {}) => answer({ as_of: at(0), scope: 'all', acts, ...more });
  const resuming = async (answers: Answers) => {
    const shown = await show(aStatus({ stops: [stop] }), { releaseSwitch: answer({ stops: [] }), ...answers });
    await shown.user.click(screen.getByRole('button', { name: 'Stopped: resume…' }));
    return shown;
  };

  it('decides what only it held again along with the resume, where that is wanted, until there is no more', async () => {
    let orders = 0;
    const decided = () => answer({ cases: 2, acts: 2, more: (orders += 1) < 2 })();
    const { user, sentTo } = await resuming({ getHeldByStop: heldBy(4), decideAgain: decided });
    await user.click(await screen.findByLabelText('Decide the 4 acts that only this order held again now'));
    expect(await faultsOfAccess(screen.getByRole('dialog'))).toEqual([]);
    expect(sentTo('getHeldByStop')[0]?.query).toEqual({ scope: 'all' });
    await user.type(screen.getByLabelText('Reason (goes on record)'), 'cause removed{Enter}');
    await screen.findByText('resumed: everything; 4 cases are decided again');
    expect(sentTo('decideAgain').map(({ body }) => body)).toEqual([
      { scope: 'all', reason: 'cause removed' },
      { scope: 'all', reason: 'cause removed' },
    ]);
  });

  it.each([
    [heldBy(1), 'Decide the 1 act that only this order held again now'],
    [heldBy(1_000, { at_least: true }), /Decide the 1,000 or more acts/],
    [heldBy(0), 'No act waits only because of this order.'],
    [refuse('unavailable', 'OpenSearch does not answer'), /Not known how many .*: OpenSearch does not answer/],
  ])('says how much it held, and decides nothing again unasked', async (getHeldByStop, text) => {
    const { user, sentTo } = await resuming({ getHeldByStop });
    expect(await screen.findByText(text)).toBeInTheDocument();
    await giveReason(user, 'cause removed{Enter}');
    await waitFor(() => expect(sentTo('releaseSwitch')).toHaveLength(1));
    expect(sentTo('decideAgain')).toEqual([]);
  });

  it('does not hide that it resumed, where deciding again is refused', async () => {
    const { user } = await resuming({
      getHeldByStop: heldBy(1),
      decideAgain: refuse('unavailable', 'OpenSearch does not answer'),
    });
    await user.click(await screen.findByRole('checkbox'));
    await user.type(screen.getByLabelText('Reason (goes on record)'), 'cause removed{Enter}');
    const words = 'resumed: everything; what it held was not decided again: OpenSearch does not answer';
    expect((await screen.findAllByText(new RegExp(words))).length).toBeGreaterThan(0);
  });

  it('lets only an approver resume', async () => {
    await show(aStatus({ stops: [stop], caller: { name: 'ana', may: ['respond'], single_user: false } }));
    expect(screen.getByText('only an approver may resume')).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Resume…' })).not.toBeInTheDocument();
  });
});

describe('demo', () => {
  const demo = aStatus({
    mode: 'demo',
    users,
    caller: { name: 'author', may: ['read', 'author', 'admin'], single_user: false },
  });

  it('lets one act as the other user and knows what that user may do', async () => {
    const asApprover = aStatus({ ...demo, caller: { name: 'approver', may: ['read', 'approve'], single_user: false } });
    const { user, sentTo, answerWith } = await show(demo, {
      switchUser: () => {
        answerWith({ getStatus: answer(asApprover) });
        return answer({})();
      },
    });
    const group = within(screen.getByRole('group', { name: 'Act as' }));
    expect(group.getByRole('button', { name: 'author' })).toHaveAttribute('aria-pressed', 'true');
    expect(await faultsOfAccess()).toEqual([]);
    await user.click(group.getByRole('button', { name: 'approver' }));
    await waitFor(() =>
      expect(group.getByRole('button', { name: 'approver' })).toHaveAttribute('aria-pressed', 'true'),
    );
    expect(sentTo('switchUser')).toMatchObject([{ body: { name: 'approver' } }]);
    expect(screen.getByText('may read, approve')).toBeInTheDocument();
  });

  it('ends only after the words are typed', async () => {
    const { user, sentTo } = await show(demo, { endDemo: answer({ cleared: 120 }) });
    await user.click(screen.getByRole('button', { name: 'End the demo…' }));
    const dialog = await screen.findByRole('dialog', { name: 'End the demo and clear it?' });
    await user.type(within(dialog).getByRole('textbox'), 'end{Enter}');
    expect(within(dialog).getByText('this is not what is to be typed')).toBeInTheDocument();
    expect(sentTo('endDemo')).toEqual([]);
    await user.type(within(dialog).getByRole('textbox'), ' the demo{Enter}');
    await waitFor(() => expect(sentTo('endDemo')).toHaveLength(1));
  });

  it('is not on the page where nothing is a demo', async () => {
    await show();
    expect(screen.queryByRole('region', { name: 'Demo' })).not.toBeInTheDocument();
  });
});

describe('connection', () => {
  it('says since when nothing was heard, and recovers', async () => {
    const { answerWith, breakStream, tellStatus } = await show();
    expect(screen.getByText(/^live /)).toBeInTheDocument();
    answerWith({ getStatus: refuse('unavailable', 'the host cannot be reached right now') });
    breakStream();
    expect(await screen.findByText(/^connection lost, as of /)).toBeInTheDocument();
    expect(await screen.findByText('the host cannot be reached right now')).toBeInTheDocument();
    answerWith({ getStatus: answer(aStatus()) });
    tellStatus(aStatus());
    await waitFor(() => expect(screen.getByText(/^(live|every 5 s)/)).toBeInTheDocument());
  });

  it('does not say that something goes on by itself where Reflex is off', async () => {
    const text = 'Reflex is off, because it cannot use its settings';
    await show(aStatus({ loading: true, mode: 'cannot_decide', troubles: [{ code: 'off', text }] }));
    expect(screen.getByRole('heading', { level: 1, name: 'Reflex does not run' })).toBeInTheDocument();
    expect(screen.getByText(text)).toBeInTheDocument();
    expect(screen.queryByText('Getting ready')).toBeNull();
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('shows what the host is still waiting for, and goes on by itself', async () => {
    const loading = aStatus({
      loading: true,
      steps: [
        { id: 'node', title: 'OpenSearch node', state: 'running', done: 3, total: 10, unit: 'MB' },
        { id: 'policies', title: 'Policies', state: 'waiting' },
      ],
    });
    const { tellStatus } = await show(loading);
    expect(screen.getByRole('heading', { name: 'Getting ready' })).toBeInTheDocument();
    expect(screen.getByText('3 of 10 MB')).toBeInTheDocument();
    expect(await faultsOfAccess()).toEqual([]);
    tellStatus(aStatus());
    expect(await screen.findByText('Recent decisions')).toBeInTheDocument();
  });
});

describe('header', () => {
  it('comes before the page in the order of focus, after the way past it', async () => {
    const { user } = await show();
    await screen.findByText('Recent decisions');
    (document.activeElement as HTMLElement).blur();
    const names: Array<string | undefined> = [];
    for (let step = 0; step < 12; step += 1) {
      await user.tab();
      const here = document.activeElement;
      names.push(
        here instanceof HTMLInputElement ? (here.getAttribute('role') ?? '') : (here?.textContent ?? undefined),
      );
    }
    expect(names).toEqual([
      'Skip to the page',
      'Overview',
      'Escalations',
      'Containments',
      'Brakes and agents',
      'Decisions',
      'Policies',
      'Connectors',
      'Sources',
      'Quarantine',
      'combobox',
      'Stop',
    ]);
  });

  it('names troubles on every page', async () => {
    await show(aStatus({ troubles: [{ code: 'spooling', text: 'OpenSearch is away: events are kept on the disk' }] }));
    expect(screen.getByText('OpenSearch is away: events are kept on the disk')).toBeInTheDocument();
  });
});
