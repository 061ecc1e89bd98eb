import { fileMissing } from '../file-failures.ts';
import { discardBody, type HttpResponse } from '../http/index.ts';
import type { BearerClient } from './bearer-client.ts';

/** What was asked of one file. */
export interface FileQuestion {
  readonly name: string;
  /** As it is to stand in a message: `read 'x'`. */
  readonly action: string;
  /** What a good answer has. */
  readonly statuses: readonly number[];
  /** Throws where the folder is what is missing: "not found" may mean either. */
  readonly checkFolder: () => Promise<unknown>;
}

/** The answer about one file, if it is a good one; else throws what the storage said. */
export async function requireFile(
  client: BearerClient,
  response: HttpResponse,
  { name, action, statuses, checkFolder }: FileQuestion,
): Promise<HttpResponse> {
  if (statuses.includes(response.status)) return response;
  if (response.status !== 404) throw await client.failure(response, { action });
  await discardBody(response);
  await checkFolder();
  throw fileMissing(name);
}
