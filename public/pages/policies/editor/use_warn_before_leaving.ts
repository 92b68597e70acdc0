import { useEffect } from 'react';
import { holdLeaving } from '../../../leave_guard';

/** While a text is not saved, the browser asks before the page is closed, and the host before it opens another one. */
export const useWarnBeforeLeaving = (unsaved: boolean): void => {
  useEffect(() => {
    if (!unsaved) return undefined;
    const warn = (event: BeforeUnloadEvent): void => event.preventDefault();
    const letGo = holdLeaving();
    window.addEventListener('beforeunload', warn);
    return () => {
      letGo();
      window.removeEventListener('beforeunload', warn);
    };
  }, [unsaved]);
};
