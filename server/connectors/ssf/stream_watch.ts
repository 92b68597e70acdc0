import { randomUUID } from 'crypto';
import { iso } from '../../../common/iso';
import { whyUnanswered, type Answered, type ConnectorHealth, type Exchange, type Send } from '../connector';
import { isRefusalOfUs, push, wordsOf } from './deliver';
import { verification } from './event_token';
import type { SsfParts } from './ssf_parts';

/** A stream that was verified is verified again after so long, ms. */
const VERIFIED_FOR_MS = 3_600_000;
/** One that was not, sooner: somebody may be mending it. */
const REFUSED_FOR_MS = 300_000;

/** What the receiver said last of our events, and when it is asked again. Kept in memory: a restart asks anew. */
export class StreamWatch {
  private readonly parts: SsfParts;
  private acceptedAt: number | undefined;
  /** What stands in the way; undefined while nothing does. */
  private trouble: ConnectorHealth | undefined;
  private askedAt = -Infinity;
  private pauseMs = 0;

  constructor(parts: SsfParts) {
    this.parts = parts;
  }

  /** Notes what the receiver answered to an event of ours. */
  note(answer: Answered): void {
    if (answer.status === 202) {
      this.acceptedAt = this.parts.utc();
      this.trouble = undefined;
    } else if (isRefusalOfUs(answer)) {
      const text = `the receiver refuses our events: ${wordsOf(this.parts, answer)}`;
      this.trouble = { state: 'degraded', text, authorised: false };
    }
  }

  /** How the receiver is: verifies the stream where that is due, and otherwise only connects. */
  async look(send: Send): Promise<ConnectorHealth> {
    const now = this.parts.utc();
    const sinceAsked = now - this.askedAt;
    // A clock that was set back must not put it off.
    if (sinceAsked >= this.pauseMs || sinceAsked < 0) return this.verify(send, now);
    // Nothing is written: whether the connection stands is all that is asked.
    const answer = await push(this.parts, send, '', () => false);
    return answer.kind === 'not_started' ? this.health() : this.notReached(answer);
  }

  private async verify(send: Send, now: number): Promise<ConnectorHealth> {
    const before = { askedAt: this.askedAt, pauseMs: this.pauseMs };
    // Noted first, so that two looks at the same time send one event.
    this.askedAt = now;
    this.pauseMs = REFUSED_FOR_MS;
    const answer = await push(this.parts, send, await verification(this.parts, randomUUID()));
    if (answer.kind === 'answered') {
      this.note(answer);
      if (answer.status === 202) this.pauseMs = VERIFIED_FOR_MS;
      else if (!isRefusalOfUs(answer)) this.notVerified(wordsOf(this.parts, answer));
      return this.health();
    }
    if (answer.kind === 'no_answer') this.notVerified(whyUnanswered(answer));
    else Object.assign(this, before);
    return this.notReached(answer);
  }

  private notVerified(why: string): void {
    this.trouble = { state: 'degraded', text: `the stream could not be verified: ${why}` };
  }

  private notReached(answer: Exchange): ConnectorHealth {
    const isRefused = answer.kind === 'not_sent' && answer.code === 'credentials';
    const why = answer.kind === 'answered' ? wordsOf(this.parts, answer) : whyUnanswered(answer);
    return isRefused ? { state: 'degraded', text: why, authorised: false } : { state: 'down', text: why };
  }

  private health(): ConnectorHealth {
    const last =
      this.acceptedAt === undefined ? 'it has accepted none yet' : `it last accepted one at ${iso(this.acceptedAt)}`;
    if (this.trouble !== undefined) return { ...this.trouble, text: `${this.trouble.text}; ${last}` };
    if (this.acceptedAt === undefined) return { state: 'degraded', text: `the stream is not verified: ${last}` };
    return { state: 'ok', text: `the receiver takes our events; ${last}`, authorised: true };
  }
}
