import { chmod, rm } from 'fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'http';
import { connect } from 'net';
import { MOST_REQUEST_BYTES } from './wire';
import type { Answering, SignerAnswer } from './answer';

/** The signer's user and its group may ask; the folder that the socket lies in says who else gets that far. */
const ASKED_BY_GROUP = 0o660;
const REQUEST_MS = 10_000;

const bodyOf = async (request: IncomingMessage): Promise<Uint8Array | undefined> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_REQUEST_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

const answered = async (answering: Answering, request: IncomingMessage): Promise<SignerAnswer> => {
  const body = await bodyOf(request);
  if (body === undefined) return { status: 413, body: { message: `more than ${MOST_REQUEST_BYTES} bytes` } };
  return answering.answer(request.method, request.url, body);
};

const write = (response: ServerResponse, { status, body }: SignerAnswer): void => {
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
  response.end(JSON.stringify(body));
};

const isAnswered = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ path });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

const listen = (server: Server, path: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });

/**
 * Answers at a Unix socket until it is closed.
 *
 * @returns ends it
 * @throws Error if another process answers there already
 */
export const serveSigner = async (answering: Answering, socket: string): Promise<() => Promise<void>> => {
  if (await isAnswered(socket)) throw new Error(`another process answers at \`${socket}\` already`);
  // What a signer left behind that was killed.
  await rm(socket, { force: true });
  const server = createServer({ requestTimeout: REQUEST_MS }, (request, response) => {
    answered(answering, request).then(
      (answer) => write(response, answer),
      () => request.destroy(),
    );
  });
  const before = process.umask(0o177);
  try {
    await listen(server, socket);
  } finally {
    process.umask(before);
  }
  await chmod(socket, ASKED_BY_GROUP);
  return () => new Promise((resolve) => server.close(() => resolve()));
};
