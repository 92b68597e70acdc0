import { whyUnanswered, type ConnectorHealth, type Send, type Unanswered } from '../connector';
import { renderRequest } from './compiled_request';
import { matches } from './match_answer';
import type { RestParts } from './rest_parts';

/** Who gets no access token for its credentials is not taken there. */
const unanswered = (answer: Unanswered): ConnectorHealth => {
  const text = whyUnanswered(answer);
  const isRefused = answer.kind === 'not_sent' && answer.code === 'credentials';
  return isRefused ? { state: 'degraded', text, authorised: false } : { state: 'down', text };
};

/** Connects as for a request, TLS and certificates included, and stops before the first byte of it. */
const connectOnly = async (send: Send): Promise<ConnectorHealth> => {
  const answer = await send({ method: 'GET', path: '/', headers: {} }, () => false);
  return answer.kind === 'not_started'
    ? { state: 'ok', text: 'takes connections; no status request is configured' }
    : answer.kind === 'answered'
      ? { state: 'down', text: 'answered too early' }
      : unanswered(answer);
};

const askTarget = async ({ status, headers, parameters, target }: RestParts, send: Send): Promise<ConnectorHealth> => {
  const request = status && renderRequest(status, {}, headers);
  if (request?.ok !== true) return connectOnly(send);
  const answer = await send(request.value);
  if (answer.kind !== 'answered') return unanswered(answer);
  const text = `answered ${answer.status}`;
  if ((parameters.status?.expect ?? [200, 204]).includes(answer.status)) return { state: 'ok', text, authorised: true };
  return answer.status === 401 || answer.status === 403
    ? { state: 'degraded', text: `${text}: it refuses our credentials`, authorised: false }
    : { state: 'degraded', text: `${text}: ${target.shown(answer.body.text)}` };
};

type Answer = { readonly can: true } | { readonly cannot: string } | { readonly unclear: string };

const askOne = async ({ actions, headers }: RestParts, send: Send, action: string): Promise<Answer> => {
  const ready = actions.get(action)?.ready;
  if (ready === undefined) return { can: true };
  const request = renderRequest(ready.request, { action }, headers);
  if (!request.ok) return { unclear: request.error };
  const answer = await send(request.value);
  if (answer.kind !== 'answered') return { unclear: whyUnanswered(answer) };
  const [can, cannot] = [matches(answer, ready.can, { action }), matches(answer, ready.cannot, { action })];
  if (can !== cannot) return can ? { can } : { cannot: `the target says that we may not (answered ${answer.status})` };
  return answer.status === 401 || answer.status === 403
    ? { cannot: `it refuses our credentials (answered ${answer.status})` }
    : { unclear: `answered ${answer.status}, which fits ${can ? 'both' : 'neither of'} \`can\` and \`cannot\`` };
};

/** How the target is, and which of our actions it would not let us do now. It only looks. */
export const readStatus = async (parts: RestParts, send: Send): Promise<ConnectorHealth> => {
  const health = await askTarget(parts, send);
  if (health.state === 'down' || health.authorised === false) return health;
  const cannot: Array<{ readonly action: string; readonly why: string }> = [];
  const unclear: string[] = [];
  for (const action of parts.actions.keys()) {
    const answer = await askOne(parts, send, action);
    if ('cannot' in answer) cannot.push({ action, why: answer.cannot });
    if ('unclear' in answer) unclear.push(`${action}: ${answer.unclear}`);
  }
  if (cannot.length === 0 && unclear.length === 0) return health;
  const told = [...cannot.map(({ action, why }) => `${action}: ${why}`), ...unclear].join('; ');
  return { ...health, state: 'degraded', text: told, ...(cannot.length > 0 && { cannot }) };
};
