/** Addresses within the page. Ids of policies and of candidates never meet: each kind has a folder of its own. */
export const IN_FORCE = '/policies';
export const DRAFTS = '/policies/drafts';
export const CANDIDATES = '/policies/candidates';
export const RELEASES = '/policies/releases';
export const releasePath = (version: number): string => `/policies/releases/${version}`;
/** Below the releases, but no version: those are numbers. */
export const TRUST = '/policies/releases/trust';
export const REPOSITORY = '/policies/repository';
export const SHADOW = '/policies/shadow';
export const RHYTHM = '/policies/rhythm';
export const GUARDS = '/policies/guards';
export const guardPath = (guard: string): string => `/policies/guards/${encodeURIComponent(guard)}`;
export const NEW = '/policies/new';
export const TRY = '/policies/try';
export const editPath = (id: string): string => `/policies/drafts/${encodeURIComponent(id)}`;
export const candidatePath = (id: string): string => `/policies/candidates/${encodeURIComponent(id)}`;
