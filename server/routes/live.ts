import { PassThrough } from 'stream';
import { LIVE_PATH } from '../../common/api/routes';
import { problemResponse, type Binding } from './bind';
import type { RouteParts } from './route_parts';

const STATUS_EVERY_MS = 1_000;
const FLUSH_EVERY_MS = 250;

/**
 * Server-sent events: `status` once a second, `changed` with the kinds of things that changed since the last one.
 * What changed is only named; pages fetch it, so that nobody is sent what they may not see.
 */
export const liveRoute = (parts: Binding & Pick<RouteParts, 'status' | 'onChange'>): void => {
  parts.router.add({
    method: 'get',
    path: LIVE_PATH,
    raw: false,
    maxBytes: 0,
    ownAuthentication: false,
    handle: async (request) => {
      const loading = parts.loading(false);
      if (loading !== undefined) return problemResponse({ code: 'unavailable', message: loading, retry_after_s: 2 });
      const caller = await parts.identify(request);
      if (!caller?.may.includes('read')) return problemResponse({ code: 'unauthenticated', message: 'log in first' });
      const stream = new PassThrough();
      const send = (event: string, data: unknown): void => {
        stream.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
      };
      const topics = new Set<string>();
      const stopListening = parts.onChange(({ topic }) => topics.add(topic));
      const sendStatus = (): void => {
        parts.status(caller).then(
          (status) => send('status', status),
          () => undefined,
        );
      };
      const timers = [
        setInterval(sendStatus, STATUS_EVERY_MS),
        setInterval(() => {
          if (topics.size === 0) return;
          send('changed', { topics: [...topics] });
          topics.clear();
        }, FLUSH_EVERY_MS),
      ];
      request.whenGone(() => {
        stopListening();
        timers.forEach(clearInterval);
        stream.end();
      });
      sendStatus();
      return {
        status: 200,
        // Identity: a compressing host would hold events back until its buffer is full.
        headers: {
          'content-type': 'text/event-stream',
          'cache-control': 'no-store',
          'content-encoding': 'identity',
          'x-accel-buffering': 'no',
        },
        body: stream,
      };
    },
  });
};
