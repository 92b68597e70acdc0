import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { faultsOfAccess } from '../../../test/stubs/accessible';
import { answer, showPage } from '../../../test/stubs/page';
import type { BesideView } from '../../../common/api/routes';

const AT = '2026-11-22T03:12:04.000Z';

const show = async (...connectors: BesideView['connectors']) => {
  const page = await showPage('/containments/beside', {
    answers: { listBeside: answer({ as_of: AT, connectors }) },
  });
  await screen.findByRole('heading', { name: 'Beside us' });
  return page;
};
const EDGE: BesideView['connectors'][number] = {
  connector: 'edge',
  kind: 'crowdsec',
  effects: [
    { action: 'block_ip', target: { type: 'ip', value: '203.0.113.7' }, whose: 'others', since: AT },
    { action: 'block_ip', target: { type: 'ip', value: '203.0.113.8' }, whose: 'unknown_mark', command_id: 'c1' },
  ],
};

describe('the page of what others contain', () => {
  it('says of each thing whose it is, and that one connector could not be asked', async () => {
    await show(EDGE, { connector: 'hosts', kind: 'ssh', effects: [], why: 'ws-1: no route' });
    const table = within(await screen.findByRole('table', { name: 'Beside us at edge' }));
    expect(table.getByText('203.0.113.7')).toBeInTheDocument();
    expect(table.getByText('others: it carries no mark of Reflex')).toBeInTheDocument();
    expect(table.getByText('it carries a mark of Reflex that no containment has')).toBeInTheDocument();
    expect(table.getByText('not said')).toBeInTheDocument();
    expect(screen.getByText('ws-1: no route')).toBeInTheDocument();
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('tells nothing beside us from no connector at all', async () => {
    await show({ ...EDGE, effects: [] });
    expect(await screen.findByText('Nothing beside the containments of Reflex.')).toBeInTheDocument();
  });

  it('says so where no connector is configured', async () => {
    await show();
    expect(await screen.findByText('No connector is configured')).toBeInTheDocument();
  });

  it('draws a part of hundreds, says how many there are, and shows more', async () => {
    const effects = Array.from({ length: 300 }, (_, nth) => ({
      ...{ action: 'block_ip', whose: 'others' as const },
      target: { type: 'ip' as const, value: `10.0.${nth >> 8}.${nth & 255}` },
    }));
    await show({ ...EDGE, effects, more: 34 });
    const table = await screen.findByRole('table', { name: 'Beside us at edge' });
    expect(within(table).getAllByRole('row')).toHaveLength(51);
    expect(screen.getByText('334 things')).toBeInTheDocument();
    expect(screen.getByText('34 more are not listed here.')).toBeInTheDocument();
    await userEvent.setup().click(screen.getByRole('button', { name: /Show more: 50 of 300/ }));
    expect(within(table).getAllByRole('row')).toHaveLength(101);
  });
});
