import ContainerHarness
import Foundation
import Testing

extension EndToEnd {
    /// What services do with names and attributes all day is learned, and held without a word.
    @Suite(.serialized) struct Names {
        /// The log is put aside and nginx opens a new one, which it gives to its workers' user.
        @Test func logsAreTurned() async throws {
            try await EndToEnd.withFolder { folder in
                let service = NginxService()
                let held = try HeldService(service, in: folder) { container, seconds in
                    let turn = """
                        mv \(NginxService.accessLog) \(NginxService.accessLog).1
                        kill -USR1 1
                        """
                    for _ in 0..<2 {
                        try container.exec(["/bin/sh", "-c", turn]).expectSuccess("turn the log")
                        let isNew = try becomes(within: 10) {
                            try container.contents(of: NginxService.accessLog) != nil
                        }
                        #expect(isNew)
                    }
                    return try Load.nginx(container, seconds: max(1, seconds / 4))
                }
                try await held.learnAndHold()
            }
        }

        /// Written beside and put in place: snapshots, and the rewritten append-only file.
        @Test func filesArePutInPlace() async throws {
            try await EndToEnd.withFolder { folder in
                let service = RedisService()
                let held = try HeldService(service, in: folder) { container, _ in
                    _ = try service.command(["CONFIG", "SET", "appendonly", "yes"], in: container)
                    for _ in 0..<4 {
                        _ = try Load.redis(container, requests: 500)
                        for act in ["BGREWRITEAOF", "BGSAVE"] {
                            _ = try service.command([act], in: container)
                            try service.waitForChild(in: container)
                        }
                    }
                    _ = try service.command(["CONFIG", "SET", "appendonly", "no"], in: container)
                    return try Load.redis(container, requests: 500)
                }
                try await held.learnAndHold()
            }
        }
    }
}

extension HeldService {
    fileprivate func learnAndHold() async throws {
        try learn(seconds: 4)
        let watch = try watch()
        try hold(watch, seconds: 4)
        #expect(try watch.stop() == 0, "\(watch.output)")
        #expect(watch.losses == [])
    }
}

extension RedisService {
    /// Until no child of redis writes a file.
    fileprivate func waitForChild(in container: RuncContainer) throws {
        let isOver = try becomes(within: 30) {
            let text = try command(["INFO", "persistence"], in: container)
            return text.contains("rdb_bgsave_in_progress:0")
                && text.contains("aof_rewrite_in_progress:0")
                && text.contains("aof_rewrite_scheduled:0")
        }
        if !isOver { throw HarnessError("redis' child does not end: \(container.output)") }
    }
}

private func becomes(within seconds: Double, _ isSo: () throws -> Bool) rethrows -> Bool {
    let end = Date(timeIntervalSinceNow: seconds)
    while try !isSo() {
        if Date() > end { return false }
        usleep(20_000)
    }
    return true
}
