import { build } from 'esbuild';
import { mkdtempSync, readFileSync, rmSync } from 'fs';
import { createServer, type Server, type ServerResponse } from 'http';
import type { AddressInfo } from 'net';
import { tmpdir } from 'os';
import { join } from 'path';
import type { BrowserContext, Page } from 'playwright-core';
import { aStatus } from '../builders/views';
import { openTab, whyNoBrowser, type Tab } from '../e2e/browser';
import { suiteUnless } from '../targets/suite_unless';
import { until } from '../targets/until';

/* The one stream of a browser in Chromium: windows with what the page hears by, and a host that counts connections. */

const why = whyNoBrowser();
if (why !== undefined) process.stdout.write(`SKIPPED: one_stream: ${why}\n`);
const suite = suiteUnless(why);

const ROOT = join(__dirname, '..', '..');
const { makeWorker } = jest.requireActual<{ makeWorker: (folder: string) => Promise<string> }>(
  join(ROOT, 'scripts/bundle/public.js'),
);

/** A page that puts into its title how it hears of the host, and what. */
const pageProgram = (worker: string): string => `
  import { openLive } from './public/live';
  import { sharedSource } from './public/stream/shared_source';
  const live = openLive({
    openSource: (fresh) => sharedSource(() => new SharedWorker('/${worker}'), { address: '/live', fresh }),
    poll: async () => ({ ok: true, value: await (await fetch('/status')).json() }),
    now: () => Date.now(),
  });
  live.state$.subscribe(({ connection, status }) => {
    document.title = connection + ' ' + String(status?.waiting);
  });
`;

const bundled = async (worker: string): Promise<string> => {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    stdin: { contents: pageProgram(worker), resolveDir: ROOT },
    bundle: true,
    write: false,
    format: 'iife',
    alias: { '@osd/i18n': join(ROOT, 'test/stubs/osd_i18n') },
  });
  return outputFiles[0]?.text ?? '';
};

/** A host that tells its status once a second to each stream. */
class CountingHost {
  readonly streams = new Set<ServerResponse>();
  waiting = 1;
  /** Files by their path, with their type. */
  readonly files = new Map<string, readonly [type: string, content: string]>();
  private readonly server: Server = createServer(({ url = '/' }, response) => {
    if (url === '/live') return this.stream(response);
    if (url === '/status') return void response.end(this.status());
    const [type, content] = this.files.get(url) ?? [];
    response.writeHead(content === undefined ? 404 : 200, { 'content-type': type ?? 'text/plain' }).end(content);
  });
  private readonly timer = setInterval(() => this.tellAll(), 1_000);

  listen(): Promise<number> {
    return new Promise((resolve) => {
      this.server.listen(0, '127.0.0.1', () => resolve((this.server.address() as AddressInfo).port));
    });
  }

  close(): void {
    clearInterval(this.timer);
    this.server.closeAllConnections();
    this.server.close();
  }

  private status(): string {
    return JSON.stringify(aStatus({ waiting: this.waiting }));
  }

  private tellAll(): void {
    for (const stream of this.streams) stream.write(`event: status\ndata: ${this.status()}\n\n`);
  }

  private stream(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    this.streams.add(response);
    response.once('close', () => this.streams.delete(response));
    this.tellAll();
  }
}

suite('seven windows of one browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'reflex-page-'));
  const host = new CountingHost();
  let tab: Tab;
  let context: BrowserContext;
  let windows: readonly Page[];

  const titles = (): Promise<readonly string[]> => Promise.all(windows.map((each) => each.title()));
  const allSay = (title: string): Promise<void> =>
    until(`every window says \`${title}\``, async () => (await titles()).every((each) => each === title), {
      withinMs: 20_000,
      seen: titles,
    });

  beforeAll(async () => {
    const worker = await makeWorker(folder);
    host.files.set(`/${worker}`, ['text/javascript', readFileSync(join(folder, worker), 'utf8')]);
    host.files.set('/page.js', ['text/javascript', await bundled(worker)]);
    host.files.set('/', ['text/html', '<!doctype html><title>new</title><script src="/page.js"></script>']);
    const port = await host.listen();
    tab = await openTab();
    context = tab.page.context();
    windows = await Promise.all(Array.from({ length: 7 }, () => context.newPage()));
    // Of as many streams as windows the seventh would get no answer at all.
    for (const each of windows) await each.goto(`http://127.0.0.1:${port}/`, { timeout: 10_000 });
  }, 60_000);

  afterAll(async () => {
    await tab?.browser.close();
    host.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('are all live, over one connection', async () => {
    await allSay('live 1');
    expect(host.streams.size).toBe(1);
  });

  it('go on when the one that was first is closed', async () => {
    const [first, ...others] = windows;
    await first?.close();
    windows = others;
    host.waiting = 2;
    await allSay('live 2');
    expect(host.streams.size).toBe(1);
  });

  it('go on over one connection after the host broke it', async () => {
    host.streams.forEach((stream) => stream.destroy());
    host.waiting = 3;
    await allSay('live 3');
    expect(host.streams.size).toBe(1);
  });

  it('leave no connection behind', async () => {
    await Promise.all(windows.map((each) => each.close({ runBeforeUnload: false })));
    await until('the stream has ended', () => host.streams.size === 0);
  });
});
