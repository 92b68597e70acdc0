import { screen } from '@testing-library/dom';
import userEvent from '@testing-library/user-event';
import type { CoreSetup, CoreStart } from './host';
import { loadApplication, type PageParts } from './load_application';
import { ReflexPlugin } from './plugin';

const core = {} as CoreStart;
const onAppLeave = jest.fn();
const never = (): Promise<never> => new Promise(() => undefined);

const partsWith = (parts: Partial<PageParts> = {}) => {
  const reload = jest.fn();
  const imported: string[] = [];
  const leave = jest.fn();
  const rendered = jest.fn(() => leave);
  const entry = { module: 'reflex-1.js', worker: 'live_worker-1.js' };
  return {
    reload,
    imported,
    rendered,
    leave,
    parts: {
      base: '/b/',
      fetch: jest.fn(async () => ({ ok: true, json: async () => entry })) as unknown as typeof fetch,
      importModule: async (address: string) => {
        imported.push(address);
        return { renderApplication: rendered };
      },
      reload,
      ...parts,
    } satisfies PageParts,
  };
};

const show = (parts: PageParts) => {
  const element = document.createElement('div');
  document.body.replaceChildren(element);
  return loadApplication(() => Promise.resolve(core), { element, onAppLeave }, parts);
};

afterEach(() => jest.useRealTimers());

describe('loading the application', () => {
  it('shows the current build, with its worker', async () => {
    const { parts, imported, rendered, leave } = partsWith();
    const ended = await show(parts);
    expect(imported).toEqual(['/b/reflex-1.js']);
    expect(rendered).toHaveBeenCalledWith(core, expect.any(HTMLElement), '/b/live_worker-1.js', onAppLeave);
    ended();
    expect(leave).toHaveBeenCalled();
  });

  it.each<[string, string, Partial<PageParts>]>([
    ['entry is refused', 'the server answered 404', { fetch: async () => ({ ok: false, status: 404 }) as Response }],
    ['entry cannot be read', 'in another form', { fetch: async () => ({ ok: true, json: async () => 7 }) as Response }],
    ['module is gone', 'Failed to fetch', { importModule: () => Promise.reject(new TypeError('Failed to fetch')) }],
  ])('says so in a sentence where its %s, and offers to load it again', async (_, why, broken) => {
    const { parts, reload } = partsWith(broken);
    const ended = await show(parts);
    expect(screen.getByRole('alert')).toHaveTextContent('Reflex could not be loaded');
    expect(screen.getByRole('alert')).toHaveTextContent(why);
    await userEvent.click(screen.getByRole('button', { name: 'Load again' }));
    expect(reload).toHaveBeenCalledTimes(1);
    ended();
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('shows nothing to somebody who left while it loaded', async () => {
    const { parts, rendered } = partsWith();
    const shown = show(parts);
    document.body.replaceChildren();
    expect((await shown)()).toBeUndefined();
    expect(rendered).not.toHaveBeenCalled();
  });

  it.each<[string, Partial<PageParts>]>([
    ['entry', { fetch: never }],
    ['module', { importModule: never }],
  ])('waits 15 s for its %s and no longer', async (_, silent) => {
    jest.useFakeTimers();
    const shown = show(partsWith(silent).parts);
    await jest.advanceTimersByTimeAsync(14_900);
    expect(screen.queryByRole('alert')).toBeNull();
    await jest.advanceTimersByTimeAsync(200);
    await shown;
    expect(screen.getByRole('alert')).toHaveTextContent('no answer for 15 s');
  });
});

describe('the plugin', () => {
  const { fetch } = window;
  afterEach(() => Object.assign(window, { fetch }));

  it('is registered at once, and asks for nothing before somebody opens it', () => {
    const asked = jest.fn(never);
    window.fetch = asked;
    const apps: string[] = [];
    const setup = new ReflexPlugin().setup({
      application: { register: ({ id }) => apps.push(id) },
      getStartServices: never,
    } satisfies CoreSetup);
    expect([setup, apps]).toEqual([undefined, ['reflex']]);
    expect(asked).not.toHaveBeenCalled();
  });
});
