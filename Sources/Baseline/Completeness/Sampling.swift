import SysFlow

/// Which draws a container has made so far, and what it has been through.
struct Sampling: Sendable {
    /// How long a start lasts at most, from the entry point's exec on; nanoseconds.
    static let startupLength: Int64 = 10_000_000_000
    /// Draws counted. Further ones are not: the estimates stay where they are.
    static let drawLimit = 131_072
    /// Starts remembered.
    static let startLimit = 1024
    /// Files remembered that a start read.
    static let configurationLimit = 256

    let unit: SamplingUnit
    /// Of the service.
    var draws: Set<UInt64> = []
    /// Times of the entry point's execs, ascending.
    var starts: [Int64] = []
    /// Files that the entry point's process read while it started.
    private var configuration: Set<PathBytes> = []
    /// Execs by subject and program.
    var rhythms: [Rhythm.Key: Rhythm] = [:]
    private var serial = 0
    private var last = UInt64.max

    init(_ unit: SamplingUnit) { self.unit = unit }

    mutating func start(at time: Int64) {
        guard starts.count < Self.startLimit, !starts.contains(time) else { return }
        starts.append(time)
        starts.sort()
    }

    /// Adds the draw that a behaviour belongs to: that of its beginning. When a flow was exported
    /// or closed says nothing of when it was used, and would make two draws of one use.
    mutating func note(_ step: Step) -> Draws {
        serial += 1
        var drawn = Draws()
        if let start = starts.last(where: { $0 <= step.time }),
            step.time - start < Self.startupLength
        {
            drawn.startup.insert(UInt64(bitPattern: start))
            drawn.isKnownFromStart = step.whileServing
            return drawn
        }
        let number = unit.number(
            at: step.time, of: step.process, in: step.source, serial: serial)
        drawn.serving.insert(number)
        if number != last {
            last = number
            if draws.count < Self.drawLimit { draws.insert(number) }
        }
        return drawn
    }

    /// One use.
    struct Step {
        /// When it began.
        var time: Int64
        var process: ProcessID
        var source: SourceID
        /// False: by a process that was starting up.
        var whileServing: Bool
    }

    mutating func note(execOf path: PathBytes, by subject: PathBytes, at time: Int64, limit: Int) {
        let key = Rhythm.Key(subject: subject, path: path)
        if rhythms[key] == nil, rhythms.count >= limit { return }
        rhythms[key, default: Rhythm()].note(time)
    }

    /// Whether the entry point's process reads again what it read when it started.
    mutating func isReload(_ path: PathBytes, at time: Int64) -> Bool {
        guard Self.isConfiguration(path) else { return false }
        if let start = starts.last(where: { $0 <= time }), time - start < Self.startupLength {
            if configuration.count < Self.configurationLimit { configuration.insert(path) }
            return false
        }
        return configuration.contains(path)
    }

    /// What libraries read again by themselves tells nothing.
    private static let ofLibraries = [
        "/etc/passwd", "/etc/group", "/etc/hosts", "/etc/resolv.conf", "/etc/nsswitch.conf",
        "/etc/localtime", "/etc/ld.so.cache", "/etc/services", "/etc/gai.conf", "/etc/host.conf",
    ].map { PathBytes($0) }
    private static let endings = [
        ".conf", ".cnf", ".ini", ".yaml", ".yml", ".toml", ".json", ".cfg", ".properties",
        ".conf.py",
    ].map { Array($0.utf8) }

    private static func isConfiguration(_ path: PathBytes) -> Bool {
        if ofLibraries.contains(path) { return false }
        let bytes = path.bytes
        // Python reads its own bytecode of it: `gunicorn.conf.cpython-311.pyc`.
        let parts = bytes.split(separator: UInt8(ascii: ".")).suffix(3)
        if parts.count == 3, parts.first?.elementsEqual("conf".utf8) == true,
            parts.last?.elementsEqual("pyc".utf8) == true
        {
            return true
        }
        return endings.contains {
            bytes.count > $0.count && bytes.suffix($0.count).elementsEqual($0)
        }
    }

    mutating func join(_ other: Sampling) {
        for number in other.draws where draws.count < Self.drawLimit { draws.insert(number) }
        for time in other.starts { start(at: time) }
        for (key, rhythm) in other.rhythms {
            rhythms[key, default: Rhythm()].join(rhythm)
        }
    }
}
