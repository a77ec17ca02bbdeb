/** Joins the texts that go to `hub_append` in one parameter: no JSON text and no valid name contains it. */
export const SEPARATOR = '\x1e';

/** How `hub_append` is told what a write expects, where it is not a revision. */
export const EXPECTED = { any: -1, exists: -2, none: 0 } as const;

/** What `hub_append` says of an append. */
export const OUTCOME = { appended: 0, repeated: 1, conflict: 2, duplicate: 3 } as const;

/** What the functions that append demand of the transaction they run in. */
export const ASSERT_APPENDABLE = `
  -- With another isolation level the checks below would not see what was committed while this waited for the lock.
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'hub_append needs transaction isolation "read committed", not "%"',
      current_setting('transaction_isolation');
  END IF;

  -- What is acknowledged is on the disk, whatever the database's default is.
  IF current_setting('synchronous_commit') = 'off' THEN
    PERFORM set_config('synchronous_commit', 'on', true);
  END IF;`.trim();

/**
 * One flight of appends in one round trip. It holds the head row from before the first check until the commit, so
 * that positions are given in commit order and every check is still true when its events are written. An append is
 * a run of writes with the same number in `write_append`; a write is what it does to one stream.
 *
 * Texts come joined rather than as arrays, which would have to be escaped and parsed element by element.
 * Sequential scans are off because a plan made while the table was small would be kept when it is not.
 */
export const CREATE_APPEND_FUNCTION = `
CREATE OR REPLACE FUNCTION hub_append(
  flight_time           timestamptz,
  streams               text,
  write_append          int[],
  write_stream          int[],
  write_expected        bigint[],
  write_events          int[],
  event_write           int[],
  event_ids             text,
  event_types           text,
  event_versions        int[],
  event_data            text,
  event_metadata        text,
  event_tags            text,
  event_correlation_ids text,
  OUT outcomes          int[],     -- per append, see OUTCOME
  OUT first_positions   bigint[],  -- per append, of its first event
  OUT first_revisions   bigint[],  -- per write, of its first event
  OUT culprits          int[],     -- per append, the write in conflict or the duplicate event
  OUT actual_revisions  bigint[],  -- per append, of the stream in conflict
  OUT head              bigint
)
LANGUAGE plpgsql
SET enable_seqscan = off
AS $$
DECLARE
  names          text[] := string_to_array(streams, E'\\x1e');
  ids            uuid[] := string_to_array(event_ids, E'\\x1e')::uuid[];
  revisions      bigint[];
  writes         int := cardinality(write_append);
  appends        int := write_append[cardinality(write_append)];
  position_base  bigint[] := array_fill(NULL::bigint, ARRAY[cardinality(write_append)]);
  revision_base  bigint[] := array_fill(NULL::bigint, ARRAY[cardinality(write_append)]);
  old_head       bigint;
  stamp          timestamptz;
  some_known     boolean;
  first_write    int;
  next_write     int := 1;
  first_event    int;
  next_event     int := 1;
  events_before  int;
  known_count    int;
  in_place       boolean;
  known_first    bigint;
  known_revision bigint[];
BEGIN
  ${ASSERT_APPENDABLE}

  SELECT h.position, greatest(flight_time, h.recorded_at) INTO old_head, stamp FROM hub_head h FOR UPDATE;
  head := old_head;

  SELECT array_agg(coalesce((
           SELECT e.revision FROM hub_events e WHERE e.stream = s.name ORDER BY e.revision DESC LIMIT 1
         ), 0) ORDER BY s.nr)
    INTO revisions FROM unnest(names) WITH ORDINALITY AS s (name, nr);
  some_known := EXISTS (SELECT FROM hub_events e WHERE e.id = ANY (ids));

  outcomes := array_fill(${OUTCOME.appended}, ARRAY[appends]);
  first_positions := array_fill(NULL::bigint, ARRAY[appends]);
  first_revisions := array_fill(NULL::bigint, ARRAY[writes]);
  culprits := array_fill(NULL::int, ARRAY[appends]);
  actual_revisions := array_fill(NULL::bigint, ARRAY[appends]);

  FOR a IN 1 .. appends LOOP
    first_write := next_write;
    first_event := next_event;
    WHILE next_write <= writes AND write_append[next_write] = a LOOP
      next_event := next_event + write_events[next_write];
      next_write := next_write + 1;
    END LOOP;

    first_positions[a] := head + 1;

    IF some_known AND next_event > first_event THEN
      SELECT count(*), min(e.position), array_agg(e.revision ORDER BY i.nr),
             min(e.position - i.nr) = max(e.position - i.nr)
               AND bool_and(e.stream = names[write_stream[event_write[i.nr]]])
        INTO known_count, known_first, known_revision, in_place
        FROM generate_series(first_event, next_event - 1) AS i (nr) JOIN hub_events e ON e.id = ids[i.nr];
      IF known_count > 0 THEN
        outcomes[a] := ${OUTCOME.repeated};
        first_positions[a] := known_first;
        in_place := in_place AND known_count = next_event - first_event;
        events_before := 0;
        FOR w IN first_write .. next_write - 1 LOOP
          CONTINUE WHEN write_events[w] = 0;
          first_revisions[w] := known_revision[events_before + 1];
          in_place := in_place AND CASE write_expected[w]
            WHEN ${EXPECTED.any} THEN true
            WHEN ${EXPECTED.exists} THEN first_revisions[w] > 1
            ELSE first_revisions[w] = write_expected[w] + 1
          END;
          events_before := events_before + write_events[w];
        END LOOP;
        IF in_place IS NOT TRUE THEN
          outcomes[a] := ${OUTCOME.duplicate};
          culprits[a] := (
            SELECT min(i.nr)
              FROM generate_series(first_event, next_event - 1) AS i (nr) JOIN hub_events e ON e.id = ids[i.nr]
          );
        END IF;
        CONTINUE;
      END IF;
    END IF;

    FOR w IN first_write .. next_write - 1 LOOP
      IF NOT (CASE write_expected[w]
        WHEN ${EXPECTED.any} THEN true
        WHEN ${EXPECTED.exists} THEN revisions[write_stream[w]] > 0
        ELSE revisions[write_stream[w]] = write_expected[w]
      END) THEN
        outcomes[a] := ${OUTCOME.conflict};
        culprits[a] := w;
        actual_revisions[a] := revisions[write_stream[w]];
        EXIT;
      END IF;
    END LOOP;
    CONTINUE WHEN outcomes[a] <> ${OUTCOME.appended};

    -- A base plus the number of an event in the flight is its position, or its revision.
    events_before := first_event - 1;
    FOR w IN first_write .. next_write - 1 LOOP
      CONTINUE WHEN write_events[w] = 0;
      first_revisions[w] := revisions[write_stream[w]] + 1;
      position_base[w] := head - events_before;
      revision_base[w] := revisions[write_stream[w]] - events_before;
      revisions[write_stream[w]] := revisions[write_stream[w]] + write_events[w];
      head := head + write_events[w];
      events_before := events_before + write_events[w];
    END LOOP;
  END LOOP;

  IF head > old_head THEN
    INSERT INTO hub_events (position, id, stream, revision, category, type, version, data, metadata, tags,
                            correlation_id, recorded_at)
    SELECT position_base[v.write] + v.nr, v.id, names[write_stream[v.write]], revision_base[v.write] + v.nr,
           split_part(names[write_stream[v.write]], '-', 1), v.type, v.version, v.data::json, v.metadata::json,
           v.tags::json, v.correlation_id, stamp
      FROM unnest(event_write, ids, string_to_array(event_types, E'\\x1e'), event_versions,
                  string_to_array(event_data, E'\\x1e'), string_to_array(event_metadata, E'\\x1e'),
                  string_to_array(event_tags, E'\\x1e', ''), string_to_array(event_correlation_ids, E'\\x1e', ''))
           WITH ORDINALITY AS v (write, id, type, version, data, metadata, tags, correlation_id, nr)
     WHERE position_base[v.write] IS NOT NULL
     ORDER BY v.nr;
    UPDATE hub_head SET position = head, recorded_at = stamp;
  END IF;
END
$$`;
