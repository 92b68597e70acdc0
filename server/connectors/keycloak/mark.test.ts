import { CONTAINED, isCommandId, markValues, readMark } from './mark';

const MARK = { wasEnabled: true, notBefore: 1_796_048_486, commandIds: ['a1-b2', 'c3'] };

describe('the mark on an account', () => {
  it('is read as it was written, in any order', () => {
    expect(readMark(markValues(MARK))).toEqual(MARK);
    expect(readMark([...markValues(MARK)].reverse())).toMatchObject({ wasEnabled: true, notBefore: MARK.notBefore });
    expect(readMark(markValues({ ...MARK, wasEnabled: false }))).toEqual({ ...MARK, wasEnabled: false });
  });

  it.each([
    ['nothing', []],
    ['somebody else’s value', ['hello']],
    ['no command', [CONTAINED, 'was:enabled', 'before:0']],
    ['no state before', [CONTAINED, 'before:0', 'a']],
    ['two states before', [CONTAINED, 'was:enabled', 'was:disabled', 'before:0', 'a']],
    ['an unknown state before', [CONTAINED, 'was:maybe', 'before:0', 'a']],
    ['no time', [CONTAINED, 'was:enabled', 'a']],
    ['a time that is none', [CONTAINED, 'was:enabled', 'before:-1', 'a']],
    ['more than it should hold', [CONTAINED, 'was:enabled', 'before:0', 'a', 'b c']],
    ['no word by which it is found', ['was:enabled', 'before:0', 'a', 'b']],
  ])('is none where there is %s', (_what, values) => {
    expect(readMark(values)).toBeUndefined();
  });

  it('takes no id that a search could read as something else', () => {
    expect(['0f-a_B9', 'x'].every(isCommandId)).toBe(true);
    expect(['', 'a:b', 'a b', 'a"', '*', CONTAINED, 'x'.repeat(129)].some(isCommandId)).toBe(false);
  });
});
