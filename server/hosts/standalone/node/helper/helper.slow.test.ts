import { chmodSync, mkdirSync, writeFileSync } from 'fs';
import { get } from 'http';
import { connect } from 'net';
import { join } from 'path';
import { text } from 'stream/consumers';
import { killedInTheMiddle } from '../../../../../test/contracts/killed_process';
import { temporaryFolder } from '../../../../../test/contracts/temporary_folder';
import { buildHelper, isAlive, noNamespaces, SMALL_NODE } from '../../../../../test/targets/node_helper';
import { freePort } from '../../../../../test/targets/processes';
import { suiteUnless } from '../../../../../test/targets/suite_unless';
import { until } from '../../../../../test/targets/until';
import { ClosedAgent } from './closed_agent';
import { startHelper, whyNotClosed, type Helper } from './helper';

const { folder, remove } = temporaryFolder();
const program = buildHelper(folder);
const started: Helper[] = [];
const helperThat = async (closed: boolean): Promise<Helper> => {
  const helper = await startHelper({ closed, program, env: process.env, hear: () => undefined });
  started.push(helper);
  return helper;
};
const run = async (helper: Helper, port: number): Promise<number> => {
  const command = { program: process.execPath, args: ['-e', SMALL_NODE, String(port)], env: process.env, user: {} };
  const pid = (await helper.run(command)) ?? 0;
  const answers = (): Promise<boolean> =>
    helper.connect(port).then(
      (socket) => Boolean(socket.destroy()),
      () => false,
    );
  await until('the program in the helper to listen', answers);
  return pid;
};

/** Each of them starts several programs. */
jest.setTimeout(60_000);

afterAll(async () => {
  for (const each of started) each.end();
  await Promise.all(started.map((each) => each.ended));
  remove();
});

/** An environment with an `unshare` of ours, first on its path. */
const withUnshare = (script: string): NodeJS.ProcessEnv => {
  const bin = join(folder, `bin-${script.length}`);
  mkdirSync(bin);
  writeFileSync(join(bin, 'unshare'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, 'unshare'), 0o755);
  return { ...process.env, PATH: `${bin}:${process.env.PATH}` };
};

suiteUnless(noNamespaces())('a closed helper', () => {
  it('hands over connections to what nobody else can connect to', async () => {
    const port = await freePort();
    const helper = await helperThat(true);
    await run(helper, port);
    const agent = new ClosedAgent(() => helper.connect(port));
    const ask = (): Promise<string> =>
      new Promise((resolve, reject) => {
        get({ agent, port: 1, path: '/x' }, (answer) => resolve(text(answer))).once('error', reject);
      });
    expect(new Set(await Promise.all(Array.from({ length: 40 }, ask)))).toEqual(new Set(['seen /x']));
    const outside = new Promise((resolve) => {
      connect(port, '127.0.0.1', () => resolve('connected')).once('error', ({ code }: NodeJS.ErrnoException) =>
        resolve(code),
      );
    });
    expect(await outside).toBe('ECONNREFUSED');
    agent.destroy();
  });

  it('says that nobody listens', async () => {
    const helper = await helperThat(true);
    await expect(helper.connect(9200)).rejects.toThrow('ECONNREFUSED');
  });

  it('ends with its node though connections are on their way', async () => {
    const port = await freePort();
    for (const round of [1, 2, 3, 4, 5, 6]) {
      const helper = await helperThat(true);
      const pid = await run(helper, port);
      for (let count = 0; count < 20; count += 1)
        helper.connect(port).then(
          (socket) => socket.destroy(),
          () => undefined,
        );
      await new Promise((resolve) => setTimeout(resolve, round));
      helper.end();
      await helper.ended;
      expect(isAlive(pid)).toBe(false);
    }
  });

  it('that is killed takes its node along', async () => {
    const helper = await helperThat(true);
    const pid = await run(helper, await freePort());
    helper.kill();
    await helper.ended;
    await until('the node to be gone', () => !isAlive(pid));
    await expect(helper.connect(9200)).rejects.toThrow('is not running');
  });
});

describe('a helper', () => {
  it.each([false, ...(noNamespaces() === undefined ? [true] : [])])(
    'ends with Reflex, also if that is killed while it connects (closed: %s)',
    async (closed) => {
      const lines = await killedInTheMiddle(
        `import { startHelper } from './server/hosts/standalone/node/helper/helper';
         void (async () => {
           const helper = await startHelper({ closed: ${closed}, program: ${JSON.stringify(program)}, env: process.env, hear: () => {} });
           const args = ['-e', ${JSON.stringify(SMALL_NODE)}, ${JSON.stringify(String(await freePort()))}];
           const pid = await helper.run({ program: process.execPath, args, env: process.env, user: {} });
           console.log(pid);
           for (;;) {
             await new Promise((resolve) => setTimeout(resolve, 10));
             for (let n = 0; n < 20; n += 1) helper.connect(Number(args[2])).then((s) => s.destroy(), () => {});
             console.log('connecting');
           }
         })();`,
        folder,
        60,
      );
      await until('the node to be gone', () => !isAlive(Number(lines[0])));
    },
  );

  it('tells how its node ended', async () => {
    const helper = await helperThat(false);
    const args = ['-e', 'process.exit(7)'];
    await helper.run({ program: process.execPath, args, env: process.env, user: {} });
    expect(await helper.ended).toBe('exit code 7');
  });

  it('tells why its node could not be started', async () => {
    const helper = await helperThat(false);
    await helper.run({ program: join(folder, 'none'), args: [], env: process.env, user: {} });
    expect(await helper.ended).toMatch(/ENOENT|exit code 127/);
  });
});

describe('why a node is not closed', () => {
  it.each([
    [
      'echo "unshare: unshare failed: Operation not permitted" >&2; exit 1',
      'unshare: unshare failed: Operation not permitted',
    ],
    [
      'while [ "${1#--}" != "$1" ]; do shift; done; exec "$@"',
      '`unshare` left the helper in the network of this machine',
    ],
  ])('with an `unshare` that does `%s`', async (script, why) => {
    expect(await whyNotClosed({ program, env: withUnshare(script) })).toBe(
      process.platform === 'linux' ? why : 'only Linux has network namespaces',
    );
  });
});
