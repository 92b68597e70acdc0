import { StoreUnavailable } from '../../runner/ports';
import type { CoreStart, DashboardsRequest } from './host_services';
import { identifyBy } from './identify';

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
  it('is the operator where there is no security plugin, in single-user mode', async () => {
    expect(await identifyBy(coreWith('unknown', nothing))(REQUEST)).toMatchObject({ singleUser: true });
  });

  it('is nobody without a login', async () => {
    expect(await identifyBy(coreWith('unauthenticated', nothing))(REQUEST)).toBeUndefined();
    expect(await identifyBy(coreWith('authenticated', refused(401)))(REQUEST)).toBeUndefined();
  });

  it('has the rights of their roles, and no others', async () => {
    const info = { user_name: 'ada', roles: ['reflex_respond', 'reflex_author', 'kibana_user'] };
    expect(await identifyBy(coreWith('authenticated', () => Promise.resolve(info)))(REQUEST)).toEqual({
      name: 'ada',
      may: ['read', 'respond', 'author'],
      singleUser: false,
    });
  });

  it('is asked anew each time, so that no right outlives its role', async () => {
    let roles = ['reflex_approve'];
    const identify = identifyBy(coreWith('authenticated', () => Promise.resolve({ user_name: 'ada', roles })));
    expect((await identify(REQUEST))?.may).toContain('approve');
    roles = [];
    expect((await identify(REQUEST))?.may).toEqual([]);
  });

  it('cannot be told while OpenSearch is away', async () => {
    await expect(identifyBy(coreWith('authenticated', refused(503)))(REQUEST)).rejects.toThrow(StoreUnavailable);
  });
});
