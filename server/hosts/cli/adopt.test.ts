import { join } from 'path';
import { temporaryFolder } from '../../../test/contracts/temporary_folder';
import { readAdoptOrder, removeAdoptOrder } from '../adopt_file';
import { adopt } from './adopt';
import { EXIT } from './outcome';

let temporary: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  temporary = temporaryFolder();
});
afterEach(() => temporary.remove());

describe('an order to adopt', () => {
  it.each(['state', 'folder'] as const)('the %s is one of its own, until it is carried out', async (what) => {
    const { folder } = temporary;
    const other = what === 'state' ? 'folder' : 'state';
    expect(adopt(folder, 'it moved', what).exit).toBe(EXIT.done);
    expect(readAdoptOrder(folder, what)?.why).toBe('it moved');
    expect(readAdoptOrder(folder, other)).toBeUndefined();
    await removeAdoptOrder(folder, what);
    expect(readAdoptOrder(folder, what)).toBeUndefined();
  });

  it('says that the folder is not there', () => {
    const { exit, lines } = adopt(join(temporary.folder, 'missing'), 'it moved', 'folder');
    expect([exit, lines.join()]).toEqual([EXIT.error, expect.stringContaining('is --data right?')]);
  });
});
