import { readFileSync, writeFileSync } from 'fs';
import { get } from 'http';
import { join } from 'path';
import { describeConnector, type ConnectorRig } from '../../../test/contracts/connector';
import { blockListRoom } from '../../../test/targets/block_lists';
import { aCall, aClearedCommand, effectOf } from '../../../test/targets/commands';
import { feedConnectorTo, feedRig, tokenOf } from '../../../test/targets/feed_rig';
import { listsHost, type ListsHost } from '../../../test/targets/lists_host';
import { httpServer } from '../../../test/targets/loopback_server';
import { ATTACKER, BYSTANDER, makeNetwork, type TestNetwork } from '../../../test/targets/namespaces';
import { mustRun } from '../../../test/targets/processes';
import { whyNotSsh } from '../../../test/targets/ssh_packages';
import { suiteUnless } from '../../../test/targets/suite_unless';
import { runAsCron, startUnbound, whyNotUnbound, type Unbound } from '../../../test/targets/unbound';
import { until } from '../../../test/targets/until';
import type { Connector, OfferedList } from '../connector';

const why = whyNotUnbound();
if (why !== undefined) process.stdout.write(`SKIPPED: feed.integration: ${why}\n`);
const suite = suiteUnless(why);

/** The script of the guide, as it stands there. */
const script = (): string => {
  const guide = readFileSync(join(__dirname, '../../../docs/guides/serve_a_block_list.md'), 'utf8');
  return /```sh\n(#!\/bin\/sh\n[\s\S]*?)```/.exec(guide)?.[1] ?? '';
};

const DOMAINS = { entries: 'domains', networks: undefined, ipv6: undefined };
const BY_CRON = { ...DOMAINS, devices: { 'dns-1': { token: { secret: 'dns-1' }, format: 'unbound' } } };

/** A resolver whose cron fetches the list. */
const cronResolver = async (url: string): Promise<Unbound & { readonly poll: () => Promise<void> }> => {
  const unbound = await startUnbound((folder) => {
    writeFileSync(join(folder, 'list.conf'), 'server:\n');
    writeFileSync(join(folder, 'url'), url);
    writeFileSync(join(folder, 'header'), `Authorization: Bearer ${tokenOf('dns-1')}`);
    return [`include: "${folder}/list.conf"`];
  });
  const { folder } = unbound;
  return { ...unbound, poll: () => runAsCron(folder, script().replace('/etc/unbound/reflex', folder)) };
};

let names = 0;
const freshName = (): string => {
  names += 1;
  return `evil-${names}.example`;
};
const aName = () => ({ action: 'block_domain', target: { type: 'domain', value: freshName() } }) as const;

const rig = async (): Promise<ConnectorRig> => {
  const host = await listsHost();
  const resolver = await cronResolver(`${host.url}/deny`);
  const made = feedRig(BY_CRON, {
    target: aName,
    polls: async (list) => {
      host.lists.set('deny', list);
      // While OpenSearch is away the list goes on, and while it lets nothing be read, too.
      await resolver.poll().catch(() => undefined);
    },
    // Whatever is in the list does not resolve, and what is not in it does: seen by who asks for the name.
    seen: async (value, isHeld) => {
      await resolver.poll();
      const expected = isHeld ? 'nxdomain' : 'address';
      await until(`\`${value}\` to be ${expected}`, async () => (await resolver.resolves(value)) === expected);
    },
  });
  return {
    ...made,
    dispose: async () => {
      await made.dispose();
      await resolver.dispose();
      await host.close();
    },
  };
};

describeConnector('feed (unbound)', rig, why);

suite('a name in a list', () => {
  let host: ListsHost;
  beforeAll(async () => {
    host = await listsHost();
  });
  afterAll(() => host.close());

  const serve = (change: object): Connector => {
    const { room } = blockListRoom();
    return feedConnectorTo(
      { documents: room.documents, offer: (name, list) => void host.lists.set(name, list) },
      change,
    );
  };
  const block = (value: string, ttl_ms: number | null = 600_000) =>
    aClearedCommand({ action: 'block_domain', target: { type: 'domain', value }, ttl_ms });

  it('does not resolve, nor anything below it, while all others do; and resolves again after it was taken out', async () => {
    const connector = serve(BY_CRON);
    const resolver = await cronResolver(`${host.url}/deny`);
    try {
      const command = block('evil.example');
      const state = async () => (await connector.verify(effectOf(command), aCall())).state;
      await resolver.poll();
      expect(await resolver.resolves('evil.example')).toBe('address');
      await connector.execute(command, aCall());
      // In the list, and at no resolver yet: nobody says that it is in effect.
      expect([await state(), await resolver.resolves('evil.example')]).toEqual(['unknown', 'address']);
      await resolver.poll();
      await until('the name to be gone', async () => (await resolver.resolves('evil.example')) === 'nxdomain');
      expect(await state()).toBe('present');
      expect(await resolver.resolves('www.evil.example')).toBe('nxdomain');
      expect(await resolver.resolves('notevil.example')).toBe('address');
      await connector.undo(effectOf(command), aCall());
      expect(await state()).toBe('unknown');
      await resolver.poll();
      await until('the name to be there', async () => (await resolver.resolves('evil.example')) === 'address');
      expect(await state()).toBe('absent');
    } finally {
      await resolver.dispose();
    }
  });

  it('resolves again once its time is over, with no order, and goes on without while Reflex is away', async () => {
    const connector = serve({ ...BY_CRON, grace_s: 1 });
    const resolver = await cronResolver(`${host.url}/deny`);
    try {
      const ordered = Date.now();
      await connector.execute(block('short.example', 2_000), aCall());
      await connector.execute(block('long.example'), aCall());
      await resolver.poll();
      await until('the name to be gone', async () => (await resolver.resolves('short.example')) === 'nxdomain');
      const list = host.lists.get('deny');
      host.lists.delete('deny');
      // 401, as any other answer that is no list: the resolver goes on with what it has.
      await expect(resolver.poll()).rejects.toThrow('401');
      expect(await resolver.resolves('long.example')).toBe('nxdomain');
      if (list !== undefined) host.lists.set('deny', list);
      await until('the name to be there', async () => {
        await resolver.poll();
        return (await resolver.resolves('short.example')) === 'address';
      });
      expect(Date.now() - ordered).toBeGreaterThan(3_000);
      expect(await resolver.resolves('long.example')).toBe('nxdomain');
    } finally {
      await resolver.dispose();
    }
  });

  it('does not resolve at a resolver that fetches a response policy zone by itself', async () => {
    const devices = { 'dns-1': { token: { secret: 'dns-1' }, format: 'rpz', in_path: true } };
    const connector = serve({ ...DOMAINS, poll_s: 1, devices });
    // unbound leaves the port out of `Host`, and so needs 443 or a proxy in front.
    const front = await httpServer((incoming, response) => {
      const headers = { ...incoming.headers, host: `127.0.0.1:${host.port}` };
      get({ host: '127.0.0.1', port: host.port, path: incoming.url, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
    });
    const resolver = await startUnbound((folder) => [
      '  module-config: "respip iterator"',
      'rpz:',
      '  name: "reflex.rpz."',
      `  zonefile: "${folder}/reflex.rpz"`,
      `  url: "${front.url}/api/reflex/lists/deny/${tokenOf('dns-1')}"`,
    ]);
    try {
      const command = block('evil.example');
      const state = async () => (await connector.verify(effectOf(command), aCall())).state;
      await until('the resolver to fetch the empty list', async () => (await state()) === 'absent', {
        withinMs: 20_000,
        seen: resolver.output,
      });
      await connector.execute(command, aCall());
      const gone = async () => (await resolver.resolves('evil.example')) === 'nxdomain';
      await until('the name to be gone', gone, { withinMs: 20_000, seen: resolver.output });
      expect(await resolver.resolves('www.evil.example')).toBe('nxdomain');
      expect(await resolver.resolves('good.example')).toBe('address');
      expect(await state()).toBe('present');
      await connector.undo(effectOf(command), aCall());
      await until('the name to be there', async () => (await resolver.resolves('evil.example')) === 'address', {
        withinMs: 20_000,
        seen: resolver.output,
      });
      expect(await state()).toBe('absent');
    } finally {
      await resolver.dispose();
      await front.close();
    }
  }, 90_000);
});

/** nftables and network namespaces: what a host over SSH needs, too. */
const whyNoPackets = whyNotSsh();
if (whyNoPackets !== undefined) process.stdout.write(`SKIPPED: feed.integration, packets: ${whyNoPackets}\n`);

suiteUnless(why ?? whyNoPackets)('an address in a list', () => {
  let host: ListsHost;
  let network: TestNetwork;
  beforeAll(async () => {
    [host, network] = [await listsHost(), await makeNetwork()];
    const rules =
      'table inet edge { set deny { type ipv4_addr; flags interval; }; chain in { type filter hook input priority 0; ip saddr @deny drop; }; }';
    const { code, stderr } = await network.runOnHost('nft', [rules]);
    if (code !== 0) throw new Error(stderr);
  }, 60_000);
  afterAll(async () => {
    await network.dispose();
    await host.close();
  });

  /** Fetches the list, and puts it into the set, all of it at once. */
  const poll = async (): Promise<void> => {
    const token = `Authorization: Bearer ${tokenOf('edge-1')}`;
    const text = await mustRun('curl', ['-fsS', '-H', token, `${host.url}/deny`]);
    const elements = text.split('\n').filter((line) => line !== '');
    const add = elements.length === 0 ? '' : `add element inet edge deny { ${elements.join(', ')} }`;
    const { code, stderr } = await network.runOnHost('nft', [`flush set inet edge deny; ${add}`]);
    if (code !== 0) throw new Error(stderr);
  };
  const passes = async (source: string): Promise<boolean> =>
    (await network.ping(source)) && (await network.tcp(source));

  it('is dropped once a firewall fetched the list, alone, and passes again after it was taken out', async () => {
    const { room } = blockListRoom();
    const lists = {
      documents: room.documents,
      offer: (name: string, list: OfferedList) => void host.lists.set(name, list),
    };
    const devices = { 'edge-1': { token: { secret: 'edge-1' }, format: 'text' } };
    const connector = feedConnectorTo(lists, { devices });
    const command = aClearedCommand({ target: { type: 'ip', value: ATTACKER } });
    const state = async () => (await connector.verify(effectOf(command), aCall())).state;
    await poll();
    expect([await passes(ATTACKER), await state()]).toEqual([true, 'absent']);
    await connector.execute(command, aCall());
    expect([await passes(ATTACKER), await state()]).toEqual([true, 'unknown']);
    await poll();
    expect([await passes(ATTACKER), await passes(BYSTANDER), await state()]).toEqual([false, true, 'present']);
    await connector.undo(effectOf(command), aCall());
    await poll();
    expect([await passes(ATTACKER), await state()]).toEqual([true, 'absent']);
  }, 60_000);
});
