import { COLOURS, faultsOfPage, SHAPES, sideways } from './access';
import { openTab, whyNoBrowser, type Tab } from './browser';
import { everyPage, openPlace, type Place } from './every_page';
import { walkByTab, walkDialog } from './focus_walk';
import { keys, mouse } from './hands';
import { ReflexPage, toastsAreGone } from './reflex_page';
import { startHost, type StartedHost } from './started_host';
import { analystStory, authorStory } from './stories';
import { suiteUnless } from '../targets/suite_unless';
import { until } from '../targets/until';

/*
 * What a person sees and reaches of every page: with the mouse, with the keys alone, in both themes, at three widths.
 */

const why = whyNoBrowser();
if (why !== undefined) process.stdout.write(`SKIPPED: pages.e2e: ${why}\n`);
const suite = suiteUnless(why);

const MINUTE = 60_000;
const USUAL = { width: 1400, height: 1000 };
// A busy machine takes many times as long; the limits of the steps end what hangs.
jest.setTimeout(15 * MINUTE);

suite('the pages', () => {
  let host: StartedHost;
  let tab: Tab;
  let reflex: ReflexPage;
  let places: readonly Place[] = [];

  beforeAll(async () => {
    host = await startHost();
    tab = await openTab();
    // Nothing here is about speed.
    tab.page.setDefaultTimeout(2 * MINUTE);
    reflex = new ReflexPage(tab.page);
    await tab.page.goto(host.address);
    await tab.page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor({ timeout: 6 * MINUTE });
  }, 9 * MINUTE);

  afterAll(async () => {
    await tab?.browser.close();
    await host?.stop();
  }, 2 * MINUTE);

  const handsOf = { mouse: () => mouse(), keys: () => keys(tab.page) };

  it.each([
    ['mouse', ['192.0.2.61', '192.0.2.63']],
    ['keys', ['192.0.2.62', '192.0.2.64']],
  ] as const)('let an analyst answer an alert, and take it back, with the %s', async (name, [address, another]) => {
    const tell = (each: string): Promise<boolean> =>
      analystStory({ page: tab.page, host, hands: handsOf[name]() }, each);
    expect((await tell(address)) || (await tell(another))).toBe(true);
  });

  it.each([
    ['mouse', 'story-by-mouse'],
    ['keys', 'story-by-keys'],
  ] as const)('let an author bring a new policy into shadow, with the %s', (name, id) =>
    authorStory({ page: tab.page, host, hands: handsOf[name]() }, id),
  );

  it('are all gone through by Tab, and what has the focus shows it', async () => {
    const { page } = tab;
    places = await everyPage(page);
    await toastsAreGone(page);
    const found: Record<string, unknown> = {};
    for (const place of places) {
      await openPlace(page, place);
      const { order, unmarked, covered, missed, isRound, caughtAt } = await walkByTab(page);
      if (order.length < 10 || unmarked.length + covered.length + missed.length > 0 || !isRound)
        found[place[0]] = { reached: order.length, unmarked, covered, missed, isRound, caughtAt };
    }
    expect(found).toEqual({});
  });

  const place = (name: string): Place => places.find(([each]) => each === name) ?? [name, '/nowhere'];

  it('show what has the focus on a phone too', async () => {
    const { page } = tab;
    await page.setViewportSize({ width: 390, height: 844 });
    const found: Record<string, unknown> = {};
    for (const name of ['escalations', 'brakes and agents', 'decisions', 'policies in force', 'the editor']) {
      await openPlace(page, place(name));
      const { unmarked, covered, missed, isRound } = await walkByTab(page);
      if (unmarked.length + covered.length + missed.length > 0 || !isRound)
        found[name] = { unmarked, covered, missed, isRound };
    }
    await page.setViewportSize(USUAL);
    expect(found).toEqual({});
  });

  const lookAtAll = async (theme: 'light' | 'dark', width: number, rules?: Parameters<typeof faultsOfPage>[1]) => {
    const { page } = tab;
    await page.evaluate((name) => window.localStorage.setItem('reflex.theme', name), theme);
    await page.setViewportSize({ width, height: 1000 });
    await page.reload();
    const found: string[] = [];
    for (const each of places) {
      await openPlace(page, each);
      for (const fault of await faultsOfPage(page, rules)) found.push(`${each[0]}: ${fault}`);
      const pixels = await sideways(page);
      if (pixels > 0) found.push(`${each[0]}: can be scrolled sideways by ${pixels} px`);
    }
    return found;
  };

  // Colours go by the theme and not by the width; everything else goes by the width and not by the theme.
  it.each([
    ['light', 1280, undefined],
    ['dark', 1280, COLOURS],
    ['light', 390, SHAPES],
    ['light', 1920, SHAPES],
  ] as const)('have no fault that axe knows, and do not scroll sideways: %s, %i px', async (theme, width, rules) => {
    try {
      expect(await lookAtAll(theme, width, rules)).toEqual([]);
    } finally {
      await tab.page.setViewportSize(USUAL);
    }
  });

  it.each([
    ['the kill switch', 'author', 'overview', /^Stop/],
    ['the end of the demo', 'author', 'overview', /^End the demo/],
    ['an approval', 'approver', 'escalations', /^Approve…/],
    ['a denial', 'approver', 'escalations', /^Deny…/],
    ['the keys', 'approver', 'escalations', /^Keys/],
    ['undoing that is suspended', 'approver', 'brakes and agents', /^Suspend undoing…/],
    ['a label', 'approver', 'a decision', /benign/],
    ['a proposal', 'author', 'drafts', /^Propose/],
    ['a discarded draft', 'author', 'the editor', /^Discard/],
    ['a withdrawal', 'author', 'a candidate', /^Withdraw…/],
    ['an approval of policies', 'approver', 'a candidate', /^Approve…/],
    ['the way back at once', 'approver', 'releases', /^Emergency: back/],
  ] as const)('keep the focus within the dialog of %s, and give it back', async (_dialog, user, name, opener) => {
    const { page } = tab;
    await reflex.become(user);
    await openPlace(page, place(name));
    const { unmarked, covered, leaks, givesBack, isRound } = await walkDialog(page, reflex.button(opener).first());
    expect({ unmarked, covered, leaks, givesBack, isRound }).toEqual({
      unmarked: [],
      covered: [],
      leaks: false,
      givesBack: true,
      isRound: true,
    });
  });

  it.each([
    ['a reason', 'approver', 'escalations', /^Deny…/, 'Deny', 'reason'],
    ['words to type', 'author', 'overview', /^End the demo/, 'End the demo', 'typed'],
  ] as const)('put the focus where %s is missing', async (_what, user, name, opener, confirm, field) => {
    const { page } = tab;
    await reflex.become(user);
    await openPlace(page, place(name));
    await reflex.button(opener).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: confirm, exact: true }).click();
    await until('the focus in the field', () =>
      dialog.locator(`[name=${field}]`).evaluate((element) => element === document.activeElement),
    );
    expect(await dialog.locator(`[name=${field}]`).getAttribute('aria-invalid')).toBe('true');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });
});
