import { quietLog } from '../../test/builders/store_port';
import type { Settings } from '../hosts/settings';
import type { Caller } from '../routes/bind';
import type { HostRequest } from '../routes/http';
import { StoreUnavailable } from '../runner/ports';
import { bindingTo, partsIn, type HasParts } from './binding';

const owner: Caller = { name: 'owner', may: ['intake'], singleUser: false };
const whole = { tokenOwner: async () => owner } as unknown as NonNullable<HasParts['ready']>;

const sceneOf = (roles: Settings['agent']['roles'] = ['ui'], caller?: Caller) => {
  const life: { -readonly [Name in keyof HasParts]: HasParts[Name] } = { ready: undefined, standing: undefined };
  const host = {
    router: { add: () => undefined },
    log: quietLog(),
    identify: async () => caller,
    settings: { agent: { roles }, trustedProxies: ['10.0.0.9'] },
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

  it.each<[string, boolean]>([
    ['ann', true],
    ['anonymous', false],
  ])('notes who is logged in and from where: %s %s', async (name, isNoted) => {
    const { life, binding } = sceneOf(['ui'], { ...owner, name });
    const noted: unknown[] = [];
    const people = { note: (...said: unknown[]) => noted.push(said) };
    const parts = { people, absences: { all: [] } };
    life.standing = { ...whole, agent: { parts } } as unknown as NonNullable<HasParts['ready']>;
    const headers = { 'x-forwarded-for': '192.0.2.66, 203.0.113.7' };
    await binding.identify({ address: '10.0.0.9', headers } as unknown as HostRequest);
    expect(noted).toEqual(isNoted ? [['ann', '203.0.113.7', false]] : []);
  });

  it.each([
    ['without the right to approve', ['read'], 1],
    ['with all that they had', ['read', 'approve'], 0],
  ] as const)('ends what an approver said of standing in who calls %s', async (_how, may, ended) => {
    const { life, binding } = sceneOf(['ui'], { name: 'ann', may, singleUser: false });
    const plans: unknown[] = [];
    const agent = {
      parts: {
        people: { note: () => undefined },
        absences: { all: [{ id: 'a1', who: 'ann' }], note: () => undefined },
        chance: { uuid: () => 'u' },
        clock: { utc: () => 0 },
      },
      shift: { parts: { commits: { settle: async (plan: unknown) => (plans.push(plan), { ok: false }) } } },
    };
    life.standing = { ...whole, agent } as unknown as NonNullable<HasParts['ready']>;
    await binding.identify({ headers: {} } as unknown as HostRequest);
    await Promise.resolve();
    expect(plans).toHaveLength(ended);
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
