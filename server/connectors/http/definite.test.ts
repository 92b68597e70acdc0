import { isDefiniteRefusal } from './definite';

/* Only what is listed is definite: everything else may have been carried out, and is found out (INV-2, INV-4). */

const STATUSES = Array.from({ length: 900 }, (_, at) => 100 + at);

describe('an answer that says for certain that nothing was done', () => {
  it('is no success, no redirect and no fault of a gateway or a server', () => {
    expect(STATUSES.filter((status) => isDefiniteRefusal(status) && (status < 400 || status > 499))).toEqual([]);
  });

  it('is not about time, about another request, or made up by a gateway', () => {
    const others = [408, 409, 418, 425, 429, 444, 460, 494, 499];
    expect(others.filter(isDefiniteRefusal)).toEqual([]);
  });

  it('is one about the order itself', () => {
    const refusals = [400, 401, 403, 404, 405, 410, 412, 413, 415, 422, 451];
    expect(refusals.filter((status) => !isDefiniteRefusal(status))).toEqual([]);
  });
});
