import { PassThrough } from 'stream';
import type { Connection } from 'rabbitmq-client';
import { Channel } from 'rabbitmq-client/lib/Channel';
import { withWholeBodies } from './whole_bodies';

/* With the client's own channel, which this rests on: another version of it may read bodies elsewhere. */

interface Delivered {
  readonly body: unknown;
  readonly contentType: unknown;
}

interface Inside {
  readonly _state: {
    incoming: unknown;
    readonly consumers: Map<string, (message: Delivered) => void>;
  };
  readonly _onBody: (frame: unknown) => void;
}

const DELIVER = 3_932_220;

/** What the client makes of one message that arrives. */
const arrived = async (contentType: string, text: string): Promise<Delivered> => {
  const OwnChannel = Channel as unknown as new (id: number, connection: object) => Channel;
  const channel = new OwnChannel(1, { _opt: { frameMax: 131_072 }, _socket: new PassThrough() });
  const connection = withWholeBodies({ acquire: async () => channel } as unknown as Connection);
  const { _state, _onBody } = (await connection.acquire()) as unknown as Inside;
  const payload = Buffer.from(text);
  _state.incoming = {
    methodFrame: { methodId: DELIVER, params: { consumerTag: 'c' } },
    headerFrame: { bodySize: payload.length, fields: { contentType } },
    chunks: [undefined],
    received: 0,
  };
  return new Promise((resolve) => {
    _state.consumers.set('c', resolve);
    _onBody({ payload });
  });
};

describe('the body of a message', () => {
  it('is left as it came, also where it is JSON', async () => {
    const text = '{"flow":9007199254740993,"a":1,"a":2}';
    const { body, contentType } = await arrived('application/json', text);
    expect(Buffer.isBuffer(body) && body.toString()).toBe(text);
    expect(contentType).toBe('application/json; charset=utf-8');
  });

  it('keeps its type where the client leaves it alone', async () => {
    expect((await arrived('application/x-protobuf', 'x')).contentType).toBe('application/x-protobuf');
  });
});
