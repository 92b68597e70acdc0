import { rawServer } from '../../../test/targets/loopback_server';
import { until } from '../../../test/targets/until';
import { rabbitmqConnection } from './rabbitmq_client';

/** AMQP 0-9-1, Connection.Start: version, no properties, one mechanism, one locale. */
const start = (): Buffer => {
  const long = (text: string): Buffer => {
    const size = Buffer.alloc(4);
    size.writeUInt32BE(text.length);
    return Buffer.concat([size, Buffer.from(text)]);
  };
  const payload = Buffer.concat([Buffer.from([0, 10, 0, 10, 0, 9]), Buffer.alloc(4), long('PLAIN'), long('en_US')]);
  const head = Buffer.from([1, 0, 0, 0, 0, 0, 0]);
  head.writeUInt32BE(payload.length, 3);
  return Buffer.concat([head, payload, Buffer.from([0xce])]);
};

describe('a connection to RabbitMQ', () => {
  it('logs in with the password as it is then, also when it is made anew by itself', async () => {
    const logins: string[] = [];
    let password = 'the-first';
    const broker = await rawServer((socket, received) => {
      socket.once('data', () => {
        socket.write(start());
        socket.once('data', () => {
          logins.push(/\0reflex\0(the-\w+)/.exec(received())?.[1] ?? '');
          password = 'the-second';
          socket.destroy();
        });
      });
    });
    const connection = rabbitmqConnection({
      hosts: [`127.0.0.1:${broker.port}`],
      vhost: '/',
      username: 'reflex',
      get password() {
        return password;
      },
    });
    connection.on('error', () => undefined);
    await until('two logins', () => logins.length >= 2);
    connection.unsafeDestroy();
    await broker.close();
    expect(logins.slice(0, 2)).toEqual(['the-first', 'the-second']);
  });
});
