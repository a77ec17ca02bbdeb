import { ASSERT_APPENDABLE, EXPECTED } from './append-function.js';

/**
 * What `hub_append` does, for one event alone, which is most of what a single writer appends: a third of the cost,
 * without arrays. It appends the event, or does nothing and answers nothing but NULL when anything is in the way; what
 * that is, `hub_append` finds out.
 */
export const CREATE_APPEND_EVENT_FUNCTION = `
CREATE OR REPLACE FUNCTION hub_append_event(
  flight_time          timestamptz,
  event_stream         text,
  expected             bigint,
  event_id             uuid,
  event_type           text,
  event_version        int,
  event_data           json,
  event_metadata       json,
  event_tags           json,
  event_correlation_id text,
  OUT "position"       bigint,
  OUT revision         bigint
)
LANGUAGE plpgsql
SET enable_seqscan = off
AS $$
DECLARE
  head  bigint;
  stamp timestamptz;
  last  bigint;
BEGIN
  ${ASSERT_APPENDABLE}

  SELECT h.position, greatest(flight_time, h.recorded_at) INTO head, stamp FROM hub_head h FOR UPDATE;
  last := coalesce((
    SELECT e.revision FROM hub_events e WHERE e.stream = event_stream ORDER BY e.revision DESC LIMIT 1
  ), 0);
  IF NOT (CASE expected
        WHEN ${EXPECTED.any} THEN true
        WHEN ${EXPECTED.exists} THEN last > 0
        ELSE last = expected
      END)
     OR EXISTS (SELECT FROM hub_events e WHERE e.id = event_id)
  THEN
    RETURN;
  END IF;

  position := head + 1;
  revision := last + 1;
  INSERT INTO hub_events (position, id, stream, revision, category, type, version, data, metadata, tags,
                          correlation_id, recorded_at)
  VALUES (hub_append_event.position, event_id, event_stream, hub_append_event.revision, split_part(event_stream, '-', 1),
          event_type, event_version, event_data, event_metadata, event_tags, event_correlation_id, stamp);
  UPDATE hub_head SET position = hub_append_event.position, recorded_at = stamp;
END
$$`;
