/*
 * What pages and the worker that holds their one stream say to each other. Pages of two releases never share a worker:
 * its address carries the hash of its content.
 */

/** What the host tells on its stream. */
export type StreamEvent = 'status' | 'changed';

/** `fresh`: opens the stream anew for all, as after the user changed. `here`: still wants it. */
export type FromPage =
  | { readonly say: 'open'; readonly address: string; readonly fresh: boolean }
  | { readonly say: 'here' }
  | { readonly say: 'close' };

/** `broken`: nothing more comes; whoever wants the stream again opens it again. */
export type ToPage = { readonly tell: StreamEvent; readonly data: string } | { readonly tell: 'broken' };

/** The part of an `EventSource` that is used. */
export interface LiveSource {
  onerror: ((event: Event) => void) | null;
  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void;
  close(): void;
}

/** The part of a `MessagePort` that is used. */
export interface Port<Out, In> {
  postMessage(message: Out): void;
  onmessage: ((event: MessageEvent<In>) => void) | null;
  close(): void;
}

/** A page says this often that it is still here, ms. */
export const HERE_EVERY_MS = 5_000;
