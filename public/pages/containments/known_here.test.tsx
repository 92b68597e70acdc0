import { screen, waitFor, within } from '@testing-library/react';
import type { HereContainment, HereOnlyView } from '../../../common/api/routes';
import { aContainment, anOverview, aStatus, at, NOW } from '../../../test/builders/views';
import { faultsOfAccess } from '../../../test/stubs/accessible';
import { answer, refuse, showPage } from '../../../test/stubs/page';

const one = (n: number, overrides: Partial<HereContainment> = {}): HereContainment => ({
  effect_id: `effect:here-${n}`,
  connector: 'edge-firewall',
  action: 'block_ip',
  target: { type: 'ip', value: `198.51.100.${n}` },
  since: at(-60),
  due: at(90 + n),
  undoing: false,
  ...overrides,
});
const here = (overrides: Partial<HereOnlyView> = {}): HereOnlyView => ({
  state: 'away',
  host: 'soc-01',
  total: 2,
  containments: [one(1), one(2, { due: null })],
  ...overrides,
});
const listed = (here_only: HereOnlyView, containments = [] as Array<ReturnType<typeof aContainment>>) =>
  answer({ as_of: NOW, total: containments.length, containments, here_only });

const show = (here_only: HereOnlyView, containments?: Parameters<typeof listed>[1]) =>
  showPage('/containments', { answers: { listContainments: listed(here_only, containments) } });
const region = async (name: string) => within(await screen.findByRole('region', { name }));
const TWO = '2 containments known to this machine only';

describe('containments that only this machine knows of', () => {
  it.each([
    ['away', /OpenSearch does not answer\. .*what other machines contain is not known now/],
    ['replaced', /emptied, deleted, replaced or restored/],
    ['asked', /The undo journal of soc-01 has them, the state has no record/],
  ] as const)('are listed from its journal: %s', async (state, about) => {
    await show(here({ state }));
    const section = await region(TWO);
    expect(section.getByText(about)).toBeInTheDocument();
    const [, first, second] = section.getAllByRole('row');
    for (const text of ['198.51.100.1', 'edge-firewall', 'soc-01']) expect(first).toHaveTextContent(text);
    expect(first).toHaveTextContent(/in 1 min/);
    expect(second).toHaveTextContent('until somebody lifts it');
    expect(screen.queryByText('Nothing is contained by Reflex')).not.toBeInTheDocument();
    expect(screen.queryByRole('alert')).not.toBeInTheDocument();
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('are none where its journal is empty, which does not mean that nothing is contained', async () => {
    await show(here({ total: 0, containments: [] }));
    expect(await screen.findByText('0 containments known to this machine only')).toBeInTheDocument();
    expect(screen.getByText(/what other machines contain is not known now/)).toBeInTheDocument();
    expect(screen.queryByText('Nothing is contained by Reflex')).not.toBeInTheDocument();
  });

  it('stand beside what the state knows, and count where somebody asks what is contained', async () => {
    const { user } = await show(here({ state: 'asked' }), [aContainment()]);
    await region(TWO);
    await user.type(screen.getByLabelText('Is it contained?'), '198.51.100.1');
    expect(
      await screen.findByText(/Yes, known to this machine only: Block address 198\.51\.100\.1/),
    ).toBeInTheDocument();
    expect(screen.queryByText(/^No: Reflex contains nothing/)).not.toBeInTheDocument();
  });

  it('are shown in parts where there are 10,000', async () => {
    const containments = Array.from({ length: 1_000 }, (_, n) => one(n));
    const { user } = await show(here({ total: 10_000, containments }));
    const section = await region('10,000 containments known to this machine only');
    expect(section.getAllByRole('row')).toHaveLength(51);
    expect(section.getByText(/50 of 10,000 are shown, soonest to end first/)).toBeInTheDocument();
    await user.click(section.getByRole('button', { name: 'Show 50 more' }));
    expect(section.getAllByRole('row')).toHaveLength(101);
  });

  it('are one, and being undone', async () => {
    await show(here({ total: 1, containments: [one(1, { undoing: true })] }));
    expect((await region('1 containment known to this machine only')).getByText('being undone')).toBeInTheDocument();
  });

  it('are told by the overview too, which has nothing else to show then', async () => {
    await showPage('/overview', {
      answers: { getOverview: refuse('unavailable', 'OpenSearch is away') },
      status: aStatus({ waiting: 5, containments: 9, here_only: { state: 'away', total: 2 } }),
    });
    const figures = within(await screen.findByRole('list', { name: 'Now' }));
    const link = figures.getByRole('link', { name: `2 ${TWO.slice(2)}` });
    expect(link).toHaveAttribute('href', '#/containments');
    expect(figures.getByText('OpenSearch does not answer: what others contain is not known')).toBeInTheDocument();
    expect(await screen.findByRole('alert')).toHaveTextContent('OpenSearch is away');
    const pages = within(screen.getByRole('navigation', { name: 'Pages of Reflex' }));
    expect(pages.getByRole('link', { name: /^Containments 2 known to this machine only$/ })).toBeInTheDocument();
    expect(pages.getByRole('link', { name: 'Escalations' })).toBeInTheDocument();
    expect(await faultsOfAccess()).toEqual([]);
  });

  it.each([
    [{ state: 'replaced', total: 3 }, '3 containments known to this machine only'],
    [{ state: 'asked', total: 3 }, '7 contained now'],
  ] as const)('take the place of a figure that nobody knows: %j', async (here_only, name) => {
    await showPage('/overview', {
      answers: { getOverview: answer(anOverview()) },
      status: aStatus({ containments: 7, here_only }),
    });
    const figures = within(await screen.findByRole('list', { name: 'Now' }));
    expect(figures.getByRole('link', { name })).toBeInTheDocument();
    if (here_only.state === 'asked') expect(figures.getByText('and 3 known to this machine only')).toBeInTheDocument();
  });

  it('are shown while the host is still starting: an outage may last', async () => {
    await showPage('/containments', {
      answers: { listContainments: listed(here()) },
      status: aStatus({ loading: true, here_only: { state: 'away', total: 2 } }),
    });
    await waitFor(() => expect(screen.getByText('Getting ready')).toBeInTheDocument());
    await region(TWO);
  });
});
