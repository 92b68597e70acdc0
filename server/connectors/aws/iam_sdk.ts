import {
  GetAccountAuthorizationDetailsCommand,
  IAMClient,
  ListAccessKeysCommand,
  ListUserTagsCommand,
  TagUserCommand,
  UntagUserCommand,
  UpdateAccessKeyCommand,
  type GetAccountAuthorizationDetailsCommandInput,
  type ListAccessKeysCommandInput,
  type ListUserTagsCommandInput,
  type TagUserCommandInput,
  type UntagUserCommandInput,
  type UpdateAccessKeyCommandInput,
} from '@aws-sdk/client-iam';
import type { SdkConfig } from './sdk_config';

/* What of IAM is used. Loaded by `library.ts`, and only where a connector is configured that needs it. */

export const iamSdk = (config: SdkConfig) => {
  const client = new IAMClient(config);
  return {
    listKeys: (input: ListAccessKeysCommandInput) => (options: object) =>
      client.send(new ListAccessKeysCommand(input), options),
    updateKey: (input: UpdateAccessKeyCommandInput) => (options: object) =>
      client.send(new UpdateAccessKeyCommand(input), options),
    listTags: (input: ListUserTagsCommandInput) => (options: object) =>
      client.send(new ListUserTagsCommand(input), options),
    tag: (input: TagUserCommandInput) => (options: object) => client.send(new TagUserCommand(input), options),
    untag: (input: UntagUserCommandInput) => (options: object) => client.send(new UntagUserCommand(input), options),
    users: (input: GetAccountAuthorizationDetailsCommandInput) => (options: object) =>
      client.send(new GetAccountAuthorizationDetailsCommand(input), options),
  };
};
