import type { BadField } from '../../../common/codec/decode';

const THIS_MACHINE = /^http:\/\/(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?(\/|$)/;

/** Whether what is sent to an address can be read on the way. */
export const isReadOnTheWay = (address: string): boolean =>
  address.startsWith('http://') && !THIS_MACHINE.test(address);

/** What it means to send a secret there. */
export const readOnTheWay = (address: string, secret: string, setting: string): string =>
  `\`${address}\` is http: anybody on the way could read ${secret}; take https, or set \`${setting}: true\``;

interface Secrets {
  readonly opensearch: { readonly hosts: readonly string[]; readonly username?: string | undefined };
  readonly publicUrl: string | undefined;
  readonly allowed: { readonly opensearch: boolean; readonly intake: boolean };
}

/** Addresses to which the settings would send a secret that everybody on the way could read. */
export const plainHttpFaults = ({ opensearch, publicUrl, allowed }: Secrets): readonly BadField[] => {
  const host =
    allowed.opensearch || opensearch.username === undefined ? undefined : opensearch.hosts.find(isReadOnTheWay);
  const isPublic = !allowed.intake && publicUrl !== undefined && isReadOnTheWay(publicUrl);
  const ofHost = (address: string): BadField => ({
    path: 'opensearch.hosts',
    message: readOnTheWay(address, "Reflex' password", 'opensearch.allow_plain_http'),
  });
  const ofChannel = (address: string): BadField => ({
    path: 'intake.public_url',
    message: readOnTheWay(address, 'the token of the channel', 'intake.allow_plain_http'),
  });
  return [...(host === undefined ? [] : [ofHost(host)]), ...(isPublic ? [ofChannel(publicUrl)] : [])];
};
