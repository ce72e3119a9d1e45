--@postgres refused G05
COPY customers TO '{DIR}/out.csv'
--@postgres refused G05
COPY (SELECT email FROM customers) TO PROGRAM 'cat > {DIR}/out'
--@postgres refused G05
COPY vault FROM '{FILE}'
--@postgres refused G07
SELECT pg_read_file('{FILE}') AS f, id FROM customers
--@postgres refused G07
SELECT pg_catalog.pg_read_file('{FILE}') AS f, id FROM customers
--@postgres refused G07
SELECT "pg_read_binary_file"('{FILE}') AS f, id FROM customers
--@postgres refused G17
SELECT f FROM pg_ls_dir('.') f, customers
--@postgres refused G07
SELECT lo_import('{FILE}'), id FROM customers
--@postgres refused G07
SELECT lo_export(1, '{DIR}/x'), id FROM customers
--@postgres refused G17
SELECT * FROM dblink('host=127.0.0.1', 'select 1') AS t(a int), customers
--@postgres refused G07
SELECT dblink_connect('x'), id FROM customers
--@postgres refused G17
SELECT c.id, f.* FROM customers c, LATERAL pg_stat_file('{FILE}') f
--@postgres refused G17
SELECT c.id, f FROM customers c CROSS JOIN LATERAL pg_ls_dir('.') AS f
--@postgres refused G17
SELECT id FROM customers, ts_stat('select to_tsvector(email) from customers')
--@postgres refused
SELECT id FROM customers, pg_read_file('{FILE}') WITH ORDINALITY AS f(a, b)
--@postgres refused
SELECT xpath('/a', xmlparse(document 'x')) AS x, id FROM customers
--@duckdb refused
SELECT * FROM '{FILE}'
--@duckdb refused
SELECT c.id, f.* FROM customers c, '{FILE}' f
--@duckdb refused G17
SELECT * FROM read_csv('{FILE}'), customers
--@duckdb refused G17
SELECT * FROM read_csv_auto('{FILE}') t, customers
--@duckdb refused G17
SELECT * FROM read_text('{FILE}'), customers
--@duckdb refused G17
SELECT * FROM read_blob('{DIR}/*'), customers
--@duckdb refused
SELECT * FROM glob('{DIR}/*'), customers
--@duckdb refused G17
SELECT * FROM parquet_scan('x'), customers
--@duckdb refused G17
SELECT * FROM sqlite_scan('x', 'y'), customers
--@duckdb refused
SELECT * FROM 'https://example.com/x.parquet'
--@duckdb refused
COPY customers TO '{DIR}/out.parquet'
--@duckdb refused
COPY (SELECT email FROM customers) TO '{DIR}/out.csv' (HEADER)
--@duckdb refused
EXPORT DATABASE '{DIR}/dump'
--@duckdb refused
ATTACH '{DIR}/new.duckdb'
--@duckdb refused G07
SELECT getenv('HOME') AS h, id FROM customers
--@duckdb refused
SELECT id, (SELECT content FROM read_text('{FILE}')) AS t FROM customers
--@duckdb refused
SELECT id FROM customers WHERE id IN (SELECT 1 FROM read_csv('{FILE}'))
--@duckdb refused
FROM query('SELECT email FROM customers')
--@duckdb refused
FROM query_table('customers')
--@duckdb refused
SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT email FROM customers')), regions
--@duckdb refused G07
SELECT json_execute_serialized_sql('x') AS x, id FROM customers
--@sqlite refused G07
SELECT load_extension('x'), id FROM customers
--@sqlite refused G07
SELECT readfile('{FILE}') AS f, id FROM customers
--@sqlite refused G07
SELECT writefile('{DIR}/x', 'y'), id FROM customers
--@sqlite refused
SELECT f.* FROM fsdir('{DIR}') f, customers
--@sqlite refused
SELECT * FROM dbstat, customers
--@sqlite refused
SELECT * FROM csv('{FILE}'), customers
