import { readFileSync } from 'fs';
import { join } from 'path';
import Ajv2020 from 'ajv/dist/2020';
import { aCall, aClearedCommand, effectOf } from '../../../test/targets/commands';
import { bodyOf, httpServer } from '../../../test/targets/loopback_server';
import {
  crowdstrikeProduct,
  defenderProduct,
  entraProduct,
  oktaProduct,
  sentineloneProduct,
  type Given,
  type Product,
} from '../../../test/targets/preset_products';
import { PUBLISHED } from '../../../test/targets/published_requests';
import { tokenServer, type TokenServer } from '../../../test/targets/token_server';
import { makeConnectors } from '../registry';
import { connectorPresets, CONTRACT_ONLY, exampleOf, fromPreset } from '.';

const ajv = new Ajv2020({ allErrors: true });

/** What is wrong with a request by what its vendor publishes; undefined: nothing. */
const wrongWith = (preset: string, method: string, url: URL, text: string): string | undefined => {
  const request = PUBLISHED[preset]?.find((each) => each.method === method && each.path.test(url.pathname));
  if (request === undefined) return `${method} ${url.pathname} is not published`;
  const query = Object.fromEntries(url.searchParams);
  if (!ajv.validate(request.query, query)) return `${request.what}: query ${ajv.errorsText()} ${JSON.stringify(query)}`;
  if (request.body === undefined) return text === '' ? undefined : `${request.what}: has no body`;
  return ajv.validate(request.body, JSON.parse(text)) ? undefined : `${request.what}: body ${ajv.errorsText()}`;
};

const PRODUCTS: Readonly<Record<string, () => Product>> = {
  'defender-for-endpoint': defenderProduct,
  'crowdstrike-falcon': crowdstrikeProduct,
  sentinelone: sentineloneProduct,
  'entra-id': entraProduct,
  okta: oktaProduct,
};

let tokens: TokenServer;
const closing: Array<() => Promise<unknown>> = [];
beforeAll(async () => {
  tokens = await tokenServer();
});
afterAll(() => tokens.close());
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A connector from a preset, against its product; `wrong` collects requests that are not as published. */
const rig = async (name: string) => {
  const preset = connectorPresets.find((each) => each.name === name);
  const product = PRODUCTS[name]?.();
  if (preset === undefined || product === undefined) throw new Error(name);
  const seen: string[] = [];
  const wrong: string[] = [];
  const world: { orders?: Given; looks?: Given; withoutToken: number } = { withoutToken: 0 };
  const server = await httpServer((request, response) => {
    void bodyOf(request).then((text) => {
      const url = new URL(request.url ?? '', 'http://product');
      const method = request.method ?? '';
      const fault = wrongWith(name, method, url, text);
      if (fault !== undefined) wrong.push(fault);
      const { authorization = '' } = request.headers;
      if (!tokens.knows({ authorization }) && !/^(SSWS|ApiToken) the-secret$/.test(authorization))
        world.withoutToken += 1;
      seen.push(`${method} ${url.pathname}`);
      const instead = method === 'GET' ? world.looks : world.orders;
      const body: unknown = text === '' ? undefined : JSON.parse(text);
      const query = Object.fromEntries(url.searchParams);
      const given = instead ?? product.answers({ method, path: url.pathname, query, body });
      response
        .writeHead(given.status, { 'content-type': 'application/json', ...given.headers })
        .end(given.body === undefined ? '' : JSON.stringify(given.body));
    });
  });
  closing.push(server.close);
  const parameters = exampleOf(preset);
  const { Authorization: by } = parameters.headers ?? {};
  const headers =
    typeof by === 'object' && 'oauth' in by
      ? { Authorization: { oauth: { ...by.oauth, token_url: tokens.tokenUrl } } }
      : parameters.headers;
  const path = new URL(parameters.base_url).pathname.replace(/\/$/, '');
  const local = {
    ...parameters,
    base_url: `${server.url}${path}`,
    headers,
    allow_addresses: ['127.0.0.1'],
    timeouts: { connect_ms: 2_000, total_ms: 4_000 },
    actions: Object.fromEntries(
      Object.entries(parameters.actions).map(([each, { operation, ...more }]) => [
        each,
        operation === undefined ? more : { ...more, operation: { ...operation, every_ms: 100 } },
      ]),
    ),
  };
  const { connectors, faults } = makeConnectors([{ name: 'it', kind: 'rest', parameters: local }], () => 'the-secret');
  const connector = connectors.get('it');
  if (connector === undefined) throw new Error(JSON.stringify(faults));
  const [action = ''] = connector.capabilities.actions;
  const type = action === 'isolate_host' ? ('host' as const) : ('user' as const);
  const command = (as = action) =>
    aClearedCommand({ action: as, target: { type, value: product.name }, connector: 'it' });
  return { connector, product, command, seen, wrong, world, orders: () => seen.filter((each) => !/^GET/.test(each)) };
};

const afterOf = (outcome: object): unknown => ('after' in outcome ? outcome.after : undefined);

/** What each product says on the way in, once it is in effect, on the way out, and afterwards. */
const STATES: ReadonlyArray<
  readonly [
    name: string,
    states: { readonly pending?: string; readonly there: string; readonly ending?: string; readonly gone: string },
  ]
> = [
  [
    'crowdstrike-falcon',
    { pending: 'containment_pending', there: 'contained', ending: 'lift_containment_pending', gone: 'normal' },
  ],
  ['sentinelone', { pending: 'disconnecting', there: 'disconnected', ending: 'connecting', gone: 'connected' }],
  [
    'defender-for-endpoint',
    {
      pending: 'Pending/Isolate',
      there: 'Succeeded/Isolate',
      ending: 'Pending/Unisolate',
      gone: 'Succeeded/Unisolate',
    },
  ],
  ['entra-id', { there: 'false', gone: 'true' }],
  ['okta', { there: 'SUSPENDED', gone: 'ACTIVE' }],
];

describe.each(STATES)('the preset `%s`, by what its vendor publishes', (name, { pending, there, ending, gone }) => {
  it('gives its order, sees it, takes it back and sees it gone, each as published', async () => {
    const { connector, product, command, wrong, world } = await rig(name);
    const given = command();
    const outcome = await connector.execute(given, aCall());
    expect(outcome).toMatchObject({ kind: name === 'defender-for-endpoint' ? 'unknown' : 'succeeded' });
    const effect = { ...effectOf(given), after: afterOf(outcome) };
    expect(effect.after).toMatchObject({ target_id: expect.any(String) });
    const state = async (): Promise<string> => (await connector.verify(effect, aCall())).state;
    expect(product.state).toBe(pending ?? there);
    expect(await state()).toBe(pending === undefined ? 'present' : 'unknown');
    product.state = there;
    expect(await state()).toBe('present');
    expect(await connector.undo(effect, aCall())).toMatchObject({ kind: 'succeeded' });
    expect(product.state).toBe(ending ?? gone);
    expect(await state()).toBe(ending === undefined ? 'absent' : 'unknown');
    product.state = gone;
    expect(await state()).toBe('absent');
    expect(wrong).toEqual([]);
    expect(world.withoutToken).toBe(0);
  }, 20_000);

  it('does nothing to what is so already, and nothing where it is on the way', async () => {
    for (const already of [there, pending, ending])
      if (already !== undefined) {
        const { connector, product, command, orders } = await rig(name);
        product.state = already;
        expect(await connector.execute(command(), aCall())).toMatchObject({ kind: 'failed' });
        expect(orders()).toEqual([]);
      }
  });

  it('does nothing where the name is unknown', async () => {
    const { connector, product, command, orders, wrong } = await rig(name);
    product.namesakes = 0;
    expect(await connector.execute(command(), aCall())).toMatchObject({
      kind: 'failed',
      error: { code: 'not_resolved', retryable: false },
    });
    expect(orders()).toEqual([]);
    expect(wrong).toEqual([]);
  });

  it('waits where it is throttled, and knows that a refusal did nothing', async () => {
    const { connector, command, world } = await rig(name);
    world.orders = { status: 429, headers: { 'retry-after': '7' } };
    expect(await connector.execute(command(), aCall())).toMatchObject({
      kind: 'failed',
      error: { retryable: true },
      retry_after_ms: 7_000,
    });
    world.orders = { status: 403, body: {} };
    expect(await connector.execute(command(), aCall())).toMatchObject({ kind: 'failed', error: { retryable: false } });
    world.orders = { status: 503 };
    expect(await connector.execute(command(), aCall())).toMatchObject({ kind: 'unknown' });
  });

  it('does not take an account or a host that it no longer sees for released', async () => {
    const { connector, product, command, world } = await rig(name);
    const given = command();
    const after = afterOf(await connector.execute(given, aCall()));
    const effect = { ...effectOf(given), after };
    product.state = there;
    world.orders = { status: 404, body: {} };
    expect(await connector.undo(effect, aCall())).toMatchObject({ kind: 'failed' });
    world.looks = { status: 404, body: {} };
    expect((await connector.verify(effect, aCall())).state).toBe('unknown');
  });

  it('says with its health that it is a contract only', async () => {
    const { connector, world } = await rig(name);
    world.looks = { status: 200, body: {} };
    expect(await connector.status(aCall())).toMatchObject({
      state: 'ok',
      text: expect.stringContaining(`contract only (${name}), not run against the product`),
    });
  });
});

describe('isolation by Defender', () => {
  it.each(['Failed', 'TimeOut', 'Cancelled'])(
    'that ends as %s has failed, because nothing of it is seen',
    async (end) => {
      const { connector, product, command, wrong } = await rig('defender-for-endpoint');
      const outcome = connector.execute(command(), aCall());
      setTimeout(() => {
        product.state = `${end}/Isolate`;
      }, 500);
      expect(await outcome).toMatchObject({ kind: 'failed', error: { code: 'operation_failed', retryable: false } });
      expect(wrong).toEqual([]);
    },
  );

  it('is undone later where another action is in progress', async () => {
    const { connector, product, command } = await rig('defender-for-endpoint');
    const given = command();
    const effect = { ...effectOf(given), after: afterOf(await connector.execute(given, aCall())) };
    expect(product.state).toBe('Pending/Isolate');
    expect(await connector.undo(effect, aCall())).toMatchObject({ kind: 'failed', error: { retryable: true } });
  });
});

describe('two hosts of one name', () => {
  it.each(['crowdstrike-falcon', 'sentinelone'])('are refused by `%s`', async (name) => {
    const { connector, product, command, orders } = await rig(name);
    product.namesakes = 2;
    expect(await connector.execute(command(), aCall())).toMatchObject({ error: { code: 'not_resolved' } });
    expect(orders()).toEqual([]);
  });
});

describe.each(['entra-id', 'okta'])('sessions by `%s`', (name) => {
  it('are revoked by an order of its own, as published', async () => {
    const { connector, command, orders, wrong } = await rig(name);
    expect(await connector.execute(command('revoke_sessions'), aCall())).toMatchObject({ kind: 'succeeded' });
    expect(orders()).toHaveLength(1);
    expect(wrong).toEqual([]);
  });
});

describe('presets', () => {
  it('make connectors without a fault, that do what they say', () => {
    expect(new Set(connectorPresets.map(({ name }) => name)).size).toBe(connectorPresets.length);
    for (const preset of connectorPresets) {
      const config = { name: 'it', kind: preset.kind, parameters: exampleOf(preset) };
      const { connectors, faults } = makeConnectors([config], () => 'the-secret');
      expect([preset.name, faults]).toEqual([preset.name, []]);
      expect(connectors.get('it')?.capabilities.actions).toEqual(preset.actions.map(({ action }) => action));
      expect(exampleOf(preset).preset).toBe(preset.name);
    }
  });

  it('say where they come from, and that nobody ran them', () => {
    for (const { contract, needs, limits } of connectorPresets) {
      expect(contract.verified).toBe('contract only');
      expect(contract.sources.every((each) => each.startsWith('https://'))).toBe(true);
      expect(contract.looked_at).toMatch(/^\d{4}-\d\d-\d\d$/);
      expect([needs.length, limits.length].every((count) => count > 0)).toBe(true);
    }
  });

  it('report everything that is missing, wrong, or not asked for', () => {
    for (const preset of connectorPresets) {
      const missing = fromPreset(preset, { base_url: 'http://x', more: '1' });
      const paths = missing.ok ? [] : missing.error.map(({ path }) => path);
      expect(paths).toEqual([...preset.fields.map(({ name }) => name), 'more']);
      const given = Object.fromEntries(preset.fields.map(({ name, example }) => [name, example]));
      expect(fromPreset(preset, given)).toMatchObject({ ok: true });
    }
  });

  it('stand on their pages, marked', () => {
    for (const page of ['README.md', '../../../docs/guides/presets.md']) {
      const text = readFileSync(join(__dirname, page), 'utf8');
      expect(text).toContain(CONTRACT_ONLY);
      for (const { name, title, contract } of connectorPresets)
        for (const part of [`\`${name}\``, title, contract.looked_at])
          expect([page, text.includes(part)]).toEqual([page, true]);
    }
  });
});
