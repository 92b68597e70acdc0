import { anEvent, received } from '../../../test/builders/events';
import { isEarlier, isGraver, otherThingIn } from './update';

describe('what a newer report is about', () => {
  it.each<[string, object, object, string | undefined]>([
    [
      'the same address, written otherwise',
      { source: { ip: '203.0.113.7' } },
      { source: { ip: '::ffff:203.0.113.7' } },
      undefined,
    ],
    ['the same account, written otherwise', { user: { name: 'CORP\\ana' } }, { user: { name: 'ana@corp' } }, undefined],
    ['one thing more', {}, { src_host: 'ws-7', user: { name: 'ana' } }, undefined],
    ['one thing less', { src_host: 'ws-7' }, {}, undefined],
    ['another source', { source: { ip: '203.0.113.7' } }, { source: { ip: '203.0.113.8' } }, 'source.ip'],
    ['another destination', { destination: { ip: '10.0.0.1' } }, { destination: { ip: '10.0.0.2' } }, 'destination.ip'],
    [
      'another name',
      { destination: { domain: 'a.example' } },
      { destination: { domain: 'b.example' } },
      'destination.domain',
    ],
    ['another host', { src_host: 'ws-7' }, { src_host: 'ws-8' }, 'src_host'],
    ['another host that it goes to', { dst_host: 'ws-7' }, { dst_host: 'ws-8' }, 'dst_host'],
    ['another account', { user: { name: 'ana' } }, { user: { name: 'bob' } }, 'user.name'],
  ])('%s', (_what, before, after, field) => {
    expect(otherThingIn(anEvent(before), anEvent(after))).toBe(field);
  });
});

describe('a report', () => {
  const first = received();

  it.each([
    ['critical', true],
    ['high', false],
    ['medium', false],
    ['low', false],
  ] as const)('of severity %s is graver than one of high: %s', (severity, graver) => {
    expect(isGraver(received({ severity }), first)).toBe(graver);
  });

  it('comes late if it is of a time before', () => {
    const later = received({ timestamp: '2026-11-22T10:00:00.001Z' });
    expect([isEarlier(first, later), isEarlier(later, first), isEarlier(first, first)]).toEqual([true, false, false]);
  });
});
