import Glibc

/// PostgreSQL 15 with a small pgbench database, its log collected in files.
public struct PostgreSQLService: StockService {
    public let name = "postgresql"
    public let image = "debian-postgresql:15"
    public let port: UInt16 = 5432
    public let canary: Canary
    public let tools: [RequiredTool] = [.runc, .setpriv, .curl]
    public let user = "postgres"
    public let volume: String? = "/var/lib/postgresql"
    /// Fast: open sessions are ended.
    public let stopSignal = SIGINT

    static let programs = "/usr/lib/postgresql/15/bin/"
    private static let data = "/var/lib/postgresql/data"

    public init(canary: Canary = Canary()) { self.canary = canary }

    public var command: [String] { [Self.programs + "postgres", "-D", Self.data] }

    public var files: [ContainerFile] {
        canary.files + [
            // One that the service's account may read, so that file permissions do not stop it.
            ContainerFile(
                "/etc/canary-secret", canary.secret + "\n", mode: 0o640, group: "postgres"),
            ContainerFile("/etc/cron.d/", "", mode: 0o755, owner: "postgres"),
        ]
    }

    private static let configuration = """
        listen_addresses = '127.0.0.1'
        unix_socket_directories = '/tmp'
        shared_buffers = 16MB
        max_wal_size = 64MB
        min_wal_size = 32MB
        checkpoint_timeout = 30s
        autovacuum_naptime = 5s
        autovacuum_vacuum_threshold = 20
        autovacuum_analyze_threshold = 20
        logging_collector = on
        log_directory = '/var/lib/postgresql/log'
        log_statement = 'ddl'
        max_prepared_transactions = 4
        # Small, so that a small database makes it sort on disk and share work.
        work_mem = 64kB
        min_parallel_table_scan_size = 0
        min_parallel_index_scan_size = 0
        parallel_setup_cost = 0
        parallel_tuple_cost = 0
        fsync = off

        """

    public func fill(volume directory: String) throws {
        let data = directory + "/data"
        try Command.run(
            [
                "setpriv", "--reuid", "postgres", "--regid", "postgres", "--init-groups",
                Self.programs + "initdb", "-D", data, "-A", "trust", "-E", "UTF8", "--locale",
                "C.UTF-8", "--no-sync",
            ], timeout: 120
        ).expectSuccess("initdb")
        for folder in ["log", "backup"] {
            try ContainerFile("/\(folder)/", "", mode: 0o700, owner: user).write(below: directory)
        }
        try ContainerFile("/data/postgresql.conf", Self.configuration, mode: 0o600, owner: user)
            .write(below: directory)
    }

    /// psql's output, without titles.
    @discardableResult
    func query(_ sql: String, in container: RuncContainer, database: String = "postgres") throws
        -> String
    {
        try container.client(
            [
                Self.programs + "psql", "-h", "127.0.0.1", "-U", "postgres", "-X", "-q", "-A", "-t",
                "-v", "ON_ERROR_STOP=1", "-d", database,
            ], input: sql)
    }

    func pgbench(_ arguments: String..., input: String = "", in container: RuncContainer) throws {
        try container.client(
            [Self.programs + "pgbench", "-h", "127.0.0.1", "-U", "postgres", "-n"] + arguments
                + ["bench"], input: input)
    }

    public func answers(in container: RuncContainer) throws -> Bool {
        (try? query("SELECT 6 * 7", in: container)) == "42\n"
    }
}
