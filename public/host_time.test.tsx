import { act, screen } from '@testing-library/react';
import { aStatus } from '../test/builders/views';
import { renderApplication } from './application';
import { setTimeSettings } from './format/time';
import type { CoreStart } from './host';

type Told = (update: { readonly key: string }) => void;

/** A host with settings that a test changes. */
const aHost = (settings: Record<string, string>) => {
  const listeners = new Set<Told>();
  const get = (): Promise<unknown> => Promise.resolve(aStatus());
  const core: CoreStart = {
    http: { basePath: { prepend: (path) => path }, get, post: get, put: get, delete: get },
    uiSettings: {
      get: (key) => settings[key],
      getUpdate$: () => ({
        subscribe: (told) => {
          listeners.add(told);
          return { unsubscribe: () => listeners.delete(told) };
        },
      }),
    },
  };
  const change = (key: string, value: string): void => {
    settings[key] = value;
    act(() => listeners.forEach((told) => told({ key })));
  };
  return { core, change, listeners };
};

describe('the page in a host with settings for moments', () => {
  const element = document.body.appendChild(document.createElement('div'));

  beforeEach(() => {
    jest.useFakeTimers({ now: Date.parse('2026-11-22T18:05:09Z') });
    window.location.hash = '#/decisions';
  });

  afterEach(() => {
    jest.useRealTimers();
    setTimeSettings({});
  });

  it('follows them, also while it is open', async () => {
    const { core, change, listeners } = aHost({ dateFormat: 'h:mm:ss a', 'dateFormat:tz': 'Asia/Tokyo' });
    let leave = (): void => undefined;
    await act(async () => {
      leave = renderApplication(core, element);
      await jest.advanceTimersByTimeAsync(6_000);
    });
    const mark = (): HTMLElement => screen.getByText(/every 5 s, /);
    expect(mark()).toHaveTextContent(/12:12:06 pm/);
    // By the clock of the host. Nothing but the change draws the page anew: the clock of the test stands.
    change('dateFormat:tz', 'UTC');
    expect(mark()).toHaveTextContent(/3:12:06 am/);
    change('dateFormat', 'HH:mm');
    expect(mark()).toHaveTextContent(/03:12$/);
    expect(mark().closest('[title]')).toHaveAttribute('title', '03:12 UTC');
    act(leave);
    expect(listeners.size).toBe(0);
  });
});
