import type { StopFileFault } from '../session/host_stop';
import type { StopOrder } from '../keeping/kinds/gate';
import { MOST_NAMED } from './live_troubles';
import type { StopState } from '../session/stop_watch';

/* Troubles with orders to stop: known here only, not acknowledged, not on the disk. */

interface StopSources {
  /** Orders to stop with what is known of each. */
  readonly stops: ReadonlyArray<{ readonly scope: string; readonly state: StopState }>;
  /** Why this agent may not join, though OpenSearch answers. */
  readonly refusal: { readonly code: string } | undefined;
}

const scopesIn = (stops: StopSources['stops'], state: StopState): string =>
  stops.flatMap((stop) => (stop.state === state ? [`\`${stop.scope}\``] : [])).join(', ');

/** What happens next to a breaker that tripped. */
const nextOf = ({ probe, probe_at }: NonNullable<StopOrder['breaker']>): string => {
  if (probe !== undefined) return 'one act is let through to try it';
  return probe_at === undefined ? 'a person resets it' : `it is tried from ${probe_at} on`;
};

/** Breakers that tripped, each with what it saw and what happens next. */
export const ofBreakers = (stops: ReadonlyArray<Pick<StopOrder, 'scope' | 'why' | 'breaker'>>) => {
  const texts = stops.flatMap(({ scope, why, breaker }) =>
    breaker === undefined
      ? []
      : [`\`${scope}\` was stopped by its breaker: ${why.slice(0, 200)} (since ${breaker.since}); ${nextOf(breaker)}`],
  );
  const text = texts.slice(0, MOST_NAMED).join('. ');
  return texts.length === 0 ? [] : [{ code: 'breaker_open' as const, text }];
};

/** When an order that only this host has reaches the others. See `StopCourier`: not everything may be written to. */
const givenWhen = (refusal: StopSources['refusal']): string =>
  refusal?.code === 'state_replaced' || refusal?.code === 'engine_too_old'
    ? 'it is not given to them while this agent may not join; stop them at a host that has joined'
    : 'it is given to them as soon as OpenSearch answers';

/** What is ordered to stop and may go on somewhere. */
export const ofStops = ({ stops, refusal }: StopSources) => {
  const [local, overdue] = [scopesIn(stops, 'local'), scopesIn(stops, 'overdue')];
  return [
    ...(local === ''
      ? []
      : [
          {
            code: 'stop_unpublished' as const,
            text: `the order to stop ${local} is known to this host only: others may go on starting effects; ${givenWhen(refusal)}`,
          },
        ]),
    ...(overdue === ''
      ? []
      : [
          {
            code: 'stop_overdue' as const,
            text: `the order to stop ${overdue} is not acknowledged after more than 2 s: some agent may still start effects`,
          },
        ]),
  ];
};

const STOP_FILE: Readonly<Record<StopFileFault['kind'], string>> = {
  stays_unread:
    'the stop file can be neither read nor removed: this host starts nothing until somebody removes it, whatever is let go on',
  stays: 'the stop file cannot be removed: what it says is over, and stops nothing any more; remove it by hand',
  unwritten: 'the stop file cannot be written: the order to stop holds here only while this process runs',
};

/** What the stop file of this host cannot do. */
export const ofStopFile = (fault: StopFileFault | undefined) =>
  fault === undefined ? [] : [{ code: 'stop_file_fails' as const, text: `${STOP_FILE[fault.kind]} (${fault.why})` }];
