import { whyOf } from '../common/why';
import type { AppMountParameters, CoreStart, OnAppLeave } from './host';
import { say } from './i18n';

/** What of this build is the current one; asked for each time, because browsers keep what they are not told about. */
interface Entry {
  readonly module: string;
  /** The worker that holds the stream of all pages. */
  readonly worker?: string;
}

interface PageModule {
  readonly renderApplication: (
    core: CoreStart,
    element: HTMLElement,
    worker?: string,
    onAppLeave?: OnAppLeave,
  ) => () => void;
}

/** How the parts of the page come into the browser. */
export interface PageParts {
  /** Where the files of the page are, with a `/` at its end. */
  readonly base: string;
  readonly fetch: typeof fetch;
  readonly importModule: (address: string) => Promise<unknown>;
  readonly reload: () => void;
}

/** After so long without an answer, loading counts as failed, ms. */
const PATIENCE_MS = 15_000;

const within = async <Value>(work: (signal: AbortSignal) => Promise<Value>): Promise<Value> => {
  const gaveUp = new AbortController();
  let timer: number | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = window.setTimeout(() => {
      gaveUp.abort();
      reject(new Error(say('load.late', 'no answer for {seconds} s', { seconds: PATIENCE_MS / 1_000 })));
    }, PATIENCE_MS);
  });
  try {
    return await Promise.race([work(gaveUp.signal), late]);
  } finally {
    window.clearTimeout(timer);
  }
};

const isEntry = (value: unknown): value is Entry =>
  typeof value === 'object' && value !== null && typeof (value as Entry).module === 'string';

const load = ({ base, fetch, importModule }: PageParts) =>
  within(async (signal) => {
    const answer = await fetch(`${base}entry.json`, { cache: 'no-store', credentials: 'same-origin', signal });
    if (!answer.ok) throw new Error(say('load.status', 'the server answered {status}', { status: answer.status }));
    const entry: unknown = await answer.json();
    if (!isEntry(entry)) throw new Error(say('load.form', 'the server answered in another form than expected'));
    const page = (await importModule(base + entry.module)) as PageModule;
    return { page, worker: entry.worker === undefined ? undefined : base + entry.worker };
  });

const paragraph = (text: string): HTMLElement => {
  const made = document.createElement('p');
  made.textContent = text;
  return made;
};

const button = (text: string, run: () => void): HTMLElement => {
  const made = document.createElement('button');
  made.type = 'button';
  made.className = 'euiButton euiButton--primary euiButton--fill';
  made.append(Object.assign(document.createElement('span'), { className: 'euiButton__content', textContent: text }));
  made.addEventListener('click', run);
  return made;
};

/** Without React, which may be what is missing. */
const showFault = (element: HTMLElement, why: string, { reload }: PageParts): (() => void) => {
  const made = document.createElement('div');
  made.className = 'euiText euiPanel euiPanel--paddingLarge';
  made.setAttribute('role', 'alert');
  made.style.margin = '16px';
  made.append(
    Object.assign(document.createElement('h1'), { textContent: say('load.title', 'Reflex could not be loaded') }),
    paragraph(
      say(
        'load.text',
        'Its page did not load ({why}). Only this page is missing: decisions and containments go on without it. Reflex may have been upgraded while this tab was open.',
        { why },
      ),
    ),
    button(say('load.again', 'Load again'), reload),
  );
  element.replaceChildren(made);
  return () => element.replaceChildren();
};

const NOTHING_TO_END = (): void => undefined;

/**
 * Loads the application and shows it. Where a part of it gets no answer, or is gone after an upgrade, a sentence is
 * shown instead. Nothing is shown to somebody who left meanwhile: Dashboards has taken the element out of its page
 * then and never calls what is returned here, so the application would write titles and addresses of other pages.
 *
 * @returns what the host calls when somebody leaves it
 */
export const loadApplication = async (
  start: () => Promise<CoreStart>,
  { element, onAppLeave }: AppMountParameters,
  parts: PageParts,
): Promise<() => void> => {
  try {
    const [{ page, worker }, core] = await Promise.all([load(parts), start()]);
    if (!element.isConnected) return NOTHING_TO_END;
    return page.renderApplication(core, element, worker, onAppLeave);
  } catch (cause) {
    return showFault(element, whyOf(cause), parts);
  }
};
