import { iso } from '../../common/iso';
import { until } from '../targets/until';
import { openTab, whyNoBrowser, type Tab } from './browser';
import { ReflexPage } from './reflex_page';
import { startHost, type StartedHost } from './started_host';
import { suiteUnless } from '../targets/suite_unless';

/*
 * One person's first quarter of an hour with Reflex, in the order of its tests: a real browser, a real host with a real
 * OpenSearch node, the demo's own alerts and some of the test's.
 */

const why = whyNoBrowser();
if (why !== undefined) process.stdout.write(`SKIPPED: reflex.e2e: ${why}\n`);
const suite = suiteUnless(why);

jest.setTimeout(60_000);

const MINUTE = 60_000;

/** A detection that the starter policies block by themselves while it is fresh. */
const knownBad = (address: string, ageMs = 0) => ({
  event_id: `e2e-${address}`,
  timestamp: iso(Date.now() - ageMs),
  confidence: 0.95,
  severity: 'critical',
  source: { ip: address },
  rule: { origin: 'known_ioc', name: 'a listed address talks to us' },
});

/** The same of a host that calls home; in the demo what comes of it lasts for a minute and a half. */
const callsHome = (address: string, ageMs: number) => ({
  ...knownBad(address, ageMs),
  source: undefined,
  src_host: 'ws-eng-001',
  destination: { ip: address },
  tags: ['attack.t1071.001'],
  rule: { name: 'a host calls home' },
});

suite('the page of the standalone host', () => {
  let host: StartedHost;
  let tab: Tab;
  let reflex: ReflexPage;

  beforeAll(async () => {
    host = await startHost();
    tab = await openTab();
    reflex = new ReflexPage(tab.page);
  }, 4 * MINUTE);

  afterAll(async () => {
    await tab?.browser.close();
    await host?.stop();
  }, 2 * MINUTE);

  it(
    'opens at once, shows what it waits for, and goes on by itself',
    async () => {
      const { page } = tab;
      await page.goto(host.address);
      await page.getByRole('heading', { name: 'Reflex is starting' }).waitFor();
      await page
        .getByRole('listitem')
        .filter({ hasText: 'OpenSearch node' })
        .filter({ hasText: 'in progress' })
        .waitFor();
      expect(page.url()).not.toContain('key=');
      await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor({ timeout: 3 * MINUTE });
    },
    4 * MINUTE,
  );

  it("shows the demo's alerts with what was decided about them", async () => {
    const { page } = tab;
    await page.getByRole('region', { name: 'Demo' }).waitFor();
    await reflex.goTo('Decisions');
    // The first row is the head of the table.
    const row = page.getByRole('row').nth(1);
    await row.waitFor();
    const summary = await row.getByRole('link').first().innerText();
    await row.getByRole('link').first().click();
    await page.getByText(summary).first().waitFor();
    await page.getByText('alerting', { exact: false }).first().waitFor();
  });

  it('lets an approver approve with a reason; the containment counts down and is lifted by hand', async () => {
    const { page } = tab;
    const address = '192.0.2.41';
    await reflex.goTo('Escalations');
    expect(await host.handIn(callsHome(address, 30 * MINUTE))).toMatchObject({ verdict: 'escalate' });
    await reflex.escalation(address).click();
    expect(await reflex.button(/^Approve…/).isDisabled()).toBe(true);
    await reflex.become('approver');
    await reflex.button(/^Approve…/).click();
    const dialog = reflex.dialog(/^Approve/);
    await dialog.getByRole('button', { name: 'Approve' }).click();
    await dialog.getByText('say why').waitFor();
    await reflex.giveReason(dialog, 'seen in the firewall log too', 'Approve');
    await page.getByRole('list', { name: 'Your last answers' }).getByText(address).waitFor();

    await reflex.goTo('Containments');
    const left = reflex.containment(address).locator('.rfx-countdown__left');
    const secondsLeft = async (): Promise<number> => {
      const text = await left.innerText();
      const count = (unit: RegExp): number => Number(unit.exec(text)?.[1] ?? 0);
      return 60 * count(/(\d+) min/) + count(/(\d+) s\b/);
    };
    const before = await secondsLeft();
    await until('the countdown to go on', async () => (await secondsLeft()) < before);

    await reflex
      .containment(address)
      .getByRole('button', { name: /^Lift…/ })
      .click();
    await reflex.giveReason(reflex.dialog(/^Lift/), 'false positive', 'Lift');
    await reflex.containment(address).waitFor({ state: 'detached' });
    await reflex.asksFirst(address).waitFor();
  });

  it('lets somebody approve with the keyboard alone', async () => {
    const { page } = tab;
    const address = '192.0.2.42';
    await reflex.goTo('Overview');
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    const focused = (): Promise<string> => page.evaluate(() => document.activeElement?.textContent ?? '');
    for (let presses = 0; presses < 30 && !(await focused()).startsWith('Escalations'); presses += 1)
      await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Escalations' }).waitFor();
    await host.handIn(knownBad(address, 30 * MINUTE));
    await reflex.escalation(address).waitFor();
    const shown = page.getByRole('article', { name: 'The act in question' }).getByRole('heading', { level: 2 }).first();
    for (let presses = 0; presses < 20 && !(await shown.innerText()).includes(address); presses += 1)
      await page.keyboard.press('j');
    await page.keyboard.press('a');
    await reflex.dialog(/^Approve/).waitFor();
    await page.keyboard.type('seen in the firewall log too');
    await page.keyboard.press('Enter');
    await page.getByRole('list', { name: 'Your last answers' }).getByText(address).waitFor();
  });

  it('stops in two steps from the header, acts no more, and acts again once an approver resumes', async () => {
    const { page } = tab;
    const [meanwhile, after] = ['192.0.2.43', '192.0.2.44'];
    await reflex.button('Stop').click();
    const order = reflex.dialog(/^Kill switch/);
    await order.getByLabel(/^Reason/).fill('looking into what it does');
    await order.getByRole('button', { name: /^Stop .* now$/ }).click();
    const report = reflex.dialog(/^Order to stop/);
    await report.getByText(/^Acknowledged in \d+ ms$/).waitFor();
    await report.getByRole('button', { name: 'Close' }).last().click();
    const banner = page.getByRole('region', { name: 'Kill switch is thrown' });
    await banner.waitFor();

    await reflex.goTo('Escalations');
    await host.handIn(knownBad(meanwhile));
    await reflex.escalation(meanwhile).waitFor();
    await reflex.goTo('Containments');
    expect(await reflex.containment(meanwhile).count()).toBe(0);

    await banner.getByRole('button', { name: 'Resume…' }).click();
    await reflex.giveReason(reflex.dialog(/^Resume/), 'it did what it should', /^Resume/);
    await banner.waitFor({ state: 'detached' });
    expect(await host.handIn(knownBad(after))).toMatchObject({ verdict: 'permit' });
    await reflex.containment(after).waitFor();
    expect(await reflex.containment(meanwhile).count()).toBe(0);
  });

  it('shows the place of a mistake in a policy, and goes there', async () => {
    const { page } = tab;
    await reflex.become('author');
    await reflex.open('#/policies/drafts/block-known-ioc');
    const text = page.getByLabel('Text of the policy (YAML)');
    const source = await text.inputValue();
    const line = source.split('\n').findIndex((each) => each.trim() === 'mode: enforce') + 1;
    expect(line).toBeGreaterThan(1);
    await text.fill(source.replace('mode: enforce', 'mode: enforced'));
    const fault = page.getByRole('list', { name: 'Faults' }).getByRole('button').first();
    await fault.waitFor();
    expect((await fault.innerText()).trim()).toMatch(new RegExp(`${line}:9$`));
    await fault.click();
    const caretLine = await text.evaluate(
      (area) =>
        (area as HTMLTextAreaElement).value.slice(0, (area as HTMLTextAreaElement).selectionStart).split('\n').length,
    );
    expect(caretLine).toBe(line);
    await text.fill(source.replace('Block sources that match a known IOC', 'Block listed sources'));
    await page.getByText(/no fault, all \d+ tests pass/).waitFor();
  });

  it('goes on telling faults of what is typed while the host cannot be reached', async () => {
    // A page of its own: what it complains about is what the test does to it.
    const page = await tab.page.context().newPage();
    try {
      await page.goto(tab.page.url().replace(/#.*$/, '#/policies/drafts/block-known-ioc'));
      const text = page.getByLabel('Text of the policy (YAML)');
      await page.getByText(/no fault, all \d+ tests pass/).waitFor();
      await page.route('**/api/**', (route) => route.abort());
      const source = await text.inputValue();
      await text.fill(source.replace('mode: enforce', 'mode: enforced').replace(/ttl: \w+/, 'ttl: soon'));
      const faults = page.getByRole('list', { name: 'Faults' });
      await faults.getByText('is not one of').waitFor();
      await faults.getByText('before it is undone').waitFor();
      await page.getByRole('status', { name: 'First faults' }).getByText('spec.mode is not one of').waitFor();
      await text.fill(`${source}# one remark more\n`);
      await page.getByText('Conditions and tests could not be checked').waitFor();
      expect(await faults.count()).toBe(0);
    } finally {
      await page.close();
    }
  });

  it('releases a change that somebody else approved, and decides by the new version', async () => {
    const { page } = tab;
    await reflex.button('Save draft').click();
    await page.getByText('saved', { exact: true }).waitFor();
    await reflex.open('#/policies/drafts');
    await reflex.button('Propose for release…').click();
    await reflex.giveReason(reflex.dialog('Propose drafts for release'), 'a clearer title', /^Propose/);
    await page.getByRole('heading', { level: 1, name: 'Candidate for release' }).waitFor();
    expect(await reflex.button('Approve…').isDisabled()).toBe(true);
    await reflex.become('approver');
    await reflex.button('Approve…').click();
    await reflex.giveReason(reflex.dialog('Approve this candidate?'), 'read every change, agreed', 'Approve');
    await reflex.become('author');
    await reflex.button(/^Release as version 2/).click();
    const release = reflex.dialog('Release as version 2?');
    await release.getByLabel(/^Type/).fill('version 2');
    await release.getByRole('button', { name: 'Sign and release' }).click();
    await release.waitFor({ state: 'detached' });
    await reflex.goTo('Policies');
    await page.getByText('version 2 in force').waitFor();
    await page.getByText('Block listed sources').first().waitFor();
    const { decision_id } = await host.handIn(knownBad('192.0.2.45'));
    await reflex.open(`#/decisions/${decision_id}`);
    await page.getByText('Block listed sources').first().waitFor();
  });

  it('shows every page in both themes', async () => {
    const { page } = tab;
    const lightness = (): Promise<number> =>
      page.evaluate(() => {
        const colours = [document.body, document.documentElement].map((each) => getComputedStyle(each).backgroundColor);
        const painted = colours.find((colour) => !/, 0\)$/.test(colour)) ?? 'rgb(255, 255, 255)';
        const [red = 0, green = 0, blue = 0] = (painted.match(/\d+/g) ?? []).map(Number);
        return (red + green + blue) / 765;
      });
    for (const [theme, next] of [
      ['light', 'Dark theme'],
      ['dark', 'Light theme'],
    ] as const) {
      await reflex.button(next).waitFor();
      expect([theme, (await lightness()) > 0.5]).toEqual([theme, theme === 'light']);
      for (const name of ['Overview', 'Escalations', 'Containments', 'Decisions', 'Policies'] as const)
        await reflex.goTo(name);
      await reflex.button(next).click();
    }
    await reflex.button('Dark theme').waitFor();
  });

  it('had nothing to complain about in the console all the while', () => {
    // Records that cannot be searched yet, right after the start, are answered as such, and the page asks again.
    const notYet = (text: string): boolean =>
      text.includes('503') && /\/api\/reflex\/(overview|decisions)\b/.test(text);
    expect(tab.troubles().filter((text) => !notYet(text))).toEqual([]);
  });
});
