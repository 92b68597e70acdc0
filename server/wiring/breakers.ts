import { joinedReminders, type ReminderNotice } from '../../common/api/notices';
import { whyOf } from '../../common/why';
import { present } from '../../common/present';
import { realClock } from '../adapters/system/real_clock';
import type { HostParts } from '../hosts/host_parts';
import { connectorBreaker, type BreakerSettings, type ConnectorBreakerSettings } from '../hosts/settings/breakers';
import type { ConnectorSettings } from '../hosts/settings/verify';
import type { BreakerNotice, BreakerRules, Breakers } from '../runner/agent/breakers/breakers';
import { inBackground } from '../runner/keeping/in_background';
import type { Clock, Told } from '../runner/ports';
import { outcomePoster } from '../connectors/http/post_outcome';
import { webhookPoster } from './webhook_poster';
import { needed } from './reach';

/* What breakers go by, from the settings, and telling what happens to them. */

/** What a receiver reads of a notice without its body, as `OUTCOME_HEADER` for outcomes. */
const NOTICE_HEADER = 'x-reflex-breaker';
const REMINDER_HEADER = 'x-reflex-reminder';
const AGAIN_AFTER_MS = 30_000;
/** After so long a notice is of yesterday: the page and the audit have it. */
const GIVE_UP_MS = 3_600_000;
/** So many wait to be told, the youngest. */
const MOST_WAITING = 100;

type Notice = BreakerNotice | ReminderNotice;

/** Posts a notice. */
export type PostNotice = (notice: Notice) => Promise<Told>;

interface Waiting {
  readonly notice: Notice;
  readonly since: number;
}

/** What a notice is about, for the log. */
const aboutOf = (notice: Notice): string => ('scope' in notice ? notice.scope : 'what waits for people');

/**
 * Counts what happens to the breakers of this host, and tells it and what waits for people, in order, for an hour at
 * the most.
 */
export class BreakerDesk implements Breakers {
  readonly trips = new Map<string, number>();
  private waiting: readonly Waiting[] = [];
  private telling = false;

  /** @param post missing: nobody is told beyond the page, the audit and the metrics */
  constructor(
    readonly rules: BreakerRules,
    private readonly ports: Pick<HostParts, 'log'> & { readonly clock: Pick<Clock, 'monotonic' | 'sleep'> },
    private readonly post?: PostNotice,
  ) {}

  readonly tell = (notice: BreakerNotice): void => {
    if (notice.event === 'tripped') this.trips.set(notice.scope, (this.trips.get(notice.scope) ?? 0) + 1);
    this.queue(notice);
  };

  readonly remind = (notice: ReminderNotice): void => {
    // One that is being told stays as it is; of those behind it, one says all.
    const behind = this.waiting.slice(1).flatMap((each) => ('scope' in each.notice ? [] : [each.notice]));
    this.waiting = this.waiting.filter((each, index) => index === 0 || 'scope' in each.notice);
    this.queue(behind.reduceRight((later, earlier) => joinedReminders(earlier, later), notice));
  };

  private queue(notice: Notice): void {
    const { post, ports } = this;
    if (post === undefined) return;
    this.waiting = [...this.waiting, { notice, since: ports.clock.monotonic() }].slice(-MOST_WAITING);
    if (!this.telling) inBackground(ports, 'telling of breakers', this.tellAll(post));
  }

  private async tellAll(post: PostNotice): Promise<void> {
    const { clock, log } = this.ports;
    this.telling = true;
    try {
      for (let next = this.waiting[0]; next !== undefined; next = this.waiting[0]) {
        const { notice, since } = next;
        const told = await post(notice).catch((cause: unknown) => ({ kind: 'failed' as const, why: whyOf(cause) }));
        const isLate = clock.monotonic() - since >= GIVE_UP_MS;
        if (told.kind !== 'failed' || isLate) this.waiting = this.waiting.filter((each) => each !== next);
        if (told.kind === 'refused' || (told.kind === 'failed' && isLate))
          log.error('a notice was not told', { scope: aboutOf(notice), why: told.why });
        if (told.kind === 'failed' && !isLate) await clock.sleep(AGAIN_AFTER_MS);
      }
    } finally {
      this.telling = false;
    }
  }
}

const connectorRule = ({ errorPercent, atLeast, windowMinutes, waitSeconds }: ConnectorBreakerSettings) => ({
  error_percent: errorPercent,
  at_least: atLeast,
  window_ms: windowMinutes * 60_000,
  wait_ms: waitSeconds * 1_000,
});

const rulesOf = (
  { connector, policy, source, all }: BreakerSettings,
  connectors: readonly ConnectorSettings[],
): BreakerRules => ({
  connector: connectorRule(connector),
  connectors: new Map(
    connectors.flatMap(({ name, breaker }) =>
      breaker === undefined ? [] : [[name, connectorRule(connectorBreaker(breaker, connector))] as const],
    ),
  ),
  policy: { overridden_percent: policy.overriddenPercent, acts: policy.acts },
  source: { overridden_percent: source.overriddenPercent, acts: source.acts },
  ...present({ all: all && { starts: all.starts, window_ms: all.minutes * 60_000 } }),
});

const posterFor = (
  { webhook }: BreakerSettings,
  host: Pick<HostParts, 'log' | 'settings'>,
  secret: (name: string) => string | undefined,
): PostNotice | undefined => {
  if (webhook === undefined) return undefined;
  try {
    const post = outcomePoster(webhookPoster(webhook, host, needed(secret)));
    return (notice) =>
      'scope' in notice
        ? post(JSON.stringify({ reflex_breaker: '1', ...notice }), {
            [NOTICE_HEADER]: '1',
            'idempotency-key': `${notice.scope} ${notice.event} ${notice.at}`,
          })
        : post(JSON.stringify({ reflex_reminder: '1', ...notice }), {
            [REMINDER_HEADER]: '1',
            'idempotency-key': `${notice.event} ${notice.at}`,
          });
  } catch (cause) {
    host.log.error('nobody can be told of breakers', { why: whyOf(cause) });
    return undefined;
  }
};

/** The breakers that the settings ask for. */
export const breakersOf = (
  host: Pick<HostParts, 'log' | 'settings'>,
  secret: (name: string) => string | undefined,
): BreakerDesk => {
  const { breakers, connectors } = host.settings;
  return new BreakerDesk(
    rulesOf(breakers, connectors),
    { log: host.log, clock: realClock },
    posterFor(breakers, host, secret),
  );
};
