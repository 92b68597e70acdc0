import { labelOfReason } from './label_of_reason';

describe('the label that a reason is', () => {
  it.each([
    ['false positive', 'false_positive'],
    [' False-Positive ', 'false_positive'],
    ['benign', 'benign'],
    ['confirmed attack', 'true_positive'],
    ['known test or scanner', 'test'],
    ['no false positive', undefined],
    ['incident is over', undefined],
    ['constructor', undefined],
  ])('%s: %s', (reason, label) => expect(labelOfReason(reason)).toBe(label));
});
