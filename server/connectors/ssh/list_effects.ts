import { err, ok, type Result } from '../../../common/result';
import { present } from '../../../common/present';
import type { ListedEffect, TargetError } from '../connector';
import { elementsIn } from './kernel_rules';
import type { SshHost } from './hosts';
import { requestLine } from './line';
import { readLook, type Call } from './ssh_parts';

const SET = /^v[46]_(\d{1,3})$/;

const blocksIn = (listing: unknown): readonly ListedEffect[] | undefined =>
  elementsIn(listing)?.flatMap(({ set, value, command }) => {
    const bits = SET.exec(set)?.[1];
    if (bits === undefined) return [];
    const whole = set === 'v4_32' || set === 'v6_128' ? value : `${value}/${bits}`;
    return [{ action: 'block_ip', target: { type: 'ip' as const, value: whole }, ...present({ command_id: command }) }];
  });

const wallsIn = (listing: unknown, { name }: SshHost): readonly ListedEffect[] | undefined => {
  const leases = elementsIn(listing)?.filter(({ set }) => set === 'lease');
  const [lease] = leases ?? [];
  if (leases === undefined) return undefined;
  if (lease === undefined) return [];
  const target = { type: 'host' as const, value: name };
  return [{ action: 'isolate_host', target, ...present({ command_id: lease.command }) }];
};

const filesIn = (files: unknown, { name }: SshHost): readonly ListedEffect[] | undefined => {
  if (!Array.isArray(files)) return undefined;
  return files.flatMap((each: unknown): readonly ListedEffect[] => {
    const { command, path } = (each ?? {}) as Readonly<Record<string, unknown>>;
    if (typeof command !== 'string' || typeof path !== 'string') return [];
    const value = Buffer.from(path, 'base64').toString('utf8');
    return [{ action: 'quarantine_file', target: { type: 'file', value, host: name }, command_id: command }];
  });
};

const heldOn = async ({ parts, send }: Call, host: SshHost): Promise<Result<readonly ListedEffect[], TargetError>> => {
  const { body, why } = readLook(parts, host, await send(host, requestLine('held')));
  if (why !== undefined) return err({ code: 'not_listed', message: why, retryable: true });
  const found = [blocksIn(body.blocks), wallsIn(body.wall, host), filesIn(body.files, host)];
  const lists = found.flatMap((each) => (each === undefined ? [] : [each]));
  if (lists.length < found.length)
    return err({ code: 'not_listed', message: `${host.name}: what it holds cannot be read`, retryable: false });
  return ok(lists.flat());
};

/**
 * Everything that is in effect on all hosts: what is ours by its command, and what others put into our tables without
 * one. A list with a hole would mislead, so one host that does not tell is an error.
 */
export const listEffects = async (call: Call): Promise<Result<readonly ListedEffect[], TargetError>> => {
  const lists = await Promise.all(call.parts.hosts.map((host) => heldOn(call, host)));
  const failed = lists.find((list) => !list.ok);
  if (failed !== undefined && !failed.ok) return failed;
  const all = lists.flatMap((list) => (list.ok ? list.value : []));
  const seen = new Set<string>();
  // One block on several hosts is one effect.
  return ok(
    all.filter(({ action, target, command_id: command }) => {
      const key = JSON.stringify([action, target, command]);
      return action !== 'block_ip' || (!seen.has(key) && seen.add(key) !== undefined);
    }),
  );
};
