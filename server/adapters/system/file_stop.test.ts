import { mkdirSync, writeFileSync } from 'fs';
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

  const order = { who: 'alice', why: 'wrong host' };

  it('stops nothing while it is not there', () => {
    expect(stop.read()).toBeUndefined();
  });

  it('stops until it is lifted, in every process', async () => {
    await stop.write(order);
    expect([stop.read(), new FileStop(path).read()]).toEqual([order, order]);
    await stop.write(undefined);
    expect([stop.read(), new FileStop(path).read()]).toEqual([undefined, undefined]);
    await stop.write(undefined);
  });

  it.each([
    ['', 'the stop file is there'],
    ['  maintenance tonight\n', 'maintenance tonight'],
    ['{"who": 1}', '{"who": 1}'],
    ['null', 'null'],
  ])('stops as well when it was made by hand: `%s`', (text, why) => {
    mkdirSync(join(place.folder, 'data'));
    writeFileSync(path, text);
    expect(stop.read()).toEqual({ who: 'somebody on this machine', why });
  });

  it('stops when it cannot be read', () => {
    mkdirSync(path, { recursive: true });
    expect(stop.read()?.why).toContain('EISDIR');
  });
});
