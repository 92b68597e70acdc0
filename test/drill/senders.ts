import { setTimeout as pause } from 'timers/promises';
import type { Dice } from './dice';
import { ISOLATION, TTL_MS } from './fleet_settings';
import type { DrillHost } from './host';
import { HOSTS, type EventKind, type HostName, type Observer, type Sighting } from './observer';

/*
 * Programs that report events. Each repeats its event until a host acknowledges it; what only lies in a host's spool is
 * asked for again until its verdict is known, so that the drill learns from outside when it was decided.
 */

const EVERY_MS = 600;
const ADDRESSES = 50;
/** Isolations and domains come at a steady pace beside the blocks: one of so many events. */
const ISOLATE_EACH = 4;
const DOMAIN_EACH = 7;
const REPEAT_MS = 1_000;
const LONGEST_PAUSE_MS = 4_000;
const LONGER = 1.3;
const ASK_AGAIN_MS = 3_000;
const DOMAINS = 12;
/** Addresses for single events; each is free again by the time it comes around. */
const FRESH = 250;

const CONNECTOR = { short: 'edge', long: 'edge', isolate: 'edr', domain: 'dns' } as const;

interface Wanted {
  readonly kind: EventKind;
  readonly value: string;
  readonly to: readonly HostName[];
}

/** What was answered for one event. */
interface Result {
  readonly status?: string;
  readonly verdict?: string;
}

/** Sends events until it is told to stop. */
export class Senders {
  private readonly hosts: Readonly<Record<HostName, DrillHost>>;
  private readonly observer: Observer;
  private readonly dice: Dice;
  private readonly running: Array<Promise<void>> = [];
  private loading = true;
  private over = false;
  private count = 0;
  private isolations = 0;
  private fresh = 0;

  constructor(hosts: Readonly<Record<HostName, DrillHost>>, observer: Observer, dice: Dice) {
    this.hosts = hosts;
    this.observer = observer;
    this.dice = dice;
  }

  /** Sends new events until `endLoad`. */
  async load(): Promise<void> {
    while (this.loading) {
      this.report(this.next());
      await pause(EVERY_MS);
    }
  }

  /** Sends one event more, about an address that nobody knows yet: where nothing hinders it, it is acted on at once. */
  offer(host: HostName): void {
    this.count += 1;
    this.fresh += 1;
    const value = `198.51.100.${(this.fresh % FRESH) + 1}`;
    this.report({ kind: 'short', value, to: [host] });
  }

  endLoad(): void {
    this.loading = false;
  }

  /** Nothing is repeated any more. */
  async end(): Promise<void> {
    this.loading = false;
    this.over = true;
    await Promise.all(this.running);
  }

  /** Events that no host acknowledged, or whose verdict is not known yet. */
  unsettled(): readonly Sighting[] {
    return this.observer.sightings.filter(
      ({ knownAt, quarantinedAt }) => knownAt === undefined && quarantinedAt === undefined,
    );
  }

  private next(): Wanted {
    const { dice } = this;
    this.count += 1;
    if (this.count % ISOLATE_EACH === 1) {
      // Each host once before any comes again, so that an isolation that is still in effect does not take the event in.
      const value = `ws-${(this.isolations % ISOLATION.hosts) + 1}`;
      this.isolations += 1;
      return { kind: 'isolate', value, to: [dice.pick(['host-1', 'host-2'] as const)] };
    }
    if (this.count % DOMAIN_EACH === 2)
      return { kind: 'domain', value: `drill-${dice.between(1, DOMAINS)}.example.net`, to: ['host-1'] };
    const to = dice.shuffled(HOSTS).slice(0, dice.next() < 1 / 3 ? 2 : 1);
    return { kind: dice.pick(['short', 'long'] as const), value: `203.0.113.${dice.between(1, ADDRESSES)}`, to };
  }

  private report({ kind, value, to }: Wanted): void {
    const sighting: Sighting = {
      id: `drill-${this.count}`,
      kind,
      connector: CONNECTOR[kind],
      value,
      ttlMs: TTL_MS[kind],
      to,
      sentAt: this.observer.now(),
      spooled: 0,
      sent: 0,
    };
    this.observer.sightings.push(sighting);
    const event = {
      event_id: sighting.id,
      timestamp: new Date().toISOString(),
      confidence: 0.95,
      severity: 'high',
      rule: { id: `drill-${kind}`, name: `drill ${kind}`, origin: `drill-${kind}`, status: 'stable' },
      ...(kind === 'isolate' ? { src_host: value } : {}),
      ...(kind === 'domain' ? { destination: { domain: value } } : {}),
      ...(kind === 'short' || kind === 'long' ? { source: { ip: value } } : {}),
    };
    this.running.push(...to.map((host) => this.untilSettled(sighting, host, event)));
  }

  private async untilSettled(sighting: Sighting, host: HostName, event: object): Promise<void> {
    let acknowledged = false;
    let repeatMs = REPEAT_MS;
    while (!this.over) {
      acknowledged = (await this.send(sighting, host, event)) || acknowledged;
      const { knownAt, quarantinedAt } = sighting;
      if (quarantinedAt !== undefined || (acknowledged && knownAt !== undefined)) return;
      await pause(acknowledged ? ASK_AGAIN_MS : repeatMs);
      repeatMs = Math.min(repeatMs * LONGER, LONGEST_PAUSE_MS);
    }
  }

  /** @returns true if the host says that the event is kept */
  private async send(sighting: Sighting, host: HostName, event: object): Promise<boolean> {
    sighting.sent += 1;
    let results: readonly Result[];
    try {
      const { body } = await this.hosts[host].handIn(event);
      results = (body as { results?: readonly Result[] }).results ?? [];
    } catch {
      return false;
    }
    const [{ status = '', verdict } = {}] = results;
    const now = this.observer.now();
    if (status === 'quarantined') sighting.quarantinedAt ??= now;
    if (status === 'spooled') sighting.spooled += 1;
    if (!['accepted', 'duplicate', 'spooled'].includes(status)) return false;
    sighting.acknowledgedAt ??= now;
    if (verdict !== undefined && sighting.knownAt === undefined) {
      sighting.knownAt = now;
      sighting.verdict = verdict;
    }
    return true;
  }
}
