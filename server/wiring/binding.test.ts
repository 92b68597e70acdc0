import { quietLog } from '../../test/builders/store_port';
import type { Settings } from '../hosts/settings';
import type { Caller } from '../routes/bind';
import { StoreUnavailable } from '../runner/ports';
import { bindingTo, partsIn, type HasParts } from './binding';

const owner: Caller = { name: 'owner', may: ['intake'], singleUser: false };
const whole = { tokenOwner: async () => owner } as unknown as NonNullable<HasParts['ready']>;

const sceneOf = (roles: Settings['agent']['roles'] = ['ui']) => {
  const life: { -readonly [Name in keyof HasParts]: HasParts[Name] } = { ready: undefined, standing: undefined };
  const host = {
    router: { add: () => undefined },
    log: quietLog(),
    identify: async () => undefined,
    settings: { agent: { roles } },
  };
  return { life, binding: bindingTo(host, life), ...partsIn(life) };
};

describe('what routes are tied to', () => {
  it('is nothing before a life stands: not to be asked, and known to nobody', async () => {
    const { binding, ready, standing } = sceneOf();
    expect(binding.loading(false)).toContain('still getting ready');
    expect(binding.loading(true)).toContain('still getting ready');
    expect(await binding.tokenOwner('any', undefined)).toBeUndefined();
    expect(ready).toThrow(StoreUnavailable);
    expect(standing).toThrow(StoreUnavailable);
  });

  it('is what needs no OpenSearch while a life stands, and nothing else', async () => {
    const { life, binding, ready, standing } = sceneOf();
    life.standing = whole;
    expect(binding.loading(false)).toContain('still getting ready');
    expect(binding.loading(true)).toBeUndefined();
    expect(await binding.tokenOwner('any', undefined)).toBe(owner);
    expect(ready).toThrow(StoreUnavailable);
    expect(standing()).toBe(whole);
  });

  it('serves people only where the role `ui` is', () => {
    expect(sceneOf().binding.servesPeople).toBe(true);
    expect(sceneOf(['intake', 'undo']).binding.servesPeople).toBe(false);
  });

  it('is the life at hand, whichever that is', () => {
    const { life, binding, ready, standing } = sceneOf();
    for (const each of [whole, { ...whole }]) {
      Object.assign(life, { ready: each, standing: each });
      expect(binding.loading(false)).toBeUndefined();
      expect(ready()).toBe(each);
      expect(standing()).toBe(each);
    }
    life.ready = undefined;
    expect(ready).toThrow(StoreUnavailable);
  });
});
