import { screen, waitFor, within } from '@testing-library/react';
import type { IntakeHealthView, SourceSwitchView } from '../../../common/api/routes';
import { anIntakeHealth, aSource, theSources } from '../../../test/builders/source_views';
import { aStatus, at } from '../../../test/builders/views';
import { faultsOfAccess } from '../../../test/stubs/accessible';
import { answer, refuse, showPage, type Answers } from '../../../test/stubs/page';

const ON: SourceSwitchView = { version: 3, off: false, seen_here: true };
const OFF: SourceSwitchView = { ...ON, off: true, by: 'ann', at: at(-60), reason: 'it cries wolf' };

const siem = anIntakeHealth();

const show = (answers: Answers = {}, health: readonly IntakeHealthView[] = [siem], may = aStatus().caller?.may ?? []) =>
  showPage('/sources', {
    answers: {
      listSources: answer(theSources()),
      listIntakeHealth: answer({ as_of: at(0), sources: [...health] }),
      getSwitch: answer(ON),
      putSwitch: answer(OFF),
      ...answers,
    },
    status: aStatus({ caller: { name: 'ben', may, single_user: false } }),
  });
const rowOf = async (name: RegExp) => within(await screen.findByRole('row', { name }));

describe('switching a source off on the page', () => {
  it('asks why, says what it means, and sends the version that it read', async () => {
    const { user, sentTo } = await show();
    await user.click((await rowOf(/webhook: siem/)).getByRole('button', { name: 'Switch webhook:siem off…' }));
    const dialog = await screen.findByRole('dialog', { name: 'Switch webhook:siem off?' });
    expect(dialog).toHaveTextContent('makes no case and starts nothing');
    expect(await faultsOfAccess(dialog)).toEqual([]);
    expect(sentTo('putSwitch')).toEqual([]);
    await user.type(within(dialog).getByLabelText('Reason (goes on record)'), 'it cries wolf{Enter}');
    await waitFor(() =>
      expect(sentTo('putSwitch')).toMatchObject([
        { params: { type: 'webhook', id: 'siem' }, body: { version: 3, off: true, reason: 'it cries wolf' } },
      ]),
    );
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
  });

  it('switches every monitor of a detector, and goes on where it was refused', async () => {
    const intakes = ['m1', 'm2'].map((id) => ({ type: 'alerting' as const, id }));
    const detector = aSource({ kind: 'detector', name: 'logons', intakes });
    const { user, sentTo } = await show({ listSources: answer(theSources({ sources: [detector] })) });
    await user.click((await rowOf(/logons/)).getByRole('button', { name: 'Switch logons off…' }));
    const dialog = within(await screen.findByRole('dialog'));
    await user.type(dialog.getByLabelText('Reason (goes on record)'), 'a test of somebody{Enter}');
    await waitFor(() => expect(sentTo('putSwitch').map(({ params }) => params.id)).toEqual(['m1', 'm2']));
  });

  it('says why it was not done', async () => {
    const { user } = await show({ putSwitch: refuse('changed', 'somebody switched this source meanwhile') });
    await user.click((await rowOf(/webhook: siem/)).getByRole('button', { name: /off…/ }));
    const dialog = within(await screen.findByRole('dialog'));
    await user.type(dialog.getByLabelText('Reason (goes on record)'), 'it cries wolf{Enter}');
    expect(await dialog.findByText(/somebody switched this source meanwhile/)).toBeInTheDocument();
  });

  it('shows who did it, and how much was not taken since, and is accessible', async () => {
    const off = { by: 'ann', at: at(-60), reason: 'it cries wolf' };
    const partly = aSource({
      kind: 'detector',
      name: 'logons',
      intakes: ['m1', 'm2'].map((id) => ({ type: 'alerting', id })),
      switched_off: [{ type: 'alerting', id: 'm1' }],
    });
    await show({ listSources: answer(theSources({ sources: [partly] })) }, [{ ...siem, off, switched_off: 42 }]);
    const row = await rowOf(/webhook: siem/);
    expect(row.getByText('switched off by ann')).toBeInTheDocument();
    expect(row.getByText('it cries wolf')).toBeInTheDocument();
    expect(row.getByText('42 not taken')).toBeInTheDocument();
    expect(row.getByRole('button', { name: 'Switch webhook:siem on…' })).toBeEnabled();
    expect((await rowOf(/logons/)).getByText('1 of 2 switched off')).toBeInTheDocument();
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('takes the admin right', async () => {
    await show({}, [siem], ['read', 'approve']);
    expect((await rowOf(/webhook: siem/)).getByRole('button', { name: /off…/ })).toBeDisabled();
  });

  it('shows on the page of a source whether it is on, and switches it on again', async () => {
    const { user, sentTo } = await showPage('/sources/grants/webhook/siem', {
      answers: { getSwitch: answer(OFF), putSwitch: answer(ON), getGrant: answer({ version: 0, in_settings: false }) },
      status: aStatus({ caller: { name: 'ben', may: aStatus().caller?.may ?? [], single_user: false } }),
    });
    expect(await screen.findByText('switched off: what it sends makes no case')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Switch webhook:siem on…' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Switch webhook:siem on again?' }));
    await user.type(dialog.getByLabelText('Reason (goes on record)'), 'its rules are mended{Enter}');
    await waitFor(() => expect(sentTo('putSwitch')).toMatchObject([{ body: { version: 3, off: false } }]));
  });
});
