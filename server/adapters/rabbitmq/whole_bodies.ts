import type { Channel, Connection } from 'rabbitmq-client';

/*
 * The client parses a body that says it is `application/json` by itself. That rounds numbers beyond 2^53, and a field
 * that is named twice is gone. With a parameter in its type the client leaves the body alone.
 */

interface Arriving {
  readonly _state?: { readonly incoming?: { readonly headerFrame?: { readonly fields: { contentType?: string } } } };
  _onBody?: (frame?: unknown) => void;
}

const JSON_TYPE = 'application/json';

const leaveBodies = (channel: Channel): void => {
  const arriving = channel as unknown as Arriving;
  const onBody = arriving._onBody;
  // A client that works otherwise reads JSON as it always did.
  if (typeof onBody !== 'function') return;
  arriving._onBody = (frame) => {
    const fields = arriving._state?.incoming?.headerFrame?.fields;
    if (fields?.contentType === JSON_TYPE) fields.contentType = `${JSON_TYPE}; charset=utf-8`;
    onBody.call(channel, frame);
  };
};

/** From now on the messages of a connection come with their bytes, also those of JSON. */
export const withWholeBodies = (connection: Connection): Connection => {
  const acquire = connection.acquire.bind(connection);
  connection.acquire = async (options) => {
    const channel = await acquire(options);
    leaveBodies(channel);
    return channel;
  };
  return connection;
};
