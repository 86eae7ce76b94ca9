-- Records what is about to be made on the target, where none of it is, in the place of what was recorded before.
-- params: $1 jsonb, {"request_key": text, "target_system": text, "target_database": oid, "schema_digest": text}, $2 jsonb, an array of {"kind": text, "reference": text} in order
-- columns: request_key text
-- server: any
-- order: one row at most
WITH head AS (
    SELECT r.*
    FROM pg_catalog.jsonb_to_record($1::pg_catalog.jsonb) AS r (
        request_key pg_catalog.text, target_system pg_catalog.text, target_database pg_catalog.oid,
        schema_digest pg_catalog.text
    )
), forgotten AS (
    DELETE FROM pgsluice.made_object AS o
    USING head
    WHERE o.request_key = head.request_key AND o.place > pg_catalog.jsonb_array_length($2::pg_catalog.jsonb)
), forgotten_tables AS (
    DELETE FROM pgsluice.loaded_table AS t USING head WHERE t.request_key = head.request_key
), forgotten_chunks AS (
    DELETE FROM pgsluice.loaded_chunk AS c USING head WHERE c.request_key = head.request_key
), recorded AS (
    INSERT INTO pgsluice.made_object AS o (request_key, place, kind, reference, is_refused)
    SELECT head.request_key, item.place, item.value ->> 'kind', item.value ->> 'reference', false
    FROM head
    CROSS JOIN pg_catalog.jsonb_array_elements($2::pg_catalog.jsonb) WITH ORDINALITY AS item (value, place)
    ON CONFLICT (request_key, place) DO UPDATE
    SET kind = excluded.kind, reference = excluded.reference, oid = NULL, is_refused = false
), changed AS (
    UPDATE pgsluice.request AS q
    SET stage = 'making', target_system = head.target_system, target_database = head.target_database,
        schema_digest = head.schema_digest, large_objects = false, seen_at = pg_catalog.now()
    FROM head
    WHERE q.request_key = head.request_key
    RETURNING q.request_key
)
SELECT request_key FROM changed
ORDER BY request_key;
