import type { BadField } from '../../../common/codec/decode';
import { leftOut, type ReceivedEvent } from '../../../common/flow/event';
import { present } from '../../../common/present';
import type { NotOurs } from '../../engine/intake/documents/split_document';
import { namesNothing } from '../../engine/intake/named_fields';
import type { Admission } from '../door/admission';
import type { LeftOut } from './left_out';
import type { SourceHealth } from './source_health';

/* What is told of the documents and events of a source: what of them was left out, and why. */

/** A document, or an element of it, that its map says is not for Reflex. */
export const notOursAs = ({ path, why, text }: NotOurs): LeftOut => ({ why: 'not_ours', path, how: why, text });

/** What could not be accepted: the first field that is wrong, and what is wrong with it. */
export const refusedAs = ([field]: readonly BadField[]): LeftOut => ({
  why: 'quarantined',
  path: field?.path ?? '',
  text: field?.message,
});

/** What an event does not have that its document said. */
export const leftOutOf = (received: ReceivedEvent, { cut }: { readonly cut: boolean }): readonly LeftOut[] => {
  const { mended = [], event } = received;
  return [
    ...mended.map(({ path, how, text }): LeftOut => ({ why: 'mended', path, how, text })),
    ...leftOut(received).map(({ field, text }): LeftOut => ({ why: 'placeholder', path: field, text })),
    ...(namesNothing(event) ? [{ why: 'no_entity', path: '' } as const] : []),
    ...(cut ? [{ why: 'cut', path: '' } as const] : []),
  ];
};

/** Events that were there already were told of before; what was not taken comes again. */
const isNew = ({ kind }: Admission): boolean => kind === 'accepted' || kind === 'updated' || kind === 'spooled';

/** Tells what of an event was left out, once it is kept. */
export const noteLeftOut = (
  health: Pick<SourceHealth, 'leftOut'> | undefined,
  received: ReceivedEvent,
  { admission, cut }: { readonly admission: Admission; readonly cut: boolean },
): void => {
  if (health === undefined || !isNew(admission)) return;
  const decision_id = admission.kind === 'accepted' ? admission.content.decision?.decision_id : undefined;
  for (const each of leftOutOf(received, { cut }))
    health.leftOut.note(received.intake, { ...each, ...present({ decision_id }) });
};
