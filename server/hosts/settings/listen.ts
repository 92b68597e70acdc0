import { isIP } from 'net';
import type * as t from 'io-ts';
import { list, record, text } from '../../../common/codec/codecs';
import type { BadField } from '../../../common/codec/decode';
import { present } from '../../../common/present';

/* Where the standalone host listens. Beyond this machine only with TLS. */

const path = text({ min: 1, max: 4096 });

export const ListenFile = record(
  {},
  {
    address: text({ min: 2, max: 64 }),
    names: list(
      text({
        min: 1,
        max: 253,
        pattern: /^[a-z0-9]([a-z0-9.:-]*[a-z0-9])?$/,
        patternName: 'a name or an address in lower case, without a port',
      }),
      16,
    ),
    tls: record({}, { cert: path, key: path, client_ca: path }),
  },
);

/** Files of the certificate, PEM; without them the host makes its own. */
export interface ListenTls {
  readonly cert?: string;
  readonly key?: string;
  /** Authorities that sign the certificates of callers. */
  readonly clientCa?: string;
}

export interface ListenSettings {
  readonly address: string;
  /** Names and addresses, besides those of the loopback, under which it is called. */
  readonly names: readonly string[];
  readonly tls?: ListenTls;
}

export const LOOPBACK = '127.0.0.1';
const EVERYWHERE = new Set(['0.0.0.0', '::']);

export const listenSettings = ({
  address = LOOPBACK,
  names = [],
  tls,
}: t.TypeOf<typeof ListenFile>): ListenSettings => ({
  address,
  // An address that it listens at is one that it is called by.
  names: address === LOOPBACK || EVERYWHERE.has(address) || names.includes(address) ? names : [...names, address],
  ...present({ tls: tls && present({ cert: tls.cert, key: tls.key, clientCa: tls.client_ca }) }),
});

/** What is wrong with where it is to listen, each with its place. */
export const listenFaults = (listen: t.TypeOf<typeof ListenFile> | undefined): readonly BadField[] => {
  const { address = LOOPBACK, names = [], tls } = listen ?? {};
  const fault = (field: string, message: string): BadField => ({ path: `listen.${field}`, message });
  if (isIP(address) === 0) return [fault('address', `\`${address}\` is no address`)];
  const faults: BadField[] = [];
  if (tls === undefined && (address !== LOOPBACK || names.length > 0))
    faults.push(
      fault('tls', 'is missing: beyond 127.0.0.1 this host listens with TLS only; `tls: {}` makes a certificate'),
    );
  if (EVERYWHERE.has(address) && names.length === 0)
    faults.push(fault('names', 'names at least one name or address under which this host is called'));
  if ((tls?.cert === undefined) !== (tls?.key === undefined))
    faults.push(fault('tls', 'needs `cert` and `key`, both or neither'));
  return faults;
};
