import { screen, waitFor, within } from '@testing-library/react';
import { anEvent } from '../../../test/builders/events';
import { aSource, aSubscribed, theSources } from '../../../test/builders/source_views';
import { faultsOfAccess } from '../../../test/stubs/accessible';
import { answer, giveReason, refuse, showPage, type Answers } from '../../../test/stubs/page';

const show = (source = aSubscribed(), answers: Answers = {}) =>
  showPage('/sources/monitor/m1', {
    answers: {
      listSources: answer(theSources({ sources: [source] })),
      getMapping: answer({ version: 3, mapping: { src_host: ['document.winlog.computer'] } }),
      ...answers,
    },
  });

describe('one source', () => {
  it('shows its subscription, how it does, and its mapping, and is accessible', async () => {
    await show();
    const subscription = within(await screen.findByRole('region', { name: 'Subscription' }));
    expect(subscription.getByText('ben')).toBeInTheDocument();
    expect(subscription.getByRole('row', { name: /service errors/ })).toHaveTextContent('yes');
    expect(screen.getByRole('region', { name: 'How it does' })).toHaveTextContent('Duplicates7');
    expect(await screen.findByLabelText('Source host')).toHaveValue('document.winlog.computer');
    expect(screen.queryByLabelText('Field that names the entity')).not.toBeInTheDocument();
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('shows what each of its monitors may say', async () => {
    const intakes = [
      { type: 'alerting' as const, id: 'm1' },
      { type: 'alerting' as const, id: 'm2' },
    ];
    const { sentTo } = await show(aSubscribed({ intakes }), { getGrant: answer({ version: 0, in_settings: false }) });
    expect(await screen.findAllByRole('region', { name: /^What alerting:m[12] may say$/ })).toHaveLength(2);
    expect(sentTo('getGrant').map(({ params }) => params.id)).toEqual(['m1', 'm2']);
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('asks a monitor of queries for the field of its entity', async () => {
    const { user, sentTo } = await show(aSource({ level: 'query' }), { previewMapping: refuse('invalid', 'no') });
    await user.type(await screen.findByLabelText('Field that names the entity'), 'source.ip');
    await user.click(screen.getByRole('button', { name: 'Try on past alerts' }));
    await waitFor(() =>
      expect(sentTo('previewMapping')).toMatchObject([{ body: { mapping: { entity_field: 'source.ip' } } }]),
    );
    expect(await screen.findByRole('alert')).toHaveTextContent('It could not be tried');
  });

  it('tries a mapping on past alerts before it is saved', async () => {
    const event = anEvent({ severity: 'critical', confidence: 0.9, src_host: 'win7', user: { name: 'alice' } });
    const faults = [{ path: 'source_ip', message: 'nothing is at `document.peer`' }];
    const { user, sentTo } = await show(aSubscribed(), {
      previewMapping: answer({
        alerts: 1,
        events: [{ alert_id: 'a1', state: 'ACTIVE', uncalibrated: true, faults, event }],
        notes: [],
      }),
    });
    await user.type(await screen.findByLabelText('Source address'), 'document.peer');
    await user.type(screen.getByLabelText('Confidence, if nothing is found'), '0.7');
    await user.click(screen.getByRole('button', { name: 'Try on past alerts' }));
    const preview = within(await screen.findByRole('region', { name: 'What it makes of past alerts' }));
    expect(preview.getByRole('row', { name: /a1/ })).toHaveTextContent(
      'critical0.90 (uncalibrated)win7203.0.113.7alice',
    );
    expect(preview.getByText(/nothing is at/)).toBeInTheDocument();
    expect(sentTo('previewMapping')).toMatchObject([
      {
        body: {
          mapping: { src_host: ['document.winlog.computer'], source_ip: ['document.peer'], confidence: { fixed: 0.7 } },
        },
      },
    ]);
    expect(sentTo('putMapping')).toEqual([]);
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('saves on the version that it was made on, and says if somebody was faster', async () => {
    const { user, sentTo, answerWith } = await show(aSubscribed(), {
      putMapping: refuse('changed', 'somebody saved another mapping meanwhile'),
    });
    await user.clear(await screen.findByLabelText('Source host'));
    await user.type(screen.getByLabelText('Source host'), 'document.host.name, =web-01');
    await user.click(screen.getByRole('button', { name: 'Save…' }));
    await giveReason(user, 'better names{Enter}');
    expect(await screen.findByText(/somebody saved another mapping/)).toBeInTheDocument();
    const mapping = { src_host: ['document.host.name', '=web-01'] };
    expect(sentTo('putMapping')).toMatchObject([{ body: { version: 3, mapping, reason: 'better names' } }]);
    answerWith({ putMapping: answer({ version: 4, mapping }) });
    await user.keyboard('{Enter}');
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    expect(screen.getByLabelText('Source host')).toHaveValue('document.host.name, =web-01');
  });

  it('says where nothing came from it yet', async () => {
    await show(aSource());
    expect(await screen.findByText('Nothing came from it since this agent started.')).toBeInTheDocument();
  });

  it('says where there is no such source', async () => {
    await showPage('/sources/monitor/other', { answers: { listSources: answer(theSources()) } });
    expect(await screen.findByText('There is no such source')).toBeInTheDocument();
  });
});
