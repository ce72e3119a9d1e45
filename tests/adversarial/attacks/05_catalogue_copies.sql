--@postgres refused G15
SELECT most_common_vals FROM pg_stats
--@postgres refused G15
SELECT stavalues1 FROM pg_catalog.pg_statistic
--@postgres refused G15
SELECT histogram_bounds FROM pg_stats s JOIN customers c ON true
--@postgres refused G15
SELECT query FROM pg_stat_activity
--@postgres refused G15
SELECT rolpassword FROM pg_authid
--@postgres refused G15
SELECT passwd FROM pg_shadow
--@postgres refused G15
SELECT column_name FROM information_schema.columns
--@postgres refused G15
SELECT definition FROM pg_views
--@postgres refused G15
SELECT name, setting FROM pg_settings
--@postgres refused G15
SELECT data FROM pg_largeobject
--@postgres refused G15
SELECT last_value FROM pg_sequences
--@postgres refused
SELECT last_value FROM order_seq
--@postgres refused
SELECT chunk_data FROM pg_toast.pg_toast_1262
--@duckdb refused
SELECT * FROM duckdb_tables()
--@duckdb refused
SELECT * FROM pragma_storage_info('customers')
--@duckdb refused
SELECT * FROM duckdb_settings(), customers
--@duckdb refused
SELECT * FROM information_schema.tables
--@duckdb refused
SELECT sql FROM sqlite_master
--@duckdb refused
SELECT * FROM duckdb_columns
--@duckdb refused
SUMMARIZE customers
--@duckdb refused
DESCRIBE customers
--@duckdb refused
SHOW TABLES
--@duckdb refused
SELECT * FROM (SUMMARIZE customers)
--@duckdb refused
SELECT * FROM (DESCRIBE vault)
--@duckdb refused
SELECT stats(email) FROM customers
--@duckdb refused G07
SELECT peek(1) AS e, id FROM customers
--@duckdb refused
SELECT * FROM all_rows()
--@postgres refused G07
SELECT peek(1) AS e, id FROM customers
--@postgres refused G07
SELECT public.peek(id) AS e FROM customers
--@postgres refused
SELECT c.nick FROM customers c
--@postgres refused G07
SELECT nick(c) FROM customers c
--@postgres refused G17
SELECT p FROM customers c, peek(c.id) p
--@sqlite refused
SELECT sql FROM sqlite_master
--@sqlite refused
SELECT * FROM sqlite_schema
--@sqlite refused
SELECT * FROM pragma_table_info('customers')
--@sqlite refused
SELECT * FROM sqlite_stat1
--@sqlite refused
SELECT * FROM temp.sqlite_master
--@sqlite refused
SELECT data FROM sqlite_dbpage
--@postgres refused
SELECT ctid, xmin, tableoid FROM customers
--@sqlite refused
SELECT rowid, oid, _rowid_ FROM customers
--@duckdb refused
SELECT rowid FROM customers
