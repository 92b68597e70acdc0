import { quietLog } from '../../test/builders/store_port';
import type { Caller } from '../routes/bind';
import { StoreUnavailable } from '../runner/ports';
import { bindingTo, readyIn, type HasReady } from './binding';

const owner: Caller = { name: 'owner', may: ['intake'], singleUser: false };
const whole = { tokenOwner: async () => owner } as unknown as NonNullable<HasReady['ready']>;

const sceneOf = () => {
  const life: { ready: HasReady['ready'] } = { ready: undefined };
  const host = { router: { add: () => undefined }, log: quietLog(), identify: async () => undefined };
  return { life, binding: bindingTo(host, life), ready: readyIn(life) };
};

describe('what routes are tied to', () => {
  it('is nothing before a life is ready: not to be asked, and known to nobody', async () => {
    const { binding, ready } = sceneOf();
    expect(binding.loading()).toContain('still getting ready');
    expect(await binding.tokenOwner('any')).toBeUndefined();
    expect(ready).toThrow(StoreUnavailable);
  });

  it('is the life at hand, whichever that is', async () => {
    const { life, binding, ready } = sceneOf();
    life.ready = whole;
    expect(binding.loading()).toBeUndefined();
    expect(await binding.tokenOwner('any')).toBe(owner);
    expect(ready()).toBe(whole);
    const next = { ...whole };
    life.ready = next;
    expect(ready()).toBe(next);
    life.ready = undefined;
    expect(ready).toThrow(StoreUnavailable);
  });
});
