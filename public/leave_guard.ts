import type { OnAppLeave } from './host';
import { say } from './i18n';

/** One entry for each text on the page that leaving would lose. */
const unsaved = new Set<object>();

/**
 * Says that leaving the page would lose something.
 *
 * @returns says that it would not any more
 */
export const holdLeaving = (): (() => void) => {
  const held = {};
  unsaved.add(held);
  return () => void unsaved.delete(held);
};

/** The host asks before it opens another application over what is not saved. The router asks inside of this one. */
export const askBeforeLeaving = (onAppLeave: OnAppLeave | undefined): void =>
  onAppLeave?.((actions) =>
    unsaved.size > 0
      ? actions.confirm(
          say('edit.leave', 'The text is not saved. Leave it?'),
          say('edit.unsaved_title', 'Not saved yet'),
        )
      : actions.default(),
  );
