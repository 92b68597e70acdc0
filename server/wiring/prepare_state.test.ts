import { temporaryFolder } from '../../test/contracts/temporary_folder';
import { writeAdoptOrder } from '../hosts/adopt_file';
import { StoreUnavailable } from '../runner/ports';
import { StatePreparation } from './prepare_state';

const ORDER = { who: 'ann', why: 'the index was restored' };

let temporary: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  temporary = temporaryFolder();
});
afterEach(() => temporary.remove());

/** OpenSearch is away, so nothing beyond the first request is asked. */
const prepared = () => {
  const away = new StoreUnavailable('nobody answers');
  const asked: string[] = [];
  const transport = {
    request: ({ path }: { readonly path: string }) => {
      asked.push(path);
      return Promise.reject(away);
    },
  };
  const adopting = { memory: { read: () => undefined } } as unknown as ConstructorParameters<
    typeof StatePreparation
  >[1];
  return { preparation: new StatePreparation({ transport, dataFolder: temporary.folder }, adopting), asked, away };
};

describe('preparing the state', () => {
  it('asks the cluster what it is like at each try, and says why it does not go on', async () => {
    const { preparation, asked, away } = prepared();
    await expect(preparation.prepare()).rejects.toBe(away);
    await expect(preparation.prepare()).rejects.toBe(away);
    expect(asked).toEqual(['/_cluster/health', '/_cluster/health']);
    expect([preparation.isDone, preparation.why]).toEqual([false, 'nobody answers']);
  });

  it('carries out an order that was there when the life began, so that no new life is needed', () => {
    writeAdoptOrder(temporary.folder, ORDER);
    expect(prepared().preparation.isOrderedAnew).toBe(false);
  });

  it('leaves an order that comes later to the next life', () => {
    const { preparation } = prepared();
    expect(preparation.isOrderedAnew).toBe(false);
    writeAdoptOrder(temporary.folder, ORDER);
    expect(preparation.isOrderedAnew).toBe(true);
  });
});
