import ContainerHarness

/// One thing that a container does, as often as the plan says.
struct MeasuredLoad {
    var name: String
    var place: Rig.Place
    /// What one act is: `call`, `request`.
    var act: String
    /// The slowdown to aim at, and what was published of others that only watch.
    var aim: Double
    var falco: Double
    var sysflow: Double
    /// Does it once.
    var run: (Rig) throws -> Figures

    struct Figures {
        /// Nanoseconds of one act.
        var nanoseconds: Double
        /// Acts that were done, warming up included.
        var acts: Double
    }

    static func all(_ plan: Plan) -> [MeasuredLoad] {
        [
            MeasuredLoad(
                name: "fork + exec + exit of /bin/true", place: .loop, act: "run", aim: 1.05,
                falco: 1.17, sysflow: 1.15, run: loop("process", plan.processes)),
            MeasuredLoad(
                name: "open + read + close", place: .loop, act: "round", aim: 1.17, falco: 1.52,
                sysflow: 2.05, run: loop("file", plan.files)),
            MeasuredLoad(
                name: "null call (getppid)", place: .loop, act: "call", aim: 1.40, falco: 1.68,
                sysflow: 1.81, run: loop("getppid", plan.nullCalls)),
            MeasuredLoad(
                name: "nginx under wrk", place: .nginx, act: "request", aim: 1.06, falco: 1.21,
                sysflow: 1.69, run: nginx(plan)),
            MeasuredLoad(
                name: "redis-benchmark -P 1", place: .redis, act: "request", aim: 1.06, falco: 1.15,
                sysflow: 1.33, run: redis(plan.redisRequests, pipeline: 1)),
            MeasuredLoad(
                name: "redis-benchmark -P 16", place: .redis, act: "request", aim: 1.06,
                falco: 1.24, sysflow: 1.23, run: redis(plan.redisRequests * 10, pipeline: 16)),
        ]
    }

    private static func loop(_ what: String, _ count: Plan.Loop) -> (Rig) throws -> Figures {
        { rig in
            let container = rig.container(.loop)
            let output = "/run/syscall-loop"
            try container.removeFile(output)
            try container.exec(
                [Rig.loopProgram, what, String(count.batches), String(count.iterations), output],
                timeout: 120
            ).expectSuccess("the loop of \(what)")
            let fields = (try container.contents(of: output) ?? "").split { $0.isWhitespace }
            guard fields.count == 3, let median = Double(fields[0]) else {
                throw HarnessError("the loop of \(what) wrote no figures")
            }
            let warming = max(1, count.iterations / 10)
            return Figures(
                nanoseconds: median, acts: Double(count.batches * count.iterations + warming))
        }
    }

    private static func nginx(_ plan: Plan) -> (Rig) throws -> Figures {
        { rig in
            let served = try Load.nginx(
                rig.container(.nginx), seconds: plan.webSeconds)
            return try figures(served, "wrk")
        }
    }

    private static func redis(_ requests: Int, pipeline: Int) -> (Rig) throws -> Figures {
        { rig in
            let served = try Load.redis(
                rig.container(.redis), requests: requests, pipeline: pipeline)
            return try figures(served, "redis-benchmark")
        }
    }

    private static func figures(_ served: LoadFigures, _ tool: String) throws -> Figures {
        guard served.errors == 0, served.requests > 0 else {
            throw HarnessError("\(tool) had \(served.errors) errors")
        }
        return Figures(
            nanoseconds: served.seconds * 1e9 / served.requests, acts: served.requests)
    }
}
