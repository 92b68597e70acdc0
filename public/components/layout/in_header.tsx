import React, { useSyncExternalStore, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { useServices } from '../data/services';

interface InHeaderProps {
  readonly place: 'right' | 'description';
  readonly children: ReactNode;
}

/** Stands in the host's own header where that has a place for it, else where it is written. */
export const InHeader = ({ place, children }: InHeaderProps) => {
  const { element, subscribe } = useServices().header[place];
  const into = useSyncExternalStore(subscribe, element);
  return into === undefined ? (
    <>{children}</>
  ) : (
    createPortal(<div className={`rfx-in-header rfx-in-header--${place}`}>{children}</div>, into)
  );
};
