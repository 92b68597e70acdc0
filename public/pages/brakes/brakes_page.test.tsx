import { screen, waitFor, within } from '@testing-library/react';
import {
  aGauge,
  agentsOf,
  anAgentView,
  aProtectedThing,
  gaugesOf,
  protectedOf,
} from '../../../test/builders/brake_views';
import { aStatus, at } from '../../../test/builders/views';
import { faultsOfAccess } from '../../../test/stubs/accessible';
import { answer, giveReason, refuse, showPage, type Answers, type Sent } from '../../../test/stubs/page';
import type { BrakeGauge } from '../../../common/api/routes';

const region = (name: string | RegExp) => within(screen.getByRole('region', { name }));

const kindIn = ({ query }: Sent): BrakeGauge['kind'] | undefined => (query as { kind?: BrakeGauge['kind'] }).kind;

const GAUGES: readonly BrakeGauge[] = [
  aGauge({ limit: 'limit-isolation', scope: '10.20.10.0/24', used: 2, most: 2, population: 40, counts: 'targets' }),
  aGauge(),
  aGauge({
    kind: 'role',
    limit: 'keep-a-resolver',
    scope: 'resolver',
    used: 1,
    most: 2,
    keeps: 1,
    population: 3,
    within_ms: 0,
    frees_in_ms: undefined,
  }),
  aGauge({ kind: 'source', limit: 'One-intake', scope: 'webhook:siem', used: 40, most: 100 }),
];

const SET: Answers = {
  listLimits: (sent) => answer(gaugesOf(GAUGES.filter(({ kind }) => kind === kindIn(sent))))(),
  listProtected: answer(
    protectedOf([
      aProtectedThing({ text: '192.0.2.2', from: 'own', where: 'this machine, `eth0`' }),
      aProtectedThing(),
      aProtectedThing({ text: 'erp-01', from: 'inventory', where: 'file' }),
    ]),
  ),
  listAgents: answer(agentsOf([anAgentView()])),
};

const show = (answers: Answers = {}, status = aStatus(), path = '/brakes') =>
  showPage(path, { answers: { ...SET, ...answers }, status });

describe('brakes and agents', () => {
  it('shows every brake as it stands now, and who works, and is accessible', async () => {
    const { shown } = await show();
    expect(await screen.findByRole('heading', { level: 1, name: 'Brakes and agents' })).toBeInTheDocument();
    expect(shown.at(-1)).toEqual(['Brakes and agents', undefined]);
    await waitFor(() => expect(region('Limits').getAllByRole('meter')).toHaveLength(2));
    expect(region('Roles kept').getByText(/1 of 3 stay untouched/)).toBeInTheDocument();
    expect(region('The bound of one source').getByRole('meter')).toHaveAttribute('aria-valuetext', '40 of 100');
    expect(region('Orders to stop').getByText(/nothing stands still/)).toBeInTheDocument();
    expect(await region('Protected targets').findByText('erp-01')).toBeInTheDocument();
    expect(await region('Agents').findByText('agent-1')).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'Brakes and agents' })).toHaveAttribute('aria-current', 'page');
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('says when each limit frees, and of a role that it takes an undo', async () => {
    await show();
    const limits = region('Limits');
    expect(await limits.findAllByText(/frees within 2 min/)).toHaveLength(2);
    expect(limits.getByText('full')).toBeInTheDocument();
    expect(limits.getByText(/of 40 there/)).toBeInTheDocument();
    expect(await region('Roles kept').findByText(/frees once something of it is undone/)).toBeInTheDocument();
  });

  it('names the limits in which nothing was counted yet', async () => {
    await show({ listLimits: answer(gaugesOf([], { untouched: ['limit-disabling'] })) });
    expect(await region('Limits').findByText(/1 more in which nothing was counted yet/)).toBeInTheDocument();
    expect(region('Limits').getByText('Nothing counts in a limit right now.')).toBeInTheDocument();
    expect(region('Roles kept').queryByText(/nothing was counted yet in/)).not.toBeInTheDocument();
    expect(region('Limits').getByText('limit-disabling')).toHaveAttribute(
      'href',
      '#/policies/in-force/limit-disabling',
    );
  });

  it('goes through limits page by page, with the total of all', async () => {
    const page = (sent: Sent) => {
      const { offset = 0 } = sent.query as { offset?: number };
      const some = [0, 1, 2].map((n) => aGauge({ scope: `net-${offset + n}` }));
      return answer(gaugesOf(kindIn(sent) === 'limit' ? some : [], { total: kindIn(sent) === 'limit' ? 300 : 0 }))();
    };
    const { user } = await show({ listLimits: page });
    expect(await region('Limits').findByText('1 to 20 of 300')).toBeInTheDocument();
    await user.click(region('Limits').getByRole('button', { name: /page 2|Page 2 of/i }));
    expect(await region('Limits').findByText(/net-20/)).toBeInTheDocument();
    expect(region('Limits').getByText('21 to 40 of 300')).toBeInTheDocument();
  });
});

describe('orders to stop', () => {
  const stop = { scope: 'action:block_ip', who: 'eve', at: at(-60), why: 'wrong targets' } as const;

  it('are resumed from here, with a reason', async () => {
    const { user, sentTo } = await show(
      {
        releaseSwitch: answer({ stops: [] }),
        getHeldByStop: answer({ as_of: at(0), scope: 'action:block_ip', acts: 0 }),
      },
      aStatus({ stops: [{ ...stop, state: 'acknowledged' }] }),
    );
    const orders = region('Orders to stop');
    expect(orders.getByText(/“wrong targets”, eve/)).toBeInTheDocument();
    await user.click(orders.getByRole('button', { name: 'Resume…' }));
    await giveReason(user, 'cause removed');
    await user.click(screen.getByRole('button', { name: /^Resume “/ }));
    await waitFor(() => expect(sentTo('releaseSwitch')).toHaveLength(1));
    expect(sentTo('releaseSwitch')[0]?.body).toEqual({ scope: stop.scope, reason: 'cause removed', at: stop.at });
  });

  it.each([
    ['overdue', /some agent may still start effects/],
    ['local', /this host stands still, others may not/],
    ['ordered', /^.?\s*stopping/],
  ] as const)('that are %s are not called stopped', async (state, words) => {
    await show({}, aStatus({ stops: [{ ...stop, state }] }));
    expect(region('Orders to stop').getByText(words)).toBeInTheDocument();
    expect(region('Orders to stop').queryByText('stopped')).not.toBeInTheDocument();
  });

  it('are not resumed by who may not approve', async () => {
    const caller = { name: 'eve', may: ['read', 'respond'] as Array<'read' | 'respond'>, single_user: false };
    await show({}, aStatus({ stops: [stop], caller }));
    expect(region('Orders to stop').queryByRole('button', { name: 'Resume…' })).not.toBeInTheDocument();
    expect(region('Orders to stop').getByText('only an approver may resume')).toBeInTheDocument();
  });

  it('show undoing that is suspended, with the way to undo again', async () => {
    const suspension = { scope: 'all', who: 'ann', why: 'incident', at: at(-60), until: at(3_600) };
    await show(
      { getUndoSuspensions: answer({ as_of: at(0), suspensions: [suspension], overdue: [] }) },
      aStatus({ undo_suspended: [suspension] }),
    );
    expect(region('Undoing is suspended').getByRole('button', { name: 'Undo again…' })).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Suspend undoing…' })).toBeInTheDocument();
  });
});

describe('protected targets', () => {
  const many = protectedOf(
    Array.from({ length: 50 }, (_, n) => aProtectedThing({ text: `host-${n}` })),
    { total: 10_000, counts: { own: 12, policy: 9_988, inventory: 0 } },
  );

  it('are listed with where each comes from, and what that means', async () => {
    await show();
    const list = region('Protected targets');
    const row = within(await list.findByRole('row', { name: /erp-01/ }));
    expect(row.getByText('inventory (file)')).toBeInTheDocument();
    expect(row.getByText('only if two sources report it, or a person approves')).toBeInTheDocument();
    expect(list.getByRole('link', { name: 'protect-domain-controllers' })).toHaveAttribute(
      'href',
      '#/policies/in-force/protect-domain-controllers',
    );
  });

  it('do not promise two sources where a policy lets one be enough', async () => {
    const thing = aProtectedThing({ text: 'erp-01', from: 'inventory', where: 'file' });
    await show({ listProtected: answer(protectedOf([thing], { two_sources: false })) });
    expect(await screen.findByText('acted on: a policy lets one source be enough')).toBeInTheDocument();
  });

  it('of ten thousand are shown page by page, the total is the total', async () => {
    const { user, sentTo } = await show({ listProtected: answer(many) });
    const list = region('Protected targets');
    expect(await list.findByText('1 to 50 of 10,000')).toBeInTheDocument();
    expect(list.getByRole('option', { name: 'a policy protects it (9,988)' })).toBeInTheDocument();
    await user.click(list.getByRole('button', { name: /page 3|Page 3 of/i }));
    await waitFor(() => expect(sentTo('listProtected').at(-1)?.query).toEqual({ limit: 50, offset: 100 }));
    expect(window.location.hash).toBe('#/brakes?page=2');
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('are searched by the server, from the first page on, and the address says so', async () => {
    const { user, sentTo } = await show({ listProtected: answer(many) }, aStatus(), '/brakes?page=2');
    await region('Protected targets').findByText('101 to 150 of 10,000');
    await user.type(screen.getByRole('searchbox', { name: 'Part of a name' }), 'dc-');
    await waitFor(() => expect(sentTo('listProtected').at(-1)?.query).toEqual({ limit: 50, offset: 0, text: 'dc-' }));
    await user.selectOptions(screen.getByLabelText('Why it is protected'), 'policy');
    await waitFor(() => expect(window.location.hash).toBe('#/brakes?text=dc-&from=policy'));
  });

  it('that match nothing are said to match nothing', async () => {
    await show({ listProtected: answer(protectedOf([])) }, aStatus(), '/brakes?text=zzz');
    expect(await screen.findByText('Nothing protected matches.')).toBeInTheDocument();
  });
});

describe('the agents', () => {
  it('say what each holds and what it cannot do', async () => {
    const worse = anAgentView({
      session: 'session-2',
      agent: 'agent-2',
      this_one: false,
      alive: false,
      heartbeat_ms: 92_000,
      lacks: ['act', 'newest_policies'],
      cannot_undo_at: ['edr'],
      pending: undefined,
      spooled: undefined,
      journal: undefined,
    });
    await show({ listAgents: answer(agentsOf([worse, anAgentView()])) });
    const rows = await region('Agents').findAllByRole('row');
    expect(rows[1]).toHaveTextContent(
      /agent-2.*dead, 1 min 32 s ago.*not told.*start acts.*newest policies.*undo at edr/,
    );
    expect(rows[2]).toHaveTextContent(/agent-1.*240 ms ago.*12.*2 now, 31 on disk.*7.*nothing/);
  });

  it('of a large fleet are counted whole', async () => {
    await show({ listAgents: answer(agentsOf([anAgentView()], { total: 800 })) });
    expect(await region('Agents').findByText('1 of 800 are shown')).toBeInTheDocument();
  });
});

describe('each part', () => {
  it('is loading until the host answers', async () => {
    await showPage('/brakes');
    for (const name of ['Limits', 'Roles kept', 'The bound of one source', 'Protected targets', 'Agents'])
      expect(screen.getByRole('status', { name: `${name}: loading` })).toBeInTheDocument();
  });

  it('says by itself why it cannot be loaded, and the others stay', async () => {
    await show({ listAgents: refuse('unavailable', 'OpenSearch does not answer right now') });
    const problem = await region('Agents').findByRole('alert');
    expect(problem).toHaveTextContent('OpenSearch does not answer right now');
    expect(region('Limits').getAllByRole('meter')).toHaveLength(2);
  });
});
