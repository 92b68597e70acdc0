import { quietLog } from '../../test/builders/store_port';
import { OneLife } from './life';

describe('a life', () => {
  it('closes each thing once, however often it is closed', async () => {
    const life = new OneLife(quietLog());
    const closed: string[] = [];
    for (const what of ['journal', 'spool']) life.opened(what, () => closed.push(what));
    life.end();
    await life.close();
    await life.close();
    expect(closed).toEqual(['spool', 'journal']);
  });
});
