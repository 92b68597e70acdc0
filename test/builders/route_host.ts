import { anAuditRoom } from './audit_scene';
import { ACCESS, TOKEN_RIGHTS, type Access } from '../../common/api/contract';
import type { StatusView } from '../../common/api/routes';
import { AlertIntake } from '../../server/runner/sources/alerts/alert_intake';
import { alertSourceOf } from './alert_source';
import { BacktestDesk } from '../../server/runner/doctrine/backtest/desk';
import type { Agent } from '../../server/runner/agent/agent';
import type { ReleaseDesk } from '../../server/runner/doctrine/releases/release';
import { sha256 } from '../../server/engine/digest/digest';
import type { HandOverFacts } from '../../server/runner/sources/hand_over/hand_over_watch';
import { IntakeTokens, type NamedToken } from '../../server/runner/sources/intake_tokens';
import { MadeList } from '../../server/runner/sources/made_tokens';
import { RevokedList } from '../../server/runner/sources/revoked_tokens';
import { tokenOwners } from '../../server/wiring/tokens';
import { StoreUnavailable, type InventoryItem, type OfferedList } from '../../server/runner/ports';
import type { Caller } from '../../server/routes/bind';
import type { HostRequest, HostResponse, HostRoute } from '../../server/routes/http';
import type { ReadBy } from '../../server/engine/intake/presets';
import { ReadingBook } from '../../server/runner/sources/reading_book';
import { SecretBook } from '../../server/wiring/secrets';
import { StoredSecrets } from '../../server/runner/trust/stored_secrets';
import { AskBook } from '../../server/runner/operations/asking/ask_book';
import { BesideUs } from '../../server/runner/operations/beside_us';
import { SelfTests } from '../../server/runner/operations/self_tests';
import { SourceHealth } from '../../server/runner/sources/source_health';
import { registerContracts } from '../../server/routes/register_routes';
import type { Ready, RouteParts } from '../../server/routes/route_parts';
import type { Webhook } from '../../server/runner/sources/receive_webhook_body';
import { connectorRoom } from '../../server/wiring/connector_check';
import { SetupBook } from '../../server/runner/operations/setup/setup_book';
import { setupPortsOf } from './setup';
import { aMemory, trustDeskOf } from './trust_desk';
import { sourceHostOf, type SourceHost } from './source_host';
import { simBundle, simInventory } from '../simulation/scenario';
import { World, type WorldOptions } from '../simulation/world';

/** All routes of one agent in a fair simulated world, called without a network. */
export interface RouteHost {
  readonly world: World;
  readonly agent: Agent;
  readonly routes: readonly HostRoute[];
  readonly errors: string[];
  /** Lets the world go on until something is settled. */
  readonly drive: <Value>(promise: Promise<Value>) => Promise<Value>;
  /** Lets so much time pass in the world, ms. */
  readonly wait: (ms: number) => Promise<void>;
  /** Calls a route by its contract's place. */
  readonly call: (
    route: { readonly method: string; readonly path: string },
    request?: Partial<HostRequest> & { readonly as?: Caller | undefined },
  ) => Promise<HostResponse>;
  loading: string | undefined;
  servesPeople: boolean;
  /** Roles that the agent has not. */
  readonly without: Set<string>;
  /** True: what was ready is not any more. */
  gone: boolean;
  /** What the routes were registered with, to register them elsewhere. */
  readonly parts: RouteParts;
  caller: Caller | undefined;
  readonly replaced: Array<readonly InventoryItem[]>;
  /** Sources that post under a name of their own. */
  readonly webhooks: Map<string, Webhook>;
  /** Lists that are served. */
  readonly blockLists: Map<string, OfferedList>;
  /** Where acts that wait are handed over. */
  readonly handOvers: HandOverFacts[];
  readonly sourceHealth: SourceHealth;
  /** How the documents of the sources of `reads` are read. */
  readonly readings: ReadingBook;
  readonly alerting: SourceHost;
  /** The secrets of this host, by `secrets` of the options. */
  readonly secretBook: SecretBook;
  readonly storedSecrets: StoredSecrets;
}

const EMPTY_REQUEST: HostRequest = {
  params: {},
  query: {},
  body: undefined,
  headers: {},
  address: undefined,
  native: undefined,
  whenGone: () => undefined,
};

export const callerWith = (name: string, ...may: readonly Access[]): Caller => ({ name, may, singleUser: false });
export const EVERYTHING: Caller = { name: 'root', may: ACCESS, singleUser: false };

/** Tokens of the settings, by their names: each is its own token. */
const TOKENS: readonly NamedToken[] = [
  ...TOKEN_RIGHTS.map((right) => ({ name: `may-${right}`, may: [right] })),
  { name: 'to-revoke' },
  { name: 'expired', expires: '2026-01-01T00:00:00.000Z' },
  { name: 'near', networks: ['10.1.0.0/16', '2001:DB8:0::7'], owners: ['ann'] },
].map((each) => ({ ...each, sha256: sha256(each.name) }));

interface RouteHostOptions extends Partial<WorldOptions> {
  readonly discovered?: readonly InventoryItem[];
  /** How the settings say that documents are read, by `type:id`. */
  readonly reads?: ReadonlyMap<string, ReadBy>;
  /** Secrets of the environment, and how the settings use them; default a key that seals. */
  readonly secrets?: HostSecrets;
}

interface HostSecrets {
  readonly env?: NodeJS.ProcessEnv;
  readonly keys?: ReadonlyArray<{ readonly id: string; readonly secret: string }>;
  readonly uses?: Readonly<Record<string, readonly string[]>>;
}

/** Names the environment's `REFLEX_SECRET_SEAL_ONE`. */
export const SEALING_KEY = { id: 'one', secret: 'seal-one' };
export const DEFAULT_SECRETS: HostSecrets = {
  env: {
    REFLEX_SECRET_SEAL_ONE: Buffer.from(Array.from({ length: 32 }, (_, byte) => 7 * byte + 1)).toString('base64'),
  },
  keys: [SEALING_KEY],
};

/** The secrets of a host; those that are stored are read once. */
const secretsOf = (
  { parts: { store, clock, log } }: Agent,
  { env = {}, keys = [], uses = {} }: HostSecrets,
): { readonly secretBook: SecretBook; readonly storedSecrets: StoredSecrets } => {
  const secretBook = new SecretBook({ secrets: [], secretKeys: keys, storedUses: uses }, env, () => clock.utc());
  const { sealing } = secretBook;
  const storedSecrets = new StoredSecrets({
    ...{ store, clock, log, sealing },
    memory: aMemory(),
    named: Object.keys(uses),
  });
  secretBook.bindStored(storedSecrets);
  return { secretBook, storedSecrets };
};

export const routeHost = async ({
  discovered = [],
  reads = new Map(),
  secrets = DEFAULT_SECRETS,
  ...about
}: RouteHostOptions = {}): Promise<RouteHost> => {
  const { bundle = simBundle() } = about;
  const world = new World({
    seed: 1,
    agents: 1,
    inventory: simInventory,
    actions: ['block_ip', 'isolate_host'],
    idempotency: 'set',
    ...about,
    bundle,
  });
  const [machine] = world.agents;
  if (!machine) throw new Error('a world without agents');
  const agent = world.boot(machine);
  /** The agent that runs now: another one after a restart of the machine. */
  const running = (): Agent => machine.agent ?? agent;
  const wait = (ms: number): Promise<void> => world.scheduler.runUntil(world.now + ms);
  const drive = async <Value>(promise: Promise<Value>): Promise<Value> => {
    let settled = false;
    const done = promise.finally(() => {
      settled = true;
    });
    done.catch(() => undefined);
    for (let rounds = 0; !settled && rounds < 2_000; rounds += 1) await wait(20);
    if (!settled) throw new Error('nothing came of it within 40 s of the world');
    return done;
  };
  await wait(3_000);
  const routes: HostRoute[] = [];
  const errors: string[] = [];
  const replaced: Array<readonly InventoryItem[]> = [];
  const byOrigin = new Map<InventoryItem['origin'], readonly InventoryItem[]>();
  const alerting = sourceHostOf(agent, routes);
  const readings = new ReadingBook({ ...agent.parts, memory: aMemory() }, reads);
  await drive(readings.load());
  const { secretBook, storedSecrets } = secretsOf(agent, secrets);
  await drive(storedSecrets.load());
  const host: Omit<RouteHost, 'parts'> = {
    world,
    get agent() {
      return running();
    },
    routes,
    errors,
    drive,
    wait,
    loading: undefined,
    servesPeople: true,
    without: new Set(),
    gone: false,
    caller: EVERYTHING,
    replaced,
    webhooks: new Map(),
    blockLists: new Map(),
    handOvers: [],
    sourceHealth: new SourceHealth(agent.parts.clock),
    readings,
    alerting,
    secretBook,
    storedSecrets,
    call: ({ method, path }, { as, ...request } = {}) => {
      const route = routes.find((each) => each.method === method && each.path === path);
      if (!route) throw new Error(`no route ${method} ${path}`);
      if (as !== undefined) host.caller = as;
      return drive(route.handle({ ...EMPTY_REQUEST, ...request }));
    },
  };
  const quiet = (): void => undefined;
  const { store, clock, log } = agent.parts;
  const revoked = new RevokedList({ store, memory: aMemory(), clock, log });
  await revoked.note([]);
  const { sealing } = secretBook;
  const made = new MadeList({ store, memory: aMemory(), clock, log });
  await made.note([]);
  const tokens = new IntakeTokens({ known: TOKENS, made, revoked, clock, sealing });
  const desk: ReleaseDesk = {
    agent,
    archive: {
      put: async () => undefined,
      get: async () => bundle.files,
      byDigest: async () => bundle.files,
      newest: async () => [],
    },
    signers: () => [],
    rules: { backtest: 'required', days: 7, maxAgeDays: 7 },
  };
  const ready: Ready = {
    get agent() {
      return running();
    },
    desk,
    trustDesk: trustDeskOf(desk),
    backtests: new BacktestDesk(agent),
    alerts: new AlertIntake(alertSourceOf(agent)),
    outcomes: { list: () => [], troubles: () => [] },
    handOvers: { list: () => host.handOvers, troubles: () => [] },
    sources: alerting.sources.desk,
    health: { healthOf: () => ({ state: 'ok', text: '' }), cannot: () => undefined },
    selfTests: new SelfTests(),
    besideUs: new BesideUs(),
    agentName: 'agent-0',
    connectorRoom: connectorRoom({ connectors: [] }, secretBook),
    setup: new SetupBook(setupPortsOf({ agent, sources: alerting.sources.desk, sourceHealth: host.sourceHealth })),
    doctrine: undefined,
    webhook: (name) => host.webhooks.get(name),
    blockLists: { named: (name) => host.blockLists.get(name) },
    sourceHealth: host.sourceHealth,
    readings,
    inventoryStore: {
      load: async () => ({ version: `v${replaced.length}`, items: [...byOrigin.values()].flat() }),
      replace: async (origin, items) => {
        byOrigin.set(origin, items);
        replaced.push(items);
      },
      discover: async () => discovered,
    },
    tokens,
    asks: new AskBook(agent.parts.clock),
    address: 'https://reflex.example',
    secrets: secretBook,
    storedSecrets,
    audit: await anAuditRoom(),
    demo: false,
  };
  const { has } = agent;
  agent.has = (role) => !host.without.has(role) && has.call(agent, role);
  const whole = (): Ready => {
    if (host.gone) throw new StoreUnavailable('still getting ready');
    return ready;
  };
  const parts: RouteParts = {
    router: { add: (route) => routes.push(route) },
    log: {
      debug: quiet,
      info: quiet,
      warn: quiet,
      error: (message, details) => errors.push(`${message} ${JSON.stringify(details)}`),
    },
    identify: async () => host.caller,
    tokenOwner: async (token, from, certificate) =>
      token === 'good' ? host.caller : tokenOwners(tokens, alerting.sources.tokenOwner)(token, from, certificate),
    loading: () => host.loading,
    get servesPeople() {
      return host.servesPeople;
    },
    hostStop: agent.hostStop,
    ready: whole,
    standing: whole,
    status: async () => ({}) as StatusView,
    metrics: async () => ({ contentType: 'text/plain', text: '' }),
    onChange: () => quiet,
    endDemo: async () => undefined,
  };
  registerContracts(parts);
  return Object.defineProperty(host as RouteHost, 'parts', { value: parts });
};
