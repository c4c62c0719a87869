import Agent
import ArgumentParser
import Baseline
import Sensor
import SysFlow

/// `90`, `90s`, `5m`, `2h`, `1d`.
struct Duration: ExpressibleByArgument, CustomStringConvertible {
    var nanoseconds: UInt64

    var description: String { "\(Double(nanoseconds) / 1e9)s" }
    var defaultValueDescription: String { "\(nanoseconds / 1_000_000_000)s" }

    init?(argument: String) {
        let units: [(Character, UInt64)] = [("s", 1), ("m", 60), ("h", 3600), ("d", 86400)]
        var text = Substring(argument)
        var factor: UInt64 = 1
        if let last = text.last, let unit = units.first(where: { $0.0 == last }) {
            factor = unit.1
            text = text.dropLast()
        }
        guard let value = Double(text), value > 0, value < 1e9 else { return nil }
        nanoseconds = UInt64(value * Double(factor) * 1e9)
    }
}

struct TargetOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("The container's name, id or the beginning of its id.", valueName: "id"))
    var container: String?

    @Option(help: ArgumentHelp("Its cgroup v2 directory instead.", valueName: "path"))
    var cgroup: String?

    @Option(help: ArgumentHelp("Where the host's root file system is.", valueName: "dir"))
    var host = "/"

    func validate() throws {
        guard container == nil || cgroup == nil else {
            throw ValidationError("give --container or --cgroup, not both")
        }
    }

    var target: Target? {
        container.map(Target.container) ?? cgroup.map(Target.cgroup)
    }

    func required() throws -> Target {
        guard let target else {
            throw ValidationError("name the container: --container ID or --cgroup PATH")
        }
        return target
    }
}

struct PinOption: ParsableArguments {
    @Option(
        name: .customLong("pins"),
        help: ArgumentHelp(
            "Where maps and links are pinned, on a BPF file system. Two places are two agents.",
            valueName: "dir"))
    private var root = PinPlace.usualRoot

    func validate() throws {
        guard root.hasPrefix("/"), !root.hasSuffix("/") else {
            throw ValidationError("--pins wants a path that begins with / and does not end with it")
        }
    }

    var place: PinPlace { PinPlace(root: root) }
}

struct FlowOptions: ParsableArguments {
    @Option(help: ArgumentHelp("A lasting flow is exported this often.", valueName: "time"))
    var exportInterval = Duration(argument: "30s")!

    @Option(help: ArgumentHelp("A flow that is idle so long is dropped.", valueName: "time"))
    var idleTimeout = Duration(argument: "60s")!

    var configuration: Node.Configuration {
        var configuration = Node.Configuration()
        configuration.exportInterval = exportInterval.nanoseconds
        configuration.idleTimeout = idleTimeout.nanoseconds
        return configuration
    }
}

enum DialectName: String, ExpressibleByArgument, CaseIterable { case loadline, sysflow }

enum CodecName: String, ExpressibleByArgument, CaseIterable {
    case deflate, null, snappy, zstandard
}

struct EncodingOptions: ParsableArguments {
    @Option(
        name: .customLong("dialect"),
        help: """
            loadline holds everything, sysflow is version 5 exactly; the public tools read both.
            """)
    private var dialectName = DialectName.loadline

    @Option(
        name: .customLong("codec"),
        help: "How blocks are compressed. The public tools read null and deflate.")
    private var codecName = CodecName.deflate

    var dialect: Dialect { dialectName == .loadline ? .loadline : .sysflow }
    var codec: Codec { Codec(rawValue: codecName.rawValue) ?? .deflate }
}

enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

struct FormatOption: ParsableArguments {
    @Option(help: "How to print: text for people, json (one object a line) for machines.")
    var format = Format.text
}

enum EnforcementMode: String, ExpressibleByArgument, CaseIterable {
    case monitor, enforce
    var mode: Mode { self == .monitor ? .monitor : .enforce }
}

struct DigestOption: ParsableArguments {
    @Option(
        name: .customLong("digests"),
        help: """
            Which files' contents are learned beside their paths: none, executables, or all, which \
            are libraries too.
            """)
    private var name = DigestName.executables

    var choice: DigestChoice {
        switch name {
        case .none: .none
        case .executables: .executables
        case .all: .all
        }
    }
}

enum DigestName: String, ExpressibleByArgument, CaseIterable { case none, executables, all }

enum AgentMode: String, ExpressibleByArgument, CaseIterable {
    case learn, monitor, enforce
    var mode: Mode {
        switch self {
        case .learn: .learn
        case .monitor: .monitor
        case .enforce: .enforce
        }
    }
}

enum StartHoldName: String, ExpressibleByArgument, CaseIterable { case on, off, always }

struct StartOptions: ParsableArguments {
    @Option(
        help: """
            Hold a container before its first instruction until its profile is bound: on, off, or \
            always, which holds also while no agent answers.
            """)
    var startHold = StartHoldName.on

    @Option(
        help: ArgumentHelp(
            "With --start-hold on: an agent silent for so long holds nobody.", valueName: "time"))
    var startPatience = Duration(argument: "5s")!

    var policy: StartPolicy {
        switch startHold {
        case .on: .patient(startPatience.nanoseconds)
        case .off: .off
        case .always: .always
        }
    }
}

/// As `PhasePolicy`.
enum LimitedRules: String, ExpressibleByArgument, CaseIterable {
    case off, guarded, all
    var policy: PhasePolicy {
        switch self {
        case .off: .off
        case .guarded: .guarded
        case .all: .all
        }
    }
}
