import type { Exchange } from '../connector';
import { readOrder } from './read_order';
import type { StatusRules } from './rest_parameters';

/* What an answer to an order means: by the rules of the settings first, and never definite by default. */

const answered = (status: number, text = ''): Exchange => ({
  kind: 'answered',
  status,
  headers: new Map(),
  body: { text, why: 'its body is not JSON' },
});

const read = (status: number, rules: StatusRules = {}, use: 'execute' | 'undo' = 'execute') =>
  readOrder(answered(status), { rules, use, now: 0, shown: (text) => text });

describe('the answer to an order', () => {
  it.each([409, 425, 500, 503, 520, 524, 599])('is unknown with %d, which may have been carried out', (status) => {
    expect(read(status)).toMatchObject({ kind: 'unknown', error: { status, retryable: true } });
  });

  it('is definite where the settings say so, and unknown where they say that', () => {
    expect(read(503, { failed: [503] })).toMatchObject({ kind: 'failed', error: { retryable: false } });
    expect(read(404)).toMatchObject({ kind: 'failed', error: { retryable: false } });
    expect(read(404, { unknown: [404] })).toMatchObject({ kind: 'unknown' });
  });

  it('is a failure that may be tried again only where it is listed as one', () => {
    expect(read(429)).toMatchObject({ kind: 'failed', error: { retryable: true } });
    expect(read(429, { retry: [] })).toMatchObject({ kind: 'unknown' });
    expect(read(503, { retry: [503] })).toMatchObject({ kind: 'failed', error: { retryable: true } });
  });

  it('that nothing is there is a success of undoing, and none of doing', () => {
    expect(read(404, {}, 'undo')).toMatchObject({ kind: 'succeeded' });
    expect(read(410, {}, 'execute')).toMatchObject({ kind: 'failed' });
  });
});
