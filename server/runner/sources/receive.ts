import { present } from '../../../common/present';
import { iso } from '../../../common/iso';
import { decode } from '../../../common/codec/decode';
import {
  DetectionEvent,
  type Intake,
  type Mended,
  type ReceivedEvent,
  type DetectionState,
  type Repetition,
} from '../../../common/flow/event';
import type { Order } from '../../../common/flow/order';
import { ok, type Result } from '../../../common/result';
import { readNames } from '../../engine/intake/named_fields';
import { tagMeant } from '../../engine/intake/techniques';
import { normaliseEvent } from '../../engine/intake/normalise_event';
import { saidOnWire, voiceOf, type Granted, type Said, type VoiceNotes } from '../../engine/intake/voice';
import { digestOf } from '../../engine/digest/digest';
import { readJson } from '../../engine/intake/strict_json';
import type { Agent } from '../agent/agent';
import type { Admission } from '../door/admission';
import type { AgentWith } from '../agent/views';
import { noteLeftOut } from './left_out_notes';
import type { SourceHealth } from './source_health';

/* From what a source sends to events that are admitted: check, one spelling, identity. */

export interface ReceiveOptions {
  readonly demo?: boolean;
  /** Who holds the token that the events came with. */
  readonly owners?: readonly string[];
  readonly health?: SourceHealth | undefined;
}

/**
 * What the digest covers: everything that decides, as it was said. The original alert is evidence and differs by the
 * way it came.
 */
const digestOfEvent = ({ raw: _raw, ...event }: DetectionEvent, mended: readonly Mended[]): string => {
  const { timestamp: _timestamp, ...untimed } = event;
  // The time of receipt is another one each time that the same document comes.
  return digestOf(mended.some(isTimeOfReceipt) ? untimed : event);
};

const isTimeOfReceipt = ({ path, how }: Mended): boolean => path === 'timestamp' && how === 'fallback';

/** Tags that only a matched document has, as policies know them; none that the detection itself has as well. */
const documentTagsOf = ({ tags = [] }: DetectionEvent, { documentTags }: Said): Said['documentTags'] => {
  if (documentTags === undefined) return undefined;
  const own = new Set(tags.filter((tag) => !documentTags.includes(tag)).map(tagMeant));
  return documentTags.map(tagMeant).filter((tag) => !own.has(tag));
};

/** A detection that is closed at its source differs from the same one that is open. */
const contentDigest = (
  event: DetectionEvent,
  {
    mended,
    state,
    order,
  }: {
    readonly mended: readonly Mended[];
    readonly state: DetectionState | undefined;
    readonly order?: Order | undefined;
  },
): string => {
  const said = digestOfEvent(event, mended);
  const digest = order === undefined ? said : digestOf([said, order]);
  return state === undefined ? digest : digestOf([digest, state]);
};

interface Named extends VoiceNotes {
  readonly intake: Intake;
  readonly identity: readonly string[];
  readonly receivedAt: string;
  readonly demo?: boolean;
  /** Who holds the token that it came with. */
  readonly owners?: readonly string[];
  /** What the source says of it besides. */
  readonly state?: DetectionState | undefined;
  /** What another content under the same identity is; without a word a conflict. */
  readonly repetition?: Repetition | undefined;
  /**
   * True where the content is read from the cluster itself, each time anew: only the identity tells one from another,
   * and a content that changed meanwhile is no conflict.
   */
  readonly readHere?: boolean;
  /** Where each of its fields was read; by default on the wire, in what the source itself sent. */
  readonly said?: Said;
  /** What its source may say; undefined: nothing. */
  readonly granted: Granted | undefined;
  /** The act that a person orders with it. */
  readonly order?: Order | undefined;
}

/**
 * An event as Reflex keeps it, with the identity that makes repeated ones duplicates, and with its voice. Only here an
 * event gets one.
 */
export const keptEvent = (
  event: DetectionEvent,
  {
    intake,
    identity,
    receivedAt,
    uncalibrated,
    demo,
    owners = [],
    state,
    repetition,
    readHere,
    said: places = saidOnWire,
    granted,
    handed,
    unverified,
    order,
    mended = [],
  }: Named,
): ReceivedEvent => {
  const { event: read, asSaid } = readNames(event);
  const normal = normaliseEvent(read);
  // A repeated event of an earlier version, which kept placeholders and ports as values, must stay a duplicate.
  const said = asSaid.length === 0 ? normal : normaliseEvent(event);
  const content = contentDigest(said, { mended, state, order });
  const named = [intake.type, intake.id, ...identity, ...(repetition === 'new' ? [content] : [])];
  return {
    case_id: `case:${digestOf(named)}`,
    intake,
    digest: readHere === true && repetition !== 'update' ? digestOf(named) : content,
    received_at: receivedAt,
    event: normal,
    ...present({
      uncalibrated: uncalibrated || undefined,
      demo: demo || undefined,
      source_state: state,
      repetition: repetition === 'new' ? undefined : repetition,
      as_said: asSaid.length === 0 ? undefined : asSaid,
      mended: mended.length === 0 ? undefined : [...mended],
      owners: owners.length === 0 ? undefined : [...owners],
      order,
    }),
    voice: voiceOf(normal, { ...places, ...present({ documentTags: documentTagsOf(event, places) }) }, granted, {
      handed,
      unverified,
      uncalibrated,
      mended,
    }),
  };
};

/** Where what comes in is handed over. */
export interface EventTaker extends AgentWith<'clock' | 'grants'> {
  readonly admit: Agent['admit'];
  readonly door: Pick<Agent['door'], 'refuse'>;
}

/** An agent, as far as sources that can repeat hand in to it. */
export interface FirmTaker extends AgentWith<'clock' | 'grants'> {
  readonly door: Pick<Agent['door'], 'firm'>;
}

/** Hands in to an agent so that only what is in OpenSearch counts as taken; all else comes again. */
export const firmly = ({ parts, door: { firm } }: FirmTaker): EventTaker => ({
  parts,
  admit: firm.admit,
  door: { refuse: firm.refuse },
});

/** Takes events in the wire form, each by itself: one bad event never stalls the rest. */
export const receiveEvents = (
  agent: EventTaker,
  intake: Intake,
  values: readonly unknown[],
  { demo, owners, health }: ReceiveOptions = {},
): Promise<readonly Admission[]> =>
  Promise.all(
    values.map(async (value) => {
      const checked = decode(DetectionEvent, value);
      if (!checked.ok) return agent.door.refuse('invalid', { ...intake, ...present({ owners }) }, value, checked.error);
      const receivedAt = iso(agent.parts.clock.utc());
      const received = keptEvent(checked.value, {
        intake,
        identity: [checked.value.event_id],
        receivedAt,
        granted: agent.parts.grants.of(intake),
        ...present({ demo, owners }),
      });
      const admission = await agent.admit(received);
      noteLeftOut(health, received, { admission, cut: false });
      return admission;
    }),
  );

/** The JSON of a body that brings events, read in the one way in which there is only one event in it. */
export const valueIn = (text: string): Result<unknown, string> => readJson(text);

/** The JSON of a body that holds one event or an array of events. */
export const eventsIn = (text: string): Result<readonly unknown[], string> => {
  const body = valueIn(text);
  if (!body.ok) return body;
  return ok(Array.isArray(body.value) ? body.value : [body.value]);
};
