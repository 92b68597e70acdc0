import { act, screen, waitFor, within } from '@testing-library/react';
import { aDecisionDetail, aStatus, aSwitchReport } from '../../test/builders/views';
import { answer, showPage } from '../../test/stubs/page';
import { headerOf } from '../host_header';
import type { CoreStart, MountPoint } from '../host';

/* The page in the newer navigation of Dashboards, whose header has places for what a page brings along. */

const answers = {
  listDecisions: answer({ as_of: '2026-11-22T03:12:04.000Z', total: 0, decisions: [] }),
  getDecision: answer(aDecisionDetail()),
  throwSwitch: answer(aSwitchReport()),
};

/** A header that shows what it is given in elements of its own. */
const aHeader = ({ isNew = true, open = 'reflex' } = {}) => {
  const places = { right: document.createElement('div'), description: document.createElement('div') };
  document.body.append(places.right, places.description);
  const taken: string[] = [];
  const endings: Array<() => void> = [];
  const set =
    (place: keyof typeof places) =>
    (mount: MountPoint): void => {
      taken.push(place);
      endings.push(mount(places[place]));
    };
  const core = {
    chrome: { navGroup: { getNavGroupEnabled: () => isNew } },
    application: {
      currentAppId$: {
        subscribe: (told: (id: string) => void) => {
          told(open);
          return { unsubscribe: () => undefined };
        },
      },
      setAppRightControls: set('right'),
      setAppDescriptionControls: set('description'),
    },
  } as unknown as CoreStart;
  const takeAway = (): void => act(() => endings.splice(0).forEach((end) => end()));
  return { core, places, taken, takeAway };
};

afterEach(() => document.body.replaceChildren());

describe('the header of Dashboards', () => {
  it('has the one title; mode and connection stand in it, and the kill switch stays in the bar', async () => {
    const { core, places } = aHeader();
    await showPage('/decisions', { answers, header: headerOf(core, 'reflex') });
    expect(screen.queryAllByRole('heading', { level: 1 })).toEqual([]);
    expect(within(places.right).getByText('LIVE')).toBeInTheDocument();
    expect(within(places.right).getByText(/^live /)).toBeInTheDocument();
    await waitFor(() => expect(places.description).toHaveTextContent(/as of .*:\d\d:04/));
    expect(within(screen.getByRole('banner')).getByRole('button', { name: 'Stop' })).toBeInTheDocument();
    expect(within(screen.getByRole('banner')).queryByText('LIVE')).toBeNull();
    // Whoever goes by keyboard or listens still begins at the title.
    expect(document.activeElement).toHaveTextContent('Decisions');
  });

  it('loses nothing where the header takes its places away', async () => {
    const { core, takeAway } = aHeader();
    await showPage('/decisions', { answers, header: headerOf(core, 'reflex') });
    takeAway();
    expect(within(screen.getByRole('banner')).getByText('LIVE')).toBeInTheDocument();
  });

  it.each([
    ['the older navigation', aHeader({ isNew: false }), 1],
    ['a host without such places', { core: { chrome: aHeader().core.chrome } as CoreStart, taken: [] }, 0],
  ])('stays as it is in %s', async (_name, { core, taken }, titles) => {
    await showPage('/decisions', { answers, header: headerOf(core, 'reflex') });
    expect(screen.queryAllByRole('heading', { level: 1 })).toHaveLength(titles);
    expect(within(screen.getByRole('banner')).getByText('LIVE')).toBeInTheDocument();
    expect(taken).toEqual([]);
  });

  it('is left alone once somebody opened another application', () => {
    const { core, taken } = aHeader({ open: 'discover' });
    headerOf(core, 'reflex');
    expect(taken).toEqual([]);
  });
});

describe('breadcrumbs and the tab', () => {
  it('name the list, and a decision by what it acts on', async () => {
    const { shown } = await showPage('/decisions/decision-1', { answers });
    const list = { title: 'Decisions', path: '/decisions' };
    await waitFor(() => expect(shown.at(-1)).toEqual([expect.stringMatching(/^Decision: Block address /), list]));
    expect(shown[0]).toEqual(['Decision', list]);
  });

  it('name no list above a list', async () => {
    const { shown } = await showPage('/decisions', { answers });
    expect(shown).toEqual([['Decisions', undefined]]);
  });
});

describe('what came of an order', () => {
  it('is shown for a moment as the host shows such things, and read out', async () => {
    const { user, toasts } = await showPage('/decisions', { answers, status: aStatus() });
    await user.click(screen.getByRole('button', { name: 'Stop' }));
    await user.click(await screen.findByRole('button', { name: 'Stop everything now' }));
    const text = 'stopped: nothing new starts anywhere';
    await waitFor(() => expect(toasts).toEqual([[text, 'good']]));
    expect(document.querySelector('[data-test-subj=announcer]')).toHaveTextContent(text);
  });
});
