import type { EntityKey } from './entity';
import { keyOf } from './read';

interface Named {
  readonly src_host?: string | undefined;
  readonly dst_host?: string | undefined;
  readonly source?: { readonly ip?: string | undefined } | undefined;
  readonly destination?: { readonly ip?: string | undefined } | undefined;
}

const sideOf = (host: string | undefined, ip: string | undefined): EntityKey | undefined =>
  (host === undefined ? undefined : keyOf('host', host)) ?? (ip === undefined ? undefined : keyOf('ip', ip));

/**
 * From what to what an event leads, each as one thing: the host that it names, else the address. The inventory says
 * whose address that is.
 */
export const sidesOf = ({ src_host, dst_host, source, destination }: Named) => ({
  from: sideOf(src_host, source?.ip),
  to: sideOf(dst_host, destination?.ip),
});
