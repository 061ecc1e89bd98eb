import { parseJsonObject, textAt } from '../support/json.ts';
import type { ErrorReading } from '../support/oauth/index.ts';

/** How Microsoft Graph words its refusals. */
export const GRAPH_ERRORS: ErrorReading = {
  read: (body) => {
    const answer = parseJsonObject(body);
    return { code: textAt(answer, 'error', 'code'), words: textAt(answer, 'error', 'message') };
  },
  codes: {
    quotaLimitReached: 'destination-full',
    insufficientStorage: 'destination-full',
    activityLimitReached: 'destination-throttled',
    TooManyRequests: 'destination-throttled',
    nameAlreadyExists: 'destination-file-exists',
  },
};
