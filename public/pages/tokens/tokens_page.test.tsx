import { screen, waitFor, within } from '@testing-library/react';
import type { TokenView } from '../../../common/api/routes';
import { aStatus, at } from '../../../test/builders/views';
import { faultsOfAccess } from '../../../test/stubs/accessible';
import { answer, refuse, showPage, type Answers } from '../../../test/stubs/page';

const SIEM: TokenView = {
  name: 'siem',
  may: ['intake'],
  state: 'valid',
  owners: ['ann'],
  networks: ['10.1.0.0/16'],
  expires: at(86_400),
  rate_per_minute: 60,
  made: { by: 'ann', at: at(-600) },
  last_used: at(-30),
};
const OLD: TokenView = {
  name: 'scanner',
  may: ['ask'],
  state: 'revoked',
  owners: [],
  networks: [],
  revoked: { by: 'ben', at: at(-60), reason: 'it leaked' },
};
const TOKEN = 'rft_0123456789abcdef';

const show = (answers: Answers = {}, may = aStatus().caller?.may ?? []) =>
  showPage('/tokens', {
    answers: {
      listTokens: answer({ as_of: at(0), tokens: [SIEM, OLD] }),
      makeToken: answer({ token: TOKEN, view: { ...SIEM, name: 'asker' } }),
      revokeToken: answer({ ...SIEM, state: 'revoked' }),
      ...answers,
    },
    status: aStatus({ caller: { name: 'ben', may, single_user: false } }),
  });
const rowOf = async (name: RegExp) => within(await screen.findByRole('row', { name }));
const REASON = 'Reason (goes on record)';

describe('the page of tokens', () => {
  it('tells what each may, from where, whose it is and how it ended', async () => {
    await show();
    const siem = await rowOf(/siem/);
    expect(siem.getByText('valid')).toBeInTheDocument();
    expect(siem.getByText('10.1.0.0/16; 60 a minute at each host')).toBeInTheDocument();
    expect(siem.getByText('owned by ann')).toBeInTheDocument();
    const old = await rowOf(/scanner/);
    expect(old.getByText('revoked')).toBeInTheDocument();
    expect(old.getByText(/by ben: it leaked/)).toBeInTheDocument();
    expect(old.queryByRole('button')).not.toBeInTheDocument();
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('makes one, shows it once, and shows it no more', async () => {
    const { user, sentTo } = await show();
    await user.click(await screen.findByRole('button', { name: 'Make a token…' }));
    const dialog = await screen.findByRole('dialog', { name: 'Make a token' });
    expect(await faultsOfAccess(dialog)).toEqual([]);
    await user.click(within(dialog).getByRole('button', { name: 'Make' }));
    expect(within(dialog).getByText('give it a name')).toBeInTheDocument();
    expect(within(dialog).getByText('choose at least one')).toBeInTheDocument();
    await user.type(within(dialog).getByLabelText('Name'), 'asker');
    await user.click(within(dialog).getByLabelText(/^ask:/));
    await user.type(within(dialog).getByLabelText('Taken from'), '10.2.0.0/16, 192.0.2.7');
    await user.type(within(dialog).getByLabelText('Requests a minute'), '30');
    await user.type(within(dialog).getByLabelText(REASON), 'for the assistant');
    expect(sentTo('makeToken')).toEqual([]);
    await user.click(within(dialog).getByRole('button', { name: 'Make' }));
    await waitFor(() =>
      expect(sentTo('makeToken')).toMatchObject([
        {
          body: {
            name: 'asker',
            may: ['ask'],
            networks: ['10.2.0.0/16', '192.0.2.7'],
            owners: [],
            rate_per_minute: 30,
            reason: 'for the assistant',
          },
        },
      ]),
    );
    const made = await screen.findByRole('dialog', { name: 'The token asker' });
    expect(made.textContent).toContain(TOKEN);
    await user.click(within(made).getByRole('button', { name: 'I have it' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    expect(document.body.textContent).not.toContain(TOKEN);
  });

  it('says why one was not made, and keeps what was typed', async () => {
    const { user } = await show({ makeToken: refuse('in_use', '`asker` is the name of another token') });
    await user.click(await screen.findByRole('button', { name: 'Make a token…' }));
    const dialog = await screen.findByRole('dialog', { name: 'Make a token' });
    await user.type(within(dialog).getByLabelText('Name'), 'asker');
    await user.click(within(dialog).getByLabelText(/^ask:/));
    await user.type(within(dialog).getByLabelText(REASON), 'for the assistant');
    await user.click(within(dialog).getByRole('button', { name: 'Make' }));
    expect(await within(dialog).findByText(/is the name of another token/)).toBeInTheDocument();
    expect(within(dialog).getByLabelText('Name')).toHaveValue('asker');
  });

  it('revokes one by the keyboard alone, with a reason', async () => {
    const { user, sentTo } = await show();
    (await rowOf(/siem/)).getByRole('button', { name: 'Revoke siem…' }).focus();
    await user.keyboard('{Enter}');
    const dialog = await screen.findByRole('dialog', { name: 'Revoke siem?' });
    await waitFor(() => expect(within(dialog).getByLabelText(REASON)).toHaveFocus());
    await user.keyboard('it leaked{Enter}');
    await waitFor(() =>
      expect(sentTo('revokeToken')).toMatchObject([{ params: { name: 'siem' }, body: { reason: 'it leaked' } }]),
    );
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
  });

  it('says that there is none, and what fails', async () => {
    await show({ listTokens: answer({ as_of: at(0), tokens: [] }) });
    expect(await screen.findByText('There is no token')).toBeInTheDocument();
  });

  it('tells who may not keep them nothing', async () => {
    const { sentTo } = await show({}, ['read', 'author']);
    expect(await screen.findByText('You need the admin role')).toBeInTheDocument();
    expect(sentTo('listTokens')).toEqual([]);
  });
});
