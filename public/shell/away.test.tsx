import { screen } from '@testing-library/react';
import { anOverview, aStatus, at } from '../../test/builders/views';
import { faultsOfAccess } from '../../test/stubs/accessible';
import { answer, refuse, showPage } from '../../test/stubs/page';
import type { StatusView } from '../../common/api/routes';

const AWAY = { code: 'store_unavailable', text: 'OpenSearch does not answer; events are kept on disk' };
const show = (overrides: Partial<StatusView>) =>
  showPage('/overview', {
    answers: { getOverview: answer(anOverview()) },
    status: aStatus({ mode: 'live', ...overrides }),
  });

describe('OpenSearch away', () => {
  it('is said in the header with since when, and with the next undo, once', async () => {
    await show({ here_only: { state: 'away', total: 3, since: at(-60), next_undo: at(120) }, troubles: [AWAY] });
    expect((await screen.findAllByText(/^OpenSearch does not answer since/)).length).toBeGreaterThan(1);
    expect(screen.getByText(/Next undo:/)).toHaveTextContent(/in (1 min|2 min)/);
    expect(screen.queryByText(AWAY.text)).not.toBeInTheDocument();
    expect(screen.queryByText('LIVE')).not.toBeInTheDocument();
    expect(screen.queryByText(/^live /)).not.toBeInTheDocument();
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('says that none ends by itself where none does', async () => {
    await show({ here_only: { state: 'away', total: 0, since: at(-60) } });
    expect(await screen.findByText(/Nothing is in it/)).toBeInTheDocument();
  });
});

describe('the mark of acting for real', () => {
  it.each<[string, Partial<StatusView>]>([
    ['LIVE', {}],
    ['STOPPED', { stops: [{ scope: 'all', who: 'eve', why: 'wrong targets', at: at(-60) }] }],
    ['LIVE', { stops: [{ scope: 'action:block_ip', who: 'eve', why: 'wrong targets', at: at(-60) }] }],
    ['NOTHING STARTS', { troubles: [{ code: 'nobody_decides', text: 'nobody decides' }] }],
    ['DECIDES NOTHING', { mode: 'cannot_decide' }],
  ])('is %s where that is so: %j', async (word, overrides) => {
    await show(overrides);
    expect((await screen.findAllByText(word)).length).toBeGreaterThan(0);
    if (word !== 'LIVE') expect(screen.queryByText('LIVE')).not.toBeInTheDocument();
  });

  it('is not LIVE once the host answers no more', async () => {
    const { answerWith, breakStream } = await show({});
    answerWith({ getStatus: refuse('unavailable', 'the host cannot be reached') });
    expect(screen.getByText('LIVE')).toBeInTheDocument();
    breakStream();
    expect(await screen.findByText('NOT KNOWN NOW', {}, { timeout: 10_000 })).toBeInTheDocument();
    expect(screen.queryByText('LIVE')).not.toBeInTheDocument();
  });
});
