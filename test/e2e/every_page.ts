import type { Page } from 'playwright-core';

/** A page by its name and its address within the application. */
export type Place = readonly [name: string, hash: string];

interface Answers {
  readonly get: (path: string) => Promise<unknown>;
  readonly send: (method: 'PUT' | 'POST', path: string, body: object) => Promise<unknown>;
}

/** Asks the host as whoever is logged in. */
export const asking = (page: Page): Answers => {
  const send = async (method: string, path: string, body?: object): Promise<unknown> => {
    const answer = await page.evaluate(
      async ([verb, address, text]) => {
        const headers = { 'content-type': 'application/json', 'osd-xsrf': 'e2e' };
        const response = await fetch(address, { method: verb, headers, ...(text === null ? {} : { body: text }) });
        return { status: response.status, text: await response.text() };
      },
      [method, `/api/reflex${path}`, body === undefined ? null : JSON.stringify(body)] as const,
    );
    if (answer.status >= 400) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text}`);
    return JSON.parse(answer.text) as unknown;
  };
  return { get: (path) => send('GET', path), send };
};

interface Known {
  readonly decisions: ReadonlyArray<{ readonly decision_id: string }>;
  readonly policies: ReadonlyArray<{ readonly id: string; readonly source: string }>;
  readonly version: number;
}

/**
 * Every page there is, with something on it: the demo's own alerts, and a draft with its candidate that are made here.
 * To be called as somebody who may write policies.
 */
export const everyPage = async (page: Page): Promise<readonly Place[]> => {
  const { get, send } = asking(page);
  const { decisions } = (await get('/decisions?limit=1')) as Known;
  const { policies, version } = (await get('/policies')) as Known;
  const decision = decisions[0]?.decision_id ?? '';
  const policy = policies.find(({ id }) => id === 'block-known-ioc') ?? { id: '', source: '' };
  const source = policy.source.replace(/title: .*/, 'title: Looked at by every eye');
  await send('PUT', `/policies/drafts/${policy.id}`, { source });
  const candidate = (await send('POST', '/policies/candidates', { changelog: 'for all to look at' })) as { id: string };
  return [
    ['overview', '/overview'],
    ['escalations', '/escalations'],
    ['containments', '/containments'],
    ['beside us', '/containments/beside'],
    ['history of acts', '/containments/history'],
    ['connectors', '/connectors'],
    ['a connector', '/connectors/demo-firewall'],
    ['configure a connector', '/connectors/new'],
    ['set-up', '/setup'],
    ['secrets', '/secrets'],
    ['tokens', '/tokens'],
    ['brakes and agents', '/brakes'],
    ['what would happen', '/brakes?action=isolate_host&target=ws-eng-001&sources=2'],
    ['decisions', '/decisions'],
    ['a decision', `/decisions/${decision}`],
    ['policies in force', '/policies'],
    ['a policy', `/policies/in-force/${policy.id}`],
    ['guards', '/policies/guards'],
    ['a new guard', '/policies/guards/brand_new'],
    ['drafts', '/policies/drafts'],
    ['the editor', `/policies/drafts/${policy.id}`],
    ['new policy', '/policies/new'],
    ['a template', '/policies/new/limit'],
    ['candidates', '/policies/candidates'],
    ['a candidate', `/policies/candidates/${candidate.id}`],
    ['releases', '/policies/releases'],
    ['a release', `/policies/releases/${version}`],
    ['trust', '/policies/releases/trust'],
    ['shadow', '/policies/shadow'],
    ['rhythm', '/policies/rhythm'],
    ['repository', '/policies/repository'],
    ['try an event', '/policies/try'],
    ['sources', '/sources'],
    ['try a document', '/sources/try'],
    ['quarantine', '/quarantine'],
    ['what was found', '/ask?q=ws'],
    ['a thing', '/entity?kind=host&value=ws-eng-001'],
  ];
};

/** Opens a page within the application and waits until it has what it shows. */
export const openPlace = async (page: Page, [, hash]: Place): Promise<void> => {
  await page.evaluate((to) => {
    window.location.hash = to;
  }, hash);
  await page.waitForFunction(
    (to) =>
      window.location.hash === `#${to}` &&
      document.querySelector('.rfx-page h1') !== null &&
      document.querySelector('.euiLoadingContent, .euiLoadingSpinner') === null,
    hash,
  );
};
