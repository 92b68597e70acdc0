import {
  CreateNetworkAclEntryCommand,
  CreateTagsCommand,
  DeleteNetworkAclEntryCommand,
  DeleteTagsCommand,
  DescribeNetworkAclsCommand,
  EC2Client,
  type CreateNetworkAclEntryCommandInput,
  type CreateTagsCommandInput,
  type DeleteNetworkAclEntryCommandInput,
  type DeleteTagsCommandInput,
  type DescribeNetworkAclsCommandInput,
} from '@aws-sdk/client-ec2';
import type { SdkConfig } from './sdk_config';

/* What of Amazon EC2 is used. Loaded by `library.ts`, and only where a connector is configured that needs it. */

export const ec2Sdk = (config: SdkConfig) => {
  const client = new EC2Client(config);
  return {
    describe: (input: DescribeNetworkAclsCommandInput) => (options: object) =>
      client.send(new DescribeNetworkAclsCommand(input), options),
    create: (input: CreateNetworkAclEntryCommandInput) => (options: object) =>
      client.send(new CreateNetworkAclEntryCommand(input), options),
    remove: (input: DeleteNetworkAclEntryCommandInput) => (options: object) =>
      client.send(new DeleteNetworkAclEntryCommand(input), options),
    tag: (input: CreateTagsCommandInput) => (options: object) => client.send(new CreateTagsCommand(input), options),
    untag: (input: DeleteTagsCommandInput) => (options: object) => client.send(new DeleteTagsCommand(input), options),
  };
};
