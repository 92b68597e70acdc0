/*
 * The products of presets as their vendors describe them: enough of each to answer what a connector asks. `state` is
 * what the product says of the one host or account that it knows.
 */

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export interface Given {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Product {
  /** What it knows of its one host or account, in its own words. */
  state: string;
  /** How many bear the name. */
  namesakes: number;
  readonly name: string;
  readonly answers: (asked: Asked) => Given;
}

export const AID = '0123456789abcdef0123456789abcdef';
const MACHINE = '1e5bc9d7e413ddd7902c2932e418702b84d0cc07';
const OPERATION = '5382f7ea-7557-4ab7-9782-d50480024a4e';

const several = (product: Product, item: object): readonly object[] =>
  Array.from({ length: product.namesakes }, () => item);

/** States: those of a machine action, or `none`; after `/`: its type. */
export const defenderProduct = (): Product => {
  const product: Product = {
    state: 'none',
    namesakes: 1,
    name: 'web-1',
    answers: ({ method, path, query }) => {
      const [status = '', type = 'Isolate'] = product.state.split('/');
      const action = { id: OPERATION, type, status, machineId: MACHINE, computerDnsName: 'web-1' };
      if (path.startsWith('/api/machines/') && method === 'GET')
        return product.namesakes === 0
          ? { status: 404, body: { error: { code: 'ResourceNotFound', message: 'was not found' } } }
          : { status: 200, body: { id: MACHINE, computerDnsName: 'web-1', healthStatus: 'Active' } };
      if (method === 'POST') {
        if (status === 'Pending') return { status: 400, body: { error: { message: 'Action is already in progress' } } };
        product.state = `Pending/${path.endsWith('/isolate') ? 'Isolate' : 'Unisolate'}`;
        return { status: 201, body: { ...action, status: 'Pending' } };
      }
      if (path === `/api/machineactions/${OPERATION}`) return { status: 200, body: action };
      const changedNothing = ['none', 'Failed', 'TimeOut', 'Cancelled'].includes(status);
      const isAsked = query.$filter === undefined || query.$filter.includes(`'${MACHINE}'`);
      return { status: 200, body: { value: changedNothing || !isAsked ? [] : [action] } };
    },
  };
  return product;
};

export const crowdstrikeProduct = (): Product => {
  const product: Product = {
    state: 'normal',
    namesakes: 1,
    name: 'web-1',
    answers: ({ method, path, query }) => {
      const device = { device_id: AID, hostname: 'WEB-1', status: product.state };
      if (path.includes('/combined/'))
        return { status: 200, body: { resources: [...several(product, device), { ...device, hostname: 'WEB-10' }] } };
      if (method === 'POST') {
        product.state = query.action_name === 'contain' ? 'containment_pending' : 'lift_containment_pending';
        return { status: 202, body: { resources: [{ id: AID, path: '' }], errors: [] } };
      }
      return { status: 200, body: { resources: [device] } };
    },
  };
  return product;
};

export const sentineloneProduct = (): Product => {
  const product: Product = {
    state: 'connected',
    namesakes: 1,
    name: 'web-1',
    answers: ({ method, path, query }) => {
      const agent = { id: '225494730938493804', computerName: 'web-1', networkStatus: product.state };
      if (method === 'POST') {
        product.state = path.endsWith('/disconnect') ? 'disconnecting' : 'connecting';
        return { status: 200, body: { data: { affected: 1 } } };
      }
      return { status: 200, body: { data: query.ids === undefined ? several(product, agent) : [agent] } };
    },
  };
  return product;
};

const UNKNOWN_USER = { status: 404, body: { error: { code: 'Request_ResourceNotFound' }, errorCode: 'E0000007' } };

export const entraProduct = (): Product => {
  const id = '87d349ed-44d7-43e1-9a83-5f2406dee5bd';
  const product: Product = {
    state: 'true',
    namesakes: 1,
    name: 'corp.example\\ana',
    answers: ({ method, body, path }) => {
      if (method === 'PATCH') {
        product.state = String((body as { accountEnabled: boolean }).accountEnabled);
        return { status: 204 };
      }
      if (method === 'POST') return { status: 200, body: { value: true } };
      if (product.namesakes === 0 || ![id, 'ana%40corp.example'].some((each) => path.endsWith(`/${each}`)))
        return UNKNOWN_USER;
      return {
        status: 200,
        body: { id, userPrincipalName: 'Ana@corp.example', accountEnabled: product.state === 'true' },
      };
    },
  };
  return product;
};

export const oktaProduct = (): Product => {
  const id = '00ub0oNGTSWTBKOLGLNR';
  const product: Product = {
    state: 'ACTIVE',
    namesakes: 1,
    name: 'ana@corp.example',
    answers: ({ method, path }) => {
      if (method === 'DELETE') return { status: 204 };
      if (method === 'POST') {
        const suspends = path.endsWith('/suspend');
        if (product.state !== (suspends ? 'ACTIVE' : 'SUSPENDED'))
          return { status: 403, body: { errorCode: 'E0000038', errorSummary: 'not allowed in this status' } };
        product.state = suspends ? 'SUSPENDED' : 'ACTIVE';
        return { status: 200, body: {} };
      }
      if (product.namesakes === 0) return UNKNOWN_USER;
      return { status: 200, body: { id, status: product.state, profile: { login: 'ana@corp.example' } } };
    },
  };
  return product;
};
