import { screen, within } from '@testing-library/react';
import type { UserEvent } from '@testing-library/user-event';
import type { IntakeHealthView, LeftOutRow } from '../../../common/api/routes';
import { anIntakeHealth, aSource as aMonitor, NOTHING_LEFT_OUT, theSources } from '../../../test/builders/source_views';
import { faultsOfAccess } from '../../../test/stubs/accessible';
import { answer, refuse, showPage, silence, type Answers } from '../../../test/stubs/page';

const aSource = (change: Partial<IntakeHealthView> = {}): IntakeHealthView =>
  anIntakeHealth({
    ...{ type: 'kafka', id: 'alerts', received: 1200, duplicates: 3, updates: 4, per_minute: 4.25 },
    last_event_at: '2026-11-22T03:12:00.000Z',
    ...change,
  });

const none = answer({ as_of: '2026-11-22T03:12:04.000Z', sources: [], notes: [], webhook_url: 'http://127.0.0.1/x' });
const AS_OF = '2026-11-22T03:12:04.000Z';
const showing = (sources: readonly IntakeHealthView[], answers: Answers = {}) =>
  showPage('/sources', {
    answers: { listSources: none, listIntakeHealth: answer({ as_of: AS_OF, sources: [...sources] }), ...answers },
  });
const show = (...sources: readonly IntakeHealthView[]) => showing(sources);
const rows = (...left: readonly LeftOutRow[]): Answers => ({ getLeftOut: answer({ as_of: AS_OF, rows: [...left] }) });
const open = async (user: UserEvent, source: string) => {
  await user.click(await screen.findByRole('button', { name: `Details of ${source}` }));
  return within(screen.getByRole('group', { name: `Details of ${source}` }));
};
const rowOf = async (name: RegExp) => within(await screen.findByRole('row', { name }));

describe('what comes in', () => {
  it('says of each source whether anything is granted to it, and leads there', async () => {
    const { user } = await showing(
      [aSource(), aSource({ type: 'webhook', id: 'siem', granted: false }), aSource({ type: 'analyst', id: 'ann' })],
      rows(),
    );
    const siem = await open(user, 'webhook:siem');
    expect(siem.getByRole('link', { name: 'nothing is granted to webhook:siem' })).toHaveAttribute(
      'href',
      '#/sources/grants/webhook/siem',
    );
    const kafka = await open(user, 'kafka:alerts');
    expect(kafka.getByRole('link', { name: 'what is granted to kafka:alerts' })).toHaveTextContent('what is granted');
    expect((await open(user, 'analyst:ann')).queryByRole('link')).not.toBeInTheDocument();
  });

  it('calls what reads the alert indices by what it does, and shows no figures of it', async () => {
    await show(aSource({ type: 'alerting', id: 'cursor', received: 0, per_minute: 0 }), aSource());
    const reader = await screen.findByRole('row', { name: /alerts of all monitors, read from their indices/ });
    expect(reader).toHaveTextContent('fine');
    expect(reader).not.toHaveTextContent(/cursor|0\.0/);
    expect(reader.querySelectorAll('td.rfx-number')[1]).toBeEmptyDOMElement();
  });

  it.each([
    ['alerting', 'm1', 8, 1],
    ['alerting', 'm1', 0, 0],
    ['kafka', 'alerts', 8, 0],
  ] as const)('says why alerts have duplicates: %s, %s, %i', async (type, id, duplicates, notes) => {
    const { user } = await showing([aSource({ type, id, duplicates })], rows());
    const details = await open(user, `${type}:${id}`);
    expect(details.queryAllByText(/comes by its channel and is read from the alert index as well/)).toHaveLength(notes);
  });

  it('shows each source with its rate, lag and state, and is accessible', async () => {
    await show(
      aSource({ lag: 42, connected: true, not_ours: 5_017 }),
      aSource({ type: 'rabbitmq', id: 'q', connected: false }),
      aSource({ type: 'index', id: 'broken', error: 'the index is gone' }),
      aSource({ type: 'webhook', id: 'siem', quarantined: 5, parse_failures: 2 }),
    );
    const kafka = await rowOf(/kafka: alerts/);
    expect(kafka.getByText('fine')).toBeInTheDocument();
    expect(kafka.getByText('42')).toBeInTheDocument();
    expect(kafka.getByText('4.3')).toBeInTheDocument();
    expect((await rowOf(/rabbitmq: q/)).getByText('not connected')).toBeInTheDocument();
    expect((await rowOf(/index: broken/)).getByText('the index is gone')).toBeInTheDocument();
    expect((await rowOf(/webhook: siem/)).getByText('5 in quarantine, 2 of them unreadable')).toBeInTheDocument();
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('counts what did not become a case beside it, and tells in its details what that was and why', async () => {
    const { user, sentTo } = await showing(
      [
        aSource({
          not_ours: 5_017,
          left_out: { ...NOTHING_LEFT_OUT, not_ours: 5_017, beyond: 2, quarantined: 1, mended: 40 },
        }),
      ],
      rows(
        {
          why: 'not_ours',
          path: 'event_type',
          how: 'other',
          count: 5_017,
          examples: [{ at: AS_OF, text: 'flow' }, { at: AS_OF }],
        },
        {
          why: 'mended',
          path: 'file.path',
          how: 'left_out',
          count: 40,
          examples: [{ at: AS_OF, text: '/x', decision_id: 'd7' }],
        },
        { why: 'cut', path: '', count: 1, examples: [] },
      ),
    );
    expect((await rowOf(/kafka: alerts/)).getByText('5,020')).toBeInTheDocument();
    expect(sentTo('getLeftOut')).toEqual([]);
    const details = await open(user, 'kafka:alerts');
    const left = within(await details.findByRole('list', { name: 'What was left out, and why' }));
    const item = (word: string) => within(left.getByText(word).closest('li') as HTMLElement);
    const flow = item('not ours');
    expect(flow.getByText('event_type')).toBeInTheDocument();
    expect(flow.getByText('flow')).toBeInTheDocument();
    expect(flow.getByText('5,017 ×')).toBeInTheDocument();
    expect(flow.getByText(/asks for another word here/)).toBeInTheDocument();
    const mended = item('detail mended');
    expect(mended.getByText(/no value of the field/)).toBeInTheDocument();
    expect(mended.getByRole('link')).toHaveAttribute('href', '#/decisions/d7');
    expect(item('original not kept whole').getByText(/the whole/)).toHaveTextContent('1 ×');
    expect(sentTo('getLeftOut').map(({ params }) => params)).toEqual([{ type: 'kafka', id: 'alerts' }]);
    expect(await faultsOfAccess()).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Details of kafka:alerts' }));
    expect(screen.queryByRole('group', { name: 'Details of kafka:alerts' })).not.toBeInTheDocument();
  });

  it.each<[note: string, answers: Answers, text: RegExp]>([
    ['nothing was left out', rows(), /Nothing was left out/],
    ['it could not be asked', { getLeftOut: refuse('unavailable', 'OpenSearch is away') }, /OpenSearch is away/],
  ])('says in its details that %s', async (_, answers, text) => {
    const { user } = await showing([aSource()], answers);
    expect(await (await open(user, 'kafka:alerts')).findByText(text)).toBeInTheDocument();
  });

  it('says in its details that they are being loaded', async () => {
    const { user } = await showing([aSource()], { getLeftOut: silence });
    expect(await (await open(user, 'kafka:alerts')).findByRole('status')).toBeInTheDocument();
  });

  it('is folded by the keyboard', async () => {
    const { user } = await showing([aSource()], rows());
    (await screen.findByRole('button', { name: 'Details of kafka:alerts' })).focus();
    await user.keyboard('{Enter}');
    expect(screen.getByRole('button', { name: 'Details of kafka:alerts' })).toHaveAttribute('aria-expanded', 'true');
    expect(screen.getByRole('group', { name: 'Details of kafka:alerts' })).toBeInTheDocument();
  });

  it('names a monitor by its name, and one that is not listed by its id', async () => {
    await showPage('/sources', {
      answers: {
        listSources: answer(theSources({ sources: [aMonitor({ name: 'many logons' })] })),
        listIntakeHealth: answer({
          as_of: '2026-11-22T03:12:04.000Z',
          sources: [aSource({ type: 'alerting', id: 'm1' }), aSource({ type: 'alerting', id: 'gone' })],
        }),
      },
    });
    expect(await screen.findByRole('row', { name: /alerting: many logons m1/ })).toBeInTheDocument();
    expect(screen.getByRole('row', { name: /alerting: gone/ })).toBeInTheDocument();
  });
  it('says that nothing has come in', async () => {
    await show();
    expect(await screen.findByText('Nothing has come in yet.')).toBeInTheDocument();
  });
  it('says why it cannot be loaded', async () => {
    await showPage('/sources', {
      answers: { listSources: none, listIntakeHealth: refuse('unavailable', 'OpenSearch is away') },
    });
    expect(await screen.findByText(/OpenSearch is away/)).toBeInTheDocument();
  });
});
