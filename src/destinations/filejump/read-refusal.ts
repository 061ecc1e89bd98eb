import { parseJsonObject, recordAt, textAt } from '../support/json.ts';

/** A refusal names the fields that it is about; an id that is not there any more is one of them. */
export function readRefusal(body: string): { readonly code?: string; readonly words?: string | undefined } {
  const answer = parseJsonObject(body);
  const [field] = Object.keys(recordAt(answer, 'errors'));
  return {
    ...(field === undefined ? {} : { code: field.replace(/\..*$/, '') }),
    words: textAt(answer, 'message'),
  };
}
