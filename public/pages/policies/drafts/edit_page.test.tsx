import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { aDecision, aDraft, aStatus, POLICY_TEXT, thePolicies } from '../../../../test/builders/views';
import { faultsOfAccess } from '../../../../test/stubs/accessible';
import { answer, giveReason, refuse, showPage, silence, type Answers } from '../../../../test/stubs/page';

const fault = {
  file: 'draft',
  line: 11,
  column: 9,
  code: 'bad_condition',
  message: '`event.confidance` is no field',
  hint: 'did you mean `event.confidence`?',
};
const fine = answer({ faults: [], tests: aDraft().tests, id: 'block-known-ioc' });

const show = (answers: Answers = {}, status = aStatus()) =>
  showPage('/policies/drafts/block-known-ioc', {
    answers: { listPolicies: answer(thePolicies()), checkPolicy: fine, ...answers },
    status,
  });

const editor = () => screen.findByRole<HTMLTextAreaElement>('textbox', { name: 'Text of the policy (YAML)' });

const write = async (text: string): Promise<void> => {
  fireEvent.change(await editor(), { target: { value: text } });
};

describe('changing a policy', () => {
  it('shows warnings beside the tests, each with its place, and calls them no faults', async () => {
    const warning = {
      file: 'p',
      line: 9,
      column: 12,
      code: 'unlisted_protection',
      message: 'no host `dc02` is listed',
    };
    await show({ checkPolicy: answer({ faults: [], warnings: [warning], tests: [] }) });
    const warnings = await screen.findByRole('list', { name: 'Warnings' });
    expect(warnings).toHaveTextContent('9:12');
    expect(warnings).toHaveTextContent('no host dc02 is listed');
    expect(screen.queryByRole('list', { name: 'Faults' })).not.toBeInTheDocument();
  });

  it('shows faults at their line and column, and goes there', async () => {
    const { user } = await show({ checkPolicy: answer({ faults: [fault], tests: [] }) });
    await write(POLICY_TEXT.replace('event.confidence >', 'event.confidance >'));
    const place = await screen.findByRole('button', { name: 'Go to line and column 11:9' });
    expect(await screen.findByText('1 fault')).toBeInTheDocument();
    expect(await faultsOfAccess()).toEqual([]);
    await user.click(place);
    const area = await editor();
    expect(area).toHaveFocus();
    expect(area.value.slice(0, area.selectionStart).split('\n')).toHaveLength(11);
    expect(area.selectionStart - area.value.lastIndexOf('\n', area.selectionStart - 1)).toBe(9);
  });

  it('shows faults of the form while the host is away: in the list, at the line and for those who cannot see it', async () => {
    const { user } = await show({ checkPolicy: refuse('unavailable', 'the host cannot be reached right now') });
    const text = POLICY_TEXT.replace('mode: shadow', 'mode: shade').replace('kind: Policy', 'kind: Polizei');
    await write(text);
    await screen.findByRole('button', { name: 'Go to line and column 9:9' });
    expect(await screen.findByText('2 faults')).toBeInTheDocument();
    expect(document.querySelectorAll('.rfx-editor__line--fault')).toHaveLength(2);
    await waitFor(() =>
      expect(screen.getByRole('status', { name: 'First faults' })).toHaveTextContent(
        'line 2: kind must be Policy. line 9: spec.mode is not one of off, shadow, escalate, enforce.',
      ),
    );
    expect(await faultsOfAccess()).toEqual([]);
    const area = await editor();
    area.focus();
    area.setSelectionRange(0, 0);
    const caret = () => area.value.slice(0, area.selectionStart).split('\n').length;
    await user.keyboard('{F8}');
    expect(caret()).toBe(2);
    await user.keyboard('{F8}');
    expect(caret()).toBe(9);
    expect(document.querySelector('[data-test-subj="announcer"]')).toHaveTextContent('spec.mode is not one of off');
    await user.keyboard('{F8}');
    expect(caret()).toBe(2);
    await user.keyboard('{Shift>}{F8}{/Shift}');
    expect(caret()).toBe(9);
  });

  it('says what is not checked while the host is away', async () => {
    await show({ checkPolicy: refuse('unavailable', 'the host cannot be reached right now') });
    await write(POLICY_TEXT.replace('ttl: 4h', 'ttl: 4s'));
    expect(await screen.findByText('Conditions and tests could not be checked')).toBeInTheDocument();
    expect(screen.getByRole('list', { name: 'Faults' })).toHaveTextContent('a ttl is 30 seconds to 30 days');
    await write(POLICY_TEXT.replace('Block', 'Stop'));
    expect(await screen.findByText('the form is right; conditions and tests are not checked')).toBeInTheDocument();
  });

  it('checks the text that stands there, not one before it', async () => {
    const { sentTo } = await show();
    const [first, second] = ['first', 'second'].map((title) => POLICY_TEXT.replace('Block sources', title));
    await write(first ?? '');
    await write(second ?? '');
    await waitFor(() => expect(sentTo('checkPolicy').at(-1)?.body).toEqual({ source: second }));
    expect(sentTo('checkPolicy').map(({ body }) => body)).not.toContainEqual({ source: first });
  });

  it('saves a draft, and says how it differs from what is in force', async () => {
    const { user, sentTo } = await show({ saveDraft: answer(aDraft()) });
    const text = POLICY_TEXT.replace('0.85', '0.9');
    await write(text);
    expect(screen.getByText('not saved yet')).toBeInTheDocument();
    expect(screen.getByRole('region', { name: 'Differences, line by line' })).toHaveTextContent(
      'event.confidence > 0.9',
    );
    await user.click(screen.getByRole('button', { name: 'Save draft' }));
    await waitFor(() => expect(screen.getByText('saved')).toBeInTheDocument());
    expect(sentTo('saveDraft')).toMatchObject([{ params: { policy_id: 'block-known-ioc' }, body: { source: text } }]);
  });

  it('promotes by choosing a mode', async () => {
    const { user } = await show();
    await user.selectOptions(await screen.findByLabelText('Mode'), 'enforce');
    expect((await editor()).value).toContain('mode: enforce # watch it first');
  });

  it('tries an event with the text as it stands, and shows the decision with its why', async () => {
    const { user, sentTo } = await show({ tryPolicy: answer({ faults: [], decision: aDecision() }) });
    const area = await screen.findByRole('textbox', { name: 'Event (JSON)' });
    fireEvent.change(area, { target: { value: '{ "event_id": "e", ' } });
    await user.click(screen.getByRole('button', { name: 'Decide' }));
    expect(await screen.findByRole('alert')).toHaveTextContent('this is not JSON');
    expect(area).toHaveFocus();
    expect(sentTo('tryPolicy')).toEqual([]);
    const event = { event_id: 'e', timestamp: '2026-11-22T03:12:00.000Z', confidence: 0.9, severity: 'high' };
    fireEvent.change(area, { target: { value: JSON.stringify(event) } });
    await user.click(screen.getByRole('button', { name: 'Decide' }));
    expect(await screen.findByText('event.confidence > 0.85')).toBeInTheDocument();
    expect(sentTo('tryPolicy')).toMatchObject([{ body: { event, source: POLICY_TEXT } }]);
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('tells every bad field of an event', async () => {
    const { user } = await show();
    const area = await screen.findByRole('textbox', { name: 'Event (JSON)' });
    fireEvent.change(area, { target: { value: '{ "event_id": "e", "confidence": 7 }' } });
    await user.click(screen.getByRole('button', { name: 'Decide' }));
    const alert = await screen.findByRole('alert');
    expect(alert).toHaveTextContent('confidence');
    expect(alert).toHaveTextContent('severity');
  });

  it('can be left by keyboard: Escape, then Tab', async () => {
    const { user } = await show();
    const area = await editor();
    area.focus();
    await user.keyboard('{Tab}');
    expect(area).toHaveFocus();
    await user.keyboard('{Escape}{Tab}');
    expect(area).not.toHaveFocus();
  });

  it('does not let those save who may not author', async () => {
    await show({}, aStatus({ caller: { name: 'eve', may: ['read', 'approve'], single_user: false } }));
    await write('changed');
    expect(screen.getByRole('button', { name: 'Save draft' })).toBeDisabled();
    expect(screen.getByText('saving takes the right to author')).toBeInTheDocument();
  });

  it('does not let a new policy be saved without an id, or under one that is in force', async () => {
    const { answerWith } = await showPage('/policies/new/act', {
      answers: { listPolicies: answer(thePolicies()), checkPolicy: answer({ faults: [], tests: [] }) },
    });
    await write('kind: Policy');
    expect(await screen.findByText('the text has to tell metadata.id first')).toBeInTheDocument();
    answerWith({ checkPolicy: fine });
    await write(POLICY_TEXT);
    expect(await screen.findByText(/a policy “block-known-ioc” is in force: choose another id/)).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Save draft' })).toBeDisabled();
  });

  it('keeps a new text with a fault under the id that it tells, and shows it at once', async () => {
    const broken = POLICY_TEXT.replace('block-known-ioc', 'half-written').replace(
      'event.confidence >',
      'event.confidance >',
    );
    const { user, sentTo, answerWith } = await showPage('/policies/new/act', {
      answers: {
        listPolicies: answer(thePolicies()),
        checkPolicy: answer({ faults: [fault], tests: [] }),
        saveDraft: answer(aDraft({ id: 'half-written', source: broken, faults: [fault] })),
      },
    });
    await write(broken);
    expect(await screen.findByText('1 fault')).toBeInTheDocument();
    // The list does not have it yet, and says nothing at first.
    answerWith({ listPolicies: silence });
    await user.click(screen.getByRole('button', { name: 'Save draft' }));
    await waitFor(() => expect(window.location.hash).toBe('#/policies/drafts/half-written'));
    expect(sentTo('saveDraft')).toMatchObject([{ params: { policy_id: 'half-written' }, body: { source: broken } }]);
    expect((await editor()).value).toBe(broken);
    expect(screen.queryByText(/There is neither/)).not.toBeInTheDocument();
  });

  it('keeps the text when saving fails', async () => {
    const { user } = await show({ saveDraft: refuse('unavailable', 'OpenSearch is away') });
    await write('changed');
    await user.click(screen.getByRole('button', { name: 'Save draft' }));
    expect(await screen.findByRole('alert')).toHaveTextContent('The draft was not saved');
    expect((await editor()).value).toBe('changed');
  });
});

describe('drafts', () => {
  it('are proposed with a changelog; those with faults are seen before', async () => {
    const broken = aDraft({ id: 'broken', faults: [fault] });
    const { user, sentTo } = await showPage('/policies/drafts', {
      answers: {
        listPolicies: answer(thePolicies({ drafts: [aDraft(), broken] })),
        proposeCandidate: refuse('policy_invalid', '`broken` has faults'),
      },
    });
    expect(await screen.findByText('1 fault')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Propose for release…' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Propose drafts for release' }));
    await user.click(dialog.getByRole('checkbox', { name: 'broken' }));
    await user.click(dialog.getByLabelText('Reason (goes on record)'));
    await giveReason(user, 'sure only above 0.9{Enter}');
    expect(await dialog.findByRole('alert')).toHaveTextContent('broken has faults');
    expect(sentTo('proposeCandidate')).toMatchObject([
      { body: { changelog: 'sure only above 0.9', policies: ['block-known-ioc'] } },
    ]);
  });

  it('says that there are none', async () => {
    await showPage('/policies/drafts', { answers: { listPolicies: answer(thePolicies()) } });
    expect(await screen.findByText('No drafts')).toBeInTheDocument();
    expect(await faultsOfAccess()).toEqual([]);
  });
});
