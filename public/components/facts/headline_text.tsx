import React from 'react';
import { headlineOf } from '../../../common/api/headline';
import type { DecisionBrief } from '../../../common/api/views';
import type { Decision } from '../../../common/flow/decision';
import { headlineText } from '../../format/headline';
import { besideVerdict } from '../../format/summary';
import { Sentence } from '../text/sentence';

/** What was decided, in one line of a list. A host of an earlier version gives its sentence only. */
export const BriefHeadline = ({ brief: { headline, verdict, summary } }: { brief: DecisionBrief }) => (
  <Sentence text={headline === undefined ? besideVerdict(verdict, summary) : headlineText(headline)} />
);

/** What was decided, in one line. */
export const DecisionHeadline = ({ decision }: { decision: Decision }) => (
  <Sentence text={headlineText(headlineOf(decision))} />
);
