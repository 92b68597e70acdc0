import { HERE_EVERY_MS, type FromPage, type LiveSource, type Port, type StreamEvent, type ToPage } from './words';

type Page = Port<ToPage, FromPage>;

interface RelayPorts {
  readonly openSource: (address: string) => LiveSource;
  /** Milliseconds that only grow. */
  readonly now: () => number;
}

/** A page that was closed says so; one that crashed, or that the browser froze, only falls silent. */
const GONE_AFTER_MS = 4 * HERE_EVERY_MS;
/** The host tells its status once a second; after this silence the stream counts as broken, ms. */
const SILENCE_MS = 6_000;
/** A status this old is no longer handed to a page that has just come; the next one is due at once, ms. */
const FRESH_MS = 2_000;
const TOLD: readonly StreamEvent[] = ['status', 'changed'];

/**
 * Holds one stream for all pages of a browser, as long as one of them wants it. It retries nothing: it tells that the
 * stream broke, and every page asks for the status by itself until it opens the stream again.
 */
export class Relay {
  private readonly pages = new Map<Page, number>();
  private source: LiveSource | undefined;
  private silence: ReturnType<typeof setTimeout> | undefined;
  private last: { readonly data: string; readonly at: number } | undefined;

  constructor(private readonly ports: RelayPorts) {}

  /** A page has connected; it wants nothing yet. */
  readonly join = (page: Page): void => {
    page.onmessage = ({ data }) => this.hear(page, data);
  };

  private hear(page: Page, said: FromPage): void {
    switch (said.say) {
      case 'open':
        this.pages.set(page, this.ports.now());
        return this.open(page, said);
      case 'here':
        if (this.pages.has(page)) this.pages.set(page, this.ports.now());
        return;
      case 'close':
        return this.leave(page);
    }
  }

  private open(page: Page, { address, fresh }: { readonly address: string; readonly fresh: boolean }): void {
    if (this.source === undefined) return this.connect(address);
    if (fresh) {
      this.connect(address);
      // What the other pages show was fetched as somebody else.
      return this.tellAll({ tell: 'changed', data: JSON.stringify({ topics: [] }) });
    }
    const { last } = this;
    if (last !== undefined && this.ports.now() - last.at < FRESH_MS)
      page.postMessage({ tell: 'status', data: last.data });
  }

  private connect(address: string): void {
    this.disconnect();
    const source = this.ports.openSource(address);
    this.source = source;
    for (const event of TOLD)
      source.addEventListener(event, ({ data }) => {
        if (this.source === source) this.told(event, data);
      });
    source.onerror = () => {
      if (this.source === source) this.broke();
    };
    this.expectMore();
  }

  private told(event: StreamEvent, data: string): void {
    if (event === 'status') {
      this.last = { data, at: this.ports.now() };
      this.expectMore();
      this.dropSilent();
    }
    this.tellAll({ tell: event, data });
  }

  private dropSilent(): void {
    const { now } = this.ports;
    for (const [page, heardAt] of this.pages) if (now() - heardAt > GONE_AFTER_MS) this.leave(page);
  }

  private expectMore(): void {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.broke(), SILENCE_MS);
  }

  private broke(): void {
    this.disconnect();
    this.tellAll({ tell: 'broken' });
    this.pages.clear();
  }

  private leave(page: Page): void {
    this.pages.delete(page);
    if (this.pages.size === 0) this.disconnect();
  }

  private disconnect(): void {
    clearTimeout(this.silence);
    this.source?.close();
    this.source = undefined;
    this.last = undefined;
  }

  private tellAll(message: ToPage): void {
    for (const page of this.pages.keys()) page.postMessage(message);
  }
}
