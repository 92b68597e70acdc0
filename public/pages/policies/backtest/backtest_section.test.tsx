import { screen, waitFor, within } from '@testing-library/react';
import { aBacktest, aGate, aPolicyUnderTest, aReport } from '../../../../test/builders/backtests';
import { aCandidate, aStatus, thePolicies } from '../../../../test/builders/views';
import { faultsOfAccess } from '../../../../test/stubs/accessible';
import { answer, giveReason, refuse, showPage, type Answers } from '../../../../test/stubs/page';
import { NOW } from '../../../../test/builders/views';
import type { BacktestReportView, BacktestView, ReleaseGateView } from '../../../../common/api/routes';
import type { CallerView } from '../../../../common/api/views';

const author: CallerView = { name: 'ana', may: ['read', 'author', 'approve'], single_user: false };
const approver: CallerView = { name: 'ben', may: ['read', 'approve'], single_user: false };

const told = (gate: ReleaseGateView, backtest?: BacktestView): Answers => ({
  getCandidateBacktest: answer({ as_of: NOW, gate, ...(backtest ? { backtest } : {}) }),
});
const show = (answers: Answers, caller: CallerView = author) =>
  showPage('/policies/candidates/candidate-1', {
    answers: { listPolicies: answer(thePolicies({ candidates: [aCandidate()] })), ...answers },
    status: aStatus({ caller }),
  });
const section = async () => within(await screen.findByRole('region', { name: 'Backtest on stored decisions' }));
const shownReport = async (report: BacktestReportView) => {
  await show(told(aGate(), aBacktest({ report })));
  const shown = await section();
  await shown.findByRole('region', { name: 'Policies under test' });
  return shown;
};
const running = aBacktest({ state: 'running', done: 300 });
const { report: _none, finished_at: _never, ...underWay } = running;

describe('the backtest of a candidate', () => {
  it('shows what would change, in pictures and figures, and is accessible', async () => {
    await show(told(aGate(), aBacktest()));
    const shown = await section();
    expect(await shown.findByRole('img', { name: /Verdicts as decided and with these policies/ })).toBeInTheDocument();
    expect(shown.getByText(/42 of 1,204; acts newly permitted: 42, no longer: 1/)).toBeInTheDocument();
    const policy = shown.getByRole('rowheader', { name: 'block-known-ioc' }).closest('tr');
    expect([...(policy?.querySelectorAll('td') ?? [])].map((cell) => cell.textContent)).toEqual(
      expect.arrayContaining(['12', '53', '42', '1', '30']),
    );
    expect(shown.getByRole('row', { name: /limit-address-blocks all 61 50/ })).toBeInTheDocument();
    const examples = within(shown.getByRole('region', { name: 'Examples of changed decisions' }));
    expect(examples.getByRole('link')).toHaveAttribute('href', '#/decisions/decision-9');
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('says of a policy in shadow what it would have done, which events, and how many more there are', async () => {
    const shown = await shownReport(aReport({ changed: 0, newly_permitted: 0, no_longer_permitted: 0 }));
    expect(shown.getByText(/A policy in shadow decides nothing otherwise/)).toBeInTheDocument();
    const mine = within(shown.getByRole('region', { name: 'Under test: my-block' }));
    expect(mine.getByText('7 events matched. As if it were in force:')).toBeInTheDocument();
    // Without the marks that stand for tones.
    const counts = mine.getAllByRole('listitem').map(({ textContent }) => textContent?.replace(/^\D*/, ''));
    expect(counts).toEqual([
      '3 would act',
      '1 another policy acted on it already',
      '2 stopped by a brake limit-address-blocks 2',
      '1 would ask a person',
      '1 contradicted by what people said of it',
      '1 where people agree with it',
    ]);
    expect(mine.getByText('The newest 2 of 7 events')).toBeInTheDocument();
    expect(mine.getAllByRole('link').map((link) => link.getAttribute('href'))).toEqual([
      '#/decisions/decision-12',
      '#/decisions/decision-11',
    ]);
    expect(mine.getByRole('row', { name: /203\.0\.113\.9 .*limit-address-blocks/ })).toBeInTheDocument();
    expect(shown.getByText('2 further policies differ and are not listed')).toBeInTheDocument();
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('says so where no event was its own, and where nothing differs', async () => {
    const none = aPolicyUnderTest({ matched: 0, hits: [] });
    const shown = await shownReport(aReport({ under_test: [none], under_test_total: 1 }));
    expect(shown.getByText(/this backtest says nothing of it/)).toBeInTheDocument();
    expect(shown.queryByText(/events matched/)).toBeNull();
  });

  it('folds away what permits the same as before', async () => {
    const same = { before: 4, after: 4, newly: 0, no_longer: 0, newly_right: 0, newly_wrong: 0 };
    const policies = [{ ...same, policy: 'unchanged' }];
    const shown = await shownReport(aReport({ policies, under_test: [], under_test_total: 0 }));
    expect(shown.getByText('No policy permits more or less than was permitted.')).toBeInTheDocument();
    expect(shown.getByText('1 policy permits the same as before').closest('details')).not.toHaveAttribute('open');
    expect(shown.getByText('No policy differs from those that were in force.')).toBeInTheDocument();
  });

  it('does not show green where there were fewer days than asked for', async () => {
    const text = 'tried on 68 decisions of fewer days than asked: 6 of the 7 days have none';
    await show(told(aGate({ state: 'fewer_days', text }), aBacktest()));
    expect((await (await section()).findByText(text)).closest('.rfx-tone')).toHaveClass('rfx-tone--warn');
  });

  it('is started over as many days as a release takes, and followed until it ends', async () => {
    const missing = aGate({ state: 'missing', open: false, text: 'it was not tried yet' });
    const { user, sentTo, answerWith } = await show({ ...told(missing), startBacktest: answer(underWay) });
    const shown = await section();
    expect(await shown.findByText('it was not tried yet')).toBeInTheDocument();
    answerWith(told(aGate({ state: 'running', open: false, text: 'it is still running' }), underWay));
    await user.click(shown.getByRole('button', { name: 'Run the backtest' }));
    expect(sentTo('startBacktest')).toMatchObject([
      { body: { of: 'candidate', candidate_id: 'candidate-1', days: 7 } },
    ]);
    expect(await shown.findByText(/300 of 1,204 decisions, 900 a second/)).toBeInTheDocument();
    expect(shown.getByRole('progressbar')).toHaveAttribute('value', '300');
    answerWith(told(aGate(), aBacktest()));
    expect(await shown.findByText(/42 of 1,204/, undefined, { timeout: 4_000 })).toBeInTheDocument();
  });

  it('says who else runs one', async () => {
    const missing = aGate({ state: 'missing', open: false, text: 'it was not tried yet' });
    const { user } = await show({
      ...told(missing),
      startBacktest: refuse('overloaded', 'another backtest runs here'),
    });
    const shown = await section();
    await user.click(await shown.findByRole('button', { name: 'Run the backtest' }));
    expect(await shown.findByText('another backtest runs here', { exact: false })).toBeInTheDocument();
  });

  it('is cancelled', async () => {
    const { user, sentTo } = await show({
      ...told(aGate({ state: 'running', open: false }), underWay),
      cancelBacktest: answer({ ...underWay, state: 'cancelled' as const }),
    });
    await user.click(await (await section()).findByRole('button', { name: 'Cancel the backtest' }));
    expect(sentTo('cancelBacktest')).toMatchObject([{ params: { digest: aCandidate().digest } }]);
  });

  it('is done without only by an approver who did not write it, with a reason', async () => {
    const missing = aGate({ state: 'missing', open: false, text: 'it was not tried yet' });
    const { user, sentTo } = await show(
      { ...told(missing), overrideBacktest: answer(aGate({ state: 'overridden' })) },
      approver,
    );
    await user.click(await (await section()).findByRole('button', { name: 'Release without it…' }));
    await giveReason(user, 'the attack is under way{Enter}');
    await waitFor(() =>
      expect(sentTo('overrideBacktest')).toMatchObject([
        { body: { reason: 'the attack is under way', digest: aCandidate().digest } },
      ]),
    );
  });

  it('cannot be overridden by its author', async () => {
    await show(told(aGate({ state: 'missing', open: false, text: 'it was not tried yet' })));
    expect(await (await section()).findByRole('button', { name: 'Release without it…' })).toBeDisabled();
  });
});
