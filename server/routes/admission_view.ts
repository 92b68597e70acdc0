import { present } from '../../common/present';
import type { AdmissionView } from '../../common/api/routes';
import type { Admission } from '../runner/door/admission';

/** What the sender of an event is told of it. */
export const admissionView = (admission: Admission): AdmissionView => {
  switch (admission.kind) {
    case 'accepted':
    case 'duplicate':
    case 'updated': {
      const { decision, note } = admission.content;
      return {
        status: admission.kind,
        case_id: admission.case_id,
        ...present({ decision_id: decision?.decision_id, verdict: decision?.verdict, summary: decision?.summary }),
        // Nothing is decided yet: the sender is told why.
        ...present({ note: decision === undefined ? note : undefined }),
      };
    }
    case 'spooled':
      return { status: 'spooled', case_id: admission.case_id };
    case 'quarantined':
      return {
        status: 'quarantined',
        reason: admission.reason,
        fields: admission.fields.map((field) => ({ ...field })),
      };
    case 'not_ours':
      return { status: 'not_ours' };
    case 'overloaded':
      return { status: 'overloaded', retry_after_s: admission.retry_after_s };
    case 'unavailable':
      return { status: 'unavailable', reason: admission.why };
    case 'switched_off':
      return { status: 'switched_off' };
  }
};
