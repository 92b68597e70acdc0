import { screen, waitFor, within } from '@testing-library/react';
import { aBacktest, aGate } from '../../../../test/builders/backtests';
import { aCandidate, aStatus, thePolicies } from '../../../../test/builders/views';
import { faultsOfAccess } from '../../../../test/stubs/accessible';
import { answer, giveReason, refuse, showPage, type Answers } from '../../../../test/stubs/page';
import { NOW } from '../../../../test/builders/views';
import type { BacktestView, ReleaseGateView } from '../../../../common/api/routes';
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
