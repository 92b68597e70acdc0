import { networkInterfaces } from 'os';

/* The gateways of this machine, as Linux writes its tables of routes in `/proc/net`. */

const GATEWAY_FLAG = 0x2;

const lines = (table: string): readonly (readonly string[])[] =>
  table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([first]) => first !== undefined && first !== '');

/** `0103A8C0` is 192.168.3.1: the bytes as this machine keeps them, the last one first. */
const ipv4Of = (hex: string): string => [6, 4, 2, 0].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join('.');

const ipv6Of = (hex: string): string => (hex.match(/.{4}/g) ?? []).join(':');

const isZero = (hex: string): boolean => /^0+$/.test(hex);

/** The gateways of `/proc/net/route`. */
export const ipv4Gateways = (table: string): readonly string[] => {
  const found = lines(table)
    .filter(([, , gateway = '', flags = '']) => /^[0-9A-F]{8}$/i.test(gateway) && !isZero(gateway) && isGateway(flags))
    .map(([, , gateway = '']) => ipv4Of(gateway));
  return [...new Set(found)];
};

/** The gateways of `/proc/net/ipv6_route`. */
export const ipv6Gateways = (table: string): readonly string[] => {
  const found = lines(table)
    .map((fields) => ({ next: fields[4] ?? '', flags: fields[8] ?? '' }))
    .filter(({ next, flags }) => /^[0-9a-f]{32}$/i.test(next) && !isZero(next) && isGateway(flags))
    .map(({ next }) => ipv6Of(next));
  return [...new Set(found)];
};

function isGateway(flags: string): boolean {
  return (Number.parseInt(flags, 16) & GATEWAY_FLAG) !== 0;
}

/** The addresses of this machine, each with the interface that has it. */
export const interfaceAddresses = (): ReadonlyArray<{ readonly address: string; readonly name: string }> =>
  Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
    addresses.map(({ address }) => ({ address, name })),
  );
