declare module 'jest-axe' {
  interface Violation {
    readonly id: string;
    readonly help: string;
    readonly nodes: ReadonlyArray<{ readonly html: string }>;
  }
  export const axe: (element: Element) => Promise<{ readonly violations: readonly Violation[] }>;
}
