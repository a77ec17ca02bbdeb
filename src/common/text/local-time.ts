/** Swedes write dates as ISO 8601 does. */
const FORMAT = new Intl.DateTimeFormat('sv-SE', {
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'shortOffset',
});

/** A time for people, in the zone of this process: `2026-11-25 21:03:12 GMT+1`. */
export function localTime(time: Date): string {
  return FORMAT.format(time);
}
