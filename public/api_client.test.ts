import { getStatus, liftContainment, listDecisions } from '../common/api/routes';
import { aStatus } from '../test/builders/views';
import { createApi } from './api_client';
import type { HostHttp } from './host';

const httpThat = (fetch: HostHttp['get']): HostHttp => ({
  basePath: { prepend: (path) => `/base${path}` },
  get: fetch,
  post: fetch,
  put: fetch,
  delete: fetch,
});

const lift = { params: { effect_id: 'effect:1/a' }, body: { reason: 'false positive' } };

describe('client of the routes', () => {
  it('fills path and query, and leaves out what is not set', async () => {
    const fetch = jest.fn().mockResolvedValue({ as_of: '2026-11-22T03:12:04.000Z', total: 0, decisions: [] });
    const answer = await createApi(httpThat(fetch)).call(listDecisions, {
      query: { verdict: 'deny', limit: 50, text: undefined },
    });
    expect(answer.ok).toBe(true);
    expect(fetch).toHaveBeenCalledWith('/api/reflex/decisions', { query: { verdict: 'deny', limit: '50' } });
  });

  it('encodes what stands in the path', async () => {
    const fetch = jest.fn().mockResolvedValue({ effect_id: 'effect:1/a' });
    await createApi(httpThat(fetch)).call(liftContainment, lift);
    expect(fetch.mock.calls[0]?.[0]).toBe('/api/reflex/containments/effect%3A1%2Fa/lift');
  });

  it('takes the problem that the route tells, as it is or as Dashboards wraps it', async () => {
    const problem = { code: 'changed', message: 'it changed' };
    for (const body of [problem, { statusCode: 409, message: 'Conflict', attributes: problem }]) {
      const fetch = jest.fn().mockRejectedValue({ body, response: { status: 409 } });
      expect(await createApi(httpThat(fetch)).call(liftContainment, lift)).toEqual({ ok: false, error: problem });
    }
  });

  it('tells a host that does not answer from one that refuses', async () => {
    const away = await createApi(httpThat(jest.fn().mockRejectedValue(new TypeError('failed to fetch')))).call(
      getStatus,
    );
    expect(away).toMatchObject({ ok: false, error: { code: 'unavailable' } });
    const refused = jest.fn().mockRejectedValue({ response: { status: 403 }, body: { message: 'no role' } });
    expect(await createApi(httpThat(refused)).call(getStatus)).toMatchObject({
      error: { code: 'forbidden', message: 'no role' },
    });
  });

  it('does not take an answer of another form for an answer', async () => {
    const fetch = jest.fn().mockResolvedValue({ ...aStatus(), waiting: 'many' });
    const answer = await createApi(httpThat(fetch)).call(getStatus);
    expect(answer).toMatchObject({ ok: false, error: { code: 'internal' } });
  });
});
