import { iso } from '../../../common/iso';
import { received } from '../../../test/builders/events';
import { routeHost } from '../../../test/builders/route_host';
import { contentOf } from '../keeping/state_docs';
import { WakeHeld } from './wake_held';

/* A report that is held until its source is seen again, in a whole agent. Its hold lasts 20 s. */

const scene = async () => {
  const host = await routeHost();
  const report = (id: string, ip = '203.0.113.2') =>
    received({
      event_id: id,
      timestamp: iso(host.agent.parts.clock.utc()),
      source: { ip },
      tags: ['twice'],
      rule: { id: 'r3' },
    });
  const hand = (id: string, ip?: string) => host.drive(host.agent.admit(report(id, ip)));
  const verdictOf = (id: string) => contentOf('case', host.world.store.get(report(id).case_id))?.decision?.verdict;
  return { host, hand, verdictOf };
};

describe('a case that is held until something is seen again', () => {
  it('is decided as soon as it is, and not only when its hold ends', async () => {
    const { host, hand, verdictOf } = await scene();
    await hand('first');
    await host.wait(3_000);
    expect(verdictOf('first')).toBe('hold');
    await hand('second');
    await host.wait(1_000);
    expect([verdictOf('first'), verdictOf('second')]).toEqual(['permit', 'permit']);
  });

  it('waits for nothing any more once its hold is over: it takes nobody’s place among those that wait', async () => {
    const { host, hand, verdictOf } = await scene();
    await hand('first');
    await host.wait(3_000);
    const forgotten = jest.spyOn(WakeHeld.prototype, 'forget');
    await host.wait(25_000);
    expect(verdictOf('first')).not.toBe('hold');
    expect(forgotten.mock.calls.map(([id]) => id)).toContain(received({ event_id: 'first' }).case_id);
  });

  it('is held on where something else is seen', async () => {
    const { host, hand, verdictOf } = await scene();
    await hand('first');
    await host.wait(3_000);
    await hand('other', '203.0.113.3');
    await host.wait(1_000);
    expect(verdictOf('first')).toBe('hold');
  });
});
