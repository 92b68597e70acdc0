import { mkdirSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'fs';
import { join } from 'path';
import { temporaryFolder } from '../../../test/contracts/temporary_folder';
import { FileStop } from './file_stop';

describe('the stop file', () => {
  let place: ReturnType<typeof temporaryFolder>;
  let path: string;
  let stop: FileStop;
  beforeEach(() => {
    place = temporaryFolder();
    path = join(place.folder, 'data', 'stop');
    stop = new FileStop(path);
  });
  afterEach(() => place.remove());

  const at = '2026-11-22T10:00:00.000Z';
  const order = { scope: 'all', who: 'alice', why: 'wrong host', at };
  const other = { scope: 'connector:edge', who: 'bob', why: 'it misbehaves', at };
  const EISDIR = 'the stop file cannot be read (EISDIR)';
  const moment = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string;

  it('stops nothing while it is not there', () => {
    expect(stop.read()).toEqual([]);
  });

  it('stops until it is lifted, in every process', async () => {
    await stop.write([order]);
    expect([stop.read(), new FileStop(path).read()]).toEqual([[order], [order]]);
    await stop.write([]);
    expect([stop.read(), new FileStop(path).read()]).toEqual([[], []]);
    await stop.write([]);
  });

  it('keeps several orders, each with its scope', async () => {
    await stop.write([other, order]);
    expect(stop.read()).toEqual([other, order]);
    // Somebody who knows only the two names of the first version takes it for an order to stop everything.
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ who: 'bob', why: 'it misbehaves' });
  });

  it('reads what an earlier version wrote', () => {
    mkdirSync(join(place.folder, 'data'));
    writeFileSync(path, '{"who":"alice","why":"wrong host"}\n');
    expect(stop.read()).toEqual([{ ...order, at: moment }]);
  });

  it('is the same order at each look, and another one when it is put there again', async () => {
    const prepared = join(place.folder, 'prepared');
    const put = async (): Promise<string | undefined> => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      renameSync(prepared, path);
      return stop.read()[0]?.at;
    };
    mkdirSync(join(place.folder, 'data'));
    writeFileSync(prepared, '{"who":"alice","why":"wrong host"}\n');
    utimesSync(prepared, 0, 0);
    const first = await put();
    expect([stop.read()[0]?.at, new FileStop(path).read()[0]?.at]).toEqual([first, first]);
    renameSync(path, prepared);
    expect(await put()).not.toBe(first);
  });

  it('does not believe a moment that is none', () => {
    mkdirSync(join(place.folder, 'data'));
    writeFileSync(path, JSON.stringify({ ...order, at: 'soon' }));
    expect(stop.read()).toEqual([{ ...order, at: moment }]);
  });

  it.each([
    ['', 'the stop file is there'],
    ['  maintenance tonight\n', 'maintenance tonight'],
    ['{"who": 1}', '{"who": 1}'],
    ['null', 'null'],
    ['{"orders": [{"who": 1}]}', '{"orders": [{"who": 1}]}'],
    ['{"orders": []}', '{"orders": []}'],
  ])('stops everything as well when it was made by hand: `%s`', (text, why) => {
    mkdirSync(join(place.folder, 'data'));
    writeFileSync(path, text);
    expect(stop.read()).toEqual([{ scope: 'all', who: 'somebody on this machine', why, at: moment }]);
  });

  it('stops when it cannot be read', () => {
    mkdirSync(path, { recursive: true });
    const [unread] = stop.read();
    expect(unread).toEqual({ ...order, who: 'somebody on this machine', why: EISDIR, at: moment, unread: true });
    // The same moment at each look and in each process: nobody gives it to the others twice.
    expect(new FileStop(path).read()).toEqual([unread]);
  });

  it('stops when it cannot even be asked when it was put there', () => {
    const around = join(place.folder, 'plain');
    writeFileSync(around, '');
    const [unread] = new FileStop(join(around, 'stop')).read();
    expect(unread).toMatchObject({ scope: 'all', at: undefined, unread: true });
  });
});
