import Glibc

extension PostgreSQLService {
    /// pgbench, and what an operator does besides: backup, vacuum, indexes, reload, rotation.
    public var learningLoad: [LoadStep] {
        [
            database, LoadStep("pgbench") { try pgbench("-c", "4", "-t", "40", in: $0) },
            LoadStep("probe") { try $0.job([Self.programs + "pg_isready", "-h", "127.0.0.1"]) },
            LoadStep("reports") {
                try pgbench("-f", "/dev/stdin", "-c", "3", "-t", "1", input: Self.reports, in: $0)
            },
            LoadStep("reload") { try $0.signal(SIGHUP) },
            LoadStep("pgbench, other scripts") {
                try pgbench(
                    "-b", "simple-update@1", "-b", "select-only@1", "-C", "-c", "2", "-t", "5",
                    in: $0)
            },
            LoadStep("log rotation") { try query("SELECT pg_rotate_logfile()", in: $0) },
            backup,
            LoadStep("maintenance") { try query(Self.maintenance, in: $0, database: "bench") },
            rehearsal,
            crash,
            LoadStep("pause") { _ in usleep(1_500_000) },
        ]
    }

    /// psql, with statements that the learning load has not.
    public var heldOutLoad: [LoadStep] {
        [
            database,
            LoadStep("tables") { container in
                try query("CREATE DATABASE shop", in: container)
                try query(Self.tables, in: container, database: "shop")
            },
            LoadStep("copy") { container in
                let lines = (1...5_000).map { "\($0)\tarticle \($0)\t\($0 % 97)" }
                let input =
                    "COPY article FROM STDIN;\n" + lines.joined(separator: "\n") + "\n\\.\n"
                try query(input, in: container, database: "shop")
                try query("COPY article TO STDOUT WITH CSV", in: container, database: "shop")
            },
            LoadStep("joins and sorts") { try query(Self.joins, in: $0, database: "shop") },
            LoadStep("probe") { try $0.job([Self.programs + "pg_isready", "-h", "127.0.0.1"]) },
            LoadStep("reload") { try $0.signal(SIGHUP) },
            LoadStep("indexes") { try query(Self.indexes, in: $0, database: "shop") },
            LoadStep("log rotation") { try query("SELECT pg_rotate_logfile()", in: $0) },
            LoadStep("transactions") { try query(Self.transactions, in: $0, database: "shop") },
            LoadStep("prepared statements") {
                try pgbench("-M", "prepared", "-S", "-c", "8", "-j", "2", "-t", "200", in: $0)
            },
            backup,
            crash,
            LoadStep("write-ahead log") { container in
                for _ in 0..<6 {
                    try query(
                        "INSERT INTO article SELECT (SELECT max(id) FROM article) + i, 'more', 1 "
                            + "FROM generate_series(1, 3000) i; SELECT pg_switch_wal(); CHECKPOINT",
                        in: container, database: "shop")
                }
            },
            LoadStep("tear down") { container in
                try query("DROP DATABASE shop", in: container)
                try query("VACUUM; CHECKPOINT", in: container)
            },
        ]
    }

    /// pgbench's, where it is not there yet.
    private var database: LoadStep {
        LoadStep("database") { container in
            try container.waitUntilAnswering(self)
            let known = "SELECT count(*) FROM pg_database WHERE datname = 'bench'"
            if try query(known, in: container) == "1\n" { return }
            try query("CREATE DATABASE bench", in: container)
            try pgbench("-i", "-s", "2", in: container)
        }
    }

    private var backup: LoadStep {
        LoadStep("backup") {
            try $0.job([
                Self.programs + "pg_dump", "-h", "127.0.0.1", "-f",
                "/var/lib/postgresql/backup/nightly.sql", "bench",
            ])
        }
    }

    /// A database beside the others, as for trying a backup, and its end.
    private var rehearsal: LoadStep {
        LoadStep("rehearsal") { container in
            try query("CREATE DATABASE rehearsal", in: container)
            try query(
                "CREATE TABLE t AS SELECT i FROM generate_series(1, 500) i; VACUUM t",
                in: container, database: "rehearsal")
            try query("DROP DATABASE rehearsal", in: container)
        }
    }

    /// All sessions end, and the database recovers from its log.
    private var crash: LoadStep {
        LoadStep("crash of a process") { container in
            try container.crash("walwriter")
            usleep(200_000)
            try container.waitUntilAnswering(self)
        }
    }

    private static let reports = """
        CREATE TEMP TABLE best AS SELECT * FROM pgbench_accounts WHERE aid % 3 = 0;
        CREATE INDEX ON best (abalance);
        ANALYZE best;
        SELECT count(*) FROM (SELECT * FROM pgbench_accounts ORDER BY filler, abalance) s;
        SELECT bid, count(*), sum(abalance) FROM pgbench_accounts GROUP BY bid ORDER BY bid;
        SELECT count(*) FROM pgbench_accounts a JOIN pgbench_accounts b ON a.aid = b.bid * 7;
        SELECT count(*) FROM (SELECT a.aid FROM pgbench_accounts a JOIN best USING (aid)) s;
        """

    private static let maintenance = """
        VACUUM ANALYZE pgbench_accounts;
        CREATE INDEX balances ON pgbench_accounts (abalance);
        REINDEX TABLE pgbench_branches;
        DROP INDEX balances;
        CREATE TABLE extract AS SELECT * FROM pgbench_tellers;
        VACUUM extract;
        TRUNCATE pgbench_history;
        CREATE UNLOGGED TABLE scratchpad AS SELECT * FROM pgbench_branches;
        DROP TABLE scratchpad;
        DROP TABLE extract;
        SELECT pg_switch_wal();
        CHECKPOINT;
        """

    private static let tables = """
        CREATE TABLE article (id int, name text, kind int);
        CREATE TABLE kind (id serial PRIMARY KEY, name varchar(40) UNIQUE, notes jsonb);
        INSERT INTO kind (name, notes)
            SELECT 'kind ' || i, jsonb_build_object('n', i, 't', repeat('x', 5000))
            FROM generate_series(1, 97) i;
        CREATE VIEW overview AS SELECT k.name, count(*) FROM article a JOIN kind k ON k.id = a.kind
            GROUP BY 1;
        CREATE MATERIALIZED VIEW summary AS SELECT * FROM overview;
        CREATE SEQUENCE numbers;
        CREATE UNLOGGED TABLE scratch (id int);
        CREATE TABLE log (day date, text text) PARTITION BY RANGE (day);
        CREATE TABLE log_1 PARTITION OF log FOR VALUES FROM ('2026-01-01') TO ('2026-07-01');
        CREATE TABLE log_2 PARTITION OF log FOR VALUES FROM ('2026-07-01') TO ('2027-01-01');
        INSERT INTO log SELECT date '2026-01-01' + i, repeat('y', 300)
            FROM generate_series(0, 300) i;
        CREATE FUNCTION twice(int) RETURNS int LANGUAGE sql AS 'SELECT $1 * 2';
        SELECT nextval('numbers'), twice(21);
        """

    private static let joins = """
        REFRESH MATERIALIZED VIEW summary;
        SELECT count(*) FROM (SELECT a.name, b.name FROM article a JOIN article b
            ON a.kind = b.kind ORDER BY 1, 2) s;
        SELECT k.name, (SELECT max(id) FROM article WHERE kind = k.id) FROM kind k ORDER BY 2;
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
            SELECT sum(i) FROM n;
        SELECT name, rank() OVER (PARTITION BY kind ORDER BY id DESC) FROM article LIMIT 10;
        SET enable_hashjoin = off;
        SELECT count(*) FROM article a JOIN article b USING (id);
        SELECT notes->>'n' FROM kind WHERE notes @> '{"n": 5}';
        """

    private static let indexes = """
        CREATE INDEX CONCURRENTLY articles_by_name ON article (name);
        CREATE INDEX notes ON kind USING gin (notes);
        CREATE INDEX ON article USING hash (kind);
        CREATE INDEX ON article USING brin (id);
        ALTER TABLE article ADD PRIMARY KEY (id);
        CLUSTER article USING articles_by_name;
        REINDEX TABLE kind;
        VACUUM FULL article;
        VACUUM (FREEZE, ANALYZE);
        """

    private static let transactions = """
        BEGIN; INSERT INTO scratch SELECT generate_series(1, 4000); SAVEPOINT a;
        DELETE FROM scratch; ROLLBACK TO a; COMMIT;
        LISTEN news; NOTIFY news, 'hello'; UNLISTEN news;
        BEGIN; UPDATE article SET kind = 3 WHERE id < 10; PREPARE TRANSACTION 'later';
        COMMIT PREPARED 'later';
        BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT count(*) FROM article; COMMIT;
        BEGIN; DECLARE c CURSOR FOR SELECT * FROM article; FETCH 100 FROM c; COMMIT;
        CREATE TEMP TABLE t (a text); INSERT INTO t SELECT repeat('z', 9000) FROM
            generate_series(1, 50);
        SELECT lo_unlink(lo_from_bytea(0, 'bytes'));
        TRUNCATE scratch; DROP TABLE log_1;
        ALTER TABLE kind ADD COLUMN more int DEFAULT 7;
        """
}
