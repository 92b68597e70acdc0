import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import type { IntakeHealthView } from '../../../common/api/routes';
import {
  aConnectorView,
  aDecisionBrief,
  anEmptyOverview,
  anOverview,
  aStatus,
  becameCounts,
  neverTouched,
  NOW,
} from '../../../test/builders/views';
import { anIntakeHealth } from '../../../test/builders/source_views';
import { faultsOfAccess } from '../../../test/stubs/accessible';
import { answer, refuse, showPage } from '../../../test/stubs/page';

const region = (name: string) => within(screen.getByRole('region', { name }));

const aSource = (id: string, granted: boolean, received = 3, type: IntakeHealthView['type'] = 'webhook') =>
  anIntakeHealth({ type, id, granted, received });
const withSources = (...sources: readonly IntakeHealthView[]) =>
  showPage('/overview', {
    answers: {
      getOverview: answer(anOverview()),
      listIntakeHealth: answer({ as_of: '2026-11-22T03:12:04.000Z', sources: [...sources] }),
    },
  });

describe('overview', () => {
  it('names the sources that only claim, those that sent most first, and no more than five', async () => {
    await withSources(
      ...['a', 'b', 'c', 'd', 'e', 'f'].map((id, index) => aSource(id, false, 10 + index)),
      aSource('trusted', true),
      aSource('silent', false, 0),
      aSource('ann', false, 7, 'analyst'),
    );
    expect(await screen.findByText('Nothing is granted to 6 of the sources that sent events')).toBeInTheDocument();
    const named = screen.getAllByRole('link', { name: /^webhook:/ });
    expect(named.map(({ textContent }) => textContent)).toEqual(['f', 'e', 'd', 'c', 'b'].map((id) => `webhook:${id}`));
    expect(named[0]).toHaveAttribute('href', '#/sources/grants/webhook/f');
    expect(screen.getByRole('link', { name: 'and 1 more' })).toHaveAttribute('href', '#/sources');
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('says nothing of grants where every source that sent anything has one', async () => {
    const { sentTo } = await withSources(aSource('trusted', true), aSource('silent', false, 0));
    await waitFor(() => expect(sentTo('listIntakeHealth')).toHaveLength(1));
    expect(await screen.findByRole('list', { name: 'Now' })).toBeInTheDocument();
    expect(screen.queryByText(/Nothing is granted/)).not.toBeInTheDocument();
  });

  it('says what waits, what is contained and what was decided, and is accessible', async () => {
    await showPage('/overview', {
      answers: { getOverview: answer(anOverview()) },
      status: aStatus({ waiting: 3, containments: 7 }),
    });
    const figures = within(await screen.findByRole('list', { name: 'Now' }));
    expect(figures.getByRole('link', { name: '3 waiting now' })).toHaveAttribute('href', '#/escalations');
    expect(figures.getByRole('link', { name: '7 contained now' })).toHaveAttribute('href', '#/containments');
    const events = within(screen.getByRole('list', { name: 'Events by what became of them' }));
    expect(events.getByRole('link', { name: '132 nothing' })).toHaveAttribute(
      'href',
      '#/decisions?became=nothing&from=2026-11-21T04%3A00%3A00.000Z',
    );
    const values = events.getAllByRole('link').map(({ textContent }) => parseInt(textContent ?? '', 10));
    expect(values.reduce((sum, value) => sum + value, 0)).toBe(216);
    expect(screen.getByText(/216 events were decided in the last 24 hours/)).toBeInTheDocument();
    expect(region('Limits').getByRole('meter')).toHaveAttribute('aria-valuetext', '17 of 50');
    expect(region('From alert to confirmed effect').getByText('740 ms')).toBeInTheDocument();
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('tells what waited for a person apart from what waited for nobody', async () => {
    const latency = {
      median_ms: 740,
      p95_ms: 1_910,
      count: 44,
      person: { median_ms: 240_000, p95_ms: 474_000, count: 3 },
    };
    await showPage('/overview', { answers: { getOverview: answer(anOverview({ latency })) } });
    await screen.findByText('Acts that waited for a person, apart:');
    expect(region('From alert to confirmed effect').getByText('4 min')).toBeInTheDocument();
    expect(region('From alert to confirmed effect').getByText('740 ms')).toBeInTheDocument();
  });

  it('says how far back events were counted where that is not all of them', async () => {
    const became_24h = becameCounts({ nothing: 4_000, not_known: 2 }, { decisions: 12_000, looked_through: 5_000 });
    await showPage('/overview', { answers: { getOverview: answer(anOverview({ became_24h })) } });
    expect(await screen.findByText(/among the newest 5,000 of 12,000 decisions/)).toBeInTheDocument();
    expect(screen.getByRole('link', { name: '2 not known' })).toBeInTheDocument();
  });

  it('says how many containments are gone before their end', async () => {
    await showPage('/overview', {
      answers: { getOverview: answer(anOverview()) },
      status: aStatus({
        containments: 7,
        live: [
          { connector: 'edge-firewall', gone: 1, unsure: 0 },
          { connector: 'edr', gone: 2, unsure: 0 },
        ],
      }),
    });
    const figures = within(await screen.findByRole('list', { name: 'Now' }));
    expect(figures.getByText('3 of them gone before the end')).toBeInTheDocument();
  });

  it('is loading until the host answers, and says what is wrong if it refuses', async () => {
    const { answerWith, user } = await showPage('/overview');
    expect(screen.getByRole('status', { name: 'Overview: loading' })).toBeInTheDocument();
    answerWith({ getOverview: refuse('unavailable', 'OpenSearch is away') });
    const page = await showPage('/overview', { answers: { getOverview: refuse('unavailable', 'OpenSearch is away') } });
    const problem = await screen.findByRole('alert');
    expect(problem).toHaveTextContent('OpenSearch is away');
    page.answerWith({ getOverview: answer(anOverview()) });
    await user.click(within(problem).getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('Recent decisions')).toBeInTheDocument();
  });

  it('tells a fresh installation how to send its first event, with the token of this host', async () => {
    const status = aStatus({
      counters: {
        received: 0,
        duplicates: 0,
        updates: 0,
        quarantined: 0,
        accepted: 0,
        refused: 0,
        resumed: 0,
        spooled: 0,
      },
      intake_hint: '/var/lib/reflex/intake-token',
    });
    await showPage('/overview', { answers: { getOverview: answer(anEmptyOverview()) }, status });
    expect(await screen.findByText('Nothing has come in yet')).toBeInTheDocument();
    expect(document.body).toHaveTextContent("$(cat '/var/lib/reflex/intake-token')");
    expect(document.body).toHaveTextContent('https://reflex.example/api/reflex/events');
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('has the same figures of each hour in a table', async () => {
    const { user } = await showPage('/overview', { answers: { getOverview: answer(anOverview()) } });
    await user.click(await screen.findByRole('button', { name: 'Show as table' }));
    const table = within(screen.getByRole('table', { name: 'Decisions by hour' }));
    expect(table.getAllByRole('row')).toHaveLength(25);
  });

  it('lists what is never touched, by where it was found, and says what could not be', async () => {
    const missing = ['this machine (darwin) does not tell its gateways'];
    const { user } = await showPage('/overview', {
      answers: {
        getOverview: answer(anOverview()),
        getNeverTouched: answer(neverTouched({ missing, settled: false })),
      },
    });
    await screen.findByText('4 found');
    const never = region('Never touched');
    await user.click(never.getByText('Show them, with where each was found'));
    const places = never.getAllByRole('listitem').map(({ textContent }) => textContent);
    expect(places).toEqual([
      'this machine, eth0192.0.2.2, fe80::2',
      'name of this machinevm',
      'connector edge: fw.example198.51.100.4',
    ]);
    expect(never.getByText(/so this host starts nothing/)).toBeInTheDocument();
    expect(never.getByText('this machine (darwin) does not tell its gateways', { exact: false })).toBeInTheDocument();
    expect(await faultsOfAccess()).toEqual([]);
  });

  it.each([
    [8, 1],
    [0, 0],
  ])('says why nothing is wrong with %i duplicates', async (duplicates, notes) => {
    const counters = {
      ...{ received: 8 + duplicates, accepted: 8, duplicates, updates: 0, quarantined: 0 },
      ...{ refused: 0, resumed: 0, spooled: 0 },
    };
    await showPage('/overview', { answers: { getOverview: answer(anOverview()) }, status: aStatus({ counters }) });
    expect(await screen.findByText('the sum is right: nothing was lost')).toBeInTheDocument();
    expect(screen.queryAllByText(/comes by its channel and is read from the alert index as well/)).toHaveLength(notes);
  });

  it('warns when events are not accounted for', async () => {
    const counters = {
      received: 10,
      duplicates: 1,
      updates: 0,
      quarantined: 1,
      accepted: 7,
      refused: 0,
      resumed: 0,
      spooled: 0,
    };
    await showPage('/overview', { answers: { getOverview: answer(anOverview()) }, status: aStatus({ counters }) });
    expect(await screen.findByText('1 not accounted for yet: on their way, or lost')).toBeInTheDocument();
  });

  it('follows what happens without a reload', async () => {
    const { answerWith, tellChanged, tellStatus } = await showPage('/overview', {
      answers: { getOverview: answer(anOverview()) },
    });
    await screen.findByText('Recent decisions');
    const newest = aDecisionBrief({
      decision_id: 'decision-2',
      verdict: 'deny',
      summary: 'deny block_ip of dc-01: no',
    });
    answerWith({ getOverview: answer(anOverview({ recent: [newest] })) });
    tellChanged('case');
    tellStatus(aStatus({ waiting: 1 }));
    expect(screen.getByRole('link', { name: '1 waiting now' })).toBeInTheDocument();
    await waitFor(() => expect(screen.getByRole('link', { name: 'block_ip of dc-01: no' })).toBeInTheDocument(), {
      timeout: 2_500,
    });
  });

  it('names a connector that is down and why', async () => {
    const connectors = [
      {
        name: 'edge-firewall',
        kind: 'rest',
        state: 'down' as const,
        text: 'no answer within 3 s',
        actions: ['block_ip'],
      },
    ];
    await showPage('/overview', { answers: { getOverview: answer(anOverview()) }, status: aStatus({ connectors }) });
    expect(await screen.findByText('no answer within 3 s')).toBeInTheDocument();
    expect(region('Connectors').getByText('down')).toBeInTheDocument();
  });

  it('tells what a connector cannot do now, what it promises, and tests it', async () => {
    const connectors = [
      {
        ...{ name: 'edge-firewall', kind: 'rest', state: 'degraded' as const, text: '' },
        ...{ actions: ['block_ip'], cannot: ['block_ip'] },
      },
    ];
    const test = {
      ...{ action: 'block_ip', target: '192.0.2.7', by: 'ben', at: NOW, state: 'failed' as const },
      steps: [
        { step: 'brakes' as const, ok: true, text: 'nothing stops it' },
        { step: 'seen' as const, ok: false, text: 'not so within 500 ms' },
      ],
    };
    const { sentTo } = await showPage('/overview', {
      answers: {
        getOverview: answer(anOverview()),
        listConnectors: answer({ as_of: NOW, connectors: [aConnectorView({ test })] }),
        testConnector: answer({ ...test, state: 'running', steps: [] }),
      },
      status: aStatus({ connectors }),
    });
    const panel = region('Connectors');
    expect(await panel.findByText('cannot act now: Block address')).toBeInTheDocument();
    expect(sentTo('listConnectors')).toEqual([]);
    const more = panel.getByRole('button', { name: 'What edge-firewall promises, and its self-test' });
    expect(more).toHaveAttribute('aria-expanded', 'false');
    fireEvent.click(more);
    expect(await panel.findByText(/takes away 10 % of what its target does/)).toHaveTextContent('100 % of gateway');
    expect(panel.getByText(/undoing cancels it/)).toHaveTextContent('queued for 1 min');
    expect(panel.getByText('needs: firewall:write')).toBeInTheDocument();
    expect(panel.getByText('confirmed by the router')).toBeInTheDocument();
    expect(panel.getByText('milder: Kill process')).toBeInTheDocument();
    const steps = within(panel.getByRole('list', { name: 'Steps of the self-test' }));
    expect(steps.getAllByRole('listitem').map(({ textContent }) => textContent)).toEqual([
      expect.stringContaining('the brakes let it pass'),
      expect.stringContaining('not so within 500 ms'),
    ]);
    expect(panel.getByText('failed')).toBeInTheDocument();
    fireEvent.click(panel.getByRole('button', { name: 'Test Block address of edge-firewall' }));
    await waitFor(() => expect(sentTo('testConnector')).toHaveLength(1));
    expect(sentTo('testConnector')[0]).toMatchObject({ body: { action: 'block_ip' } });
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('offers the self-test to nobody who may not, and says where nothing is promised', async () => {
    const [action] = aConnectorView().actions;
    const bare = action === undefined ? [] : [{ action: 'block_ip', milder: [], undo: 'unblock_ip' }];
    await showPage('/overview', {
      answers: {
        getOverview: answer(anOverview()),
        listConnectors: answer({ as_of: NOW, connectors: [aConnectorView({ actions: bare })] }),
      },
      status: aStatus({ caller: { name: 'eve', may: ['read'], single_user: false } }),
    });
    fireEvent.click(await screen.findByRole('button', { name: 'What edge-firewall promises, and its self-test' }));
    expect(await screen.findByText(/does not say what it disrupts/)).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: /^Test / })).not.toBeInTheDocument();
  });
});
