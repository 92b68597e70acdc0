import type * as Protobuf from '@bufbuild/protobuf';
import type * as WellKnown from '@bufbuild/protobuf/wkt';
import type * as Connect from '@connectrpc/connect';
import type * as ConnectNode from '@connectrpc/connect-node';

/** The libraries of one call. They share one copy of protobuf, or none would know the messages of another. */
interface Libraries {
  readonly protobuf: typeof Protobuf;
  readonly wellKnown: typeof WellKnown;
  readonly connect: typeof Connect;
  readonly connectNode: typeof ConnectNode;
}

let loaded: Libraries | undefined;

/** Loaded where a connector needs them: most installations have no agent over gRPC. */
export const libraries = (): Libraries => {
  // Calls that bundlers and Node both understand, and that nothing runs before.
  loaded ??= {
    protobuf: require('@bufbuild/protobuf') as typeof Protobuf,
    wellKnown: require('@bufbuild/protobuf/wkt') as typeof WellKnown,
    connect: require('@connectrpc/connect') as typeof Connect,
    connectNode: require('@connectrpc/connect-node') as typeof ConnectNode,
  };
  return loaded;
};
