import Foundation

/// What a load generator measured.
public struct LoadFigures: Sendable {
    public var requests: Double
    public var seconds: Double
    /// Refused, cut or wrongly answered requests.
    public var errors: Int

    public init(requests: Double, seconds: Double, errors: Int) {
        self.requests = requests
        self.seconds = seconds
        self.errors = errors
    }

    public var requestsPerSecond: Double { seconds > 0 ? requests / seconds : 0 }
}

/// Loads from outside of the container, in its network: the tools' own acts are none of the
/// container's.
public enum Load {
    /// wrk over the given paths in turn.
    public static func nginx(
        _ container: RuncContainer, port: UInt16 = 8080, paths: [String] = NginxService.pages,
        seconds: Int, connections: Int = 16, threads: Int = 1
    ) throws -> LoadFigures {
        try RequiredTool.require(.wrk, .nsenter)
        let script = NSTemporaryDirectory() + "loadline-wrk-" + UUID().uuidString + ".lua"
        let list = paths.map { "\"\($0)\"" }.joined(separator: ", ")
        let lua = """
            local paths = { \(list) }
            local n = 0
            request = function() n = n % #paths + 1; return wrk.format("GET", paths[n]) end
            done = function(summary)
                local e = summary.errors
                print(string.format("figures %d %d %d", summary.requests, summary.duration,
                    e.connect + e.read + e.write + e.status + e.timeout))
            end
            """
        try lua.write(toFile: script, atomically: false, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: script) }
        let result = try container.runInNetwork(
            [
                "wrk", "-t", String(threads), "-c", String(connections), "-d", "\(seconds)s", "-s",
                script, "--timeout", "30s", "http://127.0.0.1:\(port)",
            ], timeout: Double(seconds) + 60
        ).expectSuccess("wrk")
        for line in result.stdout.split(separator: "\n") where line.hasPrefix("figures ") {
            let words = line.split(separator: " ")
            if words.count == 4, let requests = Double(words[1]), let micro = Double(words[2]),
                let errors = Int(words[3])
            {
                return LoadFigures(requests: requests, seconds: micro / 1e6, errors: errors)
            }
        }
        throw HarnessError("wrk printed no figures: \(result.stdout.suffix(300))")
    }

    /// redis-benchmark's SET and GET, each with `requests`, repeated until `seconds` are over
    /// (0: once).
    public static func redis(
        _ container: RuncContainer, port: UInt16 = 6379, requests: Int = 20_000, pipeline: Int = 1,
        connections: Int = 20, seconds: Double = 0
    ) throws -> LoadFigures {
        try RequiredTool.require(.redisBenchmark, .nsenter)
        var total = LoadFigures(requests: 0, seconds: 0, errors: 0)
        let deadline = Date(timeIntervalSinceNow: seconds)
        repeat {
            let result = try container.runInNetwork(
                [
                    "redis-benchmark", "-p", String(port), "-t", "set,get", "-n", String(requests),
                    "-c", String(connections), "-P", String(pipeline), "--csv",
                ], timeout: 60 + Double(requests) / 1_000)
            let rates = result.stdout.split(separator: "\n").compactMap(rate)
            if result.status != 0 || rates.count != 2 { total.errors += 1 }
            for rate in rates {
                total.requests += Double(requests)
                total.seconds += Double(requests) / rate
            }
            // A server that is gone would make this a busy loop.
            if rates.isEmpty { break }
        } while Date() < deadline
        return total
    }

    /// `"SET","123.4",...` as 123.4.
    private static func rate(_ line: Substring) -> Double? {
        let fields = line.split(separator: ",").map { $0.drop { $0 == "\"" }.prefix { $0 != "\"" } }
        guard fields.count > 1, fields[0] == "SET" || fields[0] == "GET" else { return nil }
        return Double(fields[1]).flatMap { $0 > 0 ? $0 : nil }
    }
}
