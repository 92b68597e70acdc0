import { createServer, type Server, type ServerResponse } from 'http';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'fs';
import type { AddressInfo } from 'net';
import { tmpdir } from 'os';
import { basename, join } from 'path';
import type { Page } from 'playwright-core';
import { headlineOf } from '../../common/api/headline';
import { ROUTES } from '../../common/api/routes';
import { appPage } from '../../server/hosts/standalone/http/pages';
import {
  aContainment,
  aDecision,
  aDecisionBrief,
  aDecisionDetail,
  anAct,
  anEscalation,
  anOverview,
  aStatus,
  NOW,
  thePolicies,
} from '../builders/views';
import { theSources } from '../builders/source_views';
import { openTab, whyNoBrowser, type Tab } from '../e2e/browser';
import { suiteUnless } from '../targets/suite_unless';

/* The whole page in Chromium as wide as a phone, on a host that answers each question with what a test says. */

const why = whyNoBrowser();
if (why !== undefined) process.stdout.write(`SKIPPED: narrow: ${why}\n`);
const suite = suiteUnless(why);

const ROOT = join(__dirname, '..', '..');
type Make = (folder: string) => Promise<void>;
const makerOf = (name: string): Make =>
  jest.requireActual<{ make: Make }>(join(ROOT, 'scripts/bundle', `${name}.js`)).make;

const WIDE = 'ws-engineering-000000000000000000000000000042.corporate.internal.example';
const target = { type: 'host', value: WIDE } as const;
const containments = [aContainment({ target }), aContainment({ effect_id: 'effect:2', state: 'unknown', due: null })];

/** What the host answers, by the path of the route. */
const ANSWERS = new Map<string, unknown>([
  [ROUTES.getStatus.path, aStatus()],
  [ROUTES.getOverview.path, anOverview()],
  [ROUTES.listEscalations.path, { as_of: NOW, total: 1, escalations: [anEscalation({ act: anAct({ target }) })] }],
  [ROUTES.listContainments.path, { as_of: NOW, total: 2, containments }],
  [
    ROUTES.listDecisions.path,
    { as_of: NOW, total: 1, decisions: [{ ...aDecisionBrief(), headline: headlineOf(aDecision()) }] },
  ],
  [ROUTES.getDecision.path.replace('{decision_id}', 'decision-1'), aDecisionDetail()],
  [ROUTES.listPolicies.path, thePolicies()],
  [ROUTES.listSources.path, theSources()],
]);

const PAGES: ReadonlyArray<readonly [path: string, shown: string]> = [
  ['/overview', '.rfx-figure'],
  ['/escalations', '.rfx-split'],
  ['/containments', '.rfx-board .euiTableRow'],
  ['/decisions', '.euiTableRow'],
  ['/decisions/decision-1', '.rfx-lead'],
  ['/policies', '.rfx-table tbody tr'],
  ['/policies/in-force/block-known-ioc', '.rfx-section'],
  ['/sources', '.rfx-section'],
  ['/sources/try', '.rfx-page'],
  ['/quarantine', '.rfx-page'],
];

/** Built files at the addresses that the standalone host gives them, and the answers. */
const aServer = (folder: string): Server =>
  createServer(({ url = '/' }, response: ServerResponse) => {
    const path = url.split('?')[0] ?? '';
    const answer = ANSWERS.get(path);
    if (answer !== undefined)
      return void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    if (path.startsWith('/app/')) {
      const names = JSON.parse(readFileSync(join(folder, 'standalone', 'names.json'), 'utf8')) as never;
      const { headers, body } = appPage(names);
      return void response.writeHead(200, { ...headers }).end(String(body));
    }
    const part = path.startsWith('/bundles/') ? 'public' : 'standalone';
    const types: Readonly<Record<string, string>> = {
      js: 'text/javascript',
      css: 'text/css',
      json: 'application/json',
    };
    try {
      const content = readFileSync(join(folder, part, basename(path)));
      response.writeHead(200, { 'content-type': types[path.split('.').at(-1) ?? ''] ?? 'text/plain' }).end(content);
    } catch {
      response.writeHead(404, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ code: 'not_found', message: `nothing is at ${path}` }));
    }
  });

/** What sticks out of the window at the right, outermost first; what scrolls by itself within the page may. */
const sticksOut = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => {
    const { clientWidth, scrollWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const isWide = (each: Element): boolean => each.getBoundingClientRect().right > clientWidth + 0.5;
    const told = [...document.querySelectorAll('body *')].filter(isWide).map((each) => {
      const { right } = each.getBoundingClientRect();
      return `${each.tagName.toLowerCase()}.${[...each.classList].join('.')} ends at ${right.toFixed(1)} px`;
    });
    return [`the page is ${scrollWidth} px wide in a window of ${clientWidth} px`, ...told.slice(0, 12)];
  });

suite('on a phone', () => {
  const folder = mkdtempSync(join(tmpdir(), 'reflex-narrow-'));
  const server = aServer(folder);
  let tab: Tab;
  let address: string;

  beforeAll(async () => {
    for (const name of ['public', 'standalone']) {
      mkdirSync(join(folder, name));
      await makerOf(name)(join(folder, name));
    }
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    tab = await openTab();
    await tab.page.setViewportSize({ width: 390, height: 844 });
  }, 180_000);

  afterAll(async () => {
    await tab?.browser.close();
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(PAGES)(
    '%s does not scroll sideways',
    async (path, shown) => {
      await tab.page.goto(`${address}/app/reflex#${path}`);
      await tab.page
        .locator(shown)
        .first()
        .waitFor({ timeout: 20_000 })
        .catch(async () => {
          throw new Error(`${shown} did not come; the page says: ${await tab.page.locator('body').innerText()}`);
        });
      expect(await sticksOut(tab.page)).toEqual([]);
    },
    60_000,
  );
});
