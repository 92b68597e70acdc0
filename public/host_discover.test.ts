import { around, discoverOf, discoverPath } from './host_discover';
import type { CoreStart } from './host';

/** The parts of the state in an address, as Dashboards takes them out of it. */
const stateIn = (path: string): Record<'_g' | '_a', string> => {
  const [, search = ''] = path.split('?');
  const given = new URLSearchParams(search);
  return { _g: given.get('_g') ?? '', _a: given.get('_a') ?? '' };
};

const look = { about: ['203.0.113.7'], from: 'now-24h', to: 'now' };

const aCore = (show: unknown): CoreStart =>
  ({
    http: { basePath: { prepend: (path: string) => `/soc/w/team${path}` } },
    application: { capabilities: { discover: { show } } },
  }) as unknown as CoreStart;

describe('a search in Discover', () => {
  it('has time and query where every version of Discover looks for them', () => {
    expect(discoverPath(look)).toMatch(/^\/app\/discover#\/\?_g=[^&]+&_a=[^&]+$/);
    expect(stateIn(discoverPath(look))).toEqual({
      _g: "(filters:!(),time:(from:'now-24h',to:'now'))",
      _a: `(columns:!(_source),filters:!(),query:(language:kuery,query:'"203.0.113.7"'))`,
    });
  });

  it.each([
    ['any of several', ['203.0.113.7', 'WS-1'], `'"203.0.113.7" or "WS-1"'`],
    ['quotes and backslashes of DQL', ['CORP\\o"neil'], String.raw`'"CORP\\o\"neil"'`],
    ['quotes and exclamation marks of rison', ["o'neil!"], `'"o!'neil!!"'`],
    ['marks of addresses', ['a&b=c#d?e+f%20g'], `'"a&b=c#d?e+f%20g"'`],
    ['words and wildcards of DQL', ['a or b*'], `'"a or b*"'`],
    ['half a character', ['a\ud800b'], `'"a\ufffdb"'`],
  ])('takes %s as data', (_, about, query) => {
    expect(stateIn(discoverPath({ ...look, about }))._a).toContain(`query:${query})`);
  });

  it('is below the base path, in the workspace of who looks', () => {
    expect(discoverOf(aCore(true))?.(look)).toBe(`/soc/w/team${discoverPath(look)}`);
  });

  it.each([
    ['who looks may not use it', aCore(false)],
    ['the host has none', { http: aCore(true).http }],
  ])('is not offered where %s', (_, core) => {
    expect(discoverOf(core)).toBeUndefined();
  });

  it('reaches from a quarter of an hour before the first moment to one after the last', () => {
    expect(around('2026-11-22T10:00:00.000Z', '2026-11-22T09:00:00.000Z')).toEqual({
      from: '2026-11-22T08:45:00.000Z',
      to: '2026-11-22T10:15:00.000Z',
    });
  });
});
