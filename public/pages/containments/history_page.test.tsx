import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { faultsOfAccess } from '../../../test/stubs/accessible';
import { aContainment, aStatus } from '../../../test/builders/views';
import { answer, giveReason, refuse, showPage, type Sent } from '../../../test/stubs/page';
import type { ActView } from '../../../common/api/routes';
import { historyCsvOf } from './history_csv';
import { historyFilterOf, searchOfHistory } from './history_filter';

const AT = '2026-11-22T03:12:04.000Z';

const anAct = (overrides: Partial<ActView> = {}): ActView => ({
  act_id: 'a0',
  decision_id: 'decision-1',
  case_id: 'case-1',
  decided_at: AT,
  action: 'block_ip',
  target: { type: 'ip', value: '203.0.113.7' },
  policy: 'block-known-ioc',
  result: 'permit',
  severity: 'high',
  demo: false,
  progress: { act_id: 'a0', status: 'ended', ended: { at: AT, by: 'ben', text: 'lifted' } },
  rule: 'Beacon',
  ...overrides,
});

const denied = anAct({
  act_id: 'a1',
  decision_id: 'decision-2',
  action: 'isolate_host',
  target: { type: 'host', value: 'ws-114' },
  progress: {
    act_id: 'a1',
    status: 'refused',
    resolution: { verb: 'denied', by: 'ann', at: AT, reason: 'a scanner', four_eyes: false },
  },
});

const listed = (acts: readonly ActView[], next?: string) => ({
  as_of: AT,
  acts: [...acts],
  looked_through: acts.length,
  decisions: 120,
  ...(next === undefined ? {} : { next }),
});

const asked: Array<Record<string, unknown>> = [];

/** Answers as the host does, and keeps what it was asked for. */
const listing =
  (...pages: ReadonlyArray<ReturnType<typeof listed>>) =>
  ({ query }: Sent) => {
    asked.push(query as Record<string, unknown>);
    const { cursor } = query as { readonly cursor?: string };
    return answer(pages[cursor === undefined ? 0 : Number(cursor)] ?? listed([]))();
  };

beforeEach(() => {
  asked.length = 0;
});

describe('the history of acts', () => {
  it('is beside what is in effect now, says how each ended and by whom, and is accessible', async () => {
    await showPage('/containments/history', { answers: { listActs: listing(listed([anAct(), denied])) } });
    const row = within(await screen.findByRole('row', { name: /isolate host ws-114/i }));
    expect(row.getByText('denied by ann: “a scanner”')).toBeInTheDocument();
    expect(row.getByRole('link', { name: /isolate host ws-114/i })).toHaveAttribute(
      'href',
      expect.stringContaining('/decisions/decision-2'),
    );
    expect(screen.getByRole('row', { name: /block address 203\.0\.113\.7/i })).toHaveTextContent(/ben/);
    expect(screen.getByText(/2 of 120 decisions with acts were looked through/)).toBeInTheDocument();
    const tabs = within(screen.getByRole('navigation', { name: 'Lists of acts' }));
    expect(tabs.getByRole('link', { name: 'Now' })).not.toHaveAttribute('aria-current');
    expect(tabs.getByRole('link', { name: 'History of acts' })).toHaveAttribute('aria-current', 'page');
    expect(await faultsOfAccess()).toEqual([]);
  });

  it.each([
    ['present', /in effect until \d/],
    ['unknown', /being verified; it ends at \d/],
    ['ending', /being undone; it was to end at \d/],
    ['gone', /not in effect any more; it was to end at \d/],
  ] as const)('says what its end means to an act that is %s', async (status, words) => {
    const act = anAct({ progress: { act_id: 'a0', status, until: AT } });
    await showPage('/containments/history', { answers: { listActs: listing(listed([act])) } });
    expect(await screen.findByRole('row', { name: /block address 203\.0\.113\.7/i })).toHaveTextContent(words);
  });

  it('goes on at older acts, and back to the newest', async () => {
    const user = userEvent.setup();
    const pages = [listed([anAct()], '1'), listed([denied])];
    await showPage('/containments/history?action=block_ip', { answers: { listActs: listing(...pages) } });
    await user.click(await screen.findByRole('link', { name: 'Older' }));
    await screen.findByRole('row', { name: /isolate host ws-114/i });
    expect(asked[asked.length - 1]).toEqual({ action: 'block_ip', cursor: '1', limit: 50 });
    expect(screen.queryByRole('link', { name: 'Older' })).not.toBeInTheDocument();
    await user.click(screen.getByRole('link', { name: 'Newest' }));
    await screen.findByRole('row', { name: /block address 203\.0\.113\.7/i });
  });

  it('begins with the newest again once a filter changes', async () => {
    const user = userEvent.setup();
    await showPage('/containments/history?cursor=1', { answers: { listActs: listing(listed([anAct()]), listed([])) } });
    await user.selectOptions(await screen.findByLabelText('How it fares or ended'), 'refused');
    await waitFor(() => expect(asked[asked.length - 1]).toEqual({ outcome: 'refused', limit: 50 }));
  });

  it('lifts from there what is still in effect, as it is now', async () => {
    const act = anAct({
      connector: 'edr',
      progress: { act_id: 'a0', status: 'present', effect_id: 'effect:1', until: AT },
    });
    const { user, sentTo } = await showPage('/containments/history', {
      answers: {
        listActs: listing(listed([act])),
        getContainment: answer({ state: 'present', containment: aContainment({ effect_id: 'effect:1' }) }),
        liftContainment: answer({ effect_id: 'effect:1' }),
      },
    });
    const row = within(await screen.findByRole('row', { name: /block address 203\.0\.113\.7/i }));
    expect(row.getByText('by edr')).toBeInTheDocument();
    await user.click(row.getByRole('button', { name: 'Lift… Block address 203.0.113.7' }));
    await giveReason(user, 'incident is over');
    await user.click(screen.getByRole('button', { name: 'Lift' }));
    await waitFor(() => expect(sentTo('liftContainment')).toHaveLength(1));
    expect(sentTo('liftContainment')[0]).toMatchObject({ params: { effect_id: 'effect:1' } });
    expect(await faultsOfAccess()).toEqual([]);
  });

  it.each([
    ['is over by now', answer({ state: 'absent' }), 'it is not in effect any more'],
    ['cannot be read', refuse('unavailable', 'OpenSearch is away'), 'could not be read: OpenSearch is away'],
  ])('opens no dialog for what %s', async (_what, getContainment, words) => {
    const act = anAct({ progress: { act_id: 'a0', status: 'present', effect_id: 'effect:1', until: AT } });
    const { user } = await showPage('/containments/history', {
      answers: { listActs: listing(listed([act])), getContainment },
    });
    await user.click(await screen.findByRole('button', { name: /^Lift…/ }));
    expect(await screen.findByText(words)).toBeInTheDocument();
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  });

  it('leaves who may not lift to look at it under Now', async () => {
    const act = anAct({ progress: { act_id: 'a0', status: 'present', effect_id: 'effect:1', until: AT } });
    const caller = { name: 'eve', may: ['read'] as Array<'read'>, single_user: false };
    await showPage('/containments/history', {
      answers: { listActs: listing(listed([act])) },
      status: aStatus({ caller }),
    });
    expect(await screen.findByRole('link', { name: 'Lift it under Now' })).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: /^Lift…/ })).not.toBeInTheDocument();
  });

  it('is narrowed to a connector by the server', async () => {
    const { user } = await showPage('/containments/history', { answers: { listActs: listing(listed([anAct()])) } });
    await user.type(await screen.findByRole('searchbox', { name: 'Connector' }), 'edr');
    await waitFor(() => expect(asked[asked.length - 1]).toEqual({ connector: 'edr', limit: 50 }));
  });

  it('says that nothing matches, and why nothing could be read', async () => {
    await showPage('/containments/history?by=zoe', { answers: { listActs: listing(listed([])) } });
    expect(await screen.findByText('No act matches these filters')).toBeInTheDocument();
  });

  it('says why it could not be read', async () => {
    await showPage('/containments/history', {
      answers: { listActs: refuse('unavailable', 'OpenSearch does not answer') },
    });
    expect(await screen.findByText(/OpenSearch does not answer/)).toBeInTheDocument();
  });
});

describe('the address of the history', () => {
  it('keeps what a filter says and leaves out what makes no sense', () => {
    const filter = historyFilterOf('?action=block_ip&outcome=nonsense&from=never&by=a%20b&cursor=x');
    expect(filter).toMatchObject({ action: 'block_ip', outcome: '', from: '', by: 'a b', cursor: 'x' });
    expect(searchOfHistory(filter)).toBe('?action=block_ip&by=a+b&cursor=x');
  });
});

describe('the history as CSV', () => {
  it('has one line an act, and no formula', () => {
    const [head, first] = historyCsvOf([anAct({ rule: '=cmd()' })]).split('\r\n');
    expect(head?.split(',').slice(0, 3)).toEqual(['decided_at', 'status', 'action']);
    expect(first).toContain('"ended","block_ip","ip","203.0.113.7"');
    expect(first).toContain(`"'=cmd()"`);
  });
});
