import type { CandidateView } from '../../common/api/policy_views';

/** Reflex as a sender and as a user meet it. */
export interface ReflexClient {
  /** Hands in events, as many as given in one request; each must be accepted. */
  readonly send: (events: readonly object[]) => Promise<void>;
  /** Sets a policy in force through draft, candidate, approval and release. */
  readonly enforce: (id: string, source: string) => Promise<void>;
}

/** @throws Error from every call that is not answered as it must be */
export const reflexClient = (url: string, token: string): ReflexClient => {
  const call = async (method: string, path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`${url}/api/reflex${path}`, {
      method,
      headers: { 'content-type': 'application/json', 'osd-xsrf': 'bench' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
    return answer;
  };
  return {
    send: async (events) => {
      const response = await fetch(`${url}/api/reflex/events`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body: JSON.stringify(events.length === 1 ? events[0] : events),
      });
      const text = await response.text();
      if (response.status !== 202) throw new Error(`events: ${response.status} ${text.slice(0, 500)}`);
    },
    enforce: async (id, source) => {
      await call('PUT', `/policies/drafts/${id}`, { source });
      const made = (await call('POST', '/policies/candidates', { changelog: 'for the benchmark' })) as CandidateView;
      const approval = { reason: 'for the benchmark', digest: made.digest };
      await call('POST', `/policies/candidates/${made.id}/approve`, approval);
      await call('POST', `/policies/candidates/${made.id}/release`, {});
    },
  };
};
