import { screen, within } from '@testing-library/react';
import type { ReadingView } from '../../../common/api/routes';
import { aReading } from '../../../test/builders/trials';
import { aStatus, at } from '../../../test/builders/views';
import { faultsOfAccess } from '../../../test/stubs/accessible';
import { answer, refuse, showPage, silence, type Answers } from '../../../test/stubs/page';

const PRESETS: Answers = {
  listPresets: answer({
    presets: [
      { name: 'wazuh', title: 'Wazuh: alerts', documents: 'alerts of Wazuh 4', repetition: 'new' },
      { name: 'zeek', title: 'Zeek: the log notice', documents: 'lines of notice.log' },
    ],
    sources: [],
  }),
};
const admin = aStatus({ caller: { name: 'ann', may: ['read', 'admin'], single_user: false } });
const show = (view: Partial<ReadingView> = {}, answers: Answers = {}, status = admin, path = 'webhook/siem') =>
  showPage(`/sources/grants/${path}`, {
    answers: { ...PRESETS, getReading: answer(aReading(view)), ...answers },
    status,
  });
const section = async () => within(await screen.findByRole('region', { name: 'How its documents are read' }));
const CHOSEN: Partial<ReadingView> = {
  version: 3,
  preset: 'zeek',
  chosen: 'zeek',
  by: 'ben',
  at: at(-3_600),
  reason: 'a sensor of ours',
};

describe('how the documents of a source are read', () => {
  it('is said with what is in force and what says so, and leads to a trial', async () => {
    await show({ ...CHOSEN, own_fields: ['confidence'] });
    const shown = await section();
    expect(await shown.findByText('by the preset zeek')).toBeInTheDocument();
    expect(shown.getByText('wazuh')).toBeInTheDocument();
    expect(shown.getByText('confidence')).toBeInTheDocument();
    expect(shown.getByText(/a sensor of ours/)).toHaveTextContent('ben');
    expect(shown.getByRole('link', { name: 'Try a document' })).toHaveAttribute(
      'href',
      '#/sources/try?type=webhook&id=siem',
    );
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('is chosen with a reason, on the version that was shown', async () => {
    const { user, sentTo } = await show({}, { putPreset: answer(aReading(CHOSEN)) });
    await user.click(await (await section()).findByRole('button', { name: 'Choose a preset…' }));
    const dialog = within(await screen.findByRole('dialog'));
    await user.selectOptions(dialog.getByLabelText('Preset'), 'zeek');
    await user.click(dialog.getByRole('button', { name: 'Choose' }));
    expect(sentTo('putPreset')).toEqual([]);
    await user.type(dialog.getByRole('textbox'), 'it is a Zeek');
    await user.click(dialog.getByRole('button', { name: 'Choose' }));
    expect(sentTo('putPreset').map(({ params, body }) => [params, body])).toEqual([
      [
        { type: 'webhook', id: 'siem' },
        { version: 0, preset: 'zeek', reason: 'it is a Zeek' },
      ],
    ]);
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
    expect(sentTo('getReading').length).toBeGreaterThan(1);
  });

  it('goes back to the settings', async () => {
    const { user, sentTo } = await show(CHOSEN, { putPreset: answer(aReading({ version: 4 })) });
    await user.click(await (await section()).findByRole('button', { name: 'Go back to the settings…' }));
    const dialog = within(await screen.findByRole('dialog'));
    await user.type(dialog.getByRole('textbox'), 'it was wrong');
    await user.click(dialog.getByRole('button', { name: 'Go back' }));
    expect(sentTo('putPreset').map(({ body }) => body)).toEqual([{ version: 3, preset: null, reason: 'it was wrong' }]);
  });

  it('says that somebody else was faster', async () => {
    const { user } = await show({}, { putPreset: refuse('changed', 'somebody chose another preset meanwhile') });
    await user.click(await (await section()).findByRole('button', { name: 'Choose a preset…' }));
    const dialog = within(await screen.findByRole('dialog'));
    await user.type(dialog.getByRole('textbox'), 'it is a Wazuh');
    await user.click(dialog.getByRole('button', { name: 'Choose' }));
    expect(await dialog.findByText(/somebody chose another preset meanwhile/)).toBeInTheDocument();
  });

  it('says what is wrong: no such source here, or a preset that this agent does not know', async () => {
    await show({ configured: false, unknown: 'the preset `x` was chosen for it, which this agent does not know' });
    const shown = await section();
    expect(await shown.findByText(/do not name this source/)).toBeInTheDocument();
    expect(shown.getByText(/which this agent does not know/)).toBeInTheDocument();
  });

  it('is changed by admins only', async () => {
    await show(CHOSEN, {}, aStatus({ caller: { name: 'eve', may: ['read'], single_user: false } }));
    const shown = await section();
    expect(await shown.findByRole('button', { name: 'Choose a preset…' })).toBeDisabled();
    expect(shown.getByRole('button', { name: 'Go back to the settings…' })).toBeDisabled();
  });

  it('is no question for what is read in another way', async () => {
    await show({}, {}, admin, 'asker/copilot');
    expect(await screen.findByRole('heading', { name: 'asker:copilot' })).toBeInTheDocument();
    expect(screen.queryByRole('region', { name: 'How its documents are read' })).not.toBeInTheDocument();
  });

  it.each<[note: string, answers: Answers]>([
    ['being loaded', { getReading: silence }],
    ['not there', { getReading: refuse('unavailable', 'OpenSearch is away') }],
  ])('may be %s', async (_, answers) => {
    await show({}, answers);
    expect(await (await section()).findByRole(/loaded/.test(_) ? 'status' : 'alert')).toBeInTheDocument();
  });
});
