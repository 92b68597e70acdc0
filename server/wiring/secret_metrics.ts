import { Counter, Gauge, type Registry } from 'prom-client';
import type { Ready } from '../routes/route_parts';

/** What is counted of: names of secrets are in none of it. */
interface Counted {
  readonly secrets: Pick<Ready['secrets'], 'list' | 'keys'>;
  readonly tokens: Pick<Ready['tokens'], 'list' | 'overused' | 'shortCounts'>;
}

/** What Prometheus scrapes of secrets and of short-lived tokens. */
export class SecretMetrics {
  private readonly secrets: Gauge;
  private readonly olderKey: Gauge;
  private readonly keys: Gauge;
  private readonly minted: Counter;
  private readonly refused: Counter;
  private readonly tokens: Gauge;
  private readonly overused: Counter;

  /** @param prefix begins the name of every metric */
  constructor(registry: Registry, prefix: string) {
    const gauge = (name: string, help: string, labelNames: readonly string[] = []): Gauge =>
      new Gauge({ name: `${prefix}${name}`, help, labelNames: [...labelNames], registers: [registry] });
    const counter = (name: string, help: string, labelNames: readonly string[] = []): Counter =>
      new Counter({ name: `${prefix}${name}`, help, labelNames: [...labelNames], registers: [registry] });
    const labels = ['from', 'state'];
    this.secrets = gauge('secrets', 'Secrets of this host, by where they are looked for and how they are', labels);
    this.olderKey = gauge(
      'stored_secrets_older_key',
      'Stored secrets that the first key of the settings does not seal',
    );
    this.keys = gauge('secret_key_usable', '1 while a key of the settings can be used', ['key']);
    this.minted = counter('tokens_minted_total', 'Short-lived tokens that this host minted, by their parent', [
      'token',
    ]);
    this.tokens = gauge('tokens', 'Tokens of the settings and made ones, by whether they are taken', ['state']);
    this.overused = counter('token_requests_limited_total', 'Requests refused because their token was used too often', [
      'token',
    ]);
    this.refused = counter('short_tokens_refused_total', 'Requests with a short-lived token that was not taken');
  }

  read({ secrets, tokens }: Counted): void {
    for (const each of [this.secrets, this.keys, this.minted, this.refused, this.tokens, this.overused]) each.reset();
    const list = secrets.list();
    for (const { from, state } of list) this.secrets.inc({ from, state });
    this.olderKey.set(list.filter(({ stored }) => stored?.newest_key === false).length);
    for (const { id, state } of secrets.keys()) this.keys.set({ key: id }, state === 'there' ? 1 : 0);
    const { minted, refused } = tokens.shortCounts;
    for (const [token, count] of minted) this.minted.inc({ token }, count);
    this.refused.inc(refused);
    for (const { state } of tokens.list()) this.tokens.inc({ state });
    for (const [token, count] of tokens.overused) this.overused.inc({ token }, count);
  }
}
