import React, { createContext, useCallback, useContext, useMemo, useState, type ReactNode } from 'react';
import { inReadersTime } from '../../format/instants';
import { useServices } from '../data/services';

type Say = (text: string, tone?: 'good' | 'warn') => void;

interface Voices {
  readonly announce: (text: string) => void;
  readonly tell: Say;
}

const Context = createContext<Voices>({ announce: () => undefined, tell: () => undefined });

/** One polite live region for the results of what the user does. */
export const Announcer = ({ children }: { children: ReactNode }) => {
  const { toast } = useServices();
  const [said, setSaid] = useState({ text: '', n: 0 });
  const announce = useCallback(
    (text: string) => setSaid(({ n }) => ({ text: inReadersTime(text, Date.now()), n: n + 1 })),
    [],
  );
  const tell: Say = useCallback(
    (text, tone = 'good') => {
      announce(text);
      toast(inReadersTime(text, Date.now()), tone);
    },
    [announce, toast],
  );
  const voices = useMemo(() => ({ announce, tell }), [announce, tell]);
  return (
    <Context.Provider value={voices}>
      {children}
      <div role="status" aria-live="polite" className="rfx-hidden" data-test-subj="announcer">
        <span key={said.n}>{said.text}</span>
      </div>
    </Context.Provider>
  );
};

/** Reads a sentence out to those who cannot see what changed. */
export const useAnnounce = (): Voices['announce'] => useContext(Context).announce;

/** Tells what came of something that a person did: read out, and shown for a moment as the host shows such things. */
export const useTell = (): Say => useContext(Context).tell;
