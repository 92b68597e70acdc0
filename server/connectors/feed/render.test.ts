import { entryFor, isServable, spellingOf } from './entry';
import type { ListEntry } from './part';
import { FORMATS, render } from './render';

const T = Date.parse('2026-11-22T10:00:00.000Z');
const about = { list: 'deny', type: 'domain', changedAt: T, pollS: 60 } as const;
const entries: readonly ListEntry[] = [
  { value: 'bad.example', since: T, until: T + 60_000 },
  { value: 'evil.example', since: T, until: null },
];

describe('a list as text', () => {
  it('has one entry a line', () =>
    expect(render('text', entries, about)).toEqual({
      contentType: 'text/plain; charset=utf-8',
      body: 'bad.example\nevil.example\n',
    }));

  it('has one entry a row, with its times', () =>
    expect(render('csv', entries, about)).toEqual({
      contentType: 'text/csv; charset=utf-8',
      body: [
        'value,type,since,until',
        'bad.example,domain,2026-11-22T10:00:00.000Z,2026-11-22T10:01:00.000Z',
        'evil.example,domain,2026-11-22T10:00:00.000Z,',
        '',
      ].join('\r\n'),
    }));

  it('has an object for each entry', () =>
    expect(JSON.parse(render('json', entries, about).body)).toEqual({
      list: 'deny',
      entries: [
        {
          value: 'bad.example',
          type: 'domain',
          since: '2026-11-22T10:00:00.000Z',
          until: '2026-11-22T10:01:00.000Z',
        },
        { value: 'evil.example', type: 'domain', since: '2026-11-22T10:00:00.000Z', until: null },
      ],
    }));

  it('has a local zone for each name', () =>
    expect(render('unbound', entries, about).body).toBe(
      'server:\nlocal-zone: "bad.example." always_nxdomain\nlocal-zone: "evil.example." always_nxdomain\n',
    ));

  it('has each name and all below it in a response policy zone, whose serial grows', () => {
    const { body } = render('rpz', entries, about);
    expect(body).toContain('\nevil.example IN CNAME .\n*.evil.example IN CNAME .\n');
    const serialOf = (text: string): number => Number(/hostmaster\.localhost\. (\d+) 60 60 /.exec(text)?.[1]);
    const later = render('rpz', entries, { ...about, changedAt: T + 100 }).body;
    expect(serialOf(later)).toBe((serialOf(body) + 1) % 2 ** 32);
    expect(serialOf(body)).toBeLessThan(2 ** 32);
  });

  it('of nothing has no entry in any format', () => {
    const bodies = FORMATS.map((format) => render(format, [], about).body);
    expect(bodies[0]).toBe('');
    for (const body of bodies) expect(body).not.toContain('example');
  });
});

const LISTS = {
  addresses: { entries: 'addresses', networks: true, ipv6: true },
  domains: { entries: 'domains', networks: false, ipv6: false },
} as const;

describe('what may stand in a list', () => {
  it.each([
    ['addresses', 'ip', '203.0.113.7', '203.0.113.7'],
    ['addresses', 'ip', '::ffff:203.0.113.7', '203.0.113.7'],
    ['addresses', 'ip', '2001:DB8:0::7', '2001:db8::7'],
    ['addresses', 'ip', '198.51.100.9/24', '198.51.100.0/24'],
    ['addresses', 'ip', '198.51.100.9/32', '198.51.100.9'],
    ['addresses', 'ip', '2001:db8::7/128', '2001:db8::7'],
    ['domains', 'domain', 'EVIL.example.', 'evil.example'],
    ['domains', 'domain', 'bücher.example', 'xn--bcher-kva.example'],
  ] as const)('%s: %s %j is written %j', (list, type, value, written) => {
    expect(entryFor(LISTS[list], { type, value })).toEqual({ ok: true, value: written });
    expect(isServable(list, written)).toBe(true);
  });

  it.each([
    ['addresses', 'domain', 'evil.example'],
    ['addresses', 'ip', 'evil.example'],
    ['addresses', 'ip', '203.0.113.7\n0.0.0.0/0'],
    ['addresses', 'ip', '203.0.113.7,198.51.100.1'],
    ['addresses', 'ip', '203.0.113.7#x'],
    ['addresses', 'ip', ''],
    ['domains', 'ip', '203.0.113.7'],
    ['domains', 'domain', '203.0.113.7'],
    ['domains', 'domain', 'com'],
    ['domains', 'domain', '*.evil.example'],
    ['domains', 'domain', 'evil.example" always_transparent\nforward-zone: "x'],
    ['domains', 'domain', 'evil.example\nwww.example'],
    ['domains', 'domain', 'evil.example IN A 203.0.113.7'],
    ['domains', 'domain', '$INCLUDE.example'],
    ['domains', 'domain', '@.example'],
    ['domains', 'domain', 'a..example'],
    ['domains', 'domain', `${'a'.repeat(64)}.example`],
    ['domains', 'domain', `${'a.'.repeat(108)}example.com`],
  ] as const)('%s: not %s %j', (list, type, value) => {
    expect(entryFor(LISTS[list], { type, value })).toMatchObject({
      ok: false,
      error: { code: 'wrong_target', retryable: false },
    });
  });

  it('is no network and no IPv6 where the settings do not say that devices take them', () => {
    const narrow = { entries: 'addresses', networks: false, ipv6: false } as const;
    for (const value of ['198.51.100.0/24', '2001:db8::7'])
      expect(entryFor(narrow, { type: 'ip', value })).toMatchObject({ ok: false, error: { code: 'not_enforced' } });
  });

  it('is served only in its one spelling, whoever wrote it into the state', () => {
    for (const value of ['evil.example"', 'EVIL.example', 'a\nb.example', '=cmd.example', '-a.example'])
      expect([value, isServable('domains', value)]).toEqual([value, false]);
    for (const value of ['198.51.100.9/24', '203.0.113.7/32', '010.0.0.1', 'x'])
      expect([value, isServable('addresses', value)]).toEqual([value, false]);
    expect(spellingOf('addresses', '0.0.0.0/0')).toBe('0.0.0.0/0');
  });
});
