import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import type { GuardDraftView } from '../../../../common/api/drafts';
import type { GuardView } from '../../../../common/api/policy_views';
import type { CallerView } from '../../../../common/api/views';
import { aCandidate, aStatus, NOW, thePolicies } from '../../../../test/builders/views';
import { faultsOfAccess } from '../../../../test/stubs/accessible';
import { answer, giveReason, refuse, showPage, type Answers } from '../../../../test/stubs/page';

const author: CallerView = { name: 'ana', may: ['read', 'author'], single_user: false };
const FREEZE: GuardView = {
  guard: 'change_freeze',
  source: 'package reflex.guards.change_freeze\n\ndefault allow := false\n',
  asked_by: [{ policy: 'block-known-ioc', mode: 'enforce' }],
};
const aDraft = (overrides: Partial<GuardDraftView> = {}): GuardDraftView => ({
  guard: 'change_freeze',
  source: `${FREEZE.source}\nallow if input.event.confidence > 0.9\n`,
  author: 'ana',
  updated_at: NOW,
  deleted: false,
  writers: ['ana'],
  faults: [],
  base_source: FREEZE.source,
  ...overrides,
});
const show = (
  path: string,
  { guards = [FREEZE], guard_drafts = [] }: { guards?: GuardView[]; guard_drafts?: GuardDraftView[] } = {},
  answers: Answers = {},
) =>
  showPage(path, {
    answers: {
      listPolicies: answer({ ...thePolicies({ drafts: [] }), guards, guard_drafts }),
      checkGuard: answer({ faults: [] }),
      ...answers,
    },
    status: aStatus({ caller: author }),
  });
const editor = () => screen.findByLabelText<HTMLTextAreaElement>('Text of the guard (Rego)');

describe('the guards', () => {
  it('are listed with who asks them and whether there is a draft, and it is accessible', async () => {
    const other = aDraft({ guard: 'quiet', unchecked: 'opa is not here', source: 'package reflex.guards.quiet\n' });
    await show('/policies/guards', { guard_drafts: [other] });
    const table = within(await screen.findByRole('table', { name: 'Guards' }));
    expect(table.getByRole('row', { name: /change_freeze/ })).toHaveTextContent('block-known-ioc');
    expect(table.getByRole('row', { name: /quiet/ })).toHaveTextContent('not compiled here');
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('say that there are none, and open an editor for a new one of a right name only', async () => {
    const { user } = await show('/policies/guards', { guards: [] });
    expect(await screen.findByText('No guard is in force')).toBeInTheDocument();
    const name = screen.getByLabelText('Name');
    await user.type(name, 'Not-A-Name');
    expect(screen.getByText('small letters, digits and _, beginning with a letter')).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Write it' })).toBeDisabled();
    await user.clear(name);
    await user.type(name, 'office_hours{Enter}');
    expect((await editor()).value).toContain('package reflex.guards.office_hours');
  });
});

describe('one guard', () => {
  it('is saved as a draft, with the faults that compiling finds, and it is accessible', async () => {
    const fault = {
      file: 'change_freeze.rego',
      line: 3,
      column: 9,
      code: 'guard_invalid',
      message: 'undefined function `now`',
    };
    const { user, sentTo } = await show(
      '/policies/guards/change_freeze',
      {},
      {
        checkGuard: answer({ faults: [fault] }),
        saveGuardDraft: answer(aDraft()),
      },
    );
    await user.type(await editor(), '#');
    expect(
      await within(await screen.findByRole('list', { name: 'Faults' })).findByText(/undefined function/),
    ).toBeInTheDocument();
    expect(await faultsOfAccess()).toEqual([]);
    await waitFor(() =>
      expect(screen.getByRole('status', { name: 'First faults' })).toHaveTextContent('line 3: undefined function now.'),
    );
    await user.click(screen.getByRole('button', { name: 'Save draft' }));
    await waitFor(() => expect(sentTo('saveGuardDraft')).toHaveLength(1));
    expect(sentTo('saveGuardDraft')).toMatchObject([
      { params: { guard: 'change_freeze' }, body: { source: `${FREEZE.source}#` } },
    ]);
  });

  it('says that nobody can compile it here', async () => {
    await show(
      '/policies/guards/change_freeze',
      {},
      { checkGuard: answer({ faults: [], unchecked: 'install Open Policy Agent' }) },
    );
    expect(await screen.findByText('install Open Policy Agent')).toBeInTheDocument();
  });

  it('is compiled again once the host can be reached, and what is old is not said meanwhile', async () => {
    const fault = { file: 'change_freeze.rego', line: 3, column: 9, code: 'guard_invalid', message: 'a fault' };
    const away = refuse('unavailable', 'the host cannot be reached right now');
    const { answerWith } = await show(
      '/policies/guards/change_freeze',
      {},
      { checkGuard: answer({ faults: [fault] }) },
    );
    await screen.findByRole('list', { name: 'Faults' });
    answerWith({ checkGuard: away });
    fireEvent.change(await editor(), { target: { value: `${FREEZE.source}# mine` } });
    expect(await screen.findByText('It could not be checked')).toBeInTheDocument();
    expect(screen.queryByRole('list', { name: 'Faults' })).toBeNull();
    answerWith({ checkGuard: answer({ faults: [] }) });
    expect(await screen.findByText('it compiles')).toBeInTheDocument();
  });

  it('tells in the dialog why its draft was not discarded', async () => {
    const { user } = await show(
      '/policies/guards/change_freeze',
      { guard_drafts: [aDraft()] },
      {
        discardGuardDraft: refuse('changed', 'somebody changed the draft meanwhile; look again'),
      },
    );
    await user.click(await screen.findByRole('button', { name: 'Discard draft…' }));
    await user.click(await screen.findByRole('button', { name: 'Discard' }));
    expect(await screen.findByText('somebody changed the draft meanwhile; look again')).toBeInTheDocument();
  });
});

describe('the draft of a guard', () => {
  it('is among the drafts, and is proposed with a changelog', async () => {
    const { user, sentTo } = await show(
      '/policies/drafts',
      { guard_drafts: [aDraft()] },
      { proposeCandidate: answer(aCandidate()) },
    );
    expect(await screen.findByRole('row', { name: /Guard change_freeze may be proposed/ })).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Propose for release…' }));
    await giveReason(user, 'be surer{Enter}');
    await waitFor(() =>
      expect(sentTo('proposeCandidate')).toMatchObject([
        { body: { changelog: 'be surer', policies: [], guards: ['change_freeze'] } },
      ]),
    );
  });

  it('is shown line by line in its candidate, with why it was not compiled', async () => {
    const candidate = aCandidate({
      changes: [],
      guard_changes: [{ guard: 'change_freeze', change: 'changed', before: FREEZE.source, after: aDraft().source }],
      guards_unchecked: 'opa is not here',
    });
    await showPage('/policies/candidates/candidate-1', {
      answers: { listPolicies: answer(thePolicies({ candidates: [candidate] })) },
      status: aStatus({ caller: author }),
    });
    const change = within(await screen.findByRole('region', { name: 'Guard change_freeze' }));
    expect(change.getByText(/input\.event\.confidence/)).toBeInTheDocument();
    expect(screen.getByText('not compiled yet: opa is not here')).toBeInTheDocument();
  });
});
