import { iso } from '../../../common/iso';
import { canonicalAddress } from '../../../common/entity/address';
import { err, ok, type Result } from '../../../common/result';
import type { ClearedCommand, TargetError } from '../connector';
import { markOf } from './decisions';

/** CrowdSec knows no ban without end; this is what "until a person ends it" becomes. */
const UNTIMED_S = 365 * 86_400;

const refused = (code: string, message: string): Result<never, TargetError> => err({ code, message, retryable: false });

/**
 * The one address that a ban may name. A range is refused: CrowdSec accepts it and lists it, but the firewall bouncer
 * (0.0.25) blocks only its first address.
 *
 * @param ipv6 whether the firewall filters IPv6: a bouncer with IPv6 off loses every ban of the pull in which an
 *   IPv6 address comes
 */
export const bannable = ({ type, value }: ClearedCommand['target'], ipv6: boolean): Result<string, TargetError> => {
  if (type !== 'ip') return refused('wrong_target', `a ban is for an address, not for a ${type}`);
  if (value.includes('/')) return refused('not_enforced', 'a range would be accepted and not enforced; ban addresses');
  const address = canonicalAddress(value);
  if (address === undefined) return refused('wrong_target', `\`${value.slice(0, 64)}\` is not an address`);
  if (!address.includes(':')) return ok(address);
  if (!ipv6) return refused('not_enforced', 'set `ipv6` of the connector if the firewall bouncer filters IPv6');
  return ok(address);
};

/**
 * How long a ban lasts at CrowdSec, with the grace, ms.
 *
 * @param wantedMs its ttl, or what is left of a later one; null: until a person ends it
 */
export const lastsMs = (wantedMs: number | null, graceS: number): number =>
  wantedMs === null ? UNTIMED_S * 1000 : (Math.ceil(wantedMs / 1000) + graceS) * 1000;

/**
 * The alert with one decision that bans an address. Every field is required by CrowdSec 1.4, also where it says
 * nothing here.
 *
 * @param now UTC, ms since 1970
 * @param message for people who look into CrowdSec
 */
export const banAlert = (
  commandId: string,
  {
    address,
    origin,
    forMs,
    now,
    message,
  }: { address: string; origin: string; forMs: number; now: number; message: string },
): unknown => {
  const mark = markOf(commandId);
  const at = iso(now);
  const source = { scope: 'Ip', value: address };
  return {
    scenario: mark,
    scenario_hash: '',
    scenario_version: '',
    message,
    events_count: 1,
    start_at: at,
    stop_at: at,
    capacity: 0,
    leakspeed: '0',
    simulated: false,
    events: [],
    source,
    decisions: [{ type: 'ban', duration: `${forMs / 1000}s`, ...source, origin, scenario: mark }],
  };
};
