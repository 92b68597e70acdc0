import type { BadField } from '../../../common/codec/decode';
import type { Intake } from '../../../common/flow/event';
import { splitDocument } from '../../engine/intake/documents/split_document';
import type { Admission } from '../door/admission';
import {
  isOutcome,
  isOwn,
  keptCandidate,
  mappedEvent,
  OUTCOME_FAULT,
  OWN_FAULT,
  wireEvent,
  type Candidate,
  type Reading,
  type SourceDocument,
} from './document_events';
import { noteLeftOut, notOursAs, refusedAs } from './left_out_notes';
import type { EventTaker, ReceiveOptions } from './receive';
import type { SourceHealth } from './source_health';

/* What brokers, webhooks and indices hand in: in the wire form, or in the source's own with a map. */

export interface DocumentRules extends ReceiveOptions, Reading {
  readonly health?: SourceHealth | undefined;
}

/** Tells the registry what came of documents. What was not taken, or is not ours, does not count as received. */
export const noteAdmissions = (
  health: SourceHealth | undefined,
  source: Intake,
  admissions: readonly Admission[],
): void => {
  for (const admission of admissions) {
    const { kind } = admission;
    if (kind === 'overloaded' || kind === 'unavailable') continue;
    if (kind === 'not_ours' || kind === 'switched_off') {
      health?.note(source, kind);
      continue;
    }
    health?.note(source, 'received');
    if (kind === 'duplicate' || kind === 'updated') health?.note(source, kind);
    if (admission.kind !== 'quarantined') continue;
    health?.note(source, 'quarantined');
    health?.leftOut.note(source, refusedAs(admission.fields));
  }
};

export interface Taking {
  readonly agent: EventTaker;
  readonly intake: Intake;
  readonly rules: DocumentRules;
}

const refuse = ({ agent, intake }: Taking, value: unknown, faults: readonly BadField[]): Promise<Admission> =>
  agent.door.refuse('invalid', intake, value, faults);

const refuseOutcome = ({ agent, intake }: Taking, value: unknown): Promise<Admission> =>
  agent.door.refuse('own_records', intake, value, [OUTCOME_FAULT]);

const admitOne = async (taking: Taking, candidate: Candidate): Promise<Admission> => {
  const { agent, rules } = taking;
  const { document, made, part } = candidate;
  if (isOutcome(part?.element?.value)) return refuseOutcome(taking, part?.whole());
  if ('faults' in made) return refuse(taking, part === undefined ? document.value : part.whole(), made.faults);
  const { received } = keptCandidate(taking, { ...candidate, made });
  const admission = await agent.admit(received);
  noteLeftOut(rules.health, received, { admission, cut: made.cut });
  return admission;
};

/** Something to hand in, and whether it counts as one of the events of its message. */
export interface Task {
  readonly counts: boolean;
  readonly run: () => Promise<Admission>;
}

/**
 * What there is to hand in of a document: each of its events by itself, in their order, and what it holds that is not
 * for Reflex, of which nothing is kept.
 */
export function* tasksOf({ agent, intake, rules: given }: Taking, document: SourceDocument): Generator<Task> {
  // How a source is read may change meanwhile: one document is read in one way.
  const rules = { ...given };
  const taking = { agent, intake, rules };
  const one = (run: () => Promise<Admission>): Task => ({ counts: true, run });
  const { unknown } = rules;
  if (unknown !== undefined) return yield one(() => Promise.resolve({ kind: 'unavailable', why: unknown }));
  if (isOwn(document.value)) return yield one(() => refuse(taking, document.value, [OWN_FAULT]));
  if (isOutcome(document.value)) return yield one(() => refuseOutcome(taking, document.value));
  const { map, health } = rules;
  if (map === undefined) return yield one(() => admitOne(taking, { document, made: wireEvent(document.value) }));
  const { parts, notOurs, fault, beyond } = splitDocument(map, document.value);
  const now = agent.parts.clock.utc();
  for (const part of parts)
    yield one(() => admitOne(taking, { document, made: mappedEvent({ document, map, now }, part), part }));
  for (const why of notOurs)
    yield one(async () => {
      health?.leftOut.note(intake, notOursAs(why));
      return { kind: 'not_ours' };
    });
  if (fault === undefined) return;
  const run = async (): Promise<Admission> => {
    const admission = await refuse(taking, document.value, [fault]);
    if (beyond !== undefined && admission.kind === 'quarantined')
      health?.leftOut.note(intake, { why: 'beyond', path: fault.path, count: beyond });
    return admission;
  };
  yield { counts: false, run };
}

/** Handed in at the same time. */
const MOST_AT_ONCE = 500;

/** Hands in one after the other, some of them at the same time. @returns what came of each, in their order */
export const handIn = async (tasks: Iterable<Task>): Promise<readonly Admission[]> => {
  const done: Admission[] = [];
  let running: Array<Promise<Admission>> = [];
  for (const { run } of tasks) {
    running.push(run());
    if (running.length < MOST_AT_ONCE) continue;
    done.push(...(await Promise.all(running)));
    running = [];
  }
  return [...done, ...(await Promise.all(running))];
};

function* tasksOfAll(taking: Taking, documents: readonly SourceDocument[]): Generator<Task> {
  for (const document of documents) yield* tasksOf(taking, document);
}

/** Takes documents of one source in their order, each event by itself: one that is bad never stalls the rest. */
export const receiveDocuments = async (
  agent: EventTaker,
  intake: Intake,
  documents: readonly SourceDocument[],
  rules: DocumentRules = {},
): Promise<readonly Admission[]> => {
  const admissions = await handIn(tasksOfAll({ agent, intake, rules }, documents));
  noteAdmissions(rules.health, intake, admissions);
  return admissions;
};
