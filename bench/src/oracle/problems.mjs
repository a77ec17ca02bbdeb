/**
 * What is wrong with a log of which `facts` were counted.
 *
 * @param facts rows; wrongPayloads: events whose data is not what was sent, or stands at another revision than it says;
 *   brokenStreams: streams whose revisions are not 1 to n, each once; and, where positions must be dense, the first
 *   and last position, how many different ones there are, and the head of the log where it is kept apart
 * @param acknowledged how many events the contender said it had stored
 * @param after the position of the last event that was there before
 */
export function problemsIn(facts, { acknowledged, after = 0 }) {
  const { rows, wrongPayloads, brokenStreams, firstPosition, lastPosition, positions, head } =
    facts;
  const problems = [];
  if (rows < acknowledged) {
    problems.push(`${acknowledged - rows} of ${acknowledged} acknowledged events are not stored`);
  }
  if (rows > acknowledged) {
    problems.push(`${rows - acknowledged} events are stored that nobody asked for`);
  }
  if (brokenStreams > 0) {
    problems.push(`${brokenStreams} streams do not have the revisions 1 to n, each once`);
  }
  if (wrongPayloads > 0) {
    problems.push(`${wrongPayloads} events carry something else than was sent`);
  }
  if (firstPosition !== undefined) {
    const isDense = firstPosition === after + 1 && lastPosition === after + rows;
    if (!isDense || positions !== rows) {
      problems.push(
        `the positions of ${rows} events are not ${after + 1} to ${after + rows}: there are ` +
          `${positions} from ${firstPosition} to ${lastPosition}`,
      );
    }
    if (head !== undefined && head !== lastPosition) {
      problems.push(`the head is ${head}, and the last event has position ${lastPosition}`);
    }
  }
  return problems;
}
