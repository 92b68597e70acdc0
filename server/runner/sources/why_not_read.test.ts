import { StoreUnavailable } from '../ports';
import { whyNotRead } from './why_not_read';

describe('why a source is not read', () => {
  it.each([
    [
      'OpenSearch did not answer POST /reflex-state-only-7f/_search: connect ECONNREFUSED 10.1.0.7:9200',
      'OpenSearch does not answer: connect ECONNREFUSED 10.1.0.7:9200; reading goes on once it does',
    ],
    [
      'OpenSearch did not answer GET /x/_doc/1 within 5000 ms',
      'OpenSearch does not answer; reading goes on once it does',
    ],
  ])('names no request: %s', (message, told) => {
    expect(whyNotRead(new StoreUnavailable(message))).toBe(told);
  });

  it('is what went wrong where that is not OpenSearch', () => {
    expect(whyNotRead(new Error('no such index'))).toBe('no such index');
  });
});
