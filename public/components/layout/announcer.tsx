import React, { createContext, useCallback, useContext, useState, type ReactNode } from 'react';

const Context = createContext<(text: string) => void>(() => undefined);

/** One polite live region for the results of what the user does. */
export const Announcer = ({ children }: { children: ReactNode }) => {
  const [said, setSaid] = useState({ text: '', n: 0 });
  const announce = useCallback((text: string) => setSaid(({ n }) => ({ text, n: n + 1 })), []);
  return (
    <Context.Provider value={announce}>
      {children}
      <div role="status" aria-live="polite" className="rfx-hidden" data-test-subj="announcer">
        <span key={said.n}>{said.text}</span>
      </div>
    </Context.Provider>
  );
};

/** Reads a sentence out to those who cannot see what changed. */
export const useAnnounce = (): ((text: string) => void) => useContext(Context);
