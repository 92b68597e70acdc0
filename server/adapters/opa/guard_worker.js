'use strict';
/*
 * A thread of its own for Rego guards: waits for a question, evaluates one guard, answers, and never returns. Plain
 * JavaScript, as a thread starts from a file: this one lies beside what starts it, wherever that was bundled to.
 * `guard_thread.ts` is the other side and says what the shared memory holds.
 */
const { receiveMessageOnPort, workerData } = require('worker_threads');
const { loadPolicySync } = require('@open-policy-agent/opa-wasm');

const { shared, port, words, headerBytes, answers, memory, mostModules, mostAnswer } = workerData;
const control = new Int32Array(shared, 0, headerBytes / 4);
const bytes = Buffer.from(shared, headerBytes);

// What the loader has to say comes with the answers.
console.log = console.error = () => {};

/** Programs, or why there is none, by the number under which the module came; the newest last. */
const programs = new Map();

const textOf = (cause) =>
  String(typeof cause === 'string' ? cause : (cause && cause.message) || cause).slice(0, mostAnswer);

const load = (module) => {
  try {
    return loadPolicySync(module, memory);
  } catch (cause) {
    return `the guards cannot be loaded: ${textOf(cause)}`;
  }
};

const loadWhatCame = () => {
  for (let came = receiveMessageOnPort(port); came; came = receiveMessageOnPort(port)) {
    const { number, module } = came.message;
    programs.set(number, { module, program: load(module) });
    if (programs.size > mostModules) programs.delete(programs.keys().next().value);
    Atomics.store(control, words.loaded, number);
    port.postMessage({ loaded: number });
  }
};

/** What the rule `allow` of a guard says, as a number and a text. */
const evaluate = () => {
  const number = control[words.module];
  const nameEnds = control[words.nameBytes];
  const guard = bytes.latin1Slice(0, nameEnds);
  const { module, program = 'the module of the guards is not here' } = programs.get(number) || {};
  if (typeof program === 'string') return [answers.error, program];
  const entry = `reflex/guards/${guard}/allow`;
  if (!Object.prototype.hasOwnProperty.call(program.entrypoints, entry))
    return [answers.error, `guard \`${guard}\` is not in the module`];
  try {
    const input = Uint8Array.from(bytes.subarray(nameEnds, nameEnds + control[words.inputBytes]));
    const [first] = program.evaluate(input.buffer, entry);
    if (first === undefined) return [answers.error, 'its rule `allow` is not defined for this'];
    if (typeof first.result !== 'boolean') return [answers.error, 'its rule `allow` is no boolean'];
    return [first.result ? answers.allowed : answers.refused, ''];
  } catch (cause) {
    // What a module was in the middle of is lost with it; the next question finds one that is whole.
    programs.set(number, { module, program: load(module) });
    return [answers.error, textOf(cause)];
  }
};

const answer = (asked) => {
  const [word, text] = evaluate();
  control[words.textBytes] = bytes.write(text, 0, 'utf8');
  control[words.answer] = word;
  Atomics.store(control, words.answered, asked);
  Atomics.notify(control, words.answered);
};

for (let seen = 0, answered = 0; ;) {
  Atomics.wait(control, words.wake, seen);
  seen = Atomics.load(control, words.wake);
  loadWhatCame();
  const asked = Atomics.load(control, words.asked);
  if (asked !== answered) answer(asked);
  answered = asked;
}
