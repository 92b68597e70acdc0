import { screen, waitFor, within } from '@testing-library/react';
import type { SecretKeyView, SecretView } from '../../../common/api/routes';
import { aStatus, at } from '../../../test/builders/views';
import { faultsOfAccess } from '../../../test/stubs/accessible';
import { answer, refuse, showPage, type Answers } from '../../../test/stubs/page';

const STORED: SecretView = {
  name: 'stored:edge',
  from: 'stored',
  state: 'there',
  used_by: ['connector fw'],
  last_used: at(-30),
  stored: { version: 3, by: 'ann', at: at(-600), key: 'k1', newest_key: true, used_elsewhere: ['connector fw at b'] },
};
const FILE: SecretView = {
  name: 'rabbit',
  from: 'file',
  state: 'missing',
  used_by: ['rabbitmq:q'],
  place: '/run/secrets/rabbit',
  why: 'there is no such file',
};
const KEY: SecretKeyView = { id: 'k1', secret: 'seal', state: 'there', seals: true, sealed: 1 };
const WRITTEN = { name: 'edge', version: 4, by: 'ben', at: at(0), removed: false, key: 'k1' };
const listOf = (secrets: readonly SecretView[], keys: readonly SecretKeyView[] = [KEY]) =>
  answer({ as_of: at(0), secrets: [...secrets], keys: [...keys] });

const show = (answers: Answers = {}, may = aStatus().caller?.may ?? []) =>
  showPage('/secrets', {
    answers: { listSecrets: listOf([STORED, FILE]), setSecret: answer(WRITTEN), ...answers },
    status: aStatus({ caller: { name: 'ben', may, single_user: false } }),
  });
const rowOf = async (name: RegExp) => within(await screen.findByRole('row', { name }));
const REASON = 'Reason (goes on record)';

describe('the page of secrets', () => {
  it('tells where each is, how it is and who uses it', async () => {
    await show();
    const edge = await rowOf(/stored:edge/);
    expect(edge.getByText('present')).toBeInTheDocument();
    expect(edge.getByText('connector fw, connector fw at b')).toBeInTheDocument();
    expect(edge.getByText(/version 3 by ann, key k1/)).toBeInTheDocument();
    const rabbit = await rowOf(/rabbit/);
    expect(rabbit.getByText('missing')).toBeInTheDocument();
    expect(rabbit.getByText('/run/secrets/rabbit')).toBeInTheDocument();
    expect(rabbit.queryByRole('button')).not.toBeInTheDocument();
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('rotates one by the keyboard alone: what is typed is not shown, and goes with the version that was shown', async () => {
    const { user, sentTo } = await show();
    (await rowOf(/stored:edge/)).getByRole('button', { name: 'Rotate stored:edge…' }).focus();
    await user.keyboard('{Enter}');
    const dialog = await screen.findByRole('dialog', { name: 'Rotate stored:edge' });
    const value = within(dialog).getByLabelText('Secret');
    expect(value).toHaveAttribute('type', 'password');
    expect(value).toHaveAttribute('autocomplete', 'new-password');
    await waitFor(() => expect(value).toHaveFocus());
    expect(await faultsOfAccess(dialog)).toEqual([]);
    await user.keyboard('the next one{Enter}');
    expect(within(dialog).getByLabelText(REASON)).toHaveFocus();
    expect(sentTo('setSecret')).toEqual([]);
    await user.keyboard('it leaked{Enter}');
    await waitFor(() =>
      expect(sentTo('setSecret')).toMatchObject([
        { params: { name: 'edge' }, body: { version: 3, value: 'the next one', reason: 'it leaked' } },
      ]),
    );
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    expect(document.body.textContent).not.toContain('the next one');
  });

  it('stores a new one of several lines, without showing its letters', async () => {
    const { user, sentTo } = await show();
    await user.click(await screen.findByRole('button', { name: 'Store a secret…' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Store a secret' }));
    await user.type(dialog.getByLabelText('Name'), 'Fw');
    await user.click(dialog.getByRole('button', { name: 'Store' }));
    expect(dialog.getByText(/lower case letters, digits/)).toBeInTheDocument();
    await user.clear(dialog.getByLabelText('Name'));
    await user.type(dialog.getByLabelText('Name'), 'fw-key');
    expect(dialog.getByText('Settings name it as stored:fw-key')).toBeInTheDocument();
    await user.click(dialog.getByLabelText('It has several lines, as a key does'));
    expect(dialog.getByLabelText('Secret')).toHaveClass('rfx-hidden-letters');
    await user.type(dialog.getByLabelText('Secret'), 'one{Enter}two');
    await user.type(dialog.getByLabelText(REASON), 'a new firewall');
    await user.click(dialog.getByRole('button', { name: 'Store' }));
    await waitFor(() =>
      expect(sentTo('setSecret')).toMatchObject([
        { params: { name: 'fw-key' }, body: { version: 0, value: 'one\ntwo' } },
      ]),
    );
  });

  it('says why one was not removed', async () => {
    const { user, sentTo } = await show({ removeSecret: refuse('in_use', '`stored:edge` is used by connector fw') });
    await user.click((await rowOf(/stored:edge/)).getByRole('button', { name: 'Remove stored:edge…' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Remove stored:edge?' }));
    await user.type(dialog.getByLabelText(REASON), 'nobody needs it{Enter}');
    expect(await dialog.findByText(/is used by/)).toBeInTheDocument();
    expect(sentTo('removeSecret')).toMatchObject([{ params: { name: 'edge' }, body: { version: 3 } }]);
  });

  it('offers the newest key where an older one is in use, and says what is left', async () => {
    const older = {
      ...STORED,
      stored: { ...STORED.stored, version: 3, by: 'ann', at: at(0), key: 'k0', newest_key: false },
    };
    const { user, sentTo } = await show({
      listSecrets: listOf([older], [KEY, { ...KEY, id: 'k0', secret: 'seal-0', seals: false, sealed: 0 }]),
      rekeySecrets: answer({ key: 'k1', sealed: [], left: [{ name: 'edge', why: 'it was changed' }] }),
    });
    expect(await screen.findByText(/used by nothing any more/)).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Encrypt with the first key…' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Encrypt with the first key?' }));
    await user.type(dialog.getByLabelText(REASON), 'a new key{Enter}');
    expect(await dialog.findByText('1 are as they were')).toBeInTheDocument();
    expect(sentTo('rekeySecrets')).toHaveLength(1);
  });

  it.each<[string, readonly SecretKeyView[], string]>([
    ['no key is named', [], 'No secret can be stored: the settings name no key'],
    ['the key is away', [{ ...KEY, state: 'missing', why: 'the secret is missing' }], 'the secret is missing'],
  ])('offers no writing where %s, and says so', async (_, keys, said) => {
    await show({ listSecrets: listOf([], keys) });
    expect(await screen.findByText(said)).toBeInTheDocument();
    expect(screen.getByText('This host has no secret')).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Store a secret…' })).not.toBeInTheDocument();
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('says that it could not be loaded', async () => {
    await show({ listSecrets: refuse('unavailable', 'OpenSearch does not answer right now') });
    expect(await screen.findByText('Secrets: could not be loaded')).toBeInTheDocument();
  });

  it('asks nothing and shows nothing to who is no admin', async () => {
    const { sentTo } = await show({}, ['read', 'respond', 'approve', 'author']);
    expect(await screen.findByText('You need the admin role')).toBeInTheDocument();
    expect(sentTo('listSecrets')).toEqual([]);
  });
});
