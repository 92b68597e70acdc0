import {
  GetIPSetCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateIPSetCommand,
  WAFV2Client,
  type GetIPSetCommandInput,
  type ListTagsForResourceCommandInput,
  type TagResourceCommandInput,
  type UntagResourceCommandInput,
  type UpdateIPSetCommandInput,
} from '@aws-sdk/client-wafv2';
import type { SdkConfig } from './sdk_config';

/* What of AWS WAF is used. Loaded by `library.ts`, and only where a connector is configured that needs it. */

export const wafSdk = (config: SdkConfig) => {
  const client = new WAFV2Client(config);
  return {
    getIpSet: (input: GetIPSetCommandInput) => (options: object) => client.send(new GetIPSetCommand(input), options),
    updateIpSet: (input: UpdateIPSetCommandInput) => (options: object) =>
      client.send(new UpdateIPSetCommand(input), options),
    listTags: (input: ListTagsForResourceCommandInput) => (options: object) =>
      client.send(new ListTagsForResourceCommand(input), options),
    tag: (input: TagResourceCommandInput) => (options: object) => client.send(new TagResourceCommand(input), options),
    untag: (input: UntagResourceCommandInput) => (options: object) =>
      client.send(new UntagResourceCommand(input), options),
  };
};
