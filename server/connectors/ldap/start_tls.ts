import type { Socket } from 'net';
import { ldapts } from './library';
import { notSent, type NotSent } from './not_sent';

/** Message 1: the extended operation 1.3.6.1.4.1.1466.20037 (RFC 4511, 4.14.1). */
const REQUEST = Buffer.concat([Buffer.from('301d02010177188016', 'hex'), Buffer.from('1.3.6.1.4.1.1466.20037')]);
const RESPONSE = 0x78;
/** No honest answer to it is longer, bytes. */
const LONGEST = 4_096;

/** What came back so far: more is needed, it is a result code, or it cannot be what a directory answers. */
type Reading = { readonly more: true } | { readonly result: number } | { readonly fault: string };

/**
 * Reads the answer to StartTLS. Bytes behind it are a fault: what somebody on the way put there would otherwise count
 * as an answer of the directory once the connection is encrypted.
 */
export const readStartTls = (bytes: Buffer): Reading => {
  if (bytes.length > LONGEST) return { fault: 'its answer to StartTLS is too long' };
  try {
    const reader = new (ldapts().BerReader)(bytes);
    if (reader.readSequence() === null || reader.remain < reader.length) return { more: true };
    if (reader.remain > reader.length) return { fault: 'there are readable bytes behind its answer to StartTLS' };
    const id = reader.readInt();
    const operation = reader.readSequence();
    const result = reader.readEnumeration();
    if (id !== 1 || operation !== RESPONSE || result === null) return { fault: 'it did not answer to StartTLS' };
    return { result };
  } catch {
    return { fault: 'its answer to StartTLS cannot be read' };
  }
};

/** A server that is just starting or stopping: it may take TLS later. */
const LATER: ReadonlySet<number> = new Set([51, 52]);

/** Asks for TLS on a connection. Undefined once the directory waits for the handshake; else why there is none. */
export const askForTls = (socket: Socket): Promise<NotSent | undefined> =>
  new Promise((resolve) => {
    let bytes = Buffer.alloc(0);
    const settle = (why?: NotSent): void => {
      socket.off('data', take).off('error', broken).off('close', closed);
      socket.pause();
      resolve(why);
    };
    const take = (chunk: Buffer): void => {
      bytes = Buffer.concat([bytes, chunk]);
      const reading = readStartTls(bytes);
      if ('more' in reading) return;
      if ('fault' in reading) return settle(notSent('tls', reading.fault));
      if (reading.result === 0) return settle();
      const later = LATER.has(reading.result);
      settle(notSent(later ? 'connection' : 'tls', `it refuses StartTLS (result ${reading.result})`, later));
    };
    const broken = (error: Error): void =>
      settle(notSent('connection', `no answer to StartTLS: ${error.message}`, true));
    const closed = (): void => settle(notSent('connection', 'it closed the connection instead of StartTLS', true));
    socket.on('data', take).on('error', broken).on('close', closed);
    socket.write(REQUEST);
  });
