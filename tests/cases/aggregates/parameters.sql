-- aggregates: state sizes, moving, partial and parallel aggregation, sort operator, what final functions do to the state

CREATE AGGREGATE sized(int) (SFUNC = int4pl, STYPE = int, SSPACE = 4096, INITCOND = '0', PARALLEL = RESTRICTED);
CREATE AGGREGATE moving(float8)
  (SFUNC = float8pl, STYPE = float8, INITCOND = '0', MSFUNC = float8pl, MINVFUNC = float8mi, MSTYPE = float8, MSSPACE = 64,
   MINITCOND = '0');
CREATE AGGREGATE moving_with_final(int)
  (SFUNC = int4_avg_accum, STYPE = int8[], FINALFUNC = int8_avg, INITCOND = '{0,0}',
   MSFUNC = int4_avg_accum, MINVFUNC = int4_avg_accum_inv, MSTYPE = int8[], MFINALFUNC = int8_avg, MINITCOND = '{0,0}',
   FINALFUNC_MODIFY = SHAREABLE, MFINALFUNC_MODIFY = READ_WRITE);
CREATE AGGREGATE partial(numeric)
  (SFUNC = numeric_avg_accum, STYPE = internal, FINALFUNC = numeric_avg, COMBINEFUNC = numeric_avg_combine,
   SERIALFUNC = numeric_avg_serialize, DESERIALFUNC = numeric_avg_deserialize, PARALLEL = SAFE);
CREATE AGGREGATE smallest(int) (SFUNC = int4smaller, STYPE = int, SORTOP = <, COMBINEFUNC = int4smaller, PARALLEL = SAFE);
CREATE FUNCTION keep(internal, anyelement) RETURNS internal LANGUAGE internal AS 'ordered_set_transition';
CREATE FUNCTION last_of(internal, float8, anyelement) RETURNS anyelement LANGUAGE internal AS 'percentile_disc_final';
CREATE AGGREGATE read_only_set(float8 ORDER BY anyelement)
  (SFUNC = keep, STYPE = internal, FINALFUNC = last_of, FINALFUNC_EXTRA, FINALFUNC_MODIFY = READ_ONLY);
CREATE FUNCTION int8_avg_of(int8[], int) RETURNS numeric LANGUAGE sql AS 'SELECT int8_avg($1)';
CREATE AGGREGATE moving_extra(int)
  (SFUNC = int4_avg_accum, STYPE = int8[], FINALFUNC = int8_avg, MSFUNC = int4_avg_accum, MINVFUNC = int4_avg_accum_inv, MSTYPE = int8[],
   MFINALFUNC = int8_avg_of, MFINALFUNC_EXTRA, INITCOND = '{0,0}', MINITCOND = '{0,0}');
