import { screen, waitFor, within } from '@testing-library/react';
import { aChannel, aSource, aSourcePlan, aSubscribed, theSources } from '../../../test/builders/source_views';
import { aStatus, at } from '../../../test/builders/views';
import { faultsOfAccess } from '../../../test/stubs/accessible';
import { answer, giveReason, refuse, showPage, type Answers } from '../../../test/stubs/page';

const show = (sources = theSources(), answers: Answers = {}, may = aStatus().caller?.may ?? []) =>
  showPage('/sources', {
    answers: { listSources: answer(sources), planSource: answer(aSourcePlan()), ...answers },
    status: aStatus({ caller: { name: 'ben', may, single_user: false } }),
  });

describe('sources', () => {
  it('lists what raises alerts with its state, and is accessible', async () => {
    const closed = aSource({ id: 'm3', name: 'own indices', state: 'closed', why: 'its alerts lie elsewhere' });
    await show(
      theSources({ sources: [aSubscribed({ id: 'm2', name: 'logons' }), aSource(), closed], channel: aChannel() }),
    );
    const row = within(await screen.findByRole('row', { name: /logons/ }));
    expect(row.getByText('subscribed')).toBeInTheDocument();
    expect(row.getByText('1 of 1')).toBeInTheDocument();
    expect(row.getByRole('button', { name: 'Undo the subscription to logons…' })).toBeEnabled();
    expect(row.getByRole('link', { name: 'logons' })).toHaveAttribute('href', '#/sources/monitor/m2');
    const other = within(screen.getByRole('row', { name: /own indices/ }));
    expect(other.getByText(/its alerts lie elsewhere/)).toBeInTheDocument();
    expect(other.queryByRole('button', { name: /subscri/i })).not.toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'Sources' })).toHaveAttribute('aria-current', 'page');
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('says that a monitor fails, with the words of Alerting as plain text', async () => {
    const failing = { since: at(-600), words: 'Failed fetching inputs: <b>no such index</b>' };
    await show(theSources({ sources: [aSource({ failing })] }));
    const row = within(await screen.findByRole('row', { name: /errors per service/ }));
    expect(row.getByText('its monitor fails')).toBeInTheDocument();
    expect(row.getByText(/<b>no such index<\/b>/)).toBeInTheDocument();
  });

  it('filters while one types', async () => {
    const { user } = await show(theSources({ sources: [aSource(), aSource({ id: 'm2', name: 'logons' })] }));
    await user.type(await screen.findByLabelText('Filter sources'), 'logon');
    expect(await screen.findByText('1 of 2')).toBeInTheDocument();
    expect(screen.queryByRole('row', { name: /errors per service/ })).not.toBeInTheDocument();
  });

  it('shows the diff, then subscribes to exactly what was shown', async () => {
    const { user, sentTo } = await show(theSources(), { subscribeSource: answer({ source: aSubscribed() }) });
    await user.click(await screen.findByRole('button', { name: 'Subscribe to errors per service…' }));
    const dialog = await screen.findByRole('dialog', { name: 'Subscribe to errors per service' });
    expect(await within(dialog).findByText('triggers.0.bucket_level_trigger.actions.1')).toBeInTheDocument();
    expect(within(dialog).getByText(/is made new/)).toBeInTheDocument();
    await user.click(within(dialog).getByRole('button', { name: 'Show lines' }));
    expect(within(dialog).getByRole('region', { name: 'Differences, line by line' })).toHaveTextContent(
      '"action": "Reflex"',
    );
    expect(await faultsOfAccess(dialog)).toEqual([]);
    expect(sentTo('subscribeSource')).toEqual([]);
    await user.type(within(dialog).getByLabelText('Reason (goes on record)'), 'new source{Enter}');
    await waitFor(() =>
      expect(sentTo('subscribeSource')).toMatchObject([
        { params: { kind: 'monitor', id: 'm1' }, body: { digest: 'digest-1', reason: 'new source' } },
      ]),
    );
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
  });

  it('plans anew for the triggers that are chosen, and needs at least one', async () => {
    const { user, sentTo } = await show();
    await user.click(await screen.findByRole('button', { name: 'Subscribe to errors per service…' }));
    const dialog = within(await screen.findByRole('dialog'));
    await user.click(dialog.getByLabelText(/service errors/));
    await waitFor(() => expect(sentTo('planSource').at(-1)).toMatchObject({ body: { triggers: ['t2'] } }));
    await user.click(dialog.getByLabelText(/many errors/));
    expect(dialog.getByText('choose at least one trigger')).toBeInTheDocument();
    expect(dialog.getByRole('button', { name: 'Subscribe' })).toBeDisabled();
  });

  it('asks for a reason, and shows the new plan where somebody was faster', async () => {
    const { user, sentTo, answerWith } = await show(theSources(), {
      subscribeSource: refuse('changed', 'it is not as it was when the plan was made'),
    });
    await user.click(await screen.findByRole('button', { name: 'Subscribe to errors per service…' }));
    const dialog = within(await screen.findByRole('dialog'));
    await dialog.findByText('triggers.0.bucket_level_trigger.actions.1');
    await user.click(dialog.getByRole('button', { name: 'Subscribe' }));
    expect(dialog.getByText('say why, in at least 3 characters')).toBeInTheDocument();
    expect(sentTo('subscribeSource')).toEqual([]);
    answerWith({ planSource: answer(aSourcePlan({ digest: 'digest-2', notes: ['renamed meanwhile'] })) });
    await user.keyboard('because{Enter}');
    expect(await dialog.findByText(/it is not as it was/)).toBeInTheDocument();
    expect(await dialog.findByText('renamed meanwhile')).toBeInTheDocument();
  });

  it('undoes with a reason', async () => {
    const { user, sentTo } = await show(theSources({ sources: [aSubscribed()] }), {
      planSource: answer(aSourcePlan({ intent: 'undo' })),
      undoSource: answer({ source: aSource() }),
    });
    await user.click(await screen.findByRole('button', { name: 'Undo the subscription to errors per service…' }));
    const dialog = within(await screen.findByRole('dialog'));
    await dialog.findByText('triggers.0.bucket_level_trigger.actions.1');
    await giveReason(user, 'too noisy{Enter}');
    await waitFor(() =>
      expect(sentTo('undoSource')).toMatchObject([{ body: { digest: 'digest-1', reason: 'too noisy' } }]),
    );
  });

  it('sends a test message and shows that it arrived', async () => {
    const sources = (channel = aChannel()) => answer(theSources({ channel }));
    const { user, sentTo, answerWith } = await show(theSources({ channel: aChannel() }), {
      testChannel: answer(aChannel()),
    });
    answerWith({ listSources: sources(aChannel({ test: { sent_at: at(0) } })) });
    await user.click(await screen.findByRole('button', { name: 'Send test message' }));
    expect(await screen.findByText(/has not arrived yet/)).toBeInTheDocument();
    expect(sentTo('testChannel')).toHaveLength(1);
  });

  it('says what to do where the channel does not work', async () => {
    const problem = 'OpenSearch may not call `127.0.0.1`: name another address in `intake.public_url`';
    await show(theSources({ channel: aChannel({ problem, rotating: true, valid_tokens: 2 }) }));
    expect(await screen.findByText('intake.public_url')).toBeInTheDocument();
    expect(screen.getByText('2, the new one was not seen yet')).toBeInTheDocument();
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('renews the token with a reason', async () => {
    const { user, sentTo } = await show(theSources({ channel: aChannel() }), { rotateChannel: answer(aChannel()) });
    await user.click(await screen.findByRole('button', { name: 'Renew token…' }));
    expect(await faultsOfAccess(await screen.findByRole('dialog'))).toEqual([]);
    await giveReason(user, 'exercise{Enter}');
    await waitFor(() => expect(sentTo('rotateChannel')).toMatchObject([{ body: { reason: 'exercise' } }]));
  });

  it('says that somebody disabled the channel, and enables it with a reason', async () => {
    const disabled = aChannel({ disabled: true, problem: 'somebody disabled the channel in OpenSearch' });
    const { user, sentTo } = await show(theSources({ channel: disabled }), { enableChannel: answer(aChannel()) });
    expect(await screen.findByText('The channel is disabled')).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Renew token…' })).toBeDisabled();
    await user.click(screen.getByRole('button', { name: 'Enable channel…' }));
    expect(await faultsOfAccess(await screen.findByRole('dialog'))).toEqual([]);
    await giveReason(user, 'the flood is over{Enter}');
    await waitFor(() => expect(sentTo('enableChannel')).toMatchObject([{ body: { reason: 'the flood is over' } }]));
  });

  it('lets only an administrator change anything', async () => {
    await show(theSources({ channel: aChannel() }), {}, ['read', 'author', 'approve']);
    expect(await screen.findByRole('button', { name: 'Subscribe to errors per service…' })).toBeDisabled();
    expect(screen.getByRole('button', { name: 'Send test message' })).toBeDisabled();
    expect(screen.getByRole('button', { name: 'Renew token…' })).toBeDisabled();
  });

  it('says what it means that there is nothing', async () => {
    const note = {
      part: 'alerting',
      code: 'not_installed',
      text: 'this OpenSearch has no monitors of Alerting',
    } as const;
    const { answerWith, tellChanged } = await show(theSources({ sources: [], notes: [note] }));
    expect(await screen.findByText('This OpenSearch has no Alerting')).toBeInTheDocument();
    expect(await faultsOfAccess()).toEqual([]);
    answerWith({ listSources: answer(theSources({ sources: [] })) });
    tellChanged('source');
    expect(await screen.findByText('No monitors and no detectors')).toBeInTheDocument();
  });

  it('does not call it missing in the demo, which plays the monitors itself, and says what else is wrong', async () => {
    const missing = { part: 'alerting', code: 'not_installed', text: 'this OpenSearch has no Alerting' } as const;
    const failed = { part: 'notifications', code: 'failed', text: 'the channel could not be read' } as const;
    const page = await showPage('/sources');
    page.tellStatus(aStatus({ mode: 'demo' }));
    page.answerWith({ listSources: answer(theSources({ sources: [], notes: [missing, failed] })) });
    page.tellChanged('source');
    expect(await screen.findByText('The demo plays the monitors itself')).toBeInTheDocument();
    expect(screen.queryByText(/has no Alerting/)).toBeNull();
    expect(screen.getByText('the channel could not be read')).toBeInTheDocument();
  });

  it('says that alerts are decided whether a source is subscribed or not', async () => {
    await show();
    expect(await screen.findByText(/decided, subscribed or not/)).toBeInTheDocument();
  });

  it('is loading until the host answers, and says why it cannot be loaded', async () => {
    const { answerWith, tellChanged } = await showPage('/sources');
    expect(screen.getByRole('status', { name: 'Sources: loading' })).toBeInTheDocument();
    answerWith({ listSources: refuse('unavailable', 'OpenSearch is away') });
    tellChanged('source');
    expect(await screen.findByRole('alert')).toHaveTextContent('OpenSearch is away');
  });
});
