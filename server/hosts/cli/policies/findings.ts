import type { PolicyFault } from '../../../../common/policy/policy';
import { POLICY_EXIT, type PolicyIo } from './command';

/** A fault, or what is allowed and probably not meant. */
export interface Finding extends PolicyFault {
  readonly level: 'error' | 'warning';
}

export const asError = (fault: PolicyFault): Finding => ({ ...fault, level: 'error' });

/** `file:line:column: what; how to mend`, as editors and CI read it. */
export const findingLine = ({ file, line, column, level, message, hint }: Finding): string =>
  `${file}:${line}:${column}: ${level === 'warning' ? 'warning: ' : ''}${message}${hint === undefined ? '' : `; ${hint}`}`;

/** By file and place. */
export const inPlace = (findings: readonly Finding[]): readonly Finding[] =>
  [...findings].sort((a, b) => (a.file === b.file ? a.line - b.line || a.column - b.column : a.file < b.file ? -1 : 1));

/** @returns exit code 1 if there are errors, or warnings where they count */
export const exitFor = (findings: readonly Finding[], strict: boolean): number =>
  findings.some(({ level }) => strict || level === 'error') ? POLICY_EXIT.findings : POLICY_EXIT.done;

const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

/** Writes findings, then one line with how many there are. */
export const tellFindings = (io: PolicyIo, findings: readonly Finding[], what: string): void => {
  for (const finding of inPlace(findings)) io.out(findingLine(finding));
  const errors = findings.filter(({ level }) => level === 'error').length;
  io.out(`${what}: ${counted(errors, 'error')}, ${counted(findings.length - errors, 'warning')}`);
};
