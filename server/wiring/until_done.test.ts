import { quietLog } from '../../test/builders/store_port';
import { StoreUnavailable } from '../runner/ports';
import { LifeOver, OneLife } from './life';
import { untilDone } from './until_done';

const sceneOf = (failures: readonly Error[] = []) => {
  const logged: string[] = [];
  const told: string[] = [];
  const life = new OneLife(quietLog(logged));
  const left = [...failures];
  let tries = 0;
  const work = async (): Promise<number> => {
    tries += 1;
    const failure = left.shift();
    if (failure) throw failure;
    return tries;
  };
  const done = (): Promise<number> => untilDone(life, 'preparing', work, (why) => told.push(why));
  return { life, done, logged, told, tries: () => tries };
};

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

describe('waiting until something works', () => {
  it('tries again each second and tells why; only what is not an outage is an error', async () => {
    const { done, logged, told } = sceneOf([new StoreUnavailable('away'), new Error('the index is not ours')]);
    const result = done();
    await jest.advanceTimersByTimeAsync(2_000);
    expect(await result).toBe(3);
    expect(told).toEqual(['away', 'the index is not ours']);
    expect(logged).toEqual(['preparing failed']);
  });

  it('gives up at once when the life ends while it waits', async () => {
    const { done, life, tries } = sceneOf([new StoreUnavailable('away')]);
    const result = expect(done()).rejects.toBeInstanceOf(LifeOver);
    await jest.advanceTimersByTimeAsync(10);
    life.end();
    await result;
    expect(tries()).toBe(1);
  });

  it('does not even try in a life that is over', async () => {
    const { done, life, tries } = sceneOf();
    life.end();
    await expect(done()).rejects.toBeInstanceOf(LifeOver);
    expect(tries()).toBe(0);
  });
});
