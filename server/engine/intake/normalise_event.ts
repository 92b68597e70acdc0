import { present } from '../../../common/present';
import type { DetectionEvent } from '../../../common/flow/event';
import { canonicalAddress } from '../../../common/entity/address';

const address = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : (canonicalAddress(text) ?? text);

/** One spelling for what is compared and counted: addresses canonical, host and domain names in lower case. */
export const normaliseEvent = (event: DetectionEvent): DetectionEvent => {
  const { source, destination, src_host, dst_host, tags } = event;
  const sourceIp = address(source?.ip);
  const destinationIp = address(destination?.ip);
  return {
    ...event,
    ...present({
      src_host: src_host?.toLowerCase(),
      dst_host: dst_host?.toLowerCase(),
      source: sourceIp === undefined ? undefined : { ...source, ip: sourceIp },
      destination: destination && {
        ...(destinationIp === undefined ? {} : { ip: destinationIp }),
        ...(destination.domain === undefined ? {} : { domain: destination.domain.toLowerCase().replace(/\.$/, '') }),
      },
      tags: tags && [...new Set(tags)],
    }),
  };
};
