import { Pace } from './pace';

describe('the pace of a download', () => {
  it('says what is done, and how long the rest takes at the speed of the last seconds', () => {
    let now = 0;
    const pace = new Pace(200_000_000, () => now);
    expect(pace.note(0)).toBe('0 of 200 MB');
    now = 1_000;
    expect(pace.note(10_000_000)).toBe('10 of 200 MB, about 19 s left');
    now = 2_000;
    expect(pace.note(199_500_000)).toBe('200 of 200 MB, almost done');
  });
});
