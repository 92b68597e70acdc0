import { Relay } from './relay';
import type { FromPage, Port, ToPage } from './words';

/* A program of its own, which all pages of a browser share. */

interface WorkerScope {
  onconnect: ((event: { readonly ports: ReadonlyArray<Port<ToPage, FromPage>> }) => void) | null;
}

const relay = new Relay({ openSource: (address) => new EventSource(address), now: () => performance.now() });

(globalThis as unknown as WorkerScope).onconnect = ({ ports }) => ports.forEach(relay.join);
