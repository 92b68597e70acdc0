import { fromBinary, toJson } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { fromJson } from '@bufbuild/protobuf';
import { describeConnector, type ConnectorRig } from '../../../test/contracts/connector';
import { testAuthority } from '../../../test/targets/certificate';
import { aCall, aClearedCommand, effectOf } from '../../../test/targets/commands';
import { grpcProxy } from '../../../test/targets/grpc_proxy';
import { AGENT_TOKEN, grpcConnectorTo, grpcTroubles, isGrpcOrder } from '../../../test/targets/grpc_rig';
import { ATTACKER, BYSTANDER } from '../../../test/targets/namespaces';
import {
  compiledProto,
  startPythonAgent,
  whyNotPythonAgent,
  type PythonAgent,
} from '../../../test/targets/python_agent';
import { suiteUnless } from '../../../test/targets/suite_unless';
import { until } from '../../../test/targets/until';
import type { Connector } from '../connector';
import { agentFile } from './agent_descriptor';

const why = whyNotPythonAgent();
if (why !== undefined) process.stdout.write(`SKIPPED: grpc.integration: ${why}\n`);
const suite = suiteUnless(why);

let nextAddress = 0;
const freshAddress = (): string => {
  nextAddress += 1;
  return `10.80.${nextAddress >> 8}.${nextAddress & 255}`;
};

interface Element {
  readonly val: string;
  readonly comment?: string;
  readonly expires?: number;
}

/** What the kernel has in a set, by nft itself. */
const elementsIn = async (agent: PythonAgent, table: string): Promise<readonly Element[]> => {
  const listed = JSON.parse(await agent.nft('-j', 'list', 'set', 'inet', table, 'v4')) as {
    nftables: ReadonlyArray<{ set?: { elem?: ReadonlyArray<string | { elem: Element }> } }>;
  };
  return listed.nftables.flatMap(({ set }) =>
    (set?.elem ?? []).map((each) => (typeof each === 'string' ? { val: each } : each.elem)),
  );
};

/** A table of an administrator, who blocks addresses too. */
const addAdmin = async (agent: PythonAgent): Promise<void> => {
  await agent.nft('add', 'table', 'inet', 'admin');
  await agent.nft('add', 'set', 'inet', 'admin', 'v4', '{ type ipv4_addr; }');
};

const rig = async (): Promise<ConnectorRig> => {
  const agent = await startPythonAgent({ token: AGENT_TOKEN });
  await addAdmin(agent);
  const proxy = await grpcProxy(agent.socket);
  const on = async (table: string, value: string): Promise<Element | undefined> =>
    (await elementsIn(agent, table)).find(({ val }) => val === value);
  return {
    connector: grpcConnectorTo(proxy.url),
    proxy,
    troubles: grpcTroubles(proxy, isGrpcOrder),
    command: (change) => aClearedCommand({ target: { type: 'ip', value: freshAddress() }, ...change }),
    effects: async ({ value }) => [
      ...((await on('reflex_agent', value)) === undefined ? [] : [(await on('reflex_agent', value))?.comment ?? '']),
      ...((await on('admin', value)) === undefined ? [] : ['admin']),
    ],
    // To the second: the kernel counts on between the order and the look.
    endsIn: async ({ value }) => Math.ceil(((await on('reflex_agent', value))?.expires ?? 0) / 60) * 60,
    removeByHand: async ({ target: { value } }) =>
      void (await agent.nft('delete', 'element', 'inet', 'reflex_agent', 'v4', `{ ${value} }`)),
    addForeign: async ({ value }) => {
      await agent.nft('add', 'element', 'inet', 'admin', 'v4', `{ ${value} }`);
      return 'admin';
    },
    isOrder: isGrpcOrder,
    dispose: async () => {
      await proxy.dispose();
      await agent.dispose();
    },
  };
};

describeConnector('grpc (agent in Python)', rig, why);

const blockOf = (address: string, ttl_ms: number | null = 600_000) =>
  aClearedCommand({ target: { type: 'ip', value: address }, ttl_ms });

suite('an agent in another language', () => {
  let agent: PythonAgent;
  let connector: Connector;

  beforeAll(async () => {
    agent = await startPythonAgent({ token: AGENT_TOKEN });
    connector = grpcConnectorTo(`http://127.0.0.1:${agent.port}`);
  }, 60_000);
  afterAll(() => agent?.dispose());

  const passes = async (source: string): Promise<boolean> =>
    (await agent.network.ping(source)) && (await agent.network.tcp(source));
  const dropped = async (source: string): Promise<boolean> =>
    !(await agent.network.ping(source)) && !(await agent.network.tcp(source));

  it('speaks the contract as protoc reads it, field by field', () => {
    const [file] = fromBinary(FileDescriptorSetSchema, compiledProto()).file;
    if (file === undefined) throw new Error('protoc made nothing');
    // Names of JSON are derived, and protoc leaves out the folders that it was not told of.
    const plain = (value: typeof file): unknown =>
      JSON.parse(
        JSON.stringify(toJson(FileDescriptorProtoSchema, value), (key, inner: unknown) =>
          key === 'jsonName' || (key === 'oneofDecl' && Array.isArray(inner) && inner.length === 0) ? undefined : inner,
        ),
      );
    const ours = fromJson(FileDescriptorProtoSchema, agentFile());
    expect(plain({ ...ours, name: file.name })).toEqual(plain(file));
  });

  it('drops the packets of the address that it is told of, and of no other, until it is undone', async () => {
    const command = blockOf(ATTACKER);
    expect(await passes(ATTACKER)).toBe(true);
    const began = Date.now();
    expect(await connector.execute(command, aCall())).toMatchObject({ kind: 'succeeded' });
    const ordered = Date.now();
    expect(await connector.verify(effectOf(command), aCall())).toMatchObject({ state: 'present' });
    process.stdout.write(`grpc agent: ordered ${ordered - began} ms, verified ${Date.now() - began} ms\n`);
    expect(await dropped(ATTACKER)).toBe(true);
    expect(await passes(BYSTANDER)).toBe(true);
    expect(await connector.undo(effectOf(command), aCall({ fence: 2 }))).toMatchObject({ kind: 'succeeded' });
    expect(await passes(ATTACKER)).toBe(true);
    expect(await connector.verify(effectOf(command), aCall())).toMatchObject({ state: 'absent' });
  });

  it('ends an effect by itself when nobody undoes it', async () => {
    const short = grpcConnectorTo(`http://127.0.0.1:${agent.port}`, { native_ttl: { grace_s: 1 } });
    const command = blockOf(ATTACKER, 1_000);
    await short.execute(command, aCall());
    expect(await dropped(ATTACKER)).toBe(true);
    await until('the kernel to end it', () => passes(ATTACKER));
    expect(await short.verify(effectOf(command), aCall())).toMatchObject({ state: 'absent' });
  });

  it('refuses an order that was overtaken, also after it was started anew', async () => {
    const command = blockOf(freshAddress());
    const effect = effectOf(command);
    const late = aCall({ fence: 7, effect_id: effect.effect_id });
    await connector.execute(command, late);
    expect(await connector.undo(effect, aCall({ fence: 8 }))).toMatchObject({ kind: 'succeeded' });
    await agent.restart();
    expect(await connector.execute(command, late)).toMatchObject({
      kind: 'failed',
      error: { code: 'failed_precondition', message: expect.stringContaining('fence 7'), retryable: false },
    });
    expect(await connector.verify(effect, aCall())).toMatchObject({ state: 'absent' });
  });

  it('says that it cannot tell once somebody took the rules away, and that it cannot act', async () => {
    const command = blockOf(ATTACKER);
    await connector.execute(command, aCall());
    await agent.nft('flush', 'chain', 'inet', 'reflex_agent', 'input');
    expect(await passes(ATTACKER)).toBe(true);
    expect(await connector.verify(effectOf(command), aCall())).toMatchObject({ state: 'unknown' });
    expect(await connector.status(aCall())).toMatchObject({ state: 'degraded', cannot: [{ action: 'block_ip' }] });
    await agent.restart();
    expect(await connector.status(aCall())).toMatchObject({ state: 'ok' });
    expect(await dropped(ATTACKER)).toBe(true);
    await connector.undo(effectOf(command), aCall({ fence: 2 }));
  });

  it('refuses what somebody else put into its set, and leaves it alone', async () => {
    const address = freshAddress();
    await agent.nft('add', 'element', 'inet', 'reflex_agent', 'v4', `{ ${address} }`);
    const command = blockOf(address);
    expect(await connector.execute(command, aCall())).toMatchObject({
      kind: 'failed',
      error: { code: 'already_exists', retryable: false },
    });
    expect(await connector.undo(effectOf(command), aCall())).toMatchObject({ kind: 'succeeded' });
    expect((await elementsIn(agent, 'reflex_agent')).map(({ val }) => val)).toContain(address);
  });

  it.each(['10.0.0.0/8', '10.1.1.1; flush ruleset', 'x'])('refuses `%s` before anything is done', async (value) => {
    expect(await connector.execute(blockOf(value), aCall())).toMatchObject({
      kind: 'failed',
      error: { code: 'invalid_argument' },
    });
  });

  it('lets in nobody without its token', async () => {
    const other = grpcConnectorTo(`http://127.0.0.1:${agent.port}`, {}, () => 'another-token');
    expect(await other.status(aCall())).toMatchObject({ state: 'degraded', authorised: false });
    expect(await other.execute(blockOf(freshAddress()), aCall())).toMatchObject({
      kind: 'failed',
      error: { code: 'unauthenticated' },
    });
  });
});

suite('an agent in another language, behind TLS', () => {
  const authority = testAuthority();
  const server = authority.issue('agent.example');
  const client = authority.issue('reflex');
  const secrets: Readonly<Record<string, string>> = { cert: client.cert, key: client.key, agent: AGENT_TOKEN };
  const mutual = { ca: authority.ca, cert: { secret: 'cert' }, key: { secret: 'key' } };
  let agent: PythonAgent;

  beforeAll(async () => {
    agent = await startPythonAgent({ tls: { ...server, clientCa: authority.ca } });
  }, 60_000);
  afterAll(() => agent?.dispose());

  const connectorWith = (tls: object): Connector =>
    grpcConnectorTo(`https://127.0.0.1:${agent.port}`, { token: undefined, tls }, (name) => secrets[name]);

  it('takes who has a certificate, and nobody else', async () => {
    const connector = connectorWith(mutual);
    expect(await connector.status(aCall())).toMatchObject({ state: 'ok' });
    const command = blockOf(freshAddress());
    expect(await connector.execute(command, aCall())).toMatchObject({ kind: 'succeeded' });
    expect(await connector.verify(effectOf(command), aCall())).toMatchObject({ state: 'present' });
    const stranger = connectorWith({ ca: authority.ca });
    expect((await stranger.status(aCall())).state).toBe('down');
    expect((await stranger.execute(blockOf(freshAddress()), aCall())).kind).toBe('failed');
  });

  it('is not spoken to when another authority signed its certificate', async () => {
    const connector = connectorWith({ ...mutual, ca: testAuthority().ca });
    expect(await connector.execute(blockOf(freshAddress()), aCall())).toMatchObject({
      kind: 'failed',
      error: { code: 'tls', retryable: false },
    });
  });
});
