import { profile, type SerializedError, serializeError } from '../../../base/index.ts';
import { joinCrew } from '../../../pipeline/index.ts';
import { createSelection } from '../../select-source/selection.ts';
import { packEntries } from './packed-entries.ts';
import type { WalkOrder, WalkReply } from './walk-messages.ts';
import { walkSelected } from './walk-selected.ts';

const { data: order, port } = joinCrew<WalkOrder>();

let tooLarge = 0;
let filtered = 0;
let problems: SerializedError[] = [];
const batches = walkSelected(createSelection(order.plan), order, {
  onTooLarge: () => {
    tooLarge++;
  },
  onFiltered: () => {
    filtered++;
  },
  onProblem: (problem) => {
    problems.push(serializeError(problem));
  },
});

port.on('message', () => {
  try {
    const { done, value } = profile.in('walk', () => batches.next());
    const entries = done === true ? undefined : packEntries(value);
    const reply: WalkReply = { type: 'walked', entries, tooLarge, filtered, problems };
    port.postMessage(reply, entries === undefined ? [] : [entries.kinds.buffer, entries.numbers.buffer]);
    tooLarge = 0;
    filtered = 0;
    problems = [];
  } catch (error) {
    port.postMessage({ type: 'failed', error: serializeError(error) });
  }
});
