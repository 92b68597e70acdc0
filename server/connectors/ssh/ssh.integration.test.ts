import { spawn, type ChildProcess } from 'child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'fs';
import { join } from 'path';
import { describeConnector, type ConnectorRig } from '../../../test/contracts/connector';
import { aCall, aClearedCommand, effectOf } from '../../../test/targets/commands';
import { freePort, run } from '../../../test/targets/processes';
import { PROTECTED } from '../../../test/targets/namespaces';
import { ATTACKER, BYSTANDER, startSshHost, whyNotSsh, type SshHost } from '../../../test/targets/ssh_host';
import { sshProxy } from '../../../test/targets/ssh_proxy';
import { isSshOrder, sshConnectorTo, sshTroubles } from '../../../test/targets/ssh_rig';
import { suiteUnless } from '../../../test/targets/suite_unless';
import { until } from '../../../test/targets/until';
import type { ClearedCommand, Connector } from '../connector';

const why = whyNotSsh();
if (why !== undefined) process.stdout.write(`SKIPPED: ssh.integration: ${why}\n`);
/** A suite that is skipped names the reason, so that it stands in the summary. */
const suite = suiteUnless(why);

let nextAddress = 0;
const freshAddress = (): string => {
  nextAddress += 1;
  return `10.79.${nextAddress >> 8}.${nextAddress & 255}`;
};

const blockOf = (value: string, ttl_ms: number | null = 600_000) =>
  aClearedCommand({ target: { type: 'ip', value }, ttl_ms });

interface KernelElement {
  readonly val: unknown;
  readonly comment?: string;
  readonly timeout?: number;
}

/** Elements of a set by the kernel's own account; none where there is no such set. */
const elementsOf = async (host: SshHost, table: string, set: string): Promise<readonly KernelElement[]> => {
  const listed = await host.nft('-j', 'list', 'set', 'inet', table, set).catch(() => '{"nftables":[]}');
  const { nftables } = JSON.parse(listed) as {
    readonly nftables: ReadonlyArray<{ readonly set?: { readonly elem?: readonly unknown[] } }>;
  };
  return nftables
    .flatMap((each) => each.set?.elem ?? [])
    .map((each) =>
      typeof each === 'object' && each !== null && 'elem' in each ? (each.elem as KernelElement) : { val: each },
    );
};

const BLOCKS = 'reflex_block_reflex';
const WALL = 'reflex_wall_reflex';

const rig = async (): Promise<ConnectorRig> => {
  const host = await startSshHost();
  const proxy = await sshProxy(host.ask);
  const off = { port: await freePort(), hostKey: proxy.hostKey };
  const withOff = sshConnectorTo({ 'gw-1': proxy, 'off-1': off }, proxy.privateKey);
  await host.nftFile('add table inet admin\nadd set inet admin bad { type ipv4_addr; }\n');
  const on = async (table: string, set: string, value: string): Promise<readonly string[]> => {
    const elements = await elementsOf(host, table, set);
    const owner = ({ comment }: KernelElement): string => comment?.replace(/^reflex\//, '') ?? table;
    return elements.filter(({ val }) => val === value).map(owner);
  };
  return {
    connector: {
      ...sshConnectorTo({ 'gw-1': proxy }, proxy.privateKey),
      reachable: withOff.reachable?.bind(withOff),
    },
    proxy,
    troubles: sshTroubles(proxy, isSshOrder),
    reaches: (state) => (state === 'reachable' ? 'gw-1' : 'off-1'),
    command: (change) => aClearedCommand({ target: { type: 'ip', value: freshAddress() }, ...change }),
    effects: async ({ value }) => [...(await on(BLOCKS, 'v4_32', value)), ...(await on('admin', 'bad', value))],
    endsIn: async ({ value }) =>
      (await elementsOf(host, BLOCKS, 'v4_32')).find(({ val }) => val === value)?.timeout ?? 0,
    removeByHand: async ({ target: { value } }) => {
      await host.nft('delete', 'element', 'inet', BLOCKS, 'v4_32', `{ ${value} }`);
    },
    addForeign: async ({ value }) => {
      await host.nft('add', 'element', 'inet', 'admin', 'bad', `{ ${value} }`);
      return 'admin';
    },
    isOrder: isSshOrder,
    dispose: async () => {
      await proxy.dispose();
      await host.dispose();
    },
  };
};

describeConnector('ssh', rig, why);

suite('a host over SSH', () => {
  let host: SshHost;
  let connector: Connector;
  const started: ChildProcess[] = [];

  beforeAll(async () => {
    host = await startSshHost();
    connector = sshConnectorTo({ 'web-1': host }, host.privateKey);
  }, 60_000);
  afterAll(async () => {
    for (const each of started) each.kill('SIGKILL');
    await host.dispose();
  });
  afterEach(async () => {
    for (const table of [BLOCKS, WALL]) await host.nft('delete', 'table', 'inet', table).catch(() => undefined);
  });

  const passes = async (source: string): Promise<boolean> =>
    (await host.network.ping(source)) && (await host.network.tcp(source));
  const dropped = async (source: string): Promise<boolean> =>
    !(await host.network.ping(source)) && !(await host.network.tcp(source));
  const execute = (command: ClearedCommand) => connector.execute(command, aCall());
  const must = async (command: ClearedCommand) => expect(await execute(command)).toMatchObject({ kind: 'succeeded' });
  const verify = (command: ClearedCommand, change = {}) =>
    connector.verify({ ...effectOf(command), ...change }, aCall());
  const undo = (command: ClearedCommand, change = {}) => connector.undo({ ...effectOf(command), ...change }, aCall());

  describe('that blocks addresses', () => {
    it('really drops the packets of that address and of no other, counts them, and lets them pass again', async () => {
      const command = blockOf(ATTACKER);
      expect(await passes(ATTACKER)).toBe(true);
      await must(command);
      expect(await dropped(ATTACKER)).toBe(true);
      expect(await passes(BYSTANDER)).toBe(true);
      expect(await host.network.pingOut(ATTACKER)).toBe(false);
      const seen = await verify(command);
      expect(seen).toMatchObject({ state: 'present', text: expect.stringMatching(/drops it, \d+ packets dropped/) });
      expect((seen.seen as { packets: number }).packets).toBeGreaterThan(0);
      expect(await undo(command)).toMatchObject({ kind: 'succeeded' });
      expect(await passes(ATTACKER)).toBe(true);
      expect(await verify(command)).toMatchObject({ state: 'absent' });
    }, 60_000);

    it('ends by itself in the kernel, a grace after its ttl, if nobody undoes it', async () => {
      const short = sshConnectorTo({ 'web-1': host }, host.privateKey, { grace_s: 1 });
      const command = blockOf(ATTACKER, 2_000);
      expect(await short.execute(command, aCall())).toMatchObject({ kind: 'succeeded' });
      const began = Date.now();
      expect(await dropped(ATTACKER)).toBe(true);
      await until('the packets to pass again', () => passes(ATTACKER), { withinMs: 10_000 });
      expect(Date.now() - began).toBeGreaterThan(2_000);
      expect(await verify(command)).toMatchObject({ state: 'absent' });
    }, 60_000);

    it('keeps no end where only a person ends it', async () => {
      const command = blockOf(freshAddress(), null);
      await must(command);
      expect(await elementsOf(host, BLOCKS, 'v4_32')).toMatchObject([{ comment: `reflex/${command.command_id}` }]);
      expect((await elementsOf(host, BLOCKS, 'v4_32'))[0]).not.toHaveProperty('timeout');
      expect(await verify(command)).toMatchObject({
        state: 'present',
        text: expect.stringMatching(/no end of its own/),
      });
    });

    it('takes networks that overlap, and an undo of one leaves the other', async () => {
      const [wide, narrow, one] = [blockOf('198.18.2.0/24'), blockOf('198.18.2.8/29'), blockOf(ATTACKER)];
      for (const each of [wide, narrow, one]) await must(each);
      expect([await dropped(ATTACKER), await dropped(BYSTANDER)]).toEqual([true, true]);
      await undo(wide);
      expect([await dropped(ATTACKER), await verify(narrow)]).toMatchObject([true, { state: 'present' }]);
      await undo(narrow);
      expect([await dropped(ATTACKER), await passes(BYSTANDER)]).toEqual([true, true]);
      await undo(one);
      expect(await passes(ATTACKER)).toBe(true);
    }, 60_000);

    it('takes IPv6, in every spelling as one thing', async () => {
      const command = blockOf('2001:db8::7');
      await must(command);
      const other = aClearedCommand({ ...command, target: { type: 'ip', value: '2001:DB8:0::0:7' } });
      expect(await verify(other)).toMatchObject({ state: 'present' });
      await must(blockOf('2001:db8:8000::/33'));
      expect(await undo(other)).toMatchObject({ kind: 'succeeded' });
      expect(await verify(command)).toMatchObject({ state: 'absent' });
    });

    it('keeps our own way open, also where the network that is blocked holds it', async () => {
      const command = blockOf('198.18.1.0/24');
      await must(command);
      expect(await verify(command)).toMatchObject({ state: 'present' });
      expect(await undo(command)).toMatchObject({ kind: 'succeeded' });
    });

    it('refuses what is no address, and what is most of the network, before anything is sent', async () => {
      for (const value of ['1.2.3', '1.2.3.4:443', '10.0.0.0/7', '::/0', 'evil.example', '1.2.3.4; reboot'])
        expect([value, await execute(blockOf(value))]).toMatchObject([
          value,
          { kind: 'failed', error: { retryable: false } },
        ]);
      expect(await host.nft('list', 'tables')).not.toContain('reflex');
    });

    it('leaves alone what a person put into its own set, says so, and does not take it for its own', async () => {
      await must(blockOf(freshAddress()));
      const address = freshAddress();
      await host.nft('add', 'element', 'inet', BLOCKS, 'v4_32', `{ ${address} }`);
      const command = blockOf(address);
      expect(await execute(command)).toMatchObject({
        kind: 'failed',
        error: { code: 'held_by_other', retryable: false },
      });
      expect(await verify(command)).toMatchObject({ state: 'absent', text: expect.stringMatching(/somebody else/) });
      expect(await undo(command)).toMatchObject({
        kind: 'succeeded',
        text: expect.stringMatching(/not ours and stays/),
      });
      const listed = await connector.list(aCall());
      const theirs = listed.ok ? listed.value.filter((each) => each.target.value === address) : [];
      expect(theirs).toEqual([{ action: 'block_ip', target: { type: 'ip', value: address } }]);
    });

    it('does not call it blocked where somebody took the rules away, and the next order brings them back', async () => {
      const command = blockOf(ATTACKER);
      await must(command);
      await host.nft('flush', 'chain', 'inet', BLOCKS, 'input_v4_32');
      expect(await passes(ATTACKER)).toBe(false);
      expect(await verify(command)).toMatchObject({ state: 'unknown', text: expect.stringMatching(/rules.*changed/) });
      await host.nft('insert', 'rule', 'inet', BLOCKS, 'input_v4_32', 'accept');
      expect(await verify(command)).toMatchObject({ state: 'unknown' });
      await must(command);
      expect(await verify(command)).toMatchObject({ state: 'present' });
      await host.nft('flush', 'ruleset');
      expect(await verify(command)).toMatchObject({ state: 'absent' });
      expect(await undo(command)).toMatchObject({ kind: 'succeeded' });
    }, 60_000);

    it('takes an older block of ours over, whose own undo leaves the newer one', async () => {
      const address = freshAddress();
      const [older, newer] = [blockOf(address, 60_000), blockOf(address, 3_600_000)];
      await must(older);
      await must(newer);
      expect(await verify(newer)).toMatchObject({ state: 'present' });
      expect(await verify(older)).toMatchObject({ state: 'absent' });
      await undo(older);
      expect(await verify(newer)).toMatchObject({ state: 'present' });
    });
  });

  describe('that is isolated', () => {
    const isolate = (ttl_ms: number | null = 600_000) =>
      aClearedCommand({ action: 'isolate_host', target: { type: 'host', value: 'WEB-1' }, ttl_ms });

    it('lets nothing pass but our SSH, in both directions, and is as before when it is released', async () => {
      const command = isolate();
      expect(await host.network.pingOut(BYSTANDER)).toBe(true);
      await must(command);
      expect([await dropped(ATTACKER), await dropped(BYSTANDER)]).toEqual([true, true]);
      expect(await host.network.pingOut(BYSTANDER)).toBe(false);
      expect(await verify(command)).toMatchObject({
        state: 'present',
        text: expect.stringMatching(/[1-9]\d* packets/),
      });
      await must(command);
      expect(await undo(command)).toMatchObject({ kind: 'succeeded' });
      expect([await passes(ATTACKER), await passes(BYSTANDER)]).toEqual([true, true]);
      expect(await verify(command)).toMatchObject({ state: 'absent' });
      expect(await undo(command)).toMatchObject({ kind: 'succeeded', text: 'it was gone already' });
    }, 60_000);

    it('is confirmed by another host, which does not reach it either', async () => {
      const { attacker } = host.network;
      const script = join(__dirname, 'reflex-hand.sh');
      const gateway = await sshProxy(
        (line) =>
          new Promise((resolve) => {
            const child = spawn('ip', ['netns', 'exec', attacker, 'sh', script], { stdio: ['pipe', 'pipe', 'ignore'] });
            let said = '';
            child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
            child.on('close', () => resolve(said));
            child.stdin.end(line);
          }),
      );
      gateway.letIn(host.privateKey);
      const place = { address: '127.0.0.1', port: host.port, host_keys: [host.hostKey] };
      const other = { address: '127.0.0.1', port: gateway.port, host_keys: [gateway.hostKey] };
      const hosts = { 'web-1': { ...place, seen_from: { host: 'gw-1', address: PROTECTED } }, 'gw-1': other };
      const watched = sshConnectorTo({}, host.privateKey, { actions: ['isolate_host'], block_on: undefined, hosts });
      const command = isolate();
      await must(command);
      expect(await watched.verify(effectOf(command), aCall())).toMatchObject({
        state: 'present',
        text: expect.stringMatching(/web-1 does not answer gw-1$/),
      });
      // An address that answers stands for a host whose kernel says one thing and does another.
      const elsewhere = { ...hosts, 'web-1': { ...place, seen_from: { host: 'gw-1', address: BYSTANDER } } };
      const mistaken = sshConnectorTo({}, host.privateKey, {
        actions: ['isolate_host'],
        block_on: undefined,
        hosts: elsewhere,
      });
      expect(await mistaken.verify(effectOf(command), aCall())).toMatchObject({ state: 'unknown' });
      await gateway.dispose();
    }, 60_000);

    it('stops an open connection too, and loses nothing of it', async () => {
      const listening = host.network.startOnHost('socat', ['TCP-LISTEN:8123,bind=198.18.2.1', 'EXEC:cat']);
      await until('the port', async () => (await host.network.runOnHost('ss', ['-ltn'])).stdout.includes(':8123'));
      const client = spawn('ip', ['netns', 'exec', host.network.attacker, 'nc', '198.18.2.1', '8123']);
      started.push(client);
      let heard = '';
      client.stdout.on('data', (chunk: Buffer) => (heard += chunk.toString()));
      client.stdin.write('one\n');
      await until('the first echo', () => heard === 'one\n');
      const command = isolate();
      await must(command);
      client.stdin.write('two\n');
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      expect(heard).toBe('one\n');
      await undo(command);
      await until('the second echo', () => heard === 'one\ntwo\n', { withinMs: 20_000 });
      client.kill('SIGKILL');
      await listening.stop();
    }, 60_000);

    it('is free again by the kernel itself if nobody releases it', async () => {
      const short = sshConnectorTo({ 'web-1': host }, host.privateKey, { grace_s: 1 });
      const command = isolate(2_000);
      expect(await short.execute(command, aCall())).toMatchObject({ kind: 'succeeded' });
      expect(await dropped(ATTACKER)).toBe(true);
      await until('the packets to pass again', () => passes(ATTACKER), { withinMs: 10_000 });
      expect(await verify(command)).toMatchObject({ state: 'absent' });
      expect(await undo(command)).toMatchObject({ kind: 'succeeded', text: 'it was gone already' });
      expect(await host.nft('list', 'tables')).not.toContain(WALL);
    }, 60_000);

    it('lasts longer when a further reason says so', async () => {
      const command = isolate(60_000);
      await must(command);
      expect(await connector.extend?.(effectOf(command), 3_600_000, aCall())).toMatchObject({ kind: 'succeeded' });
      expect(await elementsOf(host, WALL, 'lease')).toMatchObject([{ timeout: 3_660 }, { timeout: 3_660 }]);
      expect(await verify(command)).toMatchObject({ state: 'present' });
    });

    it('is not called isolated where somebody made a hole, and its undo takes away only ours', async () => {
      const command = isolate();
      await must(command);
      await host.nft('insert', 'rule', 'inet', WALL, 'wall_in', 'accept');
      expect(await verify(command)).toMatchObject({ state: 'unknown', text: expect.stringMatching(/changed by hand/) });
      expect(await undo(isolate())).toMatchObject({ text: expect.stringMatching(/not ours and stays/) });
      expect(await host.nft('list', 'tables')).toContain(WALL);
      expect(await undo(command)).toMatchObject({ kind: 'succeeded' });
      expect(await host.nft('list', 'tables')).not.toContain(WALL);
    });

    it('leaves other rules of the host as they are', async () => {
      await host.nftFile(
        'add table inet admin\nadd chain inet admin c { type filter hook input priority 0; }\n' +
          'add rule inet admin c ip saddr 198.18.2.11 drop\n',
      );
      const command = isolate();
      await must(command);
      await undo(command);
      expect([await passes(ATTACKER), await dropped(BYSTANDER)]).toEqual([true, true]);
      await host.nft('delete', 'table', 'inet', 'admin');
    }, 60_000);

    it('is refused where the host is not one of the settings, before anything is sent', async () => {
      for (const value of ['web-2', 'web-1.example', '198.18.1.2']) {
        const command = aClearedCommand({ action: 'isolate_host', target: { type: 'host', value } });
        expect(await execute(command)).toMatchObject({
          kind: 'failed',
          error: { code: 'unknown_host', retryable: false },
        });
        expect(await verify(command)).toMatchObject({ state: 'unknown' });
      }
    });
  });

  describe('with a file in quarantine', () => {
    const fileAt = (name: string, text = 'evil'): string => {
      const path = join(host.folder, name);
      writeFileSync(path, text);
      return path;
    };
    const quarantine = (value: string) =>
      aClearedCommand({ action: 'quarantine_file', target: { type: 'file', value, host: 'web-1' } });

    it('takes it away, and brings the same file back with its mode and owner', async () => {
      const path = fileAt(`ev il'"$x é.sh`);
      chmodSync(path, 0o4751);
      chownSync(path, 1, 2);
      const before = statSync(path);
      const command = quarantine(path);
      expect(await execute(command)).toMatchObject({
        kind: 'succeeded',
        after: { mode: expect.any(String), size: '4' },
      });
      expect(existsSync(path)).toBe(false);
      expect(statSync(host.state).mode & 0o777).toBe(0o700);
      expect(await verify(command)).toMatchObject({ state: 'present', seen: { there_again: false } });
      await must(command);
      expect(await undo(command)).toMatchObject({ kind: 'succeeded', text: expect.stringMatching(/as before/) });
      const after = statSync(path);
      expect([after.ino, after.mode, after.uid, after.gid]).toEqual([before.ino, before.mode, before.uid, before.gid]);
      expect(readFileSync(path, 'utf8')).toBe('evil');
      expect(await verify(command)).toMatchObject({ state: 'absent' });
      expect(await undo(command)).toMatchObject({ kind: 'succeeded' });
      expect(readdirSync(join(host.state, 'quarantine'))).toEqual([]);
    });

    it('does the same across file systems', async () => {
      // Memory, and so another file system than the quarantine.
      const disk = mkdtempSync('/dev/shm/reflex-ssh-');
      const path = join(disk, 'evil');
      try {
        expect(statSync(disk).dev).not.toBe(statSync(host.state).dev);
        writeFileSync(path, 'evil');
        chmodSync(path, 0o640);
        chownSync(path, 3, 4);
        const command = quarantine(path);
        await must(command);
        expect(readdirSync(disk)).toEqual([]);
        expect(await verify(command)).toMatchObject({ state: 'present' });
        expect(await undo(command)).toMatchObject({ kind: 'succeeded' });
        expect(readdirSync(disk)).toEqual(['evil']);
        expect(statSync(path)).toMatchObject({ mode: 0o100640, uid: 3, gid: 4 });
      } finally {
        rmSync(disk, { recursive: true, force: true });
      }
    });

    it('puts back what was moved aside on its way to another file system', async () => {
      const disk = mkdtempSync('/dev/shm/reflex-ssh-');
      const path = join(disk, 'evil');
      try {
        const command = quarantine(path);
        const entry = join(host.state, 'quarantine', command.command_id);
        const cutOff = (): void => {
          writeFileSync(path, 'evil');
          const { ino, dev } = statSync(path);
          mkdirSync(entry, { recursive: true });
          const encoded = Buffer.from(path).toString('base64');
          const note = `state=taking\npath=${encoded}\nwas=${dev}:${ino}\nmode=644\nuid=0\ngid=0\nsize=4\nsha256=\n`;
          writeFileSync(join(entry, 'note'), note);
          renameSync(path, join(disk, `.reflex-${command.command_id}`));
        };
        cutOff();
        expect(await undo(command)).toMatchObject({ kind: 'succeeded' });
        expect([readdirSync(disk), existsSync(entry)]).toEqual([['evil'], false]);
        cutOff();
        writeFileSync(join(entry, 'data'), 'ev');
        await must(command);
        expect([readdirSync(disk), readFileSync(join(entry, 'data'), 'utf8')]).toEqual([[], 'evil']);
      } finally {
        rmSync(disk, { recursive: true, force: true });
      }
    });

    it('never follows a link, and takes no folder, no device and nothing that is not there', async () => {
      const path = fileAt('real');
      symlinkSync(path, join(host.folder, 'link'));
      symlinkSync(host.folder, join(host.folder, 'way'));
      const codes = [
        ['link', 'link'],
        ['way/real', 'link'],
        ['nothing', 'not_found'],
        ['nowhere/real', 'not_found'],
        ['../files', 'bad_target'],
        ['.', 'bad_target'],
      ] as const;
      for (const [name, code] of codes)
        expect([name, await execute(quarantine(`${host.folder}/${name}`))]).toMatchObject([
          name,
          { kind: 'failed', error: { code, retryable: false } },
        ]);
      expect((await run('mkfifo', [join(host.folder, 'pipe')])).code).toBe(0);
      for (const [value, code] of [
        [host.folder, 'not_a_file'],
        [join(host.folder, 'pipe'), 'not_a_file'],
        [join(host.state, 'lock'), 'own_path'],
        ['evil', 'bad_target'],
      ] as const)
        expect([value, await execute(quarantine(value))]).toMatchObject([value, { kind: 'failed', error: { code } }]);
      expect(readFileSync(path, 'utf8')).toBe('evil');
    });

    it('does not write over a file that came since: a person decides, and both are kept', async () => {
      const path = fileAt('replaced');
      const command = quarantine(path);
      await must(command);
      writeFileSync(path, 'new');
      expect(await verify(command)).toMatchObject({ state: 'present', text: expect.stringMatching(/ANOTHER file/) });
      expect(await undo(command)).toMatchObject({
        kind: 'refused',
        error: { code: 'replaced' },
        current: { host: 'web-1' },
      });
      expect(readFileSync(path, 'utf8')).toBe('new');
      expect(await undo(command, { force: true })).toMatchObject({ kind: 'succeeded' });
      expect(readFileSync(path, 'utf8')).toBe('evil');
      expect(readFileSync(join(host.state, 'replaced', command.command_id), 'utf8')).toBe('new');
    });

    it('does not bring back what was changed in the quarantine', async () => {
      const path = fileAt('altered');
      const command = quarantine(path);
      await must(command);
      writeFileSync(join(host.state, 'quarantine', command.command_id, 'data'), 'worse');
      expect(await undo(command)).toMatchObject({ kind: 'refused', error: { code: 'altered' } });
      expect(existsSync(path)).toBe(false);
    });

    it('says that another name of the file stays', async () => {
      const path = fileAt('one');
      linkSync(path, join(host.folder, 'other-name'));
      expect(await execute(quarantine(path))).toMatchObject({ text: expect.stringMatching(/1 more names/) });
    });

    it('goes on where it was cut off', async () => {
      const path = fileAt('cut');
      const command = quarantine(path);
      const { ino, dev } = statSync(path);
      const entry = join(host.state, 'quarantine', command.command_id);
      mkdirSync(entry, { recursive: true });
      const note = (state: string): string =>
        `state=${state}\npath=${Buffer.from(path).toString('base64')}\nwas=${dev}:${ino}\nmode=644\nuid=0\ngid=0\nsize=4\nsha256=\n`;
      writeFileSync(join(entry, 'note'), note('taking'));
      renameSync(path, join(entry, 'data'));
      expect(await verify(command)).toMatchObject({ state: 'present' });
      await must(command);
      expect(await undo(command)).toMatchObject({ kind: 'succeeded' });
      expect(readFileSync(path, 'utf8')).toBe('evil');
      // Noted, and never moved.
      mkdirSync(entry, { recursive: true });
      writeFileSync(join(entry, 'note'), note('taking'));
      expect(await undo(command)).toMatchObject({ kind: 'succeeded' });
      expect([readFileSync(path, 'utf8'), existsSync(entry)]).toEqual(['evil', false]);
    });

    it('is listed with its host, and not under another path', async () => {
      const path = fileAt('listed');
      const command = quarantine(path);
      await must(command);
      const listed = await connector.list(aCall());
      expect(listed.ok && listed.value).toContainEqual({
        action: 'quarantine_file',
        target: { type: 'file', value: path, host: 'web-1' },
        command_id: command.command_id,
      });
      const elsewhere = { ...command, target: { ...command.target, value: join(host.folder, 'elsewhere') } };
      expect(await verify(elsewhere)).toMatchObject({ state: 'absent' });
      expect(await undo(elsewhere)).toMatchObject({ kind: 'succeeded' });
      expect(await verify(command)).toMatchObject({ state: 'present' });
    });
  });

  describe('that ends processes', () => {
    const program = (name: string): string => {
      const path = join(host.folder, name);
      copyFileSync('/usr/bin/sleep', path);
      chmodSync(path, 0o755);
      return path;
    };
    const startOne = (path: string): ChildProcess => {
      const child = spawn(path, ['600'], { stdio: 'ignore' });
      started.push(child);
      return child;
    };
    const lives = (child: ChildProcess): boolean => child.exitCode === null && child.signalCode === null;
    const kill = (value: string) =>
      aClearedCommand({ action: 'kill_process', target: { type: 'process', value, host: 'web-1' }, ttl_ms: null });

    it('ends the one that runs the file, and never what was started since', async () => {
      const path = program('evil-1');
      const [child, bystander] = [startOne(path), startOne(program('good'))];
      const command = kill(path);
      await until('it to run', () => existsSync(`/proc/${child.pid}/exe`));
      expect(await verify(command)).toMatchObject({ state: 'absent' });
      expect(await execute(command)).toMatchObject({
        kind: 'succeeded',
        after: { host: 'web-1', ended: [{ pid: child.pid, start: expect.any(Number) }] },
      });
      await until('it to be gone', () => !lives(child));
      expect(await verify(command)).toMatchObject({ state: 'present' });
      const later = startOne(path);
      expect(await execute(command)).toMatchObject({ kind: 'succeeded' });
      expect([lives(later), lives(bystander)]).toEqual([true, true]);
      expect(await verify(command)).toMatchObject({ state: 'present', text: expect.stringMatching(/1 others.*since/) });
      expect(await undo(command)).toMatchObject({ kind: 'failed', error: { code: 'irreversible' } });
    });

    it('never ends a process that has the number now and another start', async () => {
      const path = program('evil-2');
      const child = startOne(path);
      const command = kill(path);
      mkdirSync(join(host.state, 'killed'), { recursive: true });
      const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
      // What an order before had noted of the process that had this number then.
      writeFileSync(
        join(host.state, 'killed', command.command_id),
        `${boot} ${Buffer.from(path).toString('base64')}\n${child.pid} 1\n`,
      );
      expect(await execute(command)).toMatchObject({ kind: 'succeeded' });
      expect(lives(child)).toBe(true);
      expect(readFileSync(`/proc/${child.pid}/stat`, 'utf8')).toMatch(/\) [SR] /);
    });

    it('ends none where it is not clear which, and none where nothing runs', async () => {
      const path = program('evil-3');
      const children = [startOne(path), startOne(path)];
      expect(await execute(kill(path))).toMatchObject({ kind: 'failed', error: { code: 'ambiguous' } });
      expect(children.map(lives)).toEqual([true, true]);
      const several = sshConnectorTo({ 'web-1': host }, host.privateKey, { most_processes: 2 });
      expect(await several.execute(kill(path), aCall())).toMatchObject({ kind: 'succeeded' });
      await until('both to be gone', () => !children.some(lives));
      expect(await execute(kill(path))).toMatchObject({
        kind: 'failed',
        error: { code: 'not_found', retryable: false },
      });
      expect(await execute(kill('evil-3'))).toMatchObject({ kind: 'failed', error: { code: 'bad_target' } });
    });

    it('ends one whose file is gone already', async () => {
      const path = program('evil-4');
      const child = startOne(path);
      await run('rm', [path]);
      await must(kill(path));
      await until('it to be gone', () => !lives(child));
    });
  });

  describe('and its keys', () => {
    it('looks with a key that only looks, and does nothing with that one', async () => {
      const watching = sshConnectorTo({ 'web-1': host }, host.privateKey, { observer_key: { secret: 'ssh' } });
      expect(await watching.status(aCall())).toMatchObject({ state: 'ok' });
      const onlyLooks = sshConnectorTo({ 'web-1': host }, host.observerKey);
      const command = blockOf(freshAddress());
      expect(await onlyLooks.status(aCall())).toMatchObject({
        state: 'degraded',
        cannot: ['block_ip', 'isolate_host', 'quarantine_file', 'kill_process'].map((action) => ({
          action,
          why: expect.stringMatching(/may not do it on web-1/),
        })),
      });
      expect(await onlyLooks.execute(command, aCall())).toMatchObject({
        kind: 'failed',
        error: { code: 'not_allowed' },
      });
      await must(command);
      expect(await onlyLooks.verify(effectOf(command), aCall())).toMatchObject({ state: 'present' });
    });

    it('gives a key no shell, no forwarding and no other program', async () => {
      const before = readdirSync(host.folder).length;
      for (const line of ['sh\n', 'reflex1 hello ; touch x .\n', `reflex1 hello $(touch ${host.folder}/pwned) .\n`])
        expect(JSON.parse(await host.ask(line))).toMatchObject({ ok: false, code: 'bad_request', done: 'no' });
      expect(readdirSync(host.folder)).toHaveLength(before);
    });

    it('says that the host has another key, sends nothing, and never takes it', async () => {
      const own = await startSshHost();
      try {
        const trusting = sshConnectorTo({ 'web-1': own }, own.privateKey);
        expect(await trusting.status(aCall())).toMatchObject({ state: 'ok' });
        await own.changeHostKey().catch(() => undefined);
        const command = blockOf(freshAddress());
        const outcome = await trusting.execute(command, aCall());
        expect(outcome).toMatchObject({ kind: 'failed', error: { code: 'host_key', retryable: false } });
        expect(JSON.stringify(outcome)).toMatch(/web-1: its host key is SHA256:.*not pinned/);
        expect(await own.nft('list', 'tables')).not.toContain('reflex');
        expect(await trusting.verify(effectOf(command), aCall())).toMatchObject({ state: 'unknown' });
        await own.stopSshd();
        expect(await trusting.execute(command, aCall())).toMatchObject({ kind: 'failed', error: { retryable: true } });
        expect(await trusting.reachable?.('web-1', aCall())).toMatchObject({ state: 'unreachable' });
      } finally {
        await own.dispose();
      }
    }, 60_000);
  });
});
