import { whyUnanswered, type ConnectorHealth, type Send } from '../connector';
import { renderRequest } from './compiled_request';
import type { RestParts } from './rest_parts';

/** Connects as for a request, TLS and certificates included, and stops before the first byte of it. */
const connectOnly = async (send: Send): Promise<ConnectorHealth> => {
  const answer = await send({ method: 'GET', path: '/', headers: {} }, () => false);
  return answer.kind === 'not_started'
    ? { state: 'ok', text: 'takes connections; no status request is configured' }
    : { state: 'down', text: answer.kind === 'answered' ? 'answered too early' : whyUnanswered(answer) };
};

/** How the target is. */
export const readStatus = async (
  { status, headers, parameters, target }: RestParts,
  send: Send,
): Promise<ConnectorHealth> => {
  const request = status && renderRequest(status, {}, headers);
  if (request?.ok !== true) return connectOnly(send);
  const answer = await send(request.value);
  if (answer.kind !== 'answered') return { state: 'down', text: whyUnanswered(answer) };
  const text = `answered ${answer.status}`;
  if ((parameters.status?.expect ?? [200, 204]).includes(answer.status)) return { state: 'ok', text };
  const refused = answer.status === 401 || answer.status === 403;
  return {
    state: 'degraded',
    text: refused ? `${text}: it refuses our credentials` : `${text}: ${target.shown(answer.body.text)}`,
  };
};
