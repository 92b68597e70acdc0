import { readFileSync, statSync, writeFileSync } from 'fs';
import type { RequestListener } from 'http';
import { join } from 'path';
import { temporaryFolder } from '../../../../test/contracts/temporary_folder';
import { httpServer } from '../../../../test/targets/loopback_server';
import { until } from '../../../../test/targets/until';
import { download, type DownloadOptions } from './download';

const CONTENT = Buffer.from(Array.from({ length: 50_000 }, (_, index) => index % 251));
const { folder, remove } = temporaryFolder();
afterAll(remove);

let count = 0;
const optionsFor = (url: string, change: Partial<DownloadOptions> = {}): DownloadOptions => ({
  url,
  part: join(folder, `${(count += 1)}.part`),
  bytes: CONTENT.length,
  progress: () => undefined,
  signal: new AbortController().signal,
  pausesMs: [1, 1],
  ...change,
});

const during = async (handler: RequestListener, work: (url: string) => Promise<void>): Promise<void> => {
  const server = await httpServer(handler);
  await work(`${server.url}/file`).finally(() => server.close());
};

const fromOf = (range: string | undefined): number => Number(/bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0);

describe('a download', () => {
  it('that breaks off goes on where it stopped', async () => {
    const asked: number[] = [];
    const part = join(folder, 'broken.part');
    const arrived = (bytes: number) => () => Promise.resolve(statSync(part, { throwIfNoEntry: false })?.size === bytes);
    const handler: RequestListener = (request, response) => {
      const from = fromOf(request.headers.range);
      asked.push(from);
      const head = { 'content-length': CONTENT.length - from };
      const range = { 'content-range': `bytes ${from}-${CONTENT.length - 1}/${CONTENT.length}` };
      response.writeHead(from === 0 ? 200 : 206, from === 0 ? head : { ...head, ...range });
      if (asked.length === 3) return void response.end(CONTENT.subarray(from));
      response.write(CONTENT.subarray(from, from + 20_000));
      void until('the part to be on the disk', arrived(from + 20_000)).then(() => response.destroy());
    };
    await during(handler, async (url) => {
      await download(optionsFor(url, { part }));
      expect(readFileSync(part).equals(CONTENT)).toBe(true);
      expect(asked).toEqual([0, 20_000, 40_000]);
    });
  });

  it('begins anew where the server sends the whole file anyway', async () => {
    await during(
      (_request, response) => response.writeHead(200).end(CONTENT),
      async (url) => {
        const options = optionsFor(url);
        writeFileSync(options.part, 'something of an earlier try');
        await download(options);
        expect(readFileSync(options.part).equals(CONTENT)).toBe(true);
      },
    );
  });

  it.each([
    [404, {}, 'the server answered 404'],
    [200, { 'content-length': '7' }, 'the file there has 7 bytes instead of 50000: it is incomplete, or another one'],
  ])('is refused at once at status %i %j', async (status, headers, why) => {
    let asked = 0;
    const handler: RequestListener = (_request, response) => {
      asked += 1;
      response.writeHead(status, headers).end('nothing');
    };
    await during(handler, async (url) => {
      await expect(download(optionsFor(url))).rejects.toThrow(why);
      expect(asked).toBe(1);
    });
  });

  it('is given up after tries that brought nothing', async () => {
    let asked = 0;
    const handler: RequestListener = (_request, response) => {
      asked += 1;
      response.writeHead(503).end();
    };
    await during(handler, async (url) => {
      await expect(download(optionsFor(url))).rejects.toThrow('the server answered 503');
      expect(asked).toBe(3);
    });
  });
});
