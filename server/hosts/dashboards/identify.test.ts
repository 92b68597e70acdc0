import { StoreUnavailable } from '../../runner/ports';
import { rightsSettings } from '../settings/rights';
import type { CoreStart, DashboardsRequest } from './host_services';
import { identifyBy } from './identify';

const without = { rights: rightsSettings(), singleUser: false, noted: () => undefined };
const REQUEST = {} as DashboardsRequest;

type Status = ReturnType<CoreStart['http']['auth']['get']>['status'];

const coreWith = (status: Status, answer: () => Promise<unknown>): CoreStart => {
  const client = { transport: { request: async () => ({ statusCode: 200, body: await answer() }) } };
  return {
    http: { auth: { get: () => ({ status }) } },
    opensearch: {
      client: { asInternalUser: client, asScoped: () => ({ asCurrentUser: client }) },
      createClient: () => ({ asInternalUser: client, close: () => Promise.resolve() }),
    },
  };
};

const nothing = (): Promise<unknown> => Promise.reject(new Error('must not be asked'));
const refused = (statusCode: number) => (): Promise<unknown> =>
  Promise.reject(Object.assign(new Error('no'), { meta: { statusCode } }));

describe('who calls', () => {
  it('may only look where Dashboards has no login, and that is noted', async () => {
    let noted = 0;
    const identify = identifyBy(coreWith('unknown', nothing), { ...without, noted: () => (noted += 1) });
    expect(await identify(REQUEST)).toEqual({ name: 'anonymous', may: ['read'], singleUser: false });
    expect(noted).toBe(1);
  });

  it('is the operator there only where the settings say so', async () => {
    const caller = await identifyBy(coreWith('unknown', nothing), { ...without, singleUser: true })(REQUEST);
    expect(caller).toMatchObject({ name: 'operator', singleUser: true });
    expect(caller?.may).toContain('approve');
  });

  it('is who logged in although the settings speak of a single user', async () => {
    const info = { user_name: 'ada', roles: ['reflex_read'] };
    const identify = identifyBy(
      coreWith('authenticated', () => Promise.resolve(info)),
      { ...without, singleUser: true },
    );
    expect(await identify(REQUEST)).toEqual({ name: 'ada', may: ['read'], singleUser: false, roles: info.roles });
    expect(await identifyBy(coreWith('unauthenticated', nothing), { ...without, singleUser: true })(REQUEST)).toBe(
      undefined,
    );
  });

  it.each(['reflex', 'Reflex', 'CORP\\reflex', 'anonymous'])(
    'may only look by a name that would be taken for Reflex itself: %s',
    async (name) => {
      const info = { user_name: name, roles: ['all_access'] };
      const identify = identifyBy(
        coreWith('authenticated', () => Promise.resolve(info)),
        without,
      );
      expect(await identify(REQUEST)).toEqual({ name, may: ['read'], singleUser: false, roles: info.roles });
    },
  );

  it('is nobody without a login', async () => {
    expect(await identifyBy(coreWith('unauthenticated', nothing), without)(REQUEST)).toBeUndefined();
    expect(await identifyBy(coreWith('authenticated', refused(401)), without)(REQUEST)).toBeUndefined();
  });

  it('has the rights of their roles, and no others', async () => {
    const info = { user_name: 'ada', roles: ['reflex_respond', 'reflex_author', 'kibana_user'] };
    expect(
      await identifyBy(
        coreWith('authenticated', () => Promise.resolve(info)),
        without,
      )(REQUEST),
    ).toEqual({
      name: 'ada',
      may: ['read', 'respond', 'author'],
      singleUser: false,
      roles: info.roles,
    });
  });

  it('is asked anew each time, so that no right outlives its role', async () => {
    let roles = ['reflex_approve'];
    const identify = identifyBy(
      coreWith('authenticated', () => Promise.resolve({ user_name: 'ada', roles })),
      without,
    );
    expect((await identify(REQUEST))?.may).toContain('approve');
    roles = [];
    expect((await identify(REQUEST))?.may).toEqual([]);
  });

  it('cannot be told while OpenSearch is away', async () => {
    await expect(identifyBy(coreWith('authenticated', refused(503)), without)(REQUEST)).rejects.toThrow(
      StoreUnavailable,
    );
  });
});
