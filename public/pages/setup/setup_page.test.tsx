import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { SETUP_CODES, SETUP_LINES, type SetupLineView, type SetupView } from '../../../common/api/routes';
import { aStatus, at, NOW } from '../../../test/builders/views';
import { faultsOfAccess } from '../../../test/stubs/accessible';
import { answer, refuse, showPage, silence, type Answers } from '../../../test/stubs/page';
import { lineSays, lineToDo } from './setup_words';

const GREEN: SetupLineView[] = SETUP_LINES.map((line) => ({
  line,
  state: 'green',
  code: 'folder_durable',
  facts: { path: `/data/${line}`, kind: 'ext4', sync_ms: 3 },
  at: NOW,
}));
const viewOf = (changes: Partial<Record<string, Partial<SetupLineView>>> = {}, as_of = NOW): SetupView => {
  const lines = GREEN.map((each) => ({ ...each, ...changes[each.line] }));
  return {
    as_of,
    host: 'fra-1',
    lines,
    open: lines.filter(({ state, aside }) => state !== 'green' && aside === undefined).length,
  };
};
const KEY: Partial<SetupLineView> = { state: 'amber', code: 'key_not_backed_up', facts: { key: '2ee258b8107b02e7' } };
const HOOK: Partial<SetupLineView> = {
  state: 'red',
  code: 'webhook_lost',
  facts: { url: 'http://10.0.0.1/x', within_s: 15 },
  proof: [`${at(-30)}: OpenSearch was told to send`],
};

const show = (view: SetupView, answers: Answers = {}, may = aStatus().caller?.may ?? []) =>
  showPage('/setup', {
    answers: { getSetup: answer(view), ...answers },
    status: aStatus({ caller: { name: 'ben', may, single_user: false }, setup_open: view.open }),
  });
const lineOf = async (name: string) => within(await screen.findByRole('listitem', { name }));
const HOOK_TITLE = 'Webhook, from the nodes of OpenSearch';

describe('the words of the set-up', () => {
  it('say something of everything that can be found, and never leave a fact out', () => {
    for (const code of SETUP_CODES) expect(lineSays({ code, facts: {} }).length).toBeGreaterThan(8);
    expect(lineSays({ code: 'inventory_covers', facts: { percent: 40, seen: 10, missing: 6, listed: 4 } })).toBe(
      '40 % of the 10 hosts that the decisions of the last day name are listed; 6 are not.',
    );
    expect(lineToDo({ code: 'inventory_covers', state: 'green' })).toBeUndefined();
  });
});

describe('the page Set-up', () => {
  it('says of each line how it is, why it matters, and what to do', async () => {
    await show(viewOf({ key: KEY, webhook: HOOK }));
    expect(await screen.findByRole('region', { name: '2 of 9 lines are open' })).toBeInTheDocument();
    const hook = await lineOf(HOOK_TITLE);
    expect(hook.getByText('missing or broken')).toBeInTheDocument();
    expect(hook.getByText(/within 15 s it did not arrive here/)).toHaveTextContent('http://10.0.0.1/x');
    expect(hook.getByText(/Look who else answers there/)).toBeInTheDocument();
    expect(hook.getByText(/OpenSearch was told to send/)).toBeInTheDocument();
    expect((await lineOf('Data folder')).getByText('as it should be')).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'Set-up 2 open' })).toHaveAttribute('aria-current', 'page');
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('checks one line by the keyboard alone, and says what came of it', async () => {
    const after = viewOf({ key: KEY }, at(60));
    const { user, sentTo } = await show(viewOf({ key: KEY, webhook: HOOK }), { checkSetup: answer(after) });
    (await screen.findByRole('button', { name: `Check now: ${HOOK_TITLE}` })).focus();
    await user.keyboard('{Enter}');
    await waitFor(() => expect(sentTo('checkSetup')).toMatchObject([{ body: { line: 'webhook' } }]));
    expect(await screen.findByRole('region', { name: '1 of 9 lines are open' })).toBeInTheDocument();
    expect((await lineOf(HOOK_TITLE)).getByText('as it should be')).toBeInTheDocument();
  });

  it('checks everything at once', async () => {
    const { user, sentTo } = await show(viewOf({ key: KEY }), { checkSetup: answer(viewOf({}, at(60))) });
    await user.click(await screen.findByRole('button', { name: 'Check everything' }));
    await waitFor(() => expect(sentTo('checkSetup')).toMatchObject([{ body: {} }]));
    expect(await screen.findByRole('region', { name: 'everything is set up' })).toBeInTheDocument();
  });

  it('takes the backup of the key by what sha256sum prints, and nothing else', async () => {
    const digest = 'ab'.repeat(32);
    const { user, sentTo } = await show(viewOf({ key: KEY }), { confirmKeyBackup: answer(viewOf({}, at(60))) });
    await user.click(await screen.findByRole('button', { name: 'Confirm its backup…' }));
    const dialog = await screen.findByRole('dialog', { name: 'Confirm the backup of the signing key' });
    const field = within(dialog).getByLabelText('sha256 of the file in the backup');
    await waitFor(() => expect(field).toHaveFocus());
    expect(await faultsOfAccess(dialog)).toEqual([]);
    await user.keyboard('abc{Enter}');
    expect(within(dialog).getByText('these are not 64 hexadecimal digits')).toBeInTheDocument();
    expect(sentTo('confirmKeyBackup')).toEqual([]);
    fireEvent.change(field, { target: { value: `${digest}  signing.pem` } });
    await user.keyboard('{Enter}');
    await waitFor(() => expect(sentTo('confirmKeyBackup')).toMatchObject([{ body: { sha256: digest } }]));
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    expect(await screen.findByRole('region', { name: 'everything is set up' })).toBeInTheDocument();
  });

  it('says why a backup is not taken', async () => {
    const { user } = await show(viewOf({ key: KEY }), {
      confirmKeyBackup: refuse('invalid', 'this is not the sha256 of a file with the key 2ee2'),
    });
    await user.click(await screen.findByRole('button', { name: 'Confirm its backup…' }));
    fireEvent.change(screen.getByLabelText(/^sha256 of/), { target: { value: 'cd'.repeat(32) } });
    await user.click(screen.getByRole('button', { name: 'Confirm' }));
    expect(await screen.findByText(/this is not the sha256 of a file/)).toBeInTheDocument();
  });

  it('sets a line aside with a reason, and takes that back', async () => {
    const aside = { by: 'ben', at: at(60), reason: 'no Alerting here' };
    const { user, sentTo } = await show(viewOf({ webhook: HOOK }), {
      asideSetup: answer(viewOf({ webhook: { ...HOOK, aside } }, at(60))),
    });
    await user.click(await screen.findByRole('button', { name: `Set aside: ${HOOK_TITLE}…` }));
    await user.type(screen.getByLabelText('Reason (goes on record)'), 'no Alerting here');
    await user.click(screen.getByRole('button', { name: 'Set aside' }));
    await waitFor(() =>
      expect(sentTo('asideSetup')).toMatchObject([
        { params: { line: 'webhook' }, body: { aside: true, reason: 'no Alerting here' } },
      ]),
    );
    const hook = await lineOf(HOOK_TITLE);
    expect(await hook.findByText(/Set aside by ben: no Alerting here/)).toBeInTheDocument();
    expect(hook.getByText('set aside')).toBeInTheDocument();
    expect(screen.getByRole('button', { name: `Want it again: ${HOOK_TITLE}…` })).toBeInTheDocument();
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('lets others look only', async () => {
    await show(viewOf({ key: KEY }), {}, ['read']);
    expect(await screen.findByText('You need the admin role to check a line.')).toBeInTheDocument();
    for (const name of ['Check everything', 'Confirm its backup…', 'Check now: Indices'])
      expect(screen.getByRole('button', { name })).toBeDisabled();
  });

  it('says why a line could not be checked', async () => {
    const { user } = await show(viewOf({ key: KEY }), { checkSetup: refuse('unavailable', 'OpenSearch is away') });
    await user.click(await screen.findByRole('button', { name: 'Check now: Indices' }));
    expect(await screen.findByText('It was not checked')).toBeInTheDocument();
  });

  it('shows a skeleton until it knows, and says why it does not', async () => {
    await show(viewOf(), { getSetup: silence });
    expect(await screen.findByRole('status', { name: 'Set-up: loading' })).toBeInTheDocument();
  });
});

describe('the entry in the navigation', () => {
  const entry = () => screen.queryByRole('link', { name: /^Set-up/ });

  it('stands until nothing is open', async () => {
    const { tellStatus } = await showPage('/secrets', { status: aStatus({ setup_open: 3 }) });
    expect(entry()).toHaveTextContent('3');
    tellStatus(aStatus({ setup_open: 0 }));
    await waitFor(() => expect(entry()).not.toBeInTheDocument());
  });

  it('is not there before anybody looked', async () => {
    await showPage('/secrets');
    expect(entry()).not.toBeInTheDocument();
  });
});
