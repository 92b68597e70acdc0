import { screen, waitFor, within } from '@testing-library/react';
import type { ConnectorView, HealthHistoryView, SelfTestView } from '../../../common/api/routes';
import { aConnectorView, aStatus, at, NOW } from '../../../test/builders/views';
import { faultsOfAccess } from '../../../test/stubs/accessible';
import { answer, refuse, showPage, silence, type Answers } from '../../../test/stubs/page';

const DAY_S = 86_400;
const healthOf = (name: string, spans: HealthHistoryView['spans']): HealthHistoryView => ({ name, spans });
const HEALTH = healthOf('edge-firewall', [
  { from: at(-DAY_S), to: at(-DAY_S + 3_600), state: 'unknown' },
  { from: at(-DAY_S + 3_600), to: at(-7_200), state: 'ok' },
  { from: at(-7_200), to: at(-5_400), state: 'down', text: 'no answer within 3 s' },
  { from: at(-5_400), to: NOW, state: 'ok' },
]);
const listOf = (...connectors: ConnectorView[]) => answer({ as_of: NOW, connectors });
const show = (path = '/connectors', answers: Answers = {}, may = aStatus().caller?.may ?? []) =>
  showPage(path, {
    answers: {
      listConnectors: listOf(aConnectorView()),
      getConnectorHealth: answer({ from: at(-DAY_S), to: NOW, connectors: [HEALTH] }),
      ...answers,
    },
    status: aStatus({ caller: { name: 'ben', may, single_user: false } }),
  });
const rowOf = async (name: string) => within(await screen.findByRole('listitem', { name }));

describe('the page of connectors', () => {
  it('tells of each how it is and was, what it takes away, and how that ends', async () => {
    await show();
    const row = await rowOf('edge-firewall');
    expect(row.getByRole('link', { name: 'edge-firewall' })).toHaveAttribute('href', '#/connectors/edge-firewall');
    expect(row.getByText('ok')).toBeInTheDocument();
    expect(
      row.getByText('takes away 10 %; ends by itself at its target too, and is taken back by: Unblock address'),
    ).toBeInTheDocument();
    const line = await row.findByRole('img', {
      name: 'The last 24 hours: down for 30 min, not known for 1 h, ok for 22 h 30 min',
    });
    expect(line.querySelectorAll('rect')).toHaveLength(4);
    expect(row.getByText('down for 30 min, not known for 1 h')).toBeInTheDocument();
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('says what cannot be done now, and what cannot be taken back', async () => {
    const actions = [{ action: 'kill_process', milder: [], cannot: 'no right' }];
    await show('/connectors', { listConnectors: listOf(aConnectorView({ actions, state: 'degraded', text: 'slow' })) });
    const row = await rowOf('edge-firewall');
    expect(row.getByText('cannot act now')).toBeInTheDocument();
    expect(row.getByText('does not say what it takes away; cannot be taken back')).toBeInTheDocument();
    expect(row.getByText('slow')).toBeInTheDocument();
  });

  it('finds one of 64', async () => {
    const many = Array.from({ length: 64 }, (_, index) => aConnectorView({ name: `fw-${index}` }));
    const { user } = await show('/connectors', { listConnectors: listOf(...many) });
    expect(await screen.findByText('64 of 64 at the most')).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Show more: 50 of 64 are shown' })).toBeInTheDocument();
    await user.type(screen.getByRole('searchbox', { name: 'Name, kind, state or action' }), 'fw-63{Enter}');
    await waitFor(() => expect(screen.queryByRole('listitem', { name: 'fw-1' })).not.toBeInTheDocument());
    expect(screen.getByRole('listitem', { name: 'fw-63' })).toBeInTheDocument();
    await user.clear(screen.getByRole('searchbox'));
    await user.type(screen.getByRole('searchbox'), 'nothing{Enter}');
    expect(await screen.findByText(/No connector has that/)).toBeInTheDocument();
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('says where there is none, while it loads, and where it fails', async () => {
    await show('/connectors', { listConnectors: listOf() });
    expect(await screen.findByText('No connector is configured')).toBeInTheDocument();
    expect(screen.getAllByRole('link', { name: 'Configure a connector' })).not.toHaveLength(0);
  });

  it('shows a skeleton until it has them', async () => {
    await show('/connectors', { listConnectors: silence });
    expect(await screen.findByRole('status', { name: 'Connectors: loading' })).toBeInTheDocument();
  });

  it('says why they could not be loaded', async () => {
    await show('/connectors', { listConnectors: refuse('unavailable', 'OpenSearch does not answer right now') });
    expect(await screen.findByText('Connectors: could not be loaded')).toBeInTheDocument();
  });

  it('offers to configure one to admins only', async () => {
    await show('/connectors', {}, ['read']);
    await rowOf('edge-firewall');
    expect(screen.queryByRole('link', { name: 'Configure a connector' })).not.toBeInTheDocument();
  });
});

describe('the page of one connector', () => {
  const aTest = (over: Partial<SelfTestView> = {}): SelfTestView => ({
    action: 'block_ip',
    target: '192.0.2.7',
    by: 'ben',
    at: NOW,
    state: 'running',
    steps: [{ step: 'brakes', ok: true, text: 'nothing stops it' }],
    ...over,
  });

  it('tests it by the keyboard alone: it says what is done to what, then each step as it comes', async () => {
    const { user, sentTo, answerWith, tellChanged } = await show('/connectors/edge-firewall', {
      testConnector: answer(aTest({ steps: [] })),
    });
    (await screen.findByRole('button', { name: 'Test Block address of edge-firewall' })).focus();
    await user.keyboard('{Enter}');
    const dialog = await screen.findByRole('dialog', { name: 'Test Block address at edge-firewall?' });
    expect(dialog).toHaveTextContent('192.0.2.0/24');
    expect(dialog).toHaveTextContent('takes it back, and looks whether it is gone');
    expect(await faultsOfAccess(dialog)).toEqual([]);
    answerWith({ listConnectors: listOf(aConnectorView({ test: aTest() })) });
    await waitFor(() => expect(within(dialog).getByRole('button', { name: 'Test now' })).toHaveFocus());
    await user.keyboard('{Enter}');
    await waitFor(() => expect(sentTo('testConnector')).toMatchObject([{ body: { action: 'block_ip' } }]));
    const steps = within(await screen.findByRole('list', { name: 'Steps of the self-test' }));
    expect(steps.getAllByRole('listitem').map(({ textContent }) => textContent)).toEqual([
      expect.stringContaining('nothing stops it'),
      expect.stringContaining('under way'),
      ...Array.from({ length: 4 }, () => expect.stringContaining('not begun')),
    ]);
    expect(screen.getByRole('button', { name: /^Test Block/ })).toBeDisabled();
    const done = aTest({ state: 'failed', steps: [{ step: 'seen', ok: false, text: 'not so within 500 ms' }] });
    answerWith({ listConnectors: listOf(aConnectorView({ test: done })) });
    tellChanged('connector');
    expect(await screen.findByText('not so within 500 ms', {}, { timeout: 5_000 })).toBeInTheDocument();
  });

  it('tells when it was not as it should be, and all that it promises', async () => {
    await show('/connectors/edge-firewall');
    const table = await screen.findByRole('group', { name: 'When it was not as it should be' });
    expect(within(table).getByText('no answer within 3 s')).toBeInTheDocument();
    expect(screen.getByText('connection, no_answer')).toBeInTheDocument();
    expect(screen.getByText(/queued for 1 min while its target is off/)).toBeInTheDocument();
    expect(screen.getByText('needs: firewall:write')).toBeInTheDocument();
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('may be tested by admins only, and not where nothing harmless is there', async () => {
    const [action] = aConnectorView().actions;
    const { test_on: _on, ...untested } = action ?? { action: 'x', milder: [] };
    const actions = [...aConnectorView().actions, { ...untested, action: 'isolate_host' }];
    await show('/connectors/edge-firewall', { listConnectors: listOf(aConnectorView({ actions })) }, ['read']);
    expect(await screen.findByRole('button', { name: 'Test Block address of edge-firewall' })).toBeDisabled();
    expect(screen.getByText('you need the admin role to test it')).toBeInTheDocument();
    expect(screen.getByText(/there is nothing harmless to test it on/)).toBeInTheDocument();
  });

  it('says where it is not there', async () => {
    await show('/connectors/nobody');
    expect(await screen.findByText('This host has no connector of that name')).toBeInTheDocument();
  });
});
