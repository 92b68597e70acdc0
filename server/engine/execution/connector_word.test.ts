import type { CallOutcome, TargetError } from '../../../common/flow/outcome';
import { tellsOfConnector } from './connector_word';

const failed = (error: Partial<TargetError>): CallOutcome => ({
  kind: 'failed',
  error: { code: 'http_status', message: 'no', retryable: false, ...error },
});
const UNKNOWN: CallOutcome = { kind: 'unknown', error: { code: 'odd', message: 'no', retryable: false } };

describe('the outcome of a command tells of its connector', () => {
  it.each<[note: string, outcome: CallOutcome, tells: 'works' | 'fails']>([
    ['a success', { kind: 'succeeded' }, 'works'],
    ['an outcome that nobody knows', UNKNOWN, 'fails'],
    ['a target that cannot do it now', failed({ status: 429, retryable: true }), 'fails'],
    ['an error of the target', failed({ status: 500 }), 'fails'],
    ['an answer just below that', failed({ status: 499 }), 'works'],
    ['credentials that do not count', failed({ status: 401 }), 'fails'],
    ['credentials that do not suffice', failed({ status: 403 }), 'fails'],
    ['a proxy that wants to know who asks', failed({ status: 407 }), 'fails'],
    ['no such target', failed({ status: 404 }), 'works'],
    ['a target that is written wrongly', failed({ status: 422 }), 'works'],
    ['a refusal in words', failed({ code: 'refused_by_target' }), 'works'],
    ['no connection', failed({ code: 'connection' }), 'fails'],
    ['a certificate that is wrong', failed({ code: 'tls' }), 'fails'],
    ['no answer in time', failed({ code: 'timeout' }), 'fails'],
  ])('%s', (_note, outcome, tells) => {
    expect(tellsOfConnector(outcome, true)).toBe(tells);
  });

  it('and nothing where nothing was sent, unless it could not be', () => {
    const stopped: CallOutcome = { kind: 'not_started', why: 'stopped' };
    expect(tellsOfConnector(stopped, false)).toBeUndefined();
    expect(tellsOfConnector(failed({ code: 'bad_request' }), false)).toBeUndefined();
    expect(tellsOfConnector(failed({ code: 'connection' }), false)).toBe('fails');
  });

  it('where a retry was stopped: what was sent before had failed', () => {
    expect(tellsOfConnector({ kind: 'not_started', why: 'stopped' }, true)).toBe('fails');
  });
});
