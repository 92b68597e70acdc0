import { err, ok, type Result } from '../../../common/result';
import { readJson } from '../../engine/intake/strict_json';
import { decodeMessage, type MessageRules } from './decode_message';
import { isKept, type Admission } from '../door/admission';
import type { WebhookGuard } from '../ports';
import { handIn, noteAdmissions, tasksOf, type DocumentRules, type Task } from './receive_documents';
import type { EventTaker } from './receive';

/* What a webhook's body holds: one document, an array, lines of JSON, or protobuf. */

/** One source that posts to `/api/reflex/webhooks/{name}`. */
export interface Webhook {
  readonly name: string;
  readonly guard: WebhookGuard;
  readonly messages: MessageRules;
  readonly rules: DocumentRules;
}

/** Most events in one request. */
export const MOST_DOCUMENTS = 500;

type Item = { readonly value: unknown } | { readonly unreadable: string; readonly why: string };

const lineItems = (text: string): readonly Item[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const read = readJson(line);
      return read.ok ? { value: read.value } : { unreadable: line, why: read.error };
    });

const isLines = (contentType: string | undefined): boolean =>
  /^application\/(x-)?(ndjson|jsonl|json-lines)\b/i.test(contentType ?? '');

/** The parts of a body, each by itself; or why it cannot be told apart into any. */
export const itemsOf = (
  { messages }: Pick<Webhook, 'messages'>,
  { body, contentType }: { readonly body: Uint8Array; readonly contentType: string | undefined },
): Result<readonly Item[], string> => {
  if (isLines(contentType)) {
    try {
      return ok(lineItems(new TextDecoder('utf-8', { fatal: true }).decode(body)));
    } catch {
      return err('is not UTF-8');
    }
  }
  const headers = new Map(contentType === undefined ? [] : [['content-type', contentType]]);
  const read = decodeMessage({ payload: { kind: 'bytes', bytes: body }, headers, position: 'the body' }, messages);
  return read.ok ? ok(read.value.map((value) => ({ value }))) : read;
};

type Unreadable = Extract<Item, { readonly unreadable: string }>;

/** Takes what `itemsOf` found, in its order; or nothing of it, where it holds too many events. */
export const receiveItems = async (
  agent: EventTaker,
  { name, rules }: Pick<Webhook, 'name' | 'rules'>,
  items: readonly Item[],
): Promise<Result<readonly Admission[], 'too_many'>> => {
  const intake = { type: 'webhook', id: name } as const;
  const { health } = rules;
  const unreadable = ({ unreadable: text, why }: Unreadable): Task => ({
    counts: true,
    run: () => {
      health?.note(intake, 'parse_failure');
      return agent.door.refuse('unreadable', intake, text, [{ path: '', message: why }]);
    },
  });
  const tasks: Task[] = [];
  let events = 0;
  for (const item of items)
    for (const task of 'value' in item ? tasksOf({ agent, intake, rules }, item) : [unreadable(item)]) {
      tasks.push(task);
      if (task.counts && (events += 1) > MOST_DOCUMENTS) return err('too_many');
    }
  const admissions = await handIn(tasks);
  noteAdmissions(health, intake, admissions);
  return ok(admissions);
};

export const allKept = (admissions: readonly Admission[]): boolean => admissions.every(isKept);
