import { writeFileSync } from 'fs';
import { join } from 'path';
import type { SecretView } from '../../../common/api/routes';
import { temporaryFolder } from '../../../test/contracts/temporary_folder';
import { httpServer } from '../../../test/targets/loopback_server';
import { secretLine, secrets } from './secrets';

const A_SECRET: SecretView = {
  name: 'edge',
  from: 'file',
  state: 'there',
  used_by: ['connector edge'],
  place: '/s/edge',
};

describe('`reflex secrets`', () => {
  it.each<[Partial<SecretView>, string]>([
    [{}, 'edge: there; file /s/edge; used by connector edge'],
    [
      { changed: '2026-11-22T10:00:00.000Z' },
      'edge: there; file /s/edge; changed 2026-11-22T10:00:00.000Z; used by connector edge',
    ],
    [{ loose: 'everybody reads it' }, 'edge: there; file /s/edge; CAUTION: everybody reads it; used by connector edge'],
    [{ used_by: [] }, 'edge: there; file /s/edge; nothing asked for it'],
    [
      { state: 'missing', from: 'nowhere', place: undefined, why: 'nothing names it' },
      'edge: MISSING: nothing names it; nowhere; used by connector edge',
    ],
  ])('tells of %j', (change, line) => expect(secretLine({ ...A_SECRET, ...change })).toBe(line));

  it.each<[string, readonly SecretView[], number]>([
    ['nothing is missing', [A_SECRET], 0],
    ['one that is used is missing', [A_SECRET, { ...A_SECRET, name: 'b', state: 'empty' }], 1],
    ['only one that nothing uses is missing', [{ ...A_SECRET, state: 'missing', used_by: [] }], 0],
  ])('ends with a code of its own where %s', async (_, found, exit) => {
    const place = temporaryFolder();
    const tokenFile = join(place.folder, 'key');
    writeFileSync(tokenFile, 'key');
    const host = await httpServer((_request, response) => {
      const body = JSON.stringify({ as_of: '2026-11-22T10:00:00.000Z', secrets: found });
      response.writeHead(200, { 'content-type': 'application/json' }).end(body);
    });
    const told = await secrets({ url: host.url, tokenFile });
    expect([told.exit, told.lines.length]).toEqual([exit, found.length]);
    await host.close();
    place.remove();
  });
});
