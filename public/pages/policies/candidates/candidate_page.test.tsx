import { screen, waitFor, within } from '@testing-library/react';
import { aCandidate, aStatus, at, thePolicies } from '../../../../test/builders/views';
import { faultsOfAccess } from '../../../../test/stubs/accessible';
import { answer, giveReason, showPage, type Answers } from '../../../../test/stubs/page';
import type { CandidateView } from '../../../../common/api/policy_views';
import type { CallerView } from '../../../../common/api/views';

const author: CallerView = { name: 'ana', may: ['read', 'author', 'approve'], single_user: false };
const approver: CallerView = { name: 'ben', may: ['read', 'approve'], single_user: false };
const approval = { user: 'ben', at: at(-60), reason: 'read it', digest: aCandidate().digest, four_eyes: true };
const approved = aCandidate({ state: 'approved', approvals: [approval] });

const show = (candidate: CandidateView, caller: CallerView, answers: Answers = {}) =>
  showPage('/policies/candidates/candidate-1', {
    answers: { listPolicies: answer(thePolicies({ candidates: [candidate] })), ...answers },
    status: aStatus({ caller }),
  });

describe('a candidate', () => {
  it('shows what means something else than before, and is accessible', async () => {
    await show(aCandidate(), approver);
    const change = within(await screen.findByRole('region', { name: 'block-known-ioc' }));
    expect(change.getByRole('row', { name: /^when/ })).toHaveTextContent('event.confidence > 0.9');
    expect(change.getByRole('row', { name: /^mode/ })).toHaveTextContent('shadow');
    expect(change.getByRole('row', { name: /^mode/ })).toHaveTextContent('enforce');
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('is not approved by who proposed it', async () => {
    await show(aCandidate(), author);
    expect(await screen.findByText('you proposed it: somebody else has to approve')).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Approve…' })).toBeDisabled();
  });

  it('is approved by somebody else, bound to its digest', async () => {
    const { user, sentTo } = await show(aCandidate(), approver, { approveCandidate: answer(approved) });
    await user.click(await screen.findByRole('button', { name: 'Approve…' }));
    await giveReason(user, 'read every change{Enter}');
    expect(await screen.findByText('approved, waits for release')).toBeInTheDocument();
    expect(sentTo('approveCandidate')).toMatchObject([
      { params: { candidate_id: 'candidate-1' }, body: { reason: 'read every change', digest: aCandidate().digest } },
    ]);
  });

  it('takes typed words where nobody else is there, and says that it is alone', async () => {
    const { user, sentTo } = await show(
      aCandidate(),
      { ...author, single_user: true },
      { approveCandidate: answer(approved) },
    );
    await user.click(await screen.findByRole('button', { name: 'Approve…' }));
    await giveReason(user, 'read every change{Enter}');
    expect(await screen.findByText('type the words above first')).toBeInTheDocument();
    expect(screen.getByLabelText('Type “approve alone” to confirm')).toHaveFocus();
    expect(sentTo('approveCandidate')).toEqual([]);
    await user.type(screen.getByLabelText('Type “approve alone” to confirm'), 'approve alone{Enter}');
    await waitFor(() => expect(sentTo('approveCandidate')).toHaveLength(1));
  });

  it('is not released by who may not author', async () => {
    await show(approved, approver);
    expect(await screen.findByRole('button', { name: /^Release as version 13/ })).toBeDisabled();
  });

  it('is released after its version is typed, and then says so', async () => {
    const released = aCandidate({ state: 'released', released_version: 13, approvals: [approval] });
    const { user, sentTo } = await show(approved, author, { releaseCandidate: answer(released) });
    expect(await screen.findByText(/approved by ben: “read it”/)).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: /^Release as version 13/ }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Release as version 13?' }));
    expect(dialog.getByText('block-known-ioc')).toBeInTheDocument();
    await user.type(dialog.getByRole('textbox'), 'version 12');
    await user.click(dialog.getByRole('button', { name: 'Sign and release' }));
    expect(dialog.getByRole('textbox')).toHaveFocus();
    expect(dialog.getByRole('textbox')).toHaveAttribute('aria-invalid', 'true');
    expect(sentTo('releaseCandidate')).toEqual([]);
    await user.clear(dialog.getByRole('textbox'));
    await user.type(dialog.getByRole('textbox'), 'version 13{Enter}');
    expect(await screen.findByText('released as version 13')).toBeInTheDocument();
    expect(sentTo('releaseCandidate')).toHaveLength(1);
  });
});

describe('candidates', () => {
  it('are listed with their state', async () => {
    await showPage('/policies/candidates', {
      answers: { listPolicies: answer(thePolicies({ candidates: [aCandidate()] })) },
    });
    expect(await screen.findByText('waits for approval')).toBeInTheDocument();
    expect(screen.getByRole('link', { name: aCandidate().changelog })).toHaveAttribute(
      'href',
      '#/policies/candidates/candidate-1',
    );
    expect(await faultsOfAccess()).toEqual([]);
  });
});
