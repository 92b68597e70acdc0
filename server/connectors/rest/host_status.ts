import { whyUnanswered, type HostStatus, type Send } from '../connector';
import type { CompiledHostStatus } from './compile_host_status';
import { renderRequest } from './compiled_request';
import { matches } from './match_answer';
import { follow } from './pointer';
import type { RestParts } from './rest_parts';

/** Asks about a host. What fits both or neither of `intact` and `altered` says nothing. */
export const readHostStatus = async (
  { headers, target }: RestParts,
  send: Send,
  { request, reading }: CompiledHostStatus,
  host: string,
): Promise<HostStatus> => {
  const values = { 'target.value': host };
  const rendered = renderRequest(request, values, headers);
  if (!rendered.ok) return { why: rendered.error };
  const answer = await send(rendered.value);
  if (answer.kind !== 'answered') return { why: `could not look: ${whyUnanswered(answer)}` };
  const intact = matches(answer, reading.intact, values);
  if (intact === matches(answer, reading.altered, values)) {
    const fits = intact ? 'fits both `intact` and `altered`' : 'fits neither `intact` nor `altered`';
    return { why: `answered ${answer.status}: ${answer.body.why ?? fits}` };
  }
  const found = reading.said === undefined ? undefined : follow(answer.body.json, reading.said);
  const said = found?.found === true && typeof found.value === 'string' ? { said: target.shown(found.value) } : {};
  return { state: intact ? 'intact' : 'altered', ...said };
};
