import { screen, within } from '@testing-library/react';
import type { IntakeHealthView } from '../../../common/api/routes';
import { anIntakeHealth, aSource as aMonitor, theSources } from '../../../test/builders/source_views';
import { faultsOfAccess } from '../../../test/stubs/accessible';
import { answer, refuse, showPage } from '../../../test/stubs/page';

const aSource = (change: Partial<IntakeHealthView> = {}): IntakeHealthView =>
  anIntakeHealth({
    ...{ type: 'kafka', id: 'alerts', received: 1200, duplicates: 3, updates: 4, per_minute: 4.25 },
    last_event_at: '2026-11-22T03:12:00.000Z',
    ...change,
  });

const none = answer({ as_of: '2026-11-22T03:12:04.000Z', sources: [], notes: [], webhook_url: 'http://127.0.0.1/x' });
const show = (...sources: readonly IntakeHealthView[]) =>
  showPage('/sources', {
    answers: {
      listSources: none,
      listIntakeHealth: answer({ as_of: '2026-11-22T03:12:04.000Z', sources: [...sources] }),
    },
  });
const rowOf = async (name: RegExp) => within(await screen.findByRole('row', { name }));

describe('what comes in', () => {
  it('says of each source whether anything is granted to it, and leads there', async () => {
    await show(
      aSource(),
      aSource({ type: 'webhook', id: 'siem', granted: false }),
      aSource({ type: 'analyst', id: 'ann' }),
    );
    const siem = await rowOf(/webhook: siem/);
    expect(siem.getByRole('link', { name: 'nothing is granted to webhook:siem' })).toHaveAttribute(
      'href',
      '#/sources/grants/webhook/siem',
    );
    const kafka = await rowOf(/kafka: alerts/);
    expect(kafka.getByRole('link', { name: 'what is granted to kafka:alerts' })).toHaveTextContent('what is granted');
    expect((await rowOf(/analyst: ann/)).queryByRole('link')).not.toBeInTheDocument();
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
    expect(kafka.getByText('5,017')).toBeInTheDocument();
    expect(kafka.getByText('4.3')).toBeInTheDocument();
    expect((await rowOf(/rabbitmq: q/)).getByText('not connected')).toBeInTheDocument();
    expect((await rowOf(/index: broken/)).getByText('the index is gone')).toBeInTheDocument();
    expect((await rowOf(/webhook: siem/)).getByText('5 in quarantine, 2 of them unreadable')).toBeInTheDocument();
    expect(await faultsOfAccess()).toEqual([]);
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
