import type { Target, TargetType } from '../../common/flow/decision';

/** An action on each type of target. */
export const ACTION_ON: Readonly<Record<TargetType, string>> = {
  ip: 'block_ip',
  host: 'isolate_host',
  user: 'disable_user',
  domain: 'block_domain',
  file: 'quarantine_file',
  process: 'kill_process',
};

/** A target as a stored act may have it: nothing but the text, and for a file or a process its host. */
export const asSaid = (type: TargetType, value: string): Target =>
  type === 'file' || type === 'process' ? { type, value, host: 'ws-1' } : { type, value };
