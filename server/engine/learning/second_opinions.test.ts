import { agreementOf, isSampled } from './second_opinions';

describe('the sample of answers', () => {
  const shareOf = (seed: string, percent: number): number => {
    const names = Array.from({ length: 20_000 }, (_, n) => `answer ${n}`);
    return names.filter((name) => isSampled(seed, name, percent)).length / names.length;
  };

  it.each([0, 1, 5, 50, 100])('is %d %% of them', (percent) => {
    expect(Math.abs(shareOf('seed', percent) - percent / 100)).toBeLessThan(
      percent === 0 || percent === 100 ? 1e-9 : 0.012,
    );
  });

  it('is the same each time, and another one for another seed', () => {
    const of = (seed: string): string =>
      Array.from({ length: 200 }, (_, n) => Number(isSampled(seed, `a${n}`, 50))).join('');
    expect(of('one')).toBe(of('one'));
    expect(of('one')).not.toBe(of('other'));
  });
});

describe('how often two answers agree', () => {
  // As tabled for the score interval, with a confidence of 95 %.
  it.each([
    [0, 10, 0, 0.2775],
    [5, 10, 0.2366, 0.7634],
    [9, 10, 0.5958, 0.9821],
    [10, 10, 0.7225, 1],
    [180, 200, 0.8506, 0.9344],
  ])('%d of %d: from %d to %d', (agree, of, low, high) => {
    const found = agreementOf(agree, of);
    expect(found?.share).toBe(agree / of);
    expect(found?.low).toBeCloseTo(low, 3);
    expect(found?.high).toBeCloseTo(high, 3);
  });

  it('is not known without any', () => {
    expect(agreementOf(0, 0)).toBeUndefined();
  });
});
