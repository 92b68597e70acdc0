import { screen, within } from '@testing-library/react';
import type { ReceiverView } from '../../../common/api/routes';
import { faultsOfAccess } from '../../../test/stubs/accessible';
import { answer, refuse, showPage } from '../../../test/stubs/page';

const aReceiver = (change: Partial<ReceiverView> = {}): ReceiverView => ({
  name: 'webhook:siem>webhook',
  source: { type: 'webhook', id: 'siem' },
  channel: 'webhook',
  place: 'https://siem.example/outcomes',
  tell: ['verified', 'ended'],
  told: 1_234,
  refused: 0,
  given_up: 0,
  lag_s: 0,
  ...change,
});
const none = answer({ as_of: '2026-11-22T03:12:04.000Z', sources: [], notes: [], webhook_url: 'http://127.0.0.1/x' });
const show = (...receivers: readonly ReceiverView[]) =>
  showPage('/sources', {
    answers: {
      listSources: none,
      listOutcomeReceivers: answer({ as_of: '2026-11-22T03:12:04.000Z', receivers: [...receivers] }),
    },
  });
const rowOf = async (name: RegExp) => within(await screen.findByRole('row', { name }));

describe('what sources are told', () => {
  it('shows each receiver: where, of what, how many, and the last; and is accessible', async () => {
    await show(
      aReceiver({ last_told: { at: '2026-11-22T03:12:00.000Z', key: 'command:c1#2', event_id: 'e-77' } }),
      aReceiver({ name: 'a', source: { type: 'alerting', id: '*' }, channel: 'acknowledge', tell: ['verified'] }),
    );
    const siem = await rowOf(/webhook:siem/);
    expect(siem.getByText('https://siem.example/outcomes')).toBeInTheDocument();
    expect(siem.getByText('contained and verified, ended')).toBeInTheDocument();
    expect(siem.getByText('e-77')).toBeInTheDocument();
    expect(siem.getByText('1,234')).toBeInTheDocument();
    expect(siem.getByText('fine')).toBeInTheDocument();
    expect((await rowOf(/every alerting source/)).getByText(/acknowledges/)).toBeInTheDocument();
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('says why a receiver is not reached, since when, and for how long the oldest outcome waits', async () => {
    await show(aReceiver({ error: 'HTTP 503', failing_since: '2026-11-22T03:10:00.000Z', lag_s: 130 }));
    const siem = await rowOf(/webhook:siem/);
    expect(siem.getByText('HTTP 503')).toBeInTheDocument();
    expect(siem.getByText('2 min 10 s')).toBeInTheDocument();
  });

  it('says what it will never hear of', async () => {
    const last_lost = { at: '2026-11-22T03:10:00.000Z', key: 'k', result: 'refused', why: 'HTTP 422' } as const;
    await show(aReceiver({ given_up: 3, refused: 1, last_lost }));
    const siem = await rowOf(/webhook:siem/);
    expect(siem.getByText('3 given up, 1 refused; the last')).toBeInTheDocument();
    expect(siem.getByText('HTTP 422')).toBeInTheDocument();
  });

  it('is not there where nobody is told', async () => {
    await show();
    expect(await screen.findByText('No monitors and no detectors')).toBeInTheDocument();
    expect(screen.queryByText('What sources are told')).not.toBeInTheDocument();
  });

  it('says why it cannot be loaded', async () => {
    await showPage('/sources', {
      answers: { listSources: none, listOutcomeReceivers: refuse('unavailable', 'OpenSearch is away') },
    });
    expect(await screen.findByText(/OpenSearch is away/)).toBeInTheDocument();
  });
});
