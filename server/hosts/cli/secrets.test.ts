import { writeFileSync } from 'fs';
import { join } from 'path';
import { Readable } from 'stream';
import type { SecretView } from '../../../common/api/routes';
import { temporaryFolder } from '../../../test/contracts/temporary_folder';
import { httpServer } from '../../../test/targets/loopback_server';
import { ok } from '../../../common/result';
import { cliHost, type CliRequest } from '../../../test/stubs/cli_host';
import { parseCommand } from './arguments';
import { dropSecret, secretLine, secrets, writeSecret } from './secrets';
import { standardInput } from './standard_input';

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
      const body = JSON.stringify({ as_of: '2026-11-22T10:00:00.000Z', secrets: found, keys: [] });
      response.writeHead(200, { 'content-type': 'application/json' }).end(body);
    });
    const told = await secrets({ url: host.url, tokenFile });
    expect([told.exit, told.lines.length]).toEqual([exit, found.length]);
    await host.close();
    place.remove();
  });
});

describe('`reflex secrets set`', () => {
  const list: SecretView[] = [];
  const sent: CliRequest[] = [];
  const { address } = cliHost((request) => {
    sent.push(request);
    if (request.body === undefined) return { as_of: '2026-11-22T10:00:00.000Z', secrets: list, keys: [] };
    const removed = request.url.endsWith('/remove');
    return { name: 'edge', version: 4, by: 'ada', at: '2026-11-22T10:00:00.000Z', removed, key: 'k1' };
  });
  const wish = { secret: 'stored:edge', reason: 'it leaked' };
  const piped = async () => ok('from the pipe\n');
  beforeEach(() => {
    sent.splice(0);
    list.splice(0);
  });

  it('sends what was piped in with the version that is stored, and does not say it', async () => {
    const stored = { version: 3, by: 'ben', at: '2026-11-22T09:00:00.000Z', key: 'k1', newest_key: true };
    list.push({ ...A_SECRET, name: 'stored:edge', from: 'stored', stored });
    const told = await writeSecret(address, wish, piped);
    expect(told).toEqual({ exit: 0, lines: ['stored:edge: version 4 is stored, sealed with k1'] });
    expect(sent.map(({ url, body }) => [url, body])).toEqual([
      ['/api/reflex/secrets', undefined],
      ['/api/reflex/secrets/edge', { version: 3, value: 'from the pipe\n', reason: 'it leaked' }],
    ]);
  });

  it('writes a new one with version 0, and takes one away with the version that is stored', async () => {
    await writeSecret(address, { ...wish, secret: 'edge' }, piped);
    expect(sent[1]?.body).toMatchObject({ version: 0 });
    expect(await dropSecret(address, wish)).toEqual({ exit: 0, lines: ['stored:edge is taken away'] });
  });

  it('is not sent over plain HTTP to another machine, and nothing is read before', async () => {
    for (const url of [
      'http://reflex.example:5680',
      'http://10.0.0.1',
      'http://127.0.0.1.example',
      'http://localhost.',
    ]) {
      const read = jest.fn(piped);
      expect(await writeSecret({ ...address, url }, wish, read)).toMatchObject({ exit: 2 });
      expect(read).not.toHaveBeenCalled();
    }
  });

  it.each(['Edge', 'stored:stored:edge', '../edge'])('takes no name such as %s', async (secret) => {
    expect(await writeSecret(address, { ...wish, secret }, piped)).toMatchObject({ exit: 2 });
    expect(sent).toEqual([]);
  });
});

describe('what is piped in', () => {
  const from = (...parts: readonly string[]) => Readable.from(parts.map((each) => Buffer.from(each)));

  it('is taken whole, and is never typed at a terminal', async () => {
    expect(await standardInput(from('one ', 'two\n'))).toEqual({ ok: true, value: 'one two\n' });
    expect((await standardInput(Object.assign(from('x'), { isTTY: true }))).ok).toBe(false);
    expect((await standardInput(from(' \n'))).ok).toBe(false);
    expect((await standardInput(from('x'.repeat(70_000), 'x'.repeat(70_000)))).ok).toBe(false);
  });

  it('is no argument: one that stands there is refused and not repeated', () => {
    const parsed = parseCommand(['secrets', 'set', 'edge', 'hunter2hunter2', '--reason', 'new one'], '/key');
    expect(parsed.ok).toBe(false);
    expect(JSON.stringify(parsed)).not.toContain('hunter2');
  });

  it.each<[readonly string[], object]>([
    [['secrets'], { name: 'secrets' }],
    [['secrets', 'set', 'edge', '--reason', 'new one'], { name: 'secrets set', secret: 'edge', reason: 'new one' }],
    [['secrets', 'remove', 'edge', '--reason', 'old one'], { name: 'secrets remove', secret: 'edge' }],
    [['secrets', 'rekey', '--reason', 'new key'], { name: 'secrets rekey' }],
  ])('%j is a command', (args, command) =>
    expect(parseCommand(args, '/key')).toMatchObject({ ok: true, value: command }),
  );

  it.each([[['secrets', 'set']], [['secrets', 'set', 'edge']], [['secrets', 'rekey']], [['secrets', 'get', 'edge']]])(
    '%j is none',
    (args) => expect(parseCommand(args, '/key').ok).toBe(false),
  );
});
