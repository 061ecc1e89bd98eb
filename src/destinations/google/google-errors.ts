import { objectsAt, parseJsonObject, textAt } from '../support/json.ts';
import type { ErrorReading } from '../support/oauth/index.ts';

/** How Google's storage interfaces word their refusals: the reason tells more than the status. */
export const GOOGLE_ERRORS: ErrorReading = {
  read: (body) => {
    const answer = parseJsonObject(body);
    return {
      code: textAt(objectsAt(answer, 'error', 'errors')[0], 'reason'),
      words: textAt(answer, 'error', 'message'),
    };
  },
  codes: {
    rateLimitExceeded: 'destination-throttled',
    userRateLimitExceeded: 'destination-throttled',
    sharingRateLimitExceeded: 'destination-throttled',
    dailyLimitExceeded: 'destination-throttled',
    storageQuotaExceeded: 'destination-full',
    teamDriveFileLimitExceeded: 'destination-full',
    numChildrenInNonRootLimitExceeded: 'destination-full',
    backendError: 'destination-unreachable',
  },
};

/** Where applications of the user's own get their tokens. */
export const GOOGLE_TOKEN_URL = 'https://oauth2.googleapis.com/token';
