import type { HandOverDocument } from '../../common/api/hand_over_document';
import type { HandedOver, HandOverChannel } from '../../server/runner/ports';

/** A ticket system that answers as a test wants. */
export class FakeDesk implements HandOverChannel {
  readonly got: HandOverDocument[] = [];
  answer: (document: HandOverDocument) => HandedOver | Promise<HandedOver> = () => ({ kind: 'told' });

  readonly tell = async (document: HandOverDocument): Promise<HandedOver> => {
    const answer = await this.answer(document);
    if (answer.kind === 'told') this.got.push(document);
    return answer;
  };
}
