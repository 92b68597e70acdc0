import { fireEvent, screen, waitFor } from '@testing-library/react';
import { aDraft, aRepository, aStatus, NOW, POLICY_TEXT, thePolicies } from '../../../../test/builders/views';
import { faultsOfAccess } from '../../../../test/stubs/accessible';
import { answer, refuse, showPage, type Answers } from '../../../../test/stubs/page';
import type { DraftView, GuardDraftView } from '../../../../common/api/drafts';
import type { GuardView } from '../../../../common/api/policy_views';
import type { OnAppLeave } from '../../../host';
import { askBeforeLeaving } from '../../../leave_guard';

/* What editing a policy and editing a guard have in common. */

const GUARD: GuardView = { guard: 'quiet', source: 'package reflex.guards.quiet\n', asked_by: [] };
const GUARD_DRAFT: GuardDraftView = {
  guard: 'quiet',
  source: `${GUARD.source}# changed\n`,
  author: 'ana',
  updated_at: NOW,
  deleted: false,
  writers: ['ana'],
  faults: [],
  base_source: GUARD.source,
};
type More = Partial<Omit<DraftView, 'id' | 'tests'>>;

const KINDS = [
  {
    kind: 'policy',
    path: '/policies/drafts/block-known-ioc',
    template: '/policies/new/act',
    label: 'Text of the policy (YAML)',
    inForce: POLICY_TEXT,
    drafted: aDraft().source,
    save: 'saveDraft',
    policies: (more?: More) => thePolicies({ drafts: more ? [aDraft(more)] : [] }),
    answers: {
      checkPolicy: answer({ faults: [], tests: [] }),
      saveDraft: answer(aDraft()),
      getPolicyRepository: refuse('not_here', 'no policy repository is kept here'),
    },
  },
  {
    kind: 'guard',
    path: '/policies/guards/quiet',
    template: '/policies/guards/brand_new',
    label: 'Text of the guard (Rego)',
    inForce: GUARD.source,
    drafted: GUARD_DRAFT.source,
    save: 'saveGuardDraft',
    policies: (more?: More) => ({
      ...thePolicies({ drafts: [] }),
      guards: [GUARD],
      guard_drafts: more ? [{ ...GUARD_DRAFT, ...more }] : [],
    }),
    answers: { checkGuard: answer({ faults: [] }), saveGuardDraft: answer(GUARD_DRAFT) },
  },
] as const;

describe.each(KINDS)('the text of a $kind', ({ kind, path, template, label, inForce, drafted, save, ...rest }) => {
  const show = (draft?: More, { at = path, ...answers }: Answers & { at?: string } = {}) =>
    showPage(at, {
      answers: { listPolicies: answer(rest.policies(draft)), ...rest.answers, ...answers },
      status: aStatus({ caller: { name: 'ana', may: ['read', 'author'], single_user: false } }),
    });
  const editor = () => screen.findByLabelText<HTMLTextAreaElement>(label);
  const saving = () => screen.findByRole('button', { name: 'Save draft' });

  it('is the one in force, or that of the draft', async () => {
    await show();
    expect((await editor()).value).toBe(inForce);
    expect(await saving()).toBeDisabled();
    await show({});
    expect((await screen.findAllByLabelText<HTMLTextAreaElement>(label)).at(-1)?.value).toBe(drafted);
  });

  it('is taken back by saving it, where the draft removes it', async () => {
    const { user, sentTo } = await show({ deleted: true, source: inForce });
    expect(await screen.findByText(new RegExp(`^This draft removes the ${kind}`))).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: `Remove this ${kind}…` })).toBeNull();
    await user.click(await saving());
    await waitFor(() => expect(sentTo(save)).toMatchObject([{ body: { source: inForce } }]));
  });

  it('is told to be another one by now where somebody else saved, but not to who saved it', async () => {
    const others = /has saved another text of this draft meanwhile/;
    const { answerWith, tellChanged, sentTo } = await show({});
    await editor();
    const savedBy = async (author: string): Promise<void> => {
      const asked = sentTo('listPolicies').length;
      answerWith({ listPolicies: answer(rest.policies({ author, source: `${drafted}# by ${author}\n` })) });
      tellChanged('draft');
      await waitFor(() => expect(sentTo('listPolicies').length).toBeGreaterThan(asked), { timeout: 4_000 });
    };
    await savedBy('ana');
    expect(screen.queryByText(others)).toBeNull();
    await savedBy('ben');
    expect(await screen.findByText(others)).toHaveTextContent('ben');
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('goes on over what others changed once its author says to have seen exactly that', async () => {
    const { user, sentTo } = await show({ is_overtaken: true, base_hash: 'hash-of-theirs', deleted: true });
    expect(await screen.findByText(`Others changed this ${kind} since the draft was made`)).toBeInTheDocument();
    expect(await faultsOfAccess()).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'I have looked at both: go on with the draft' }));
    expect(sentTo(save).map(({ body }) => body)).toEqual([{ source: drafted, deleted: true, seen: 'hash-of-theirs' }]);
  });

  it('goes on though others removed it, once its author says so', async () => {
    const { user, sentTo } = await show({ is_overtaken: true, base_hash: undefined, base_source: undefined });
    expect(await screen.findByText(`Others removed this ${kind} since the draft was made`)).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'I have looked at both: go on with the draft' }));
    expect(sentTo(save)).toMatchObject([{ body: { seen: 'none' } }]);
  });

  it('is not left unsaved without asking, unless it is a template that nobody touched', async () => {
    const confirm = jest.spyOn(window, 'confirm').mockReturnValue(false);
    const { user } = await show(undefined, { at: template });
    const area = await editor();
    const away = () => user.click(screen.getByRole('link', { name: kind === 'policy' ? 'All drafts' : 'All guards' }));
    fireEvent.change(area, { target: { value: `${area.value}# mine\n` } });
    await away();
    expect(confirm).toHaveBeenCalledWith('The text is not saved. Leave it?');
    expect(await editor()).toBeInTheDocument();
    fireEvent.change(area, { target: { value: area.value.replace('# mine\n', '') } });
    confirm.mockClear();
    await away();
    expect(confirm).not.toHaveBeenCalled();
    confirm.mockRestore();
  });

  it('is not left unsaved for another application of the host without asking', async () => {
    let asks: Parameters<OnAppLeave>[0] = () => undefined;
    askBeforeLeaving((handler) => (asks = handler));
    const leaving = () => asks({ confirm: (text) => text, default: () => 'goes' });
    const { user } = await show(undefined, { at: template });
    const area = await editor();
    expect(leaving()).toBe('goes');
    fireEvent.change(area, { target: { value: `${area.value}# mine\n` } });
    expect(leaving()).toBe('The text is not saved. Leave it?');
    await user.click(await saving());
    await waitFor(() => expect(leaving()).toBe('goes'));
  });

  it('is left without asking once it was saved', async () => {
    const confirm = jest.spyOn(window, 'confirm').mockReturnValue(false);
    const { user, sentTo } = await show();
    fireEvent.change(await editor(), { target: { value: `${inForce}# mine\n` } });
    await user.click(await saving());
    await waitFor(() => expect(sentTo(save)).toHaveLength(1));
    expect(await screen.findByText('saved')).toBeInTheDocument();
    expect((await editor()).value).toBe(`${inForce}# mine\n`);
    await user.click(screen.getByRole('link', { name: kind === 'policy' ? 'All drafts' : 'All guards' }));
    await waitFor(() => expect(screen.queryByLabelText(label)).toBeNull());
    expect(confirm).not.toHaveBeenCalled();
    confirm.mockRestore();
  });
});

describe('the draft of a policy that is overtaken', () => {
  const overtaken = thePolicies({ drafts: [aDraft({ is_overtaken: true })] });
  it.each([
    ['is kept and holds no conflict', answer(aRepository())],
    ['cannot be asked', refuse('unavailable', 'the host cannot be reached right now')],
  ] as const)('is no notice of the page where a repository %s', async (_what, getPolicyRepository) => {
    const { sentTo } = await showPage('/policies/drafts/block-known-ioc', {
      answers: { listPolicies: answer(overtaken), getPolicyRepository },
    });
    await screen.findByLabelText('Text of the policy (YAML)');
    await waitFor(() => expect(sentTo('getPolicyRepository')).not.toHaveLength(0));
    expect(screen.queryByText(/Others changed this policy/)).toBeNull();
  });
});
