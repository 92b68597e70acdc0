import { everythingGrantedFor } from '../builders/events';
import {
  approveEscalation,
  liftContainment,
  listContainments,
  listDecisions,
  listEscalations,
  postAlertingWebhook,
  postEvaluate,
  postWebhook,
} from '../../common/api/routes';
import { iso } from '../../common/iso';
import { present } from '../../common/present';
import { protobufCodec } from '../../server/adapters/protobuf/protobuf_codec';
import { bodySignatureGuard, tokenGuard } from '../../server/adapters/webhooks/guards';
import { sha256 } from '../../server/engine/digest/digest';
import type { HostResponse } from '../../server/routes/http';
import type { FieldMap } from '../../server/engine/intake/field_map';
import type { CaseContent } from '../../server/runner/keeping/kinds/case';
import type { Connector, InventoryItem } from '../../server/runner/ports';
import { firmly } from '../../server/runner/sources/receive';
import { receiveDocuments } from '../../server/runner/sources/receive_documents';
import { aBundle } from '../builders/policies';
import { callerWith, routeHost, type RouteHost } from '../builders/route_host';
import type { WeatherName } from '../simulation/climate';
import { mapNamed, repetitionOf, type MapName } from './maps';
import { policiesNamed } from './policies';
import { Seen } from './seen';

/*
 * A Reflex as a user has it, without a network: a webhook with a field map, policies, an inventory and one firewall,
 * which is a directory and an endpoint system as well. What is sent takes the whole way: route, map, facts, decision,
 * brakes, claim, order. Time is the simulation's, so that ten minutes take none.
 */

export interface Setting {
  /** The map of the source; default `generic`. */
  readonly map?: MapName;
  /** See `policies.ts`; default one that acts on nothing that is sent. */
  readonly policies?: readonly string[];
  readonly inventory?: readonly InventoryItem[];
  readonly weathers?: readonly WeatherName[];
  /** The source signs what it sends, instead of showing a token. */
  readonly signed?: boolean;
  /** So much of what people answer is asked of somebody else, percent; default nothing. */
  readonly secondOpinions?: number;
  /** Told what the agent logs, at every level. */
  readonly trace?: (line: string) => void;
}

/** What was sent, and what came of it. */
export interface Sent {
  readonly status: number;
  /** What the sender was told. */
  readonly answer: unknown;
  /** Cases that it made, in their order, as they are now. */
  readonly cases: readonly CaseContent[];
  /** How many entries it made in the quarantine. */
  readonly quarantined: number;
}

interface SendOptions {
  readonly contentType?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** How long is waited for what comes of it, ms; default until it is decided and carried out. */
  readonly settleMs?: number;
}

const ACTIONS = ['block_ip', 'block_domain', 'isolate_host', 'disable_user', 'quarantine_file', 'kill_process'];
const SOURCE = 'source';
export const TOKEN = 'a-token-of-the-source';
/** As the settings make it of `over: body`, a secret and the name of a header. */
const SIGNED = bodySignatureGuard({
  secret: TOKEN,
  algorithm: 'sha256',
  header: 'x-signature',
  prefix: '',
  encoding: 'hex',
});
/** Until what came in is decided and carried out. */
const SETTLE_MS = 4_000;
const NOBODY_LISTENS = { code: 'refused', message: 'connection refused', retryable: true };

const bundles = new Map<string, ReturnType<typeof aBundle>>();

/** The signed set of policies, with its keys; made once. */
export const bundleOf = (names: readonly string[]) => {
  const known = bundles.get(names.join());
  const { files, keys, trusted } = known ?? aBundle(policiesNamed(names));
  if (known === undefined) bundles.set(names.join(), { files, keys, trusted });
  return { files, keys, statement: trusted.statement };
};

const OWN_HOST = 'agent-0';
const OWN_ADDRESS = '192.0.2.2';

/** Hosts or users that nothing happens to, so that a share of all is not what stops an act. */
export const fill = (type: 'host' | 'user', rest: Partial<InventoryItem> = {}): readonly InventoryItem[] =>
  Array.from({ length: 60 }, (_, index) => ({ type, value: `other-${index}`, origin: 'file' as const, ...rest }));

export class Rig extends Seen {
  private ids = 0;
  private readonly named = new Map<string, string>();

  private targetIsAway = false;

  private constructor(
    host: RouteHost,
    private readonly map: FieldMap,
  ) {
    super(host);
    const { connectors } = host.agent.parts;
    for (const connector of [...connectors.values()])
      (connectors as Map<string, Connector>).set(connector.name, this.mayBeAway(connector));
  }

  static async start({ map = 'generic', policies = ['t-short'], signed = false, ...world }: Setting) {
    const { inventory = [], weathers = [], secondOpinions: percent, trace } = world;
    const host = await routeHost({
      bundle: bundleOf(policies),
      inventory,
      actions: ACTIONS,
      idempotency: 'key',
      climate: new Set(weathers),
      grants: everythingGrantedFor('endpoint'),
      own: [OWN_HOST, OWN_ADDRESS].map((text) => ({ text, from: 'this machine' })),
      ...present({ trace, secondOpinions: percent === undefined ? undefined : { percent } }),
    });
    const [machine] = host.world.agents;
    if (machine) machine.utcOffset = 0;
    const rules = { map: mapNamed(map), repetition: repetitionOf(map), health: host.sourceHealth };
    host.webhooks.set(SOURCE, {
      name: SOURCE,
      guard: signed ? SIGNED : tokenGuard(sha256(TOKEN)),
      messages: { codec: protobufCodec(), format: 'json', schemas: new Map() },
      rules,
    });
    return new Rig(host, rules.map);
  }

  /** What the machine that Reflex runs on is called, and where it is reached. */
  readonly ownHost = OWN_HOST;
  readonly ownAddress = OWN_ADDRESS;

  /** A text that nothing else is called; the same for the same name. */
  id(name?: string): string {
    const known = name === undefined ? undefined : this.named.get(name);
    const id = known ?? `id-${(this.ids += 1)}`;
    if (name !== undefined) this.named.set(name, id);
    return id;
  }

  /** UTC of the world, ms. */
  get utc(): number {
    return this.host.world.epoch + Math.floor(this.host.world.now);
  }

  /** RFC 3339 with milliseconds. */
  now(in_ms = 0): string {
    return iso(this.utc + in_ms);
  }

  async wait(ms: number): Promise<void> {
    await this.host.wait(ms);
  }

  /** Sends documents, several as one request, and lets come of it what comes at once. */
  send(documents: object, options: SendOptions = {}): Promise<Sent> {
    return this.sendText(JSON.stringify(documents), options);
  }

  /** Sends exactly this text, or these bytes. */
  async sendText(body: string | Uint8Array, options: SendOptions = {}): Promise<Sent> {
    const contentType = 'contentType' in options ? options.contentType : 'application/json';
    return this.during(
      () =>
        this.host.call(postWebhook, {
          params: { name: SOURCE },
          body: Buffer.from(body),
          headers: {
            authorization: `Bearer ${TOKEN}`,
            ...present({ 'content-type': contentType }),
            ...options.headers,
          },
        }),
      options.settleMs,
    );
  }

  /** A message as a channel of OpenSearch Alerting sends it. */
  sendToChannel(body: string): Promise<Sent> {
    return this.during(() => this.as('channel', postAlertingWebhook, { body: Buffer.from(body) }));
  }

  /** An index source finds these documents. */
  index(documents: readonly object[]): Promise<Sent> {
    return this.during(async () => {
      const { agent } = this.host;
      const found = documents.map((value) => ({ id: `index ${this.id()}`, value }));
      const rules = { map: this.map, readHere: true };
      await this.host.drive(receiveDocuments(firmly(agent), { type: 'index', id: SOURCE }, found, rules));
      return { status: 202, headers: {}, body: {} };
    });
  }

  /** Asks what would be done. */
  async evaluate(body: object): Promise<unknown> {
    return (await this.as('asker', postEvaluate, { body })).body;
  }

  /** The page of containments. */
  async board(): Promise<unknown> {
    return (await this.as('viewer', listContainments)).body;
  }

  /** The list of decisions. */
  async decisions(): Promise<unknown> {
    return (await this.as('viewer', listDecisions)).body;
  }

  /** A person lifts what is in effect. */
  async lift(reason: string): Promise<void> {
    const { containments } = (await this.board()) as {
      readonly containments: ReadonlyArray<{ readonly effect_id: string }>;
    };
    for (const { effect_id } of containments)
      await this.as('analyst', liftContainment, { params: { effect_id }, body: { reason } });
    await this.wait(SETTLE_MS);
  }

  /** Somebody approves everything that waits. */
  async approve(): Promise<void> {
    type Card = { readonly case_id: string; readonly act_id: string; readonly seen: string };
    const { escalations } = (await this.as('approver', listEscalations)).body as {
      readonly escalations: readonly Card[];
    };
    for (const { case_id, act_id, seen } of escalations)
      await this.as('approver', approveEscalation, {
        params: { case_id, act_id },
        body: { reason: 'it is real', seen },
      });
    await this.wait(SETTLE_MS);
  }

  /** The process dies, the machine stays; another one starts after so long, ms. */
  async restart(downMs = 0): Promise<void> {
    const { world } = this.host;
    const [machine] = world.agents;
    if (!machine) throw new Error('a world without a machine');
    world.crash(machine);
    await this.wait(downMs);
    world.boot(machine);
    await this.wait(40_000);
  }

  /** OpenSearch stops answering, or answers again. */
  async storeAnswers(answers: boolean): Promise<void> {
    this.host.world.storeIsDown = !answers;
    await this.wait(30_000);
  }

  /** Nobody listens at the firewall, or somebody does again. */
  targetAnswers(answers: boolean): void {
    this.targetIsAway = !answers;
  }

  private as(
    name: string,
    route: { readonly method: string; readonly path: string },
    request: Parameters<RouteHost['call']>[1] = {},
  ): Promise<HostResponse> {
    const rights = ['read', 'respond', 'approve', 'ask', 'alerting'] as const;
    const headers = { authorization: 'Bearer good' };
    return this.host.call(route, { headers, ...request, as: callerWith(name, ...rights) });
  }

  private mayBeAway(connector: Connector): Connector {
    const away = async () => ({ kind: 'failed' as const, error: NOBODY_LISTENS });
    return {
      ...connector,
      execute: (command, context) => (this.targetIsAway ? away() : connector.execute(command, context)),
      undo: (handle, context) => (this.targetIsAway ? away() : connector.undo(handle, context)),
      verify: async (handle, context) => (this.targetIsAway ? { state: 'unknown' } : connector.verify(handle, context)),
    };
  }

  private async during(asked: () => Promise<HostResponse>, settleMs = SETTLE_MS): Promise<Sent> {
    const before = new Set(this.allCases().map(({ received }) => received.case_id));
    const filed = this.filed;
    const { status, body } = await asked();
    await this.wait(settleMs);
    const cases = this.allCases().filter(({ received }) => !before.has(received.case_id));
    return { status, answer: body, cases, quarantined: this.filed - filed };
  }
}
