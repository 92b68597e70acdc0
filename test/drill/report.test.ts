import { verdictOf } from './report';

const late = { id: 'late.alive', broken: ['7 s late'], looked: 9 };
const twice = { id: 'twice', broken: ['two orders'], looked: 9 };

describe('the verdict on a promise', () => {
  it.each([
    [late, false, 'BROKEN'],
    [late, true, 'not judged'],
    [twice, false, 'BROKEN'],
    [twice, true, 'BROKEN'],
    [{ ...late, broken: [] }, true, 'kept'],
    [{ ...late, broken: [], looked: 0 }, false, 'did not happen'],
  ] as const)('of %j on a machine that is busy: %s, is %s', (finding, busy, verdict) =>
    expect(verdictOf(finding, { busy })).toBe(verdict),
  );
});
