SET LOCAL ROLE netup_owner;

-- The months of the audit trail from this one on, and those whose rows are in the default partition because nobody made theirs:
-- whether each is made, and how many rows of all organizations wait there. For `doctor`; it tells nothing else of any row.
CREATE FUNCTION audit_months(months_ahead integer)
RETURNS TABLE (month date, made boolean, stray bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC'
AS $$
  SELECT m.month::date, to_regclass('audit_events_' || to_char(m.month, 'YYYY_MM')) IS NOT NULL,
    (SELECT count(*) FROM audit_events_default AS d
     WHERE d."timestamp" >= m.month AND d."timestamp" < m.month + interval '1 month')
  FROM (
    SELECT date_trunc('month', clock_timestamp()) + make_interval(months => ahead) FROM generate_series(0, months_ahead) AS ahead
    UNION SELECT date_trunc('month', d."timestamp") FROM audit_events_default AS d WHERE isfinite(d."timestamp")
  ) AS m (month)
  ORDER BY m.month
$$;
REVOKE ALL ON FUNCTION audit_months(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_months(integer) TO app_user, netup_worker, netup_readonly;
