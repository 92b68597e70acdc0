import type { ParameterFault } from '../connector';
import { checkMatch } from './compile_actions';
import { compileRequest } from './compile_request';
import type { CompiledRequest } from './compiled_request';
import type { HostStatusTemplate } from './rest_parameters';

/** How the target is asked about a host, and how its answers are read. */
export interface CompiledHostStatus {
  readonly request: CompiledRequest;
  readonly reading: HostStatusTemplate;
}

/** Compiles the question, and reports what is wrong with it. */
export const compileHostStatus = (
  reading: HostStatusTemplate | undefined,
  faults: ParameterFault[],
): CompiledHostStatus | undefined => {
  if (reading === undefined) return undefined;
  const fault = (path: string, message: string): void => void faults.push({ path: `host_status.${path}`, message });
  const request = compileRequest(reading, 'host_status', fault);
  for (const state of ['intact', 'altered'] as const)
    checkMatch(reading[state], (path, message) => fault(`${state}.${path}`, message), 'host_status');
  if (!request.names.has('target.value')) fault('path', 'must name `target.value`: the answer is about one host');
  return { request, reading };
};
