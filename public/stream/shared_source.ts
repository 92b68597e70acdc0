import { HERE_EVERY_MS, type FromPage, type LiveSource, type Port, type ToPage } from './words';

/** The part of a `SharedWorker` that is used. */
export interface StreamWorker {
  readonly port: Port<FromPage, ToPage>;
  onerror: ((event: ErrorEvent) => void) | null;
}

interface Sought {
  readonly address: string;
  /** Opens the stream anew for all pages. */
  readonly fresh: boolean;
}

/** The stream as a page sees it: like an `EventSource` of its own, but that it takes no connection. */
class SharedSource implements LiveSource {
  onerror: ((event: Event) => void) | null = null;
  private readonly listeners = new Map<string, (event: MessageEvent<string>) => void>();
  private readonly timer: number;
  private readonly leave = (): void => this.close();

  constructor(
    private readonly worker: StreamWorker,
    { address, fresh }: Sought,
  ) {
    worker.port.onmessage = ({ data }) => this.hear(data);
    worker.onerror = () => this.fail();
    worker.port.postMessage({ say: 'open', address, fresh });
    this.timer = window.setInterval(() => worker.port.postMessage({ say: 'here' }), HERE_EVERY_MS);
    window.addEventListener('pagehide', this.leave);
  }

  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void {
    this.listeners.set(type, listener);
  }

  close(): void {
    window.clearInterval(this.timer);
    window.removeEventListener('pagehide', this.leave);
    this.worker.port.onmessage = null;
    this.worker.port.postMessage({ say: 'close' });
    this.worker.port.close();
  }

  private hear(message: ToPage): void {
    if (message.tell === 'broken') return this.fail();
    this.listeners.get(message.tell)?.(new MessageEvent(message.tell, { data: message.data }));
  }

  private fail(): void {
    this.onerror?.(new Event('error'));
  }
}

/** Where there can be no stream: it breaks at once, so that the page asks for the status every few seconds. */
class NoSource implements LiveSource {
  onerror: ((event: Event) => void) | null = null;
  private readonly timer = window.setTimeout(() => this.onerror?.(new Event('error')), 0);

  addEventListener(): void {}

  close(): void {
    window.clearTimeout(this.timer);
  }
}

/**
 * Opens the stream that all pages of this browser share.
 *
 * @param startWorker connects to the worker that holds the stream; throws where the browser has none
 */
export const sharedSource = (startWorker: () => StreamWorker, sought: Sought): LiveSource => {
  try {
    return new SharedSource(startWorker(), sought);
  } catch {
    return new NoSource();
  }
};
