import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import type { CommitView } from '../../../../common/api/policy_views';
import {
  aCandidate,
  aDraft,
  aRepository,
  aStatus,
  at,
  POLICY_TEXT,
  thePolicies,
} from '../../../../test/builders/views';
import { faultsOfAccess } from '../../../../test/stubs/accessible';
import { answer, giveReason, refuse, showPage, type Answers } from '../../../../test/stubs/page';

const commit = (overrides: Partial<CommitView> = {}): CommitView => ({
  id: '5d41402abc4b2a76b9719d911017c5925d41402a',
  subject: 'be more careful',
  author: 'Carl Coder',
  email: 'carl@example.org',
  at: at(-300),
  user: 'carl',
  ...overrides,
});

const show = (answers: Answers = {}) =>
  showPage('/policies/repository', { answers: { listPolicies: answer(thePolicies()), ...answers } });

describe('the repository', () => {
  it('says where it is, how it is and what no release holds yet, and is accessible', async () => {
    await show({ getPolicyRepository: answer(aRepository({ unreleased: [commit()] })) });
    const panel = within(await screen.findByRole('region', { name: 'Repository' }));
    expect(panel.getByText('https://git.example/soc/policies.git')).toBeInTheDocument();
    expect(panel.getByText('followed')).toBeInTheDocument();
    const table = within(screen.getByRole('region', { name: 'Commits that no release holds yet' }));
    expect(table.getByRole('row', { name: /be more careful/ })).toHaveTextContent('here carl');
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('looks at once when told to, and says what is wrong', async () => {
    const { user } = await show({
      getPolicyRepository: answer(aRepository()),
      fetchPolicyRepository: refuse('unavailable', 'the remote cannot be reached'),
    });
    await user.click(await screen.findByRole('button', { name: 'Look for new commits' }));
    expect(await screen.findByText('the remote cannot be reached')).toBeInTheDocument();
  });

  it('follows a rewritten history only with a reason, from the head that was seen', async () => {
    const text = 'the history of `main` was rewritten';
    const { user, sentTo } = await show({
      getPolicyRepository: answer(aRepository({ state: 'rewritten', text, found: 'abc', may_edit: false })),
      acceptPolicyHistory: answer(aRepository()),
    });
    expect(await screen.findByRole('alert')).toHaveTextContent('the history of main was rewritten');
    await user.click(screen.getByRole('button', { name: 'Accept the new history…' }));
    await giveReason(user, 'we agreed on it{Enter}');
    await waitFor(() =>
      expect(sentTo('acceptPolicyHistory')).toMatchObject([{ body: { found: 'abc', reason: 'we agreed on it' } }]),
    );
  });

  it('offers to take over only from an agent that does not run', async () => {
    const elsewhere = (live: boolean) =>
      aRepository({ kind: 'embedded', state: 'elsewhere', holder: { agent: 'agent-1', host: 'soc-01', live } });
    const { answerWith, tellChanged } = await show({ getPolicyRepository: answer(elsewhere(true)) });
    expect(await screen.findByText('agent-1 on soc-01')).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Take over…' })).toBeNull();
    answerWith({ getPolicyRepository: answer(elsewhere(false)) });
    tellChanged('draft');
    expect(await screen.findByRole('button', { name: 'Take over…' }, { timeout: 4_000 })).toBeEnabled();
  });
});

describe('a policy in force', () => {
  it('shows who changed it', async () => {
    await showPage('/policies/in-force/block-known-ioc', {
      answers: { listPolicies: answer(thePolicies()), getPolicyHistory: answer({ commits: [commit()] }) },
    });
    const section = within(await screen.findByRole('region', { name: 'Changes in the repository' }));
    expect(section.getByRole('row', { name: /be more careful/ })).toHaveTextContent('here carl');
  });
});

describe('a candidate from the repository', () => {
  const from = (overrides: Parameters<typeof aCandidate>[0]) =>
    showPage('/policies/candidates/candidate-1', {
      answers: { listPolicies: answer(thePolicies({ candidates: [aCandidate({ origin: 'git', ...overrides })] })) },
      status: aStatus(),
    });

  it('names who is behind it, and warns of authors whom nobody knows', async () => {
    await from({
      commits: [commit(), commit({ id: 'other', author: 'Eve', email: 'eve@example.org', user: undefined })],
    });
    const section = within(await screen.findByRole('region', { name: 'From the repository' }));
    expect(section.getByRole('row', { name: /Eve/ })).toHaveTextContent('no user known by this address');
    expect(section.getByText(/Some authors are no users known here/)).toBeInTheDocument();
  });

  it('that was refused says where its faults are, and offers no approval', async () => {
    const fault = {
      file: 'policies/action/a.yaml',
      line: 7,
      column: 15,
      code: 'bad_condition',
      message: '`x` is unknown',
    };
    await from({ state: 'refused', commits: [commit()], faults: [fault], changes: [] });
    expect(await screen.findByText('policies/action/a.yaml:7:15')).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Approve…' })).toBeNull();
    expect(await faultsOfAccess()).toEqual([]);
  });
});

describe('a draft in conflict with the repository', () => {
  const theirs = POLICY_TEXT.replace('0.85', '0.95');
  const conflict = {
    policy: 'block-known-ioc',
    author: 'ana',
    base: POLICY_TEXT,
    theirs,
    theirs_hash: 'hash-of-theirs',
    yours: aDraft().source,
  };
  const edit = (answers: Answers = {}) =>
    showPage('/policies/drafts/block-known-ioc', {
      answers: {
        listPolicies: answer(thePolicies({ drafts: [aDraft()] })),
        getPolicyRepository: answer(aRepository({ conflicts: [conflict] })),
        ...answers,
      },
    });

  it('shows three texts, and is kept over theirs by a word only', async () => {
    const { user, sentTo } = await edit({ saveDraft: answer(aDraft()) });
    expect(await screen.findByText('Somebody else changed this policy in the repository')).toBeInTheDocument();
    expect(screen.getByText('Theirs, compared with what is in force')).toBeInTheDocument();
    expect(screen.getByText('Yours, compared with theirs')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Save my text over theirs' }));
    await waitFor(() =>
      expect(sentTo('saveDraft')).toMatchObject([{ body: { source: aDraft().source, seen: 'hash-of-theirs' } }]),
    );
    const merged = `${aDraft().source}# merged\n`;
    fireEvent.change(screen.getByLabelText('Text of the policy (YAML)'), { target: { value: merged } });
    await user.click(screen.getByRole('button', { name: 'Save my text over theirs' }));
    await waitFor(() => expect(sentTo('saveDraft')).toMatchObject([{}, { body: { source: merged } }]));
    expect(await screen.findByText('saved')).toBeInTheDocument();
  });

  it('takes theirs into the editor without saving it', async () => {
    const { user, sentTo } = await edit();
    await user.click(await screen.findByRole('button', { name: 'Put theirs into the editor' }));
    expect(await screen.findByLabelText<HTMLTextAreaElement>('Text of the policy (YAML)')).toHaveValue(theirs);
    expect(sentTo('saveDraft')).toEqual([]);
  });
});
