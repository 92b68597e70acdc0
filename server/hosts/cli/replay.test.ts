import { writeFileSync } from 'fs';
import { join } from 'path';
import { temporaryFolder } from '../../../test/contracts/temporary_folder';
import { httpServer, type LoopbackServer } from '../../../test/targets/loopback_server';
import { replay } from './replay';

const { folder, remove } = temporaryFolder();
const tokenFile = join(folder, 'key');
writeFileSync(tokenFile, 'the-key\n');
afterAll(remove);

const hostThatAnswers = (status: number, body: unknown): Promise<LoopbackServer> =>
  httpServer((request, response) => {
    const asked = request.method === 'POST' && request.url === '/api/reflex/decisions/d%201/replay';
    const allowed = request.headers.authorization === 'Reflex the-key' && request.headers['osd-xsrf'] !== undefined;
    response.writeHead(asked && allowed ? status : 400, { 'content-type': 'application/json' });
    response.end(JSON.stringify(asked && allowed ? body : { code: 'invalid', message: 'not as agreed' }));
  });

describe('replaying over the API of a host', () => {
  it.each([
    ['same', 0],
    ['differs', 1],
    ['engine_differs', 2],
    ['bundle_missing', 2],
    ['erased', 2],
  ])('%s is exit code %i', async (status, exit) => {
    const host = await hostThatAnswers(200, { status, recorded_hash: 'aa', replayed_hash: 'bb' });
    const outcome = await replay({ url: host.url, tokenFile }, 'd 1');
    expect(outcome.exit).toBe(exit);
    expect(outcome.lines.slice(1)).toEqual(['  recorded aa', '  replayed bb']);
    await host.close();
  });

  it('says why a host refuses', async () => {
    const host = await hostThatAnswers(404, { code: 'not_found', message: 'there is no decision `d 1`' });
    expect(await replay({ url: host.url, tokenFile }, 'd 1')).toEqual({
      exit: 2,
      lines: ['there is no decision `d 1` (not_found)'],
    });
    await host.close();
  });

  it('says what to do without a token, and without a host', async () => {
    const without = await replay({ url: 'http://127.0.0.1:1', tokenFile: join(folder, 'none') }, 'd 1');
    expect(without.lines.join()).toContain('--token-file');
    const host = await hostThatAnswers(200, {});
    await host.close();
    expect((await replay({ url: host.url, tokenFile }, 'd 1')).lines.join()).toContain('no Reflex answers');
  });
});
