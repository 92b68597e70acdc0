import { readSettings } from '../settings';
import { connectorBreaker } from './breakers';

const read = (breakers: unknown) => readSettings({ breakers });
const valueOf = (breakers: unknown) => {
  const settings = read(breakers);
  if (!settings.ok) throw new Error(JSON.stringify(settings.error));
  return settings.value.breakers;
};

describe('the settings of breakers', () => {
  it('watch connectors and policies unless they say otherwise, and count no starts', () => {
    expect(valueOf(undefined)).toEqual({
      connector: { errorPercent: 30, atLeast: 5, windowMinutes: 10, waitSeconds: 30 },
      policy: { overriddenPercent: 20, acts: 10 },
      source: { overriddenPercent: 20, acts: 10 },
    });
  });

  it('are what they say', () => {
    const webhook = { url: 'https://pager.example/reflex', sign: { secret: 'pager' } };
    expect(
      valueOf({
        connector: { error_percent: 50, at_least: 8, window_minutes: 3, wait_seconds: 90 },
        policy: { overridden_percent: 10, acts: 4 },
        source: { overridden_percent: 15 },
        all: { starts: 600 },
        tell: { webhook },
      }),
    ).toEqual({
      connector: { errorPercent: 50, atLeast: 8, windowMinutes: 3, waitSeconds: 90 },
      policy: { overriddenPercent: 10, acts: 4 },
      source: { overriddenPercent: 15, acts: 10 },
      all: { starts: 600, minutes: 10 },
      webhook,
    });
    expect(valueOf({ all: { starts: 6, minutes: 2 } }).all).toEqual({ starts: 6, minutes: 2 });
  });

  it.each([
    [{ connector: { error_percent: 101 } }, 'breakers.connector.error_percent'],
    [{ connector: { at_least: 1 } }, 'breakers.connector.at_least'],
    [{ connector: { wait_seconds: 4 } }, 'breakers.connector.wait_seconds'],
    [{ policy: { acts: 0 } }, 'breakers.policy.acts'],
    [{ source: { acts: 0 } }, 'breakers.source.acts'],
    [{ all: { minutes: 5 } }, 'breakers.all.starts'],
    [{ tell: { webhook: { url: 'http://pager.example/' } } }, 'breakers.tell.webhook.url'],
    [{ tell: { webhook: { url: 'https://reflex.example/api/reflex/x' } } }, 'breakers.tell.webhook.url'],
  ])('are refused: %j', (breakers, path) => {
    const settings = read(breakers);
    expect(settings.ok ? [] : settings.error.map((each) => each.path)).toEqual([path]);
  });

  it('of one connector are as for all where it says nothing else', () => {
    const own = (breaker: object) =>
      readSettings({ breakers: { connector: { at_least: 7 } }, connectors: [{ name: 'edge', kind: 'rest', breaker }] });
    const settings = own({ error_percent: 60, wait_seconds: 90 });
    if (!settings.ok) throw new Error(JSON.stringify(settings.error));
    const { breakers, connectors } = settings.value;
    expect(connectorBreaker(connectors[0]?.breaker, breakers.connector)).toEqual({
      errorPercent: 60,
      atLeast: 7,
      windowMinutes: 10,
      waitSeconds: 90,
    });
    expect(own({ error_percent: 0 })).toMatchObject({ error: [{ path: 'connectors.0.breaker.error_percent' }] });
  });
});
